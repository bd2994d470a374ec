// Laws that need a real object with real concurrency: exactly-once, no-overspend, release-restores.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startWorker } from "../support/worker.mjs";
import { cart, flushed, openShop, order } from "./fixture.mjs";

let worker, shop;
before(async () => {
  worker = await startWorker();
  shop = await openShop(worker);
});
after(() => worker.stop());

const together = (count, ask) => Promise.all(Array.from({ length: count }, (_, index) => ask(index)));
const replayed = (answer) => answer.headers.get("idempotency-replayed") === "true";

test("fault 2: exactly-once M44: 64 identical orders at once book one, and all get its answer", async () => {
  const answers = await together(64, () => shop.pay("many", order("1", "100.00"), "same"));
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([201]));
  assert.equal(new Set(answers.map(({ text }) => text)).size, 1, "every answer is the first one, byte for byte");
  assert.equal(answers.filter(replayed).length, 63);
  const view = await shop.view("many");
  assert.deepEqual([view.standing.seq, view.standing.available, view.activity.length], [1, 100, 1]);
});

test("exactly-once: 64 deliveries of one order under 64 keys book one", async () => {
  const answers = await together(64, (index) => shop.pay("keys", order("1", "100.00"), `key-${index}`));
  assert.equal(answers.filter(({ status }) => status === 201).length, 1);
  assert.equal(answers.filter(({ status, body }) => status === 200 && body.applied === false).length, 63);
  assert.equal((await shop.view("keys")).standing.available, 100);
});

test("exactly-once: a key used with another body is refused and changes nothing", async () => {
  const first = await shop.pay("reuse", order("1", "100.00"), "key");
  const other = await shop.pay("reuse", order("1", "100.01"), "key");
  assert.deepEqual([other.status, other.body.code], [422, "idempotency_key_reused"]);
  const again = await shop.pay("reuse", order("1", "100.00"), "key");
  assert.deepEqual([again.status, again.text, replayed(again)], [201, first.text, true]);
  assert.equal((await shop.view("reuse")).standing.seq, 1);
});

test("exactly-once: an order booked before with other content is refused", async () => {
  await shop.pay("edited", order("1", "100.00"), "key-1");
  const other = await shop.pay("edited", order("1", "90.00"), "key-2");
  assert.deepEqual([other.status, other.body.code, other.body.retry], [409, "order_already_booked", "new_key"]);
  assert.equal((await shop.view("edited")).standing.available, 100);
});

test("exactly-once: the same key of another member, shop or caller is another key", async () => {
  const other = await openShop(worker, { shop: "other" });
  const token = await shop.token("one");
  const answers = [
    await shop.pay("one", order("1", "100.00"), "shared"),
    await shop.pay("two", order("1", "100.00"), "shared"),
    await other.pay("one", order("1", "100.00"), "shared"),
    await shop.hold(token, 10, "shared"),
  ];
  assert.deepEqual(answers.map(({ status }) => status), [201, 201, 201, 201]);
  assert.ok(!answers.some(replayed));
});

test("no-overspend M26: of 20 holds of 10 at once on a balance of 100, exactly 10 succeed", async () => {
  await shop.pay("spender", order("1", "100.00"), "order");
  const token = await shop.token("spender");
  const answers = await together(20, (index) => shop.hold(token, 10, `hold-${index}`));
  assert.equal(answers.filter(({ status }) => status === 201).length, 10);
  const no = answers.filter(({ status }) => status === 409);
  assert.equal(no.length, 10);
  assert.ok(no.every(({ body }) => body.code === "insufficient_points" && body.retry === "new_key"));
  const { standing } = await shop.view("spender");
  assert.deepEqual([standing.available, standing.held, standing.holds.length], [0, 100, 10]);
});

test("no-overspend: a refused hold stays refused under its key when points arrive later", async () => {
  await shop.pay("late", order("1", "5.00"), "order-1");
  const token = await shop.token("late");
  const refused = await shop.hold(token, 10, "key");
  assert.deepEqual([refused.status, refused.body.code], [409, "insufficient_points"]);
  await shop.pay("late", order("2", "100.00"), "order-2");
  const again = await shop.hold(token, 10, "key");
  assert.deepEqual([again.status, again.text, replayed(again)], [409, refused.text, true]);
  assert.equal((await shop.hold(token, 10, "new-key")).status, 201);
});

