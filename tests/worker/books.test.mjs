// The shop's books: every entry once, whatever dies; statements that add up; settlements that close once.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { request, startWorker } from "../support/worker.mjs";
import { eventually, openShop, order, pause, programme } from "./fixture.mjs";

let worker;
before(async () => {
  worker = await startWorker();
});
after(() => worker.stop());

/** A shop with the statement's last day, and what its members own by now. */
async function openBooks(shop, options = {}) {
  const open = await openShop(worker, { shop, ...options });
  return {
    ...open,
    /** The statement of one day. */
    async line(day, { now = `${day}T20:00:00Z`, query = "" } = {}) {
      const answer = await open.call("GET", `reports/liability?from=${day}&to=${day}${query}`, undefined, { now });
      assert.equal(answer.status, 200, answer.text);
      return answer.body.rows;
    },
    async owned(members, now) {
      let sum = 0;
      for (const member of members) {
        const { standing } = await open.view(member, { now });
        sum += standing.available + standing.pending + standing.held - (standing.debt ?? 0);
      }
      return sum;
    },
  };
}

const at = (day) => ({ now: `${day}T10:00:00Z` });

test("M40: the statement is what all accounts own, each entry counted once over power cuts", async () => {
  const shop = await openBooks("cuts");
  const members = Array.from({ length: 40 }, (_, index) => `member-${index}`);
  const day = "2026-03-02";
  for (let round = 1; round <= 3; round += 1) {
    const paid = members.map((member) => shop.pay(member, order(`${round}`, "10.00"), `order-${round}`, at(day)));
    const answers = await Promise.all(paid);
    assert.ok(answers.every(({ status }) => status === 201));
    if (round < 3) {
      // Some accounts have fed the books by now, some are about to, some have not begun.
      await pause(150 * round);
      await worker.kill();
      await worker.restart();
    }
  }
  await shop.refund("member-0", "1", "r1", undefined, undefined, at(day));
  const rows = await eventually(() => shop.line(day), ([row]) => row?.earned === 1200 && row.reversed === 10, 40_000);
  assert.equal(rows.length, 1);
  const [{ start, earned, reversed, redeemed, expired, end }] = rows;
  assert.deepEqual({ start, earned, reversed, redeemed, expired, end }, { start: 0, earned: 1200, reversed: 10, redeemed: 0, expired: 0, end: 1190 });
  assert.equal(await shop.owned(members, `${day}T21:00:00Z`), 1190);
  // Whatever comes late changes nothing: all of it is known.
  await worker.kill();
  await worker.restart();
  await Promise.all(members.map((member) => shop.audit(member)));
  await pause(1500);
  assert.deepEqual(await shop.line(day), rows);
});

test("a batch is folded once, a gap is not taken, another history is refused", async () => {
  const shop = await openBooks("feed");
  for (const id of ["1", "2", "3"]) await shop.pay("anna", order(id, "10.00"), `order-${id}`, at("2026-03-02"));
  await eventually(() => shop.line("2026-03-02"), ([row]) => row?.earned === 30);
  const entries = (await shop.call("GET", "members/anna/entries")).body.data.map((entry) => JSON.stringify(entry));
  const feed = async (acct, some, epoch = "e0") => {
    const { status, body } = await worker.object("feed/0", "feed", { acct, epoch, entries: some }, "BOOKS");
    return status === 200 ? body.seq : status;
  };
  assert.equal(await feed("0a", entries.slice(1)), 0, "the first is missing");
  assert.equal(await feed("0a", entries.slice(0, 2)), 2);
  assert.equal(await feed("0a", entries.slice(0, 2)), 2, "both are known");
  assert.equal(await feed("0a", entries.slice(1)), 3, "one is new");
  assert.deepEqual(await Promise.all([feed("0a", entries), feed("0a", entries)]), [3, 3]);
  assert.equal(await feed("0a", entries, "e1"), 503, "not the history that is known");
  const [row] = await shop.line("2026-03-02");
  assert.equal(row.earned, 60, "30 of hers, 30 of the account that was fed by hand");
});

