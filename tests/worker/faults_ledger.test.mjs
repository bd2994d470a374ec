// Faults of the ledger at the edge, by number: what happens to an account when parts of it are lost or damaged.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startWorker } from "../support/worker.mjs";
import { cart, eventually, flushed, openShop, order, pause, programme, refused } from "./fixture.mjs";

let worker, shop, kv;
before(async () => {
  worker = await startWorker();
  shop = await openShop(worker);
});
after(() => worker.stop());

/** Everything KV has below a prefix: key to text and metadata. */
async function listed(prefix) {
  kv = await worker.kv();
  const { keys } = await kv.list({ prefix });
  const value = async ({ name }) => {
    const { value, metadata } = await kv.getWithMetadata(name);
    return [name, { value, metadata }];
  };
  return new Map(await Promise.all(keys.map(value)));
}

/** The account's entries in KV. */
async function journal(it, member) {
  const all = await listed(`e/${it.shop}/`);
  const { body } = await it.call("GET", `members/${member}/entries?limit=500`);
  const texts = new Set(body.data.map((entry) => JSON.stringify(entry)));
  return new Map([...all].filter(([, { value }]) => texts.has(JSON.stringify(JSON.parse(value)))));
}

const restore = (it, member, from, dry_run, rest = {}) => it.call("POST", `members/${member}/restore`, { from, dry_run, ...rest });

/** A hold by a command, with a name of its own. */
const NAMED = { command: { kind: "hold", hold: "named", reward: "five_off", cart: cart("50.00") } };

/** Orders, a refund, a hold that stays open, one that is captured, one by a command. */
async function live(it, member) {
  const answers = [];
  const keep = (answer) => {
    assert.equal(answer.status, 201, answer.text);
    answers.push(answer);
    return answer;
  };
  for (let id = 1; id <= 4; id += 1) keep(await it.pay(member, order(`${id}`, "60.00"), `order-${id}`));
  keep(await it.refund(member, "1", "r1", [{ id: "1", amount: "20.00" }]));
  const token = await it.token(member);
  keep(await it.hold(token, 100, "hold-open"));
  const held = keep(await it.call("POST", "holds", { reward: "five_off", cart: cart("50.00") }, { token, key: "hold-taken" }));
  keep(await it.call("POST", `holds/${held.body.hold.id}/capture`, { member }, { key: "captured" }));
  keep(await it.call("POST", "me/commands", NAMED, { token, key: "hold-named" }));
  await flushed(it, member);
  return answers;
}

test("fault 34: an object that lost its storage is restored from KV, and books nothing twice", async (t) => {
  const lost = await startWorker();
  t.after(() => lost.stop());
  const it = await openShop(lost);
  const before = await live(it, "anna");
  const [entries, view] = [await it.call("GET", "members/anna/entries"), await it.view("anna")];
  const audit = await it.audit("anna");
  await lost.loseObjects();
  assert.deepEqual(refused(await it.pay("anna", order("5", "10.00"), "order-5")), [503, "history_exists"]);

  const dry = await restore(it, "anna", "kv", true);
  assert.equal(dry.status, 200, dry.text);
  const head = { epoch: dry.body.head.epoch, seq: audit.head_seq, hash: audit.log_hash };
  const found = { from: "kv", dry_run: true, kv_entries: audit.head_seq, head, damage: null, restored: false };
  assert.deepEqual(dry.body, { ...dry.body, ...found, answers: before.length });
  assert.deepEqual(refused(await it.pay("anna", order("5", "10.00"), "order-5")), [503, "history_exists"], "a dry run restores nothing");

  const done = await restore(it, "anna", "kv", false);
  assert.deepEqual(done.body, { ...dry.body, dry_run: false, restored: true });
  assert.equal((await it.call("GET", "members/anna/entries")).text, entries.text);
  const again = await it.view("anna");
  assert.deepEqual(again, { ...view, as_of: again.as_of });
  assert.deepEqual(await flushed(it, "anna"), audit);

  const repeated = await it.pay("anna", order("1", "60.00"), "order-1");
  assert.deepEqual([repeated.status, repeated.text], [201, before[0].text], "the very answer");
  assert.equal(repeated.headers.get("idempotency-replayed"), "true");
  const other = await it.pay("anna", order("2", "60.00"), "another-key");
  assert.deepEqual([other.status, other.body.applied], [200, false]);
  assert.equal((await it.refund("anna", "1", "r1", [{ id: "1", amount: "20.00" }])).text, before[4].text);
  const token = await it.token("anna");
  assert.equal((await it.hold(token, 100, "hold-open")).text, before[5].text);
  assert.equal((await it.call("POST", "me/commands", NAMED, { token, key: "hold-named" })).text, before.at(-1).text);
  assert.deepEqual(refused(await it.pay("anna", order("1", "61.00"), "order-1")), [422, "idempotency_key_reused"]);
  assert.equal((await it.pay("anna", order("5", "10.00"), "order-5")).body.seq, audit.head_seq + 1);
  assert.deepEqual(refused(await restore(it, "anna", "kv", false)), [409, "account_not_empty"]);
  const after = await flushed(it, "anna");
  assert.deepEqual([after.equal, after.dense, after.chain_intact], [true, true, true]);
});

