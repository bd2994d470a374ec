// The journal in KV: what is there after the flush, and after power cuts; reading what one has written.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startWorker } from "../support/worker.mjs";
import { eventually, flushed, openShop, order, pause } from "./fixture.mjs";

let worker, shop;
before(async () => {
  worker = await startWorker();
  shop = await openShop(worker);
});
after(() => worker.stop());

test("M44: every entry is in KV, byte for byte, within moments", async () => {
  for (let id = 1; id <= 10; id += 1) await shop.pay("steady", order(`${id}`, "10.00"), `order-${id}`);
  const before = await shop.audit("steady");
  assert.equal(before.head_seq, 10);
  assert.ok(before.equal === (before.kv_entries === 10), "the audit tells a journal that lags from one that is whole");
  const audit = await flushed(shop, "steady");
  assert.deepEqual(audit, { ...audit, flushed_seq: 10, kv_entries: 10, equal: true, dense: true, chain_intact: true });
  assert.match(audit.log_hash, /^[0-9a-f]{64}$/);
});

test("an audit goes on after an entry: what was looked at before, and what KV lists, is not looked at again", async () => {
  for (let id = 1; id <= 4; id += 1) await shop.pay("long", order(`${id}`, "10.00"), `order-${id}`);
  const whole = await flushed(shop, "long");
  const { kv_entries, ...rest } = whole;
  assert.equal(kv_entries, 4);
  for (const after of [1, 3, 4]) {
    assert.deepEqual((await shop.call("GET", `members/long/audit?after=${after}`)).body, rest);
  }
});

test("the audit of an account without history finds nothing and nothing wrong", async () => {
  const audit = await shop.audit("nobody");
  assert.deepEqual(audit, { head_seq: 0, flushed_seq: 0, log_hash: "", kv_entries: 0, equal: true, dense: true, chain_intact: true });
});

test("entries are given in pages, oldest first", async () => {
  for (let id = 1; id <= 5; id += 1) await shop.pay("pages", order(`${id}`, "10.00"), `order-${id}`);
  const page = async (query) => {
    const { data, next_cursor } = (await shop.call("GET", `members/pages/entries?${query}`)).body;
    return { seqs: data.map(({ seq }) => seq), next: next_cursor };
  };
  const first = await page("limit=2");
  assert.deepEqual(first.seqs, [1, 2]);
  assert.deepEqual(await page(`limit=3&cursor=${first.next}`), { seqs: [3, 4, 5], next: null });
  assert.deepEqual(await page("limit=5"), { seqs: [1, 2, 3, 4, 5], next: null });
  const { activity } = await shop.view("pages");
  assert.deepEqual(activity.map(({ seq }) => seq), [5, 4, 3, 2, 1]);
});

test("entries name no member", async () => {
  await shop.pay("anna@shop.example", order("1", "10.00"), "anna@shop.example".replace("@", "."));
  const entries = await shop.call("GET", "members/anna@shop.example/entries");
  assert.equal(entries.body.data.length, 1);
  assert.ok(!entries.text.includes("anna"), entries.text);
});

test("fault 33: min_seq: an older copy is never shown, a newer one costs no object", async () => {
  const read = async (query) => (await shop.call("GET", `members/reader${query}`)).body;
  await shop.pay("reader", order("1", "10.00"), "order-1");
  assert.deepEqual([(await read("")).source, (await read("")).standing.seq], ["object", 1]);
  const first = await read("?min_seq=1");
  assert.equal(first.standing.seq, 1);
  await flushed(shop, "reader");
  const copy = await read("?min_seq=1");
  assert.deepEqual([copy.source, copy.standing.seq, copy.activity.length], ["kv", 1, 1]);
  assert.deepEqual(copy.standing, (await read("")).standing);
  const { seq } = (await shop.pay("reader", order("2", "10.00"), "order-2")).body;
  const mine = await read(`?min_seq=${seq}`);
  assert.deepEqual([mine.standing.seq, mine.standing.available], [2, 20]);
  assert.equal((await read("?min_seq=3")).source, "object", "an entry that is nowhere yet is asked of the object");
  assert.equal((await eventually(() => read("?min_seq=2"), ({ source }) => source === "kv")).source, "kv");
});