test("M27 M40: what expires is in the statement on its day, though nobody looks at the account", async () => {
  const shop = await openBooks("expiry", { programme: { ...programme, expiry: { days: 10 } } });
  await shop.pay("anna", order("1", "70.00"), "order-1", at("2026-03-02"));
  await eventually(() => shop.line("2026-03-02"), ([row]) => row?.earned === 70);
  const told = async () => [await shop.line("2026-03-12"), await shop.line("2026-03-13")].flat();
  const lines = await told();
  assert.deepEqual(lines.map(({ start, expired, end }) => [start, expired, end]), [[70, 70, 0], [0, 0, 0]]);
  // Weeks later the account is touched, and posts it.
  await shop.pay("anna", order("2", "5.00"), "order-2", at("2026-04-20"));
  await eventually(() => shop.line("2026-04-20"), ([row]) => row?.earned === 5);
  assert.deepEqual(await told(), lines);
});

test("M40: outstanding by age, breakage and cost, as JSON and as CSV", async () => {
  const shop = await openBooks("reports");
  await shop.pay("anna", order("1", "200.00"), "order-1", at("2026-01-10"));
  await shop.pay("bela", order("2", "50.00"), "order-2", at("2026-02-10"));
  const taken = { ...order("3", "10.00"), redeem: [{ reward: "five_off" }] };
  assert.equal((await shop.pay("anna", taken, "order-3", at("2026-02-11"))).status, 201);
  await eventually(() => shop.line("2026-02-11"), ([row]) => row?.redeemed === 50 && row.end === 205);
  const report = async (target, now = "2026-02-12T10:00:00Z") => (await shop.call("GET", `reports/${target}`, undefined, { now })).body;
  const { rows } = await report("outstanding");
  assert.deepEqual(rows, [
    { wallet: "points", issuer: null, earned: "2026-01", points: 150, pending: 0, value: "15.00" },
    { wallet: "points", issuer: null, earned: "2026-02", points: 55, pending: 0, value: "5.50" },
  ]);
  const cost = await report("cost?from=2026-01-01&to=2026-02-12");
  assert.deepEqual(cost, {
    from: "2026-01-01", to: "2026-02-12", currency: "EUR",
    rows: [{ revenue: "260.00", redeemed: "5.00", redeemed_share: "0.0192", issued: "25.50", issued_share: "0.0980", start_value: "0.00", end_value: "20.50" }],
  });
  const broken = await report("breakage", "2027-01-15T10:00:00Z");
  assert.deepEqual(broken.expected, [{ wallet: "points", rate: "0.7500", outstanding: 55, expected: 41 }]);
  assert.deepEqual(broken.rows[0], { wallet: "points", earned: "2026-01", issued: 200, used: 50, expired: 150, outstanding: 0, rate: "0.7500" });
  const csv = await shop.call("GET", "reports/outstanding?format=csv", undefined, { now: "2026-02-12T10:00:00Z" });
  assert.match(csv.headers.get("content-type"), /^text\/csv/);
  assert.equal(csv.text, "wallet,issuer,earned,points,pending,value\r\npoints,,2026-01,150,0,15.00\r\npoints,,2026-02,55,0,5.50\r\n");
  const day = "2026-02-12T10:00:00Z";
  for (const query of ["from=2026-02-13", "from=x", "from=2024-01-01", "from=2026-02-02&to=2026-02-01", "format=xml", "by=day"]) {
    const refused = await shop.call("GET", `reports/liability?${query}`, undefined, { now: day });
    assert.deepEqual([refused.status, refused.body.code], [400, "malformed"], query);
  }
  assert.deepEqual((await shop.line("2026-02-11", { query: "&wallet=other" })), []);
});