test("fault 34: of a history that is not whole nothing is restored, and nothing in KV is touched", async (t) => {
  const lost = await startWorker();
  t.after(() => lost.stop());
  const it = await openShop(lost);
  for (const member of ["missing", "first", "last", "edited", "swapped", "foreign"]) {
    for (let id = 1; id <= 3; id += 1) await it.pay(member, order(`${id}`, "10.00"), `order-${id}`);
    await flushed(it, member);
  }
  await lost.loseObjects();
  const space = await lost.kv();
  const names = (await space.list({ prefix: "e/demo/" })).keys.map(({ name }) => name);
  const read = (key) => space.getWithMetadata(key);
  const write = async (key, { value, metadata }, change = (text) => text) => {
    await space.put(key, change(value), { metadata });
  };
  const damages = {
    missing: [(mine) => space.delete(mine[1]), /^journal_gap: entry 2 /],
    first: [(mine) => space.delete(mine[0]), /^journal_gap: entry 1 /],
    last: [(mine) => space.delete(mine[2]), /^journal_behind: .* 2 .* 3;/],
    edited: [
      async (mine) => write(mine[1], await read(mine[1]), (text) => text.replace('"amount":"10.00"', '"amount":"90.00"')),
      /^journal_hash: entry 2 /,
    ],
    swapped: [
      async (mine) => {
        const [one, other] = [await read(mine[0]), await read(mine[1])];
        await write(mine[0], other);
        await write(mine[1], one);
      },
      /^journal_hash: entry 1 /,
    ],
    foreign: [
      async (mine) => write(mine[0].replace(/[^/]+(?=\/[0-9a-f]{16}$)/, "zzzzzzzz"), await read(mine[0])),
      /^journal_epoch: /,
    ],
  };
  for (const [member, [damage, expected]] of Object.entries(damages)) {
    // Which account is the member's, only the Worker knows; which history it has, a dry run tells.
    const audit = await it.audit(member);
    assert.deepEqual([audit.head_seq, audit.kv_entries], [0, 3]);
    const { body } = await restore(it, member, "kv", true);
    const mine = names.filter((name) => name.includes(`/${body.head.epoch}/`));
    await damage(mine);
    const before = (await space.list({ prefix: "e/demo/" })).keys;
    const dry = await restore(it, member, "kv", true);
    assert.equal(dry.status, 200);
    assert.match(`${dry.body.damage.code}: ${dry.body.damage.detail};`, expected);
    const done = await restore(it, member, "kv", false);
    assert.deepEqual(refused(done), [503, "history_damaged"]);
    assert.match(done.body.detail, expected);
    assert.deepEqual(refused(await it.pay(member, order("9", "1.00"), "order-9")), [503, "history_exists"]);
    assert.deepEqual((await space.list({ prefix: "e/demo/" })).keys, before);
  }
});

