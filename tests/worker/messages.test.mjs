// What accounts ask of each other, and what all of them share: budgets, stocks, sellers, gifts of points.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { after, before, test } from "node:test";
import { startWorker } from "../support/worker.mjs";
import { eventually, flushed, openShop, order, pause, programme as figures, refused } from "./fixture.mjs";

const programme = {
  ...figures,
  earning: [
    ...figures.earning,
    { id: "extra", points: 1, per: "1.00", campaign: "summer" },
    { id: "staff", points: 1, per: "10.00", to: "seller" },
  ],
  campaigns: [{ id: "summer", name: "Summer", budget: 30 }],
  rewards: [
    ...figures.rewards,
    { id: "mug", name: "Mug", kind: "gift", points: 10, value: "5.00", instructions: "Hand it over", stock: 1 },
  ],
};

let worker, shop;
before(async () => {
  worker = await startWorker();
  shop = await openShop(worker, { programme });
});
after(() => worker.stop());

let keys = 0;
const command = (it, member, command) =>
  it.call("POST", `members/${member}/commands`, { command }, { key: `key-${(keys += 1)}` });
const available = async (it, member) => (await it.view(member)).standing.available;
const entries = async (it, member) => (await it.call("GET", `members/${member}/entries`)).body.data;
/** What all members share, once it is so and no module has heard anything else in the last two seconds. */
const tallies = async (it, wanted) => {
  const so = (shared) => Object.entries(wanted).every(([id, count]) => shared[id] === count);
  const shared = await eventually(async () => (await it.view("anyone")).shared, so);
  await pause(2_100);
  return shared;
};
const plain = (id, amount, more) => ({ ...order(id, amount), ...more });

test("M08: a budget that two members share ends, and the preview says so", async () => {
  const first = await shop.pay("anna", order("1", "20.00"), "order");
  assert.equal(first.body.standing.available, 40);
  assert.deepEqual(await tallies(shop, { "campaign/summer": 20 }), { "campaign/summer": 20 });
  const preview = async (member, amount) =>
    (await shop.call("POST", "preview", { cart: { ...plain("", amount), id: undefined } }, { token: await shop.token(member) })).body.points;
  assert.equal(await preview("bela", "20.00"), 30);
  const second = await shop.pay("bela", order("1", "20.00"), "order");
  assert.equal(second.body.standing.available, 30, "of 20 points only 10 were left");
  await tallies(shop, { "campaign/summer": 30 });
  assert.equal(await preview("cili", "20.00"), 20);
  assert.equal((await shop.pay("cili", order("1", "20.00"), "order")).body.standing.available, 20);
  await flushed(shop, "cili");
  assert.equal((await shop.view("cili")).shared["campaign/summer"], 30);
});

test("a budget never counts twice, however often it is told", async () => {
  const it = await openShop(worker, { shop: "twice", programme });
  await it.pay("anna", order("1", "20.00"), "order");
  await tallies(it, { "campaign/summer": 20 });
  const counted = await worker.object("twice/#shared", "entries", { after: 0, limit: 10 });
  const [{ key, event, programme: version }] = counted.body.data;
  assert.equal(event.kind, "shared_counted");
  const told = { kind: "count_shared", by: event.by, seq: 1, counts: event.counts };
  const request = JSON.stringify({ account: "#shared", key, command: told });
  const ask = { programme: version, now: null, request, hold: null, referral: null, as_sent: false };
  const again = await worker.object("twice/#shared", "step", ask);
  assert.deepEqual([again.status, again.headers.get("idempotency-replayed")], [201, "true"]);
  // The answer is read anew once what was heard is no longer fresh.
  await pause(2_100);
  assert.equal((await it.view("anna")).shared["campaign/summer"], 20);
});

test("M21: of a stock of one, one member takes one; cancelled it is there again", async () => {
  const it = await openShop(worker, { shop: "stock", programme });
  const hold = async (member, id) =>
    it.call("POST", "holds", { reward: "mug" }, { token: await it.token(member), key: id });
  for (const member of ["anna", "bela"]) await it.pay(member, order("1", "100.00"), "order");
  const taken = await hold("anna", "a");
  assert.deepEqual([taken.status, taken.body.hold?.reward], [201, "mug"], taken.text);
  assert.equal((await command(it, "anna", { kind: "capture", hold: taken.body.hold.id })).status, 201);
  await tallies(it, { "reward/mug": 1 });
  const late = await hold("bela", "b");
  assert.deepEqual([...refused(late), late.body.needs, late.body.has], [409, "out_of_stock", "1", "1"]);
  assert.equal((await command(it, "anna", { kind: "cancel_reward", hold: taken.body.hold.id })).status, 201);
  await tallies(it, { "reward/mug": 0 });
  assert.equal((await hold("bela", "c")).status, 201);
});