test("M33: a settlement comes to zero, closes once, and what is late goes into the next", async () => {
  const shop = await openBooks("market");
  const sold = (id, amount, partner, redeem) => ({ ...order(id, amount), partner, ...(redeem && { redeem }) });
  await shop.pay("anna", sold("1", "50.00", "cafe"), "order-1", at("2026-01-10"));
  await shop.pay("anna", sold("2", "20.00", "books", [{ reward: "five_off" }]), "order-2", at("2026-01-11"));
  await shop.pay("bela", sold("3", "50.00", "books"), "order-3", at("2026-01-12"));
  await eventually(() => shop.line("2026-01-12"), ([row]) => row?.end === 65);
  const issuers = await shop.line("2026-01-12", { query: "&by=issuer" });
  assert.deepEqual(issuers.map(({ issuer, end }) => [issuer, end]), [["books", 65], ["cafe", 0]]);

  const now = "2026-02-03T10:00:00Z";
  const read = async (period, when = now) => (await shop.call("GET", `settlements/${period}`, undefined, { now: when })).body;
  const close = (period, when = now) => shop.call("POST", `settlements/${period}/close`, undefined, { now: when });
  const owed = [{ debtor: "cafe", creditor: "books", wallet: "points", points: 50, value: "5.00" }];
  const open = await read("2026-01");
  assert.deepEqual([open.status, open.obligations], ["open", owed]);
  const early = await close("2026-02");
  assert.deepEqual([early.status, early.body.code], [409, "period_open"]);

  // Two shops at the same instant: one closes it, the other is told what was closed.
  const both = await Promise.all([close("2026-01"), close("2026-01"), close("2026-01")]);
  assert.deepEqual(both.map(({ status }) => status).sort(), [200, 200, 201]);
  assert.equal(new Set(both.map(({ text }) => text)).size, 1);
  for (const { status, headers } of both) assert.equal(headers.get("idempotency-replayed"), status === 200 ? "true" : null);
  const [{ body: closed }] = both;
  assert.deepEqual([closed.period, closed.status, closed.obligations], ["2026-01", "closed", owed]);
  assert.deepEqual(closed.payments, [{ from: "cafe", to: "books", value: "5.00" }]);
  assert.deepEqual(closed.net, [{ partner: "books", value: "5.00" }, { partner: "cafe", value: "-5.00" }]);

  // An order of January that comes late, and the refund of one that was settled.
  await shop.pay("bela", sold("4", "20.00", "cafe", [{ reward: "five_off" }]), "order-4", at("2026-01-31"));
  await shop.refund("anna", "2", "r2", undefined, undefined, at("2026-02-02"));
  const late = [
    { debtor: "books", creditor: "cafe", wallet: "points", points: 50, value: "5.00" },
    { debtor: "cafe", creditor: "books", wallet: "points", points: -50, value: "-5.00" },
  ];
  const next = await eventually(() => read("2026-02"), ({ obligations }) => obligations.length === 2);
  assert.deepEqual([next.status, next.after, next.obligations], ["open", "2026-01", late]);
  assert.deepEqual(next.net, [{ partner: "books", value: "-10.00" }, { partner: "cafe", value: "10.00" }]);
  assert.deepEqual(await read("2026-01"), closed, "what is closed is never edited");

  // A later one closes all before it.
  const march = "2026-04-01T10:00:00Z";
  assert.equal((await close("2026-03", march)).status, 201);
  const within = await close("2026-02", march);
  assert.deepEqual([within.status, within.body.code], [409, "settlement_closed"]);
  const all = (await shop.call("GET", "settlements", undefined, { now: march })).body;
  assert.deepEqual(all.data.map(({ period }) => period), ["2026-03", "2026-01"]);
  assert.deepEqual(all.open.obligations, []);
  assert.equal((await close("2026-1")).status, 400);
});

test("books are the merchant's, and each shop's own", async () => {
  const [mine, other] = [await openBooks("mine"), await openBooks("other")];
  await mine.pay("anna", order("1", "10.00"), "order-1", at("2026-03-02"));
  await eventually(() => mine.line("2026-03-02"), ([row]) => row?.earned === 10);
  assert.deepEqual(await other.line("2026-03-02"), []);
  const token = await mine.token("anna");
  for (const path of ["reports/liability", "reports/outstanding", "reports/breakage", "reports/cost", "settlements", "settlements/2026-01"]) {
    for (const stranger of [other.apiKey, token, null]) {
      assert.equal((await mine.call("GET", path, undefined, { token: stranger })).status, 401, path);
    }
  }
  const closing = await request(worker, "POST", "/v1/shops/mine/settlements/2026-01/close", undefined, { token: other.apiKey });
  assert.equal(closing.status, 401);
});
