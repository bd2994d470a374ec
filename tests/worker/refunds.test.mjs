// Refunds over the wire (M46): to the line, in parts, once.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startWorker } from "../support/worker.mjs";
import { flushed, openShop } from "./fixture.mjs";

let worker, shop;
before(async () => {
  worker = await startWorker();
  shop = await openShop(worker);
});
after(() => worker.stop());

const three = (id) => ({
  id,
  currency: "EUR",
  lines: [
    { id: "a", amount: "10.00" },
    { id: "b", amount: "20.00" },
    { id: "c", amount: "33.33" },
  ],
});
const available = ({ body }) => body.standing.available;

test("M46: a line is refunded to the point, the others stay", async () => {
  await shop.pay("lines", three("1"), "order");
  const refund = await shop.refund("lines", "1", "r1", [{ id: "b" }]);
  assert.deepEqual([refund.status, available(refund)], [201, 43]);
  const { lines, credits } = refund.body.entries[0].event;
  assert.deepEqual([lines.map(({ id }) => id), credits.map(({ lines }) => lines)], [["b"], [[0, 20, 0]]]);
  assert.deepEqual(refund.body.entries[0].changes, { points: -20 });
});

test("full-refund: parts come to exactly what was booked", async () => {
  const booked = await shop.pay("parts", three("1"), "order");
  assert.equal(available(booked), 63);
  await shop.refund("parts", "1", "r1", [{ id: "c", amount: "11.11" }]);
  await shop.refund("parts", "1", "r2", [{ id: "c", amount: "11.11" }, { id: "a" }]);
  await shop.refund("parts", "1", "r3", [{ id: "c", amount: "11.11" }]);
  const last = await shop.refund("parts", "1", "r4");
  assert.deepEqual([last.status, available(last), last.body.standing.debt], [201, 0, 0]);
  const more = await shop.refund("parts", "1", "r5", [{ id: "c", amount: "0.01" }]);
  assert.deepEqual([more.status, more.body.code], [409, "refund_exceeds_line"]);
});

test("exactly-once M46: a refund delivered twice takes back once", async () => {
  await shop.pay("twice", three("1"), "order");
  const first = await shop.refund("twice", "1", "r1", [{ id: "a" }], "key-1");
  const same = await shop.refund("twice", "1", "r1", [{ id: "a" }], "key-1");
  assert.deepEqual([same.text, same.headers.get("idempotency-replayed")], [first.text, "true"]);
  const other = await shop.refund("twice", "1", "r1", [{ id: "a" }], "key-2");
  assert.deepEqual([other.status, other.body.applied, available(other)], [200, false, 53]);
  const changed = await shop.refund("twice", "1", "r1", [{ id: "b" }], "key-3");
  assert.deepEqual([changed.status, changed.body.code], [409, "refund_already_booked"]);
});

test("M46: a refund before its order is refused now and taken later under the same key", async () => {
  const early = await shop.refund("early", "1", "r1", [{ id: "a" }], "key");
  assert.deepEqual([early.status, early.body.code], [404, "order_unknown"]);
  await shop.pay("early", three("1"), "order");
  const later = await shop.refund("early", "1", "r1", [{ id: "a" }], "key");
  assert.deepEqual([later.status, available(later)], [201, 53]);
});

test("M46: points that were spent become debt, recovered from the next order", async () => {
  await shop.pay("spent", three("1"), "order-1");
  const token = await shop.token("spent");
  const { hold } = (await shop.hold(token, 60, "hold")).body;
  await shop.call("POST", `holds/${hold.id}/capture`, { member: "spent" }, { key: "capture" });
  const refund = await shop.refund("spent", "1", "r1");
  assert.deepEqual([available(refund), refund.body.standing.debt], [0, 60]);
  const next = await shop.pay("spent", three("2"), "order-2");
  assert.deepEqual([available(next), next.body.standing.debt], [3, 0]);
  const audit = await flushed(shop, "spent");
  assert.ok(audit.equal && audit.dense && audit.chain_intact);
});

test("M46: a refund of a line or of money that is not there is refused", async () => {
  await shop.pay("wrong", three("1"), "order");
  const check = async (lines, status, code) => {
    const answer = await shop.refund("wrong", "1", "r1", lines, `key-${code}`);
    assert.deepEqual([answer.status, answer.body.code], [status, code]);
  };
  await check([{ id: "x" }], 422, "line_unknown");
  await check([{ id: "a", amount: "10.01" }], 409, "refund_exceeds_line");
  await check([{ id: "a", amount: "-1.00" }], 422, "amount_negative");
  await check([{ id: "a", amount: "1.001" }], 422, "amount_too_fine");
  assert.equal((await shop.view("wrong")).standing.available, 63);
});