test("a burst of 1,000 entries is flushed over several runs, in order", async () => {
  const ids = Array.from({ length: 1000 }, (_, id) => id);
  for (let at = 0; at < ids.length; at += 50) {
    const some = ids.slice(at, at + 50);
    const paid = await Promise.all(some.map((id) => shop.pay("burst", order(`${id}`, "1.00"), `order-${id}`)));
    assert.ok(paid.every(({ status }) => status === 201));
  }
  const audit = await eventually(() => shop.audit("burst"), ({ flushed_seq }) => flushed_seq === 1000, 30_000);
  assert.deepEqual(audit, { ...audit, head_seq: 1000, kv_entries: 1000, equal: true, dense: true, chain_intact: true });
});

test("exactly-once: power cuts between commit, answer, KV and watermark lose and double nothing", async (t) => {
  const cut = await startWorker();
  t.after(() => cut.stop());
  const it = await openShop(cut);
  let acknowledged = 0;
  for (let round = 0; round < 5; round += 1) {
    const pay = (n) => it.pay("cut", order(`${round}-${n}`, "1.00"), `order-${round}-${n}`);
    const all = Array.from({ length: 8 }, (_, n) => n);
    // Orders are under way when the power goes, at another instant of the flush in every round.
    const sent = all.map((n) => pay(n).catch(() => undefined));
    await pause(5 + round * 120);
    await cut.kill();
    const first = await Promise.all(sent);
    await cut.restart();
    // The sender of a lost answer asks again, with the same keys; an answer that was given stays.
    const again = await Promise.all(all.map(pay));
    for (const n of all) {
      assert.deepEqual([again[n].status, again[n].body.applied], [201, true], again[n].text);
      if (first[n] === undefined) continue;
      acknowledged += 1;
      assert.equal(again[n].text, first[n].text, "what was acknowledged is in the log");
      assert.equal(again[n].headers.get("idempotency-replayed"), "true");
    }
  }
  t.diagnostic(`${acknowledged} of 40 orders were acknowledged before the power went`);
  const audit = await flushed(it, "cut");
  assert.deepEqual(audit, { ...audit, head_seq: 40, kv_entries: 40, equal: true, dense: true, chain_intact: true });
  assert.equal((await it.view("cut")).standing.available, 40);
});

test("what was committed before a power cut reaches KV without anybody asking", async (t) => {
  const cut = await startWorker();
  t.after(() => cut.stop());
  const it = await openShop(cut);
  await it.pay("silent", order("1", "10.00"), "order-1");
  await cut.kill();
  await cut.restart();
  // KV is looked at past the Worker, which wakes no object; only its alarm can have written the copy.
  const copies = async () => (await (await cut.kv()).list({ prefix: "s/" })).keys;
  await eventually(copies, ({ length }) => length === 1, 30_000);
  assert.equal((await it.call("GET", "members/silent?min_seq=1")).body.source, "kv");
});

test("an object that lost its storage starts no second history", async (t) => {
  const lost = await startWorker();
  t.after(() => lost.stop());
  const it = await openShop(lost);
  await it.pay("lost", order("1", "10.00"), "order-1");
  await flushed(it, "lost");
  await lost.loseObjects();
  const answer = await it.pay("lost", order("2", "10.00"), "order-2");
  assert.deepEqual([answer.status, answer.body.code, answer.body.retryable], [503, "history_exists", false]);
  const audit = await it.audit("lost");
  assert.deepEqual([audit.head_seq, audit.kv_entries, audit.equal], [0, 1, false]);
  assert.equal((await it.pay("new", order("2", "10.00"), "order-2")).status, 201);
});