test("M21: of two members who hold the last one, only the first to be handed it gets it", async () => {
  const it = await openShop(worker, { shop: "last", programme });
  const held = {};
  for (const member of ["anna", "bela"]) {
    await it.pay(member, order("1", "100.00"), "order");
    const answer = await it.call("POST", "holds", { reward: "mug" }, { token: await it.token(member), key: member });
    held[member] = answer.body.hold.id;
  }
  const capture = (member) => command(it, member, { kind: "capture", hold: held[member] });
  assert.equal((await capture("anna")).status, 201);
  await tallies(it, { "reward/mug": 1 });
  assert.deepEqual(refused(await capture("bela")), [409, "out_of_stock"]);
});

test("M11: a seller is credited, and loses what is refunded; no entry names them", async () => {
  const it = await openShop(worker, { shop: "sold", programme });
  const sold = await it.pay("anna", plain("1", "100.00", { seller: "bela" }), "order");
  assert.equal(sold.status, 201, sold.text);
  assert.equal(await eventually(() => available(it, "bela"), (points) => points === 10), 10);
  const [paid] = await entries(it, "anna");
  assert.match(paid.event.order.seller, /^[0-9a-f]{32}$/);
  const [settled] = await entries(it, "bela");
  assert.deepEqual([settled.event.kind, settled.changes], ["sale_settled", { points: 10 }]);
  await it.refund("anna", "1", "r1", [{ id: "1", amount: "50.00" }]);
  assert.equal(await eventually(() => available(it, "bela"), (points) => points === 5), 5);
  await it.refund("anna", "1", "r2");
  assert.equal(await eventually(() => available(it, "bela"), (points) => points === 0), 0);
  const again = await it.pay("anna", plain("1", "100.00", { seller: "bela" }), "order");
  assert.equal(again.text, sold.text, "the same order under the same key is the same answer");
  const named = await it.pay("anna", plain("2", "10.00", { seller: "a b" }), "order-2");
  assert.deepEqual([...refused(named), named.body.faults[0].path], [422, "id_invalid", "/order/seller"]);
  const stolen = await it.pay("anna", plain("3", "10.00", { seller: "#shared" }), "order-3");
  assert.match(stolen.body.entries[0].event.order.seller, /^[0-9a-f]{32}$/, "nobody outside names an account");
});

test("exactly-once M32: points given to another member arrive once, though they are delivered twice", async () => {
  const it = await openShop(worker, { shop: "gifts", programme });
  await it.pay("anna", order("1", "30.00"), "order");
  const before = await available(it, "anna");
  await it.call("POST", "members", { member: "bela" });
  const given = await it.call("POST", "me/commands", { command: { kind: "transfer", to: "bela", points: 25 } }, { token: await it.token("anna"), key: "gift" });
  assert.deepEqual([given.status, given.body.standing.available], [201, before - 25], given.text);
  assert.equal(await eventually(() => available(it, "bela"), (points) => points > 0), 25);
  const sent = (await entries(it, "anna")).find(({ event }) => event.kind === "transfer_sent");
  const [received] = await entries(it, "bela");
  assert.deepEqual([received.event.kind, received.changes], ["transfer_received", { points: 25 }]);
  const from = received.event.lots[0].transfer;
  assert.match(from, /^[0-9a-f]{32}$/);
  assert.equal(received.key, `transfer:${createHash("sha256").update(from).digest("hex")}:${sent.seq}`);
  const told = { kind: "receive_transfer", from, parts: sent.event.parts };
  const request = JSON.stringify({ account: sent.event.to, key: received.key, command: told });
  const ask = { programme: received.programme, now: null, request, hold: null, referral: null, as_sent: false };
  const again = await worker.object(`gifts/${sent.event.to}`, "step", ask);
  assert.deepEqual([again.status, again.headers.get("idempotency-replayed")], [201, "true"], again.text);
  assert.equal(await available(it, "bela"), 25);
  const self = await it.call("POST", "me/commands", { command: { kind: "transfer", to: "anna", points: 1 } }, { token: await it.token("anna"), key: "self" });
  assert.deepEqual(refused(self), [422, "self_transfer"]);
});