test("fault 29, 30: killed between commit and answer, KV and watermark, the log is whole and KV equals it", async (t) => {
  const cut = await startWorker();
  t.after(() => cut.stop());
  const it = await openShop(cut);
  const first = await it.pay("anna", order("1", "10.00"), "order-1");
  await cut.kill();
  await cut.restart();
  const again = await it.pay("anna", order("1", "10.00"), "order-1");
  assert.deepEqual([again.status, again.text], [201, first.text]);
  // Killed while the journal writes.
  for (let id = 2; id <= 9; id += 1) await it.pay("anna", order(`${id}`, "10.00"), `order-${id}`);
  await pause(320);
  await cut.kill();
  await cut.restart();
  const audit = await eventually(() => it.audit("anna"), ({ flushed_seq }) => flushed_seq === 9, 20_000);
  assert.deepEqual(audit, { ...audit, head_seq: 9, kv_entries: 9, equal: true, dense: true, chain_intact: true });
});

test("fault 27: points in a hold do not expire before it ends, and then at once", async () => {
  const it = await openShop(worker, { shop: "expiring" });
  const at = (now) => ({ now });
  await it.pay("anna", order("1", "100.00"), "order-1", at("2026-01-31T10:00:00Z"));
  // What was earned on 31 January lasts through 31 January of the next year.
  const late = "2027-01-31T22:50:00Z";
  const token = await it.token("anna", at(late));
  const held = await it.hold(token, 100, "hold", at(late));
  assert.equal(held.status, 201, held.text);
  const gone = "2027-01-31T23:01:00Z";
  const during = (await it.view("anna", at(gone))).standing;
  assert.deepEqual([during.available, during.held], [0, 100]);
  const released = await it.call("POST", `holds/${held.body.hold.id}/release`, { member: "anna" }, { key: "release", ...at(gone) });
  assert.deepEqual([released.status, released.body.standing.available, released.body.standing.held], [201, 0, 0], released.text);
});

test("fault 26: a hold is captured until its time-out, and not at it; the log's time never goes back", async () => {
  const it = await openShop(worker, { shop: "timed" });
  const at = (now) => ({ now });
  await it.pay("anna", order("1", "300.00"), "order-1", at("2026-03-01T10:00:00Z"));
  const token = await it.token("anna", at("2026-03-01T10:00:00Z"));
  const hold = async (key) => (await it.hold(token, 100, key, at("2026-03-01T10:00:00.000Z"))).body.hold.id;
  const capture = (id, now) => it.call("POST", `holds/${id}/capture`, { member: "anna" }, { key: `capture-${id}`, now });
  const [one, other] = [await hold("one"), await hold("other")];
  assert.equal((await capture(one, "2026-03-01T10:14:59.999Z")).status, 201);
  assert.deepEqual(refused(await capture(other, "2026-03-01T10:15:00.000Z")), [409, "hold_expired"]);
  await it.pay("anna", order("2", "10.00"), "order-2", at("2026-03-01T09:00:00Z"));
  const { data } = (await it.call("GET", "members/anna/entries")).body;
  const instants = data.map((entry) => entry.at);
  assert.deepEqual(instants, [...instants].sort());
});

test("a message that cannot arrive holds up no other account's, and the merchant can read why", async () => {
  const earning = [...programme.earning, { id: "staff", points: 1, per: "10.00", to: "seller" }];
  const it = await openShop(worker, { shop: "letters", programme: { ...programme, earning } });
  const letters = async () => (await it.call("GET", "members/anna/undelivered")).body.data;
  const sold = (id, seller) => it.pay("anna", { ...order(id, "100.00"), seller }, `order-${id}`);
  await it.call("POST", "members", { member: "bela" });
  const bela = (await it.call("GET", "members/bela/account")).body.account;
  // A history of another object keeps this one from being born.
  await (await worker.kv()).put(`e/letters/${bela}/zzzzzzzz/0000000000000001`, "evidence");
  await sold("1", "bela");
  await sold("2", "bela");
  await sold("3", "cili");
  const available = async (member) => (await it.view(member)).standing.available;
  assert.equal(await eventually(() => available("cili"), (points) => points === 10), 10);
  const [behind, first] = await eventually(letters, ({ length }) => length === 2);
  assert.deepEqual([first.seq, first.to, first.tries, behind.seq, behind.to], [1, bela, 1, 2, bela]);
  assert.match(first.reason, /503.*history_exists/);
  assert.ok(first.due > Date.now() && behind.due > Date.now());
  assert.deepEqual((await it.call("GET", "members/nobody/undelivered")).body, { data: [] });
  const shopper = await it.call("GET", "members/anna/undelivered", undefined, { token: await it.token("anna") });
  assert.equal(shopper.status, 401);
});

