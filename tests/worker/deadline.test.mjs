// The deadline around an answer, without a Worker: what is there at once needs no timer, what never comes is told.
import assert from "node:assert/strict";
import { test } from "node:test";
import { within } from "../../crates/loyalty-edge/src/deadline.js";

/** How many timers are set and not cleared while something runs, and how many were set at all. */
async function timers(t, run) {
  const known = new Set();
  let all = 0;
  const { setTimeout, clearTimeout } = globalThis;
  t.mock.method(globalThis, "setTimeout", (...of) => {
    const timer = setTimeout(...of);
    known.add(timer);
    all += 1;
    return timer;
  });
  t.mock.method(globalThis, "clearTimeout", (timer) => known.delete(timer) && clearTimeout(timer));
  const result = await run();
  return { result, left: known.size, all };
}

test("an answer that is there after a few turns sets no timer", async (t) => {
  const answer = async () => {
    for (let turn = 0; turn < 6; turn += 1) await null;
    return "answer";
  };
  assert.deepEqual(await timers(t, () => within(answer(), 50, "late")), { result: "answer", left: 0, all: 0 });
  const refused = within(Promise.reject(new Error("refused")), 50, "late");
  await assert.rejects(refused, /refused/);
});

test("one that takes longer is waited for, and its timer is taken away", async (t) => {
  const answer = () => new Promise((resolve) => setImmediate(resolve, "answer"));
  assert.deepEqual(await timers(t, () => within(answer(), 5_000, "late")), { result: "answer", left: 0, all: 1 });
});

test("one that never comes is told to come again", async () => {
  const late = await within(new Promise(() => {}), 20, '{"code":"unavailable"}');
  assert.deepEqual([late.status, late.headers.get("retry-after"), await late.text()], [503, "1", '{"code":"unavailable"}']);
});