test("M49: points go to members only, and nobody becomes one by being named", async () => {
  const it = await openShop(worker, { shop: "strangers", programme });
  await it.pay("anna", order("1", "30.00"), "order");
  const [before, token] = [await available(it, "anna"), await it.token("anna")];
  const give = (path, to, rest) => it.call("POST", path, { command: { kind: "transfer", to, points: 25 } }, { key: rest.token ? "mine" : "shop", ...rest });
  const members = async () => (await it.call("GET", "members")).body.data.map(({ member }) => member);
  for (const [path, rest] of [["me/commands", { token }], ["members/anna/commands", {}]]) {
    assert.deepEqual(refused(await give(path, "stranger", rest)), [404, "not_found"]);
  }
  assert.equal((await it.call("GET", "members/stranger/profile")).status, 404);
  assert.deepEqual([await eventually(members, (all) => all.length > 0), await available(it, "anna")], [["anna"], before]);
  await it.call("POST", "members", { member: "stranger" });
  assert.equal((await give("me/commands", "stranger", { token })).status, 201, "the refusal was not the last word");
});

test("exactly-once: one entry's messages to several accounts all arrive, once, over a power cut", async (t) => {
  const cut = await startWorker();
  t.after(() => cut.stop());
  const it = await openShop(cut, { programme });
  const { body } = await it.call("POST", "me/referral", undefined, { token: await it.token("advocate") });
  // This order tells its seller, its advocate, and the account that counts the budget.
  await it.pay("anna", plain("1", "40.00", { seller: "bela" }), "order", { referral: body.code });
  await cut.kill();
  await cut.restart();
  assert.deepEqual(await tallies(it, { "campaign/summer": 30 }), { "campaign/summer": 30 });
  assert.equal(await eventually(() => available(it, "bela"), (points) => points > 0), 4);
  const { standing } = await eventually(() => it.view("advocate"), (view) => view.standing.seq > 0);
  assert.deepEqual([standing.pending, standing.friends_waiting], [500, 1]);
  await pause(2_100);
  assert.deepEqual([(await it.view("bela")).standing.seq, (await it.view("advocate")).standing.seq], [1, 1]);
  assert.equal((await it.view("anyone")).shared["campaign/summer"], 30);
  for (const member of ["anna", "bela", "advocate"]) assert.ok((await flushed(it, member)).equal, member);
});

test("a programme that shares nothing asks no object but the member's", async (t) => {
  const alone = await startWorker();
  t.after(() => alone.stop());
  const stored = async () => (await readdir(alone.persist, { recursive: true })).filter((file) => /Account\W[0-9a-f]{64}\.sqlite$/.test(file));
  const objects = async (it) => {
    await it.pay("anna", order("1", "20.00"), "order");
    await it.view("anna");
    await flushed(it, "anna");
    return (await stored()).length;
  };
  assert.equal(await objects(await openShop(alone)), 1);
  assert.equal(await objects(await openShop(alone, { shop: "sharing", programme })), 3, "the other shop's member, and what its members share");
});

test("what all members share is audited and restored as an account is; lost, it is not taken for nothing", async (t) => {
  const lost = await startWorker();
  t.after(() => lost.stop());
  const it = await openShop(lost, { shop: "lost", programme });
  await it.pay("anna", order("1", "20.00"), "order-1");
  await eventually(async () => (await it.view("anna")).shared["campaign/summer"] > 0, Boolean);
  const audit = async () => (await it.call("GET", "shared/audit")).body;
  const before = await eventually(audit, ({ head_seq, flushed_seq }) => head_seq > 0 && flushed_seq === head_seq);
  assert.deepEqual([before.equal, before.dense, before.chain_intact], [true, true, true]);
  const { shared } = await it.view("anna");
  await lost.loseObjects("Account");
  const view = await it.call("GET", "members/anna?min_seq=0");
  assert.deepEqual([view.status, view.body.code], [503, "history_exists"]);
  const restored = await it.call("POST", "shared/restore", { from: "kv", dry_run: false });
  assert.deepEqual([restored.status, restored.body.restored], [200, true], restored.text);
  assert.deepEqual((await it.view("anna")).shared, shared);
});
