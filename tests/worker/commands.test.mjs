// Commands without a route of their own: who may send which, and what they come to.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startWorker } from "../support/worker.mjs";
import { openShop, order, programme as figures, refused } from "./fixture.mjs";

const programme = {
  ...figures,
  wallets: [{ id: "stamps", name: "Stamps" }],
  exchanges: [{ from: "points", to: "stamps", give: 10, get: 1 }],
  bonuses: [{ id: "review", name: "Review", event: "review", points: 5, limit: "each_reference", approval: true }],
  memberships: [{ id: "club", name: "Club", fee: "10.00", term: { days: 10 } }],
  privileges: [{ id: "lounge", name: "Lounge", uses: { count: 1 } }],
  recognition: { after: { days: 1 } },
  rewards: [
    ...figures.rewards,
    { id: "mug", name: "Mug", kind: "gift", points: 10, value: "5.00", instructions: "Hand it over" },
  ],
};

let worker, shop;
before(async () => {
  worker = await startWorker();
  shop = await openShop(worker, { programme });
});
after(() => worker.stop());

let keys = 0;
const key = () => `key-${(keys += 1)}`;
/** The merchant's command for a member. */
const merchant = (member, command, rest) =>
  shop.call("POST", `members/${member}/commands`, { command }, { key: key(), ...rest });
/** The member's own. */
const shopper = async (member, command, rest) =>
  shop.call("POST", "me/commands", { command }, { token: await shop.token(member), key: key(), ...rest });
const kinds = ({ body }) => body.entries.map(({ event }) => event.kind);
const seq = async (member) => (await shop.view(member)).standing.seq;

/** Every command that only the merchant sends, in an order in which each succeeds, and what it appends. */
const MERCHANTS = [
  [{ kind: "fulfil_order", order: "1" }, "order_fulfilled"],
  [{ kind: "record_event", event: "review", reference: "r1" }, "event_recorded"],
  [{ kind: "decide_bonus", bonus: "review", reference: "r1", approved: true }, "bonus_decided"],
  [{ kind: "set_segment", segment: "staff", member: true }, "segment_set"],
  [{ kind: "pay_membership", membership: "club", payment: "p1" }, "membership_paid"],
  [{ kind: "cancel_membership" }, "membership_cancelled"],
  [{ kind: "use_privilege", privilege: "lounge", reference: "u1" }, "privilege_used"],
  [{ kind: "honour", form: "photo" }, "honoured"],
  [{ kind: "adjust", reason: "sorry", credit: 7 }, "adjusted"],
  [{ kind: "capture", hold: "h1" }, "captured"],
  [{ kind: "fulfil_reward", hold: "h1" }, "reward_fulfilled"],
  [{ kind: "capture", hold: "h2" }, "captured"],
  [{ kind: "cancel_reward", hold: "h2" }, "reward_cancelled"],
];

test("a merchant sends every command of the language, a shopper none of the merchant's", async () => {
  await shop.pay("anna", order("1", "100.00"), "order", { now: "2030-01-01T12:00:00Z" });
  const now = "2030-03-01T12:00:00Z";
  for (const hold of ["h1", "h2"]) assert.equal((await shopper("anna", { kind: "hold", hold, reward: "mug" }, { now })).status, 201);
  assert.equal((await shopper("anna", { kind: "set_consent", purpose: "recognition", given: true }, { now })).status, 201);
  for (const [command, appended] of MERCHANTS) {
    const before = await seq("anna");
    assert.deepEqual(refused(await shopper("anna", command, { now })), [403, "forbidden"], command.kind);
    assert.equal(await seq("anna"), before, "a refused command changes nothing");
    const sent = await merchant("anna", command, { now });
    assert.equal(sent.status, 201, `${command.kind}: ${sent.text}`);
    assert.ok(kinds(sent).includes(appended), `${command.kind}: ${kinds(sent)}`);
  }
});

test("a shopper sends what is theirs", async () => {
  await shop.pay("bela", order("1", "100.00"), "order");
  const hold = await shopper("bela", { kind: "hold", hold: "mine", reward: "mug" });
  assert.deepEqual([hold.status, hold.body.standing.holds.map(({ id }) => id)], [201, ["mine"]]);
  const release = await shopper("bela", { kind: "release", hold: "mine" });
  assert.deepEqual([release.status, release.body.standing.available], [201, 100]);
  const exchange = await shopper("bela", { kind: "exchange", from: "points", to: "stamps", points: 30 });
  const [{ changes }] = exchange.body.entries;
  assert.deepEqual([exchange.status, changes], [201, { points: -30, stamps: 3 }]);
  const consent = await shopper("bela", { kind: "set_consent", purpose: "email", given: true });
  assert.deepEqual([consent.status, consent.body.standing.consents], [201, ["email"]]);
});

