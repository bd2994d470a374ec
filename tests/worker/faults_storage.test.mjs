// Faults of the storage below an account, by number: a write that fails within a command, a KV that is down, an alarm that
// comes again. Triggers in the very databases of workerd make them fail.
import assert from "node:assert/strict";
import { test } from "node:test";
import { startWorker } from "../support/worker.mjs";
import { eventually, fails, flushed, openShop, order, pause, refused, until } from "./fixture.mjs";

/** A shop on a Worker of its own, whose storage can be operated on. */
async function opened(t) {
  const worker = await startWorker();
  t.after(() => worker.stop());
  const shop = await openShop(worker);
  return {
    ...shop,
    worker,
    operate: async (member, sql) => {
      const { account } = (await shop.call("GET", `members/${member}/account`)).body;
      await worker.operate(sql, `${shop.shop}/${account}`);
    },
    /** Keys, texts and metadata of the journal. */
    journal: async () => {
      const kv = await worker.kv();
      const { keys } = await kv.list({ prefix: "e/" });
      return Promise.all(keys.map(async ({ name }) => [name, await kv.getWithMetadata(name)]));
    },
  };
}

const whole = (audit, seq) => assert.deepEqual(audit, { ...audit, head_seq: seq, flushed_seq: seq, kv_entries: seq, equal: true, dense: true, chain_intact: true });

test("fault 28: a command whose last write fails leaves nothing, is told within 5 s, and succeeds once when repeated", async (t) => {
  const it = await opened(t);
  await it.pay("anna", order("1", "10.00"), "order-1");
  await flushed(it, "anna");
  const before = await it.call("GET", "members/anna/entries");
  // Key, entry and record of the order are written by then.
  await it.operate("anna", fails("broken", "UPDATE OF head_seq ON meta"));
  for (const attempt of [1, 2]) {
    const began = Date.now();
    const answer = await it.pay("anna", order("2", "20.00"), "order-2");
    assert.deepEqual([...refused(answer), answer.headers.get("retry-after")], [503, "unavailable", "1"], `attempt ${attempt}`);
    assert.ok(Date.now() - began < 5_500);
  }
  assert.equal((await it.call("GET", "members/anna/entries")).text, before.text);
  assert.equal((await it.view("anna")).standing.available, 10);
  await it.operate("anna", "DROP TRIGGER broken");
  const booked = await it.pay("anna", order("2", "20.00"), "order-2");
  assert.deepEqual([booked.status, booked.body.seq, booked.headers.get("idempotency-replayed")], [201, 2, null]);
  assert.equal((await it.pay("anna", order("2", "20.00"), "order-2")).text, booked.text);
  whole(await flushed(it, "anna"), 2);
});

test("fault 31: while KV takes no entry all is booked, and once it does KV has all, though nobody asks", async (t) => {
  const it = await opened(t);
  await it.worker.operate(fails("down", "INSERT ON _mf_entries", `NEW.key GLOB 'e/*' AND ${until(10)}`));
  for (const id of ["1", "2", "3"]) {
    const paid = await it.pay("anna", order(id, "10.00"), `order-${id}`);
    assert.deepEqual([paid.status, paid.body.kv], [201, "pending"]);
    await pause(1_500);
  }
  const down = await it.audit("anna");
  assert.deepEqual([down.head_seq, down.flushed_seq, down.kv_entries, (await it.journal()).length], [3, 0, 0, 0]);
  // From here on only the alarm, which was never given up, can write.
  assert.equal((await eventually(it.journal, (all) => all.length === 3, 40_000)).length, 3);
  whole(await flushed(it, "anna"), 3);
  assert.equal((await it.view("anna")).standing.available, 30);
});

test("fault 32: a run whose end is not written comes again by itself, and one that comes again changes nothing", async (t) => {
  const it = await opened(t);
  await it.pay("anna", order("1", "10.00"), "order-1");
  await flushed(it, "anna");
  await it.operate("anna", fails("stuck", "UPDATE OF flushed_seq ON meta", until(6)));
  await it.pay("anna", order("2", "20.00"), "order-2");
  const put = await eventually(it.journal, (all) => all.length === 2);
  assert.deepEqual([put.length, (await it.audit("anna")).flushed_seq], [2, 1], "in KV, and the watermark says nothing of it");
  // The alarm that was set before the run began is the one that comes.
  await pause(11_000);
  whole(await it.audit("anna"), 2);
  assert.deepEqual(await it.journal(), put, "the same bytes");

  const [report] = [(await it.call("GET", "reports/liability?format=csv")).text];
  await it.operate("anna", "UPDATE meta SET flushed_seq = 0, sent_seq = 0, fed_seq = 0, flushed_at = 0");
  assert.equal((await it.audit("anna")).flushed_seq, 0);
  whole(await flushed(it, "anna"), 2);
  assert.deepEqual(await it.journal(), put);
  assert.equal((await it.call("GET", "reports/liability?format=csv")).text, report, "the books know each entry once");
});

test("a change of the shop that the power cut before KV had it reaches KV, though nobody asks; asked again it does at once", async (t) => {
  const it = await opened(t);
  const works = async (token) => (await it.call("GET", "members/anna", undefined, { token })).status === 200;
  const remove = (id) => it.call("DELETE", `keys/${id}`);
  /** A key, taken away while KV takes no settings, and the power goes. */
  const cut = async (name) => {
    const { id, key } = (await it.call("POST", "keys", { label: name })).body;
    assert.ok(await works(key));
    await it.worker.operate(fails(name, "INSERT ON _mf_entries", `NEW.key GLOB 'cfg/*' AND ${until(5)}`));
    const sent = remove(id).catch(() => undefined);
    await pause(1_000);
    await it.worker.kill();
    assert.equal(await sent, undefined, "nobody was told that it is done");
    await it.worker.restart();
    return { id, key };
  };
  const left = await cut("left");
  assert.equal(await works(left.key), true);
  assert.equal(await eventually(() => works(left.key), (opens) => !opens, 20_000), false);

  const leaked = await cut("leaked");
  await pause(4_500);
  assert.deepEqual(refused(await remove(leaked.id)), [404, "not_found"], "it was taken away the first time");
  assert.equal(await works(leaked.key), false);
});