test("what KV lost or has wrong is put again from the object; keys of others are told, never touched", async () => {
  await live(shop, "mend");
  const before = await journal(shop, "mend");
  const names = [...before.keys()].sort();
  const [first, second, third] = names;
  const prefix = first.split("/").slice(0, 3).join("/");
  const foreign = `${prefix}/zzzzzzzz/0000000000000001`;
  await kv.delete(first);
  await kv.put(second, before.get(second).value.replace("60.00", "70.00"), { metadata: before.get(second).metadata });
  await kv.put(third, before.get(third).value, { metadata: { h: "0" } });
  await kv.put(foreign, '"evidence"');
  await kv.delete(prefix.replace("e/", "s/"));
  const audit = await shop.audit("mend");
  assert.deepEqual([audit.equal, audit.chain_intact], [false, true]);
  const dry = await restore(shop, "mend", "object", true);
  const found = { from: "object", dry_run: true, head_seq: names.length, entries: names.length, missing: 1, different: 2, put: 0 };
  assert.deepEqual(dry.body, { ...found, copy_differs: true, foreign: 1, foreign_keys: [foreign] });
  assert.equal((await shop.audit("mend")).equal, false, "a dry run puts nothing");
  const done = await restore(shop, "mend", "object", false);
  assert.deepEqual(done.body, { ...dry.body, dry_run: false, put: 3 });
  assert.deepEqual(await journal(shop, "mend"), before, "the same bytes");
  assert.equal(await kv.get(foreign), '"evidence"');
  assert.equal((await shop.call("GET", "members/mend?min_seq=1")).body.source, "kv");
  const again = await restore(shop, "mend", "object", false);
  assert.deepEqual(again.body, { ...done.body, missing: 0, different: 0, put: 0, copy_differs: false });
  assert.equal((await shop.audit("mend")).equal, false, "the foreign key is still listed");
});

test("restoring is asked for in full, and only by the shop itself", async () => {
  await shop.pay("asked", order("1", "10.00"), "order-1");
  for (const body of [{}, { from: "kv" }, { dry_run: true }, { from: "mars", dry_run: true }, { from: "kv", dry_run: true, more: 1 }]) {
    assert.deepEqual(refused(await shop.call("POST", "members/asked/restore", body)), [400, "malformed"]);
  }
  const stranger = await openShop(worker, { shop: "stranger" });
  const other = await shop.call("POST", "members/asked/restore", { from: "kv", dry_run: true }, { token: stranger.apiKey });
  assert.deepEqual(refused(other), [401, "unauthorised"]);
  const shopper = await shop.call("POST", "members/asked/restore", { from: "kv", dry_run: true }, { token: await shop.token("asked") });
  assert.equal(shopper.status, 401);
  assert.deepEqual(refused(await restore(shop, "asked", "kv", false)), [409, "account_not_empty"]);
  assert.deepEqual(refused(await restore(shop, "nobody", "object", false)), [404, "not_found"]);
  const none = await restore(shop, "nobody", "kv", true);
  assert.deepEqual([none.body.damage.code, none.body.kv_entries], ["nothing_to_restore", 0]);
  assert.deepEqual(refused(await restore(shop, "nobody", "kv", false)), [404, "not_found"]);
});