test("M07: a birthday without consent is refused, with it taken", async () => {
  const birthday = { kind: "set_birthday", birthday: "05-17" };
  const early = await shopper("cili", birthday);
  assert.deepEqual([...refused(early), early.body.about, early.body.retry], [409, "consent_missing", "birthday", "new_key"]);
  await shopper("cili", { kind: "set_consent", purpose: "birthday", given: true });
  assert.equal((await shopper("cili", birthday)).status, 201);
  assert.equal((await merchant("cili", { kind: "set_birthday", birthday: "02-30" })).status, 422);
});

test("a stranger sends nothing, and nobody what only objects tell each other", async () => {
  const lots = [{ id: 1, wallet: "points", order: "1", points: 1000 }];
  const internal = [
    { kind: "receive_transfer", from: "a", parts: lots },
    { kind: "settle_sale", buyer: "a", order: "1", worth: [{ wallet: "points", points: 1000 }], seq: 1 },
    { kind: "count_shared", by: "a", seq: 1, counts: [{ of: "reward/mug", count: -5 }] },
    { kind: "reward_referral", friend: "a", order: "1", day: "2030-01-01" },
    { kind: "revoke_referral", friend: "a", order: "1" },
  ];
  for (const command of [...internal, { kind: "pay_order", order: order("1", "9.00") }, { kind: "refund", order: "1", refund: "r" }, { kind: "other" }]) {
    for (const sent of [await merchant("dora", command), await shopper("dora", command)]) {
      assert.deepEqual([...refused(sent), sent.body.faults?.[0]?.path], [422, "unknown_choice", "/command/kind"], command.kind);
    }
    for (const path of ["me/commands", "members/dora/commands"]) {
      const sent = await shop.call("POST", path, { command }, { token: null, key: key() });
      assert.deepEqual(refused(sent), [401, "unauthorised"], command.kind);
    }
  }
  for (const member of ["dora", "%23shared", "a"]) assert.equal(await seq(member), 0, member);
});

test("a command is refused with its fault where it stands in the body", async () => {
  const check = async (command, status, code, path) => {
    const sent = await merchant("emil", command);
    assert.deepEqual([...refused(sent), sent.body.faults?.[0]?.path], [status, code, path], sent.text);
  };
  await check({ kind: "set_segment", segment: "", member: true }, 422, "id_invalid", "/command/segment");
  await check({ kind: "set_segment", segment: "a" }, 422, "missing", "/command/member");
  await check({ kind: "adjust", reason: "x", credit: 1, debit: 1 }, 422, "amount_ambiguous", "/command");
  await check({ kind: "transfer", to: "a b", points: 1 }, 422, "id_invalid", "/command/to");
  await check({ kind: "transfer", to: 7, points: 1 }, 422, "wrong_type", "/command/to");
  await check({ kind: "transfer", points: 1 }, 422, "missing", "/command/to");
  const raw = (command) => shop.call("POST", "members/emil/commands", `{"command":${command}}`, { key: key() });
  for (const command of ["1", "null", "{}", '{"kind":"transfer","kind":"adjust"}', '{"kind":"transfer","to":"a","to":"b","points":1}', '{"kind":7}']) {
    assert.deepEqual(refused(await raw(command)), [400, "malformed"], command);
  }
  assert.deepEqual(refused(await merchant("emil", { kind: "cancel_membership" }, { key: undefined })), [400, "idempotency_key_missing"]);
});

test("exactly-once: a command is repeated under its key, and refused under it with another body", async () => {
  const credit = (points, rest) => merchant("fanni", { kind: "adjust", reason: "sorry", credit: points }, { key: "once", ...rest });
  const first = await credit(5);
  const again = await credit(5);
  assert.deepEqual([again.text, again.headers.get("idempotency-replayed")], [first.text, "true"]);
  assert.deepEqual(refused(await credit(6)), [422, "idempotency_key_reused"]);
  assert.equal((await shop.view("fanni")).standing.available, 5);
});

test("a refusal names the bound that is not kept", async () => {
  const [needs, has] = ["10", "0"];
  const sent = await shopper("greta", { kind: "hold", hold: "h", reward: "mug" });
  assert.deepEqual(sent.body, { ...sent.body, code: "insufficient_points", about: "mug", needs, has });
});