test("release-restores M26: a released hold leaves the balance as it was, once", async () => {
  await shop.pay("back", order("1", "100.00"), "order");
  const token = await shop.token("back");
  const { hold } = (await shop.hold(token, 40, "hold")).body;
  assert.deepEqual([hold.points, hold.value, hold.reward], [40, "0.40", "pay"]);
  const release = (key) => shop.call("POST", `holds/${hold.id}/release`, {}, { token, key });
  const first = await release("release");
  assert.deepEqual([first.status, first.body.standing.available, first.body.standing.held], [201, 100, 0]);
  assert.equal((await release("release")).text, first.text);
  const second = await release("another");
  assert.deepEqual([second.status, second.body.code], [409, "hold_not_open"]);
});

test("M26: a hold is captured by the order that names it, and only while it is open", async () => {
  await shop.pay("buyer", order("1", "100.00"), "order-1");
  const token = await shop.token("buyer");
  const { hold } = (await shop.hold(token, 40, "hold")).body;
  const paid = { ...order("2", "10.00"), holds: [hold.id] };
  const booked = await shop.pay("buyer", paid, "order-2");
  assert.deepEqual(booked.body.entries.map(({ event }) => event.kind), ["captured", "order_paid"]);
  // 10.00 less the 0.40 paid with points earns 9.
  assert.deepEqual([booked.body.standing.available, booked.body.standing.held], [69, 0]);
  const capture = await shop.call("POST", `holds/${hold.id}/capture`, { member: "buyer" }, { key: "capture" });
  assert.deepEqual([capture.status, capture.body.code], [409, "hold_not_open"]);
});

test("M26: a hold lapses at its instant, without any job", async () => {
  const at = (now) => ({ now });
  await shop.pay("slow", order("1", "100.00"), "order", at("2030-01-01T10:00:00Z"));
  const token = await shop.token("slow");
  const { hold } = (await shop.hold(token, 40, "hold", at("2030-01-01T10:00:00Z"))).body;
  assert.equal(hold.until, "2030-01-01T10:15:00.000Z");
  assert.equal((await shop.view("slow", at("2030-01-01T10:14:59.999Z"))).standing.held, 40);
  assert.equal((await shop.view("slow", at("2030-01-01T10:15:00Z"))).standing.held, 0);
  const capture = (key, now) => shop.call("POST", `holds/${hold.id}/capture`, { member: "slow" }, { key, now });
  const late = await capture("late", "2030-01-01T10:15:00Z");
  assert.deepEqual([late.status, late.body.code], [409, "hold_expired"]);
  // A clock that jumps back does not bring it back: what was refused for its key stays refused.
  assert.equal((await capture("late", "2030-01-01T10:00:00Z")).status, 409);
});

test("preview-is-booking: what the preview says is what the order books", async () => {
  await shop.pay("shown", order("1", "100.00"), "order-1");
  const token = await shop.token("shown");
  const basket = { ...cart("59.99"), redeem: [{ reward: "five_off" }] };
  const shown = await shop.call("POST", "preview", { cart: basket }, { token });
  const booked = await shop.pay("shown", { id: "2", ...basket }, "order-2");
  const paid = booked.body.entries.find(({ event }) => event.kind === "order_paid").event;
  const [credit] = paid.credits;
  assert.deepEqual(
    [shown.body.points, shown.body.steps, shown.body.lines.map(({ points }) => points)],
    [paid.points, credit.steps, credit.lines],
  );
  assert.equal(shown.body.available_after, booked.body.standing.available);
  const guest = await shop.call("POST", "preview", { cart: cart("59.99") }, { token: null });
  assert.deepEqual([guest.status, guest.body.points, guest.body.available], [200, 59, 0]);
});

test("exactly-once: after all that the journal is the log", async () => {
  for (const member of ["many", "keys", "reuse", "spender", "late", "back", "buyer", "slow", "shown"]) {
    const { equal, dense, chain_intact, kv_entries, head_seq } = await flushed(shop, member);
    assert.deepEqual({ equal, dense, chain_intact, kv_entries }, { equal: true, dense: true, chain_intact: true, kv_entries: head_seq }, member);
  }
});
