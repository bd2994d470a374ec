// Bulk credit from a file: tried, booked once whatever happens, undone exactly.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startWorker } from "../support/worker.mjs";
import { cart, eventually, fails, openShop, order, programme as figures, until } from "./fixture.mjs";

const programme = { ...figures, wallets: [{ id: "stamps", name: "Stamps" }] };

let worker, shop;
before(async () => {
  worker = await startWorker();
  shop = await openShop(worker, { programme });
});
after(() => worker.stop());

const file = (...rows) => ["member,points,wallet,reason,expires,note", ...rows].join("\n");
const upload = (text, { at = shop, dry = false, ...rest } = {}) =>
  at.call("POST", `imports${dry ? "?dry_run=true" : ""}`, text, rest);
const progress = async (id, at = shop) => (await at.call("GET", `imports/${id}`)).body;
const undo = (id, at = shop) => at.call("POST", `imports/${id}/undo`);
const ended = (id, state, at = shop, patience = 30_000) => eventually(() => progress(id, at), (now) => now.state === state, patience);
const available = async (member, at = shop) => (await at.view(member)).standing.available;
const many = (count, points = 10) => file(...Array.from({ length: count }, (_, n) => `bulk-${n},${points},,welcome,,`));

test("a dry run tells what would happen, and books nothing", async () => {
  const dry = await upload(file("anna,10,,,,", "anna,5,stamps,,,", "bela,7,,sorry,2040-12-31,late"), { dry: true });
  const { rows, members, points, faults } = dry.body;
  assert.deepEqual([dry.status, rows, members, points, faults], [200, 3, 2, { points: 17, stamps: 5 }, []]);
  assert.equal(await available("anna"), 0);
  assert.equal((await shop.call("GET", `imports/${dry.body.import}`)).status, 404);
  const faulty = await upload(file("anna,ten,,,,", "bela,1,miles,,,"), { dry: true });
  const told = faulty.body.faults.map(({ line, column, code }) => [line, column, code]);
  assert.deepEqual(told, [[2, "points", "points_out_of_range"], [3, "wallet", "wallet_unknown"]]);
  assert.ok(faulty.body.faults.every(({ hint }) => hint.length > 10));
});

test("a file with a fault is refused as a whole", async () => {
  const answer = await upload(file("carl,10,,,,", "dora,0,,,,"));
  assert.deepEqual([answer.status, answer.body.code, answer.body.rows.map(({ line }) => line)], [422, "import_invalid", [3]]);
  assert.equal(answer.headers.get("content-type"), "application/problem+json");
  assert.equal(await available("carl"), 0);
  for (const bad of ["", "member\nanna\n", '{"a":1}']) assert.equal((await upload(bad)).status, 422, bad);
  assert.equal((await shop.call("POST", "imports?dry_run=maybe", file("a,1,,,,"))).status, 400);
});

test("exactly-once: a file is booked once, however often it is sent", async () => {
  const text = file("emil,100,,opening,never,moved from the old till", "emil,3,stamps,opening,,", "fanni,40,,opening,2040-12-31,");
  const first = await upload(text);
  assert.deepEqual([first.status, first.body.rows], [202, 3], first.text);
  const done = await ended(first.body.import, "booked");
  assert.deepEqual([done.booked, done.refused, done.faults], [3, 0, []]);
  const again = await upload(text);
  assert.deepEqual([again.status, again.headers.get("idempotency-replayed"), again.body], [200, "true", done]);
  const { standing } = await shop.view("emil");
  assert.deepEqual([standing.available, standing.wallets[0].available, standing.expiring], [100, 3, []]);
  assert.deepEqual((await shop.view("fanni")).standing.expiring, [{ points: 40, last_day: "2040-12-31" }]);
  const { data } = (await shop.call("GET", "members/emil/adjustments")).body;
  assert.deepEqual(data.map(({ remark }) => remark?.note), ["moved from the old till", undefined]);
});

test("an idempotency key names an import: the same file may come twice, another one not under the same key", async () => {
  const text = file("greta,10,,monthly,,");
  for (const key of ["january", "february"]) {
    const { body } = await upload(text, { key });
    await ended(body.import, "booked");
  }
  assert.equal(await available("greta"), 20);
  const other = await upload(file("greta,11,,monthly,,"), { key: "january" });
  assert.deepEqual([other.status, other.body.code], [422, "idempotency_key_reused"]);
  assert.equal(await available("greta"), 20);
});

test("an undo takes back exactly the lots that were booked, once", async () => {
  await shop.pay("helga", order("1", "50.00"), "order-1");
  const text = file("helga,30,,,2040-12-31,", "ivan,20,,,,", "julia,15,,,,");
  const before = (await shop.view("helga")).standing.expiring;
  const { body } = await upload(text);
  await ended(body.import, "booked");
  // Julia spends hers first, so hers cannot be taken back.
  const token = await shop.token("julia");
  const hold = await shop.call("POST", "holds", { reward: "pay", points: 10, cart: cart("100.00") }, { token, key: "h" });
  assert.equal(hold.status, 201, hold.text);
  assert.equal((await undo(body.import)).status, 202);
  const done = await ended(body.import, "undone");
  assert.deepEqual([done.undone, done.kept, done.faults.map(({ line, column, code }) => [line, column, code])], [2, 1, [[4, "points", "points_spent"]]]);
  assert.deepEqual([await available("helga"), await available("ivan"), await available("julia")], [50, 0, 5]);
  assert.deepEqual((await shop.view("helga")).standing.expiring, before, "the import's own lot is gone, though the other expires sooner");
  const entries = async () => (await shop.call("GET", "members/helga/entries")).body.data;
  const log = await entries();
  assert.deepEqual((await undo(body.import)).body, done);
  assert.deepEqual(await entries(), log);
  assert.deepEqual((await upload(text)).body, done, "an undone file stays undone");
});

test("the lines that were refused come by pages, as many as asked for", async () => {
  const spenders = ["lena", "mia", "nora"];
  const { body } = await upload(file(...spenders.map((member) => `${member},15,,,,`)), { key: "pages" });
  await ended(body.import, "booked");
  for (const member of spenders) {
    const hold = await shop.call("POST", "holds", { reward: "pay", points: 10, cart: cart("100.00") }, { token: await shop.token(member), key: "h" });
    assert.equal(hold.status, 201, hold.text);
  }
  await undo(body.import);
  await ended(body.import, "undone");
  const page = async (query) => {
    const { faults, next_cursor } = await progress(`${body.import}?${query}`);
    return [faults.map(({ line }) => line), next_cursor];
  };
  const [lines, next] = await page("limit=2");
  assert.deepEqual(lines, [2, 3]);
  assert.deepEqual(await page(`limit=2&cursor=${next}`), [[4], null]);
  assert.deepEqual(await page("limit=3"), [[2, 3, 4], null]);
  assert.deepEqual(await page(""), [[2, 3, 4], null]);
});

test("an import of another shop is not found", async () => {
  const other = await openShop(worker, { shop: "other", programme });
  const { body } = await upload(file("kata,1,,,,"), { at: other });
  for (const id of [body.import, "0".repeat(32), "x", "..%2Fother"]) {
    assert.equal((await shop.call("GET", `imports/${id}`)).status, 404, id);
    assert.equal((await undo(id)).status, 404, id);
  }
  await ended(body.import, "booked", other);
});

test("fault 29: the power goes in the middle of an import and of its undo; every row is booked and undone once", async (t) => {
  const cut = await startWorker();
  t.after(() => cut.stop());
  const it = await openShop(cut, { programme });
  const ROWS = 150;
  const text = many(ROWS);
  const { body } = await upload(text, { at: it });
  const log = async (member) => (await it.call("GET", `members/${member}/entries`)).body.data.map(({ changes }) => changes.points);
  const cuts = async (reached) => {
    await eventually(() => progress(body.import, it), (now) => reached(now) >= ROWS * 0.2, 60_000);
    // For some seconds from here on accounts book, and the import cannot write down that they did.
    await cut.operate(fails("forgetful", "UPDATE OF state ON line", `NEW.state IN (2, 4) AND ${until(8)}`), `demo/${body.import}`, "Import");
    const left = ROWS - reached(await progress(body.import, it));
    assert.ok(left > 0, "the cut was in the middle of it");
    await eventually(() => progress(body.import, it), (now) => reached(now) >= ROWS * 0.6, 60_000);
    await cut.operate("DROP TRIGGER forgetful", `demo/${body.import}`, "Import");
  };
  await cuts(({ booked }) => booked);
  assert.deepEqual((await upload(text, { at: it })).status, 200, "the file sent again starts nothing new");
  const done = await ended(body.import, "booked", it, 60_000);
  assert.deepEqual([done.booked, done.refused], [ROWS, 0]);
  const logs = () => Promise.all(Array.from({ length: ROWS }, (_, n) => log(`bulk-${n}`)));
  assert.deepEqual(await logs(), Array(ROWS).fill([10]));
  await undo(body.import, it);
  await cuts(({ undone }) => undone);
  const undone = await ended(body.import, "undone", it, 60_000);
  assert.deepEqual([undone.undone, undone.kept, undone.booked], [ROWS, 0, 0]);
  assert.deepEqual(await logs(), Array(ROWS).fill([10, -10]));
});

test("a line whose member is erased while it is on its way books to nobody else", async (t) => {
  const cut = await startWorker();
  t.after(() => cut.stop());
  const it = await openShop(cut, { programme });
  const { body } = await upload(many(150), { at: it });
  await eventually(() => progress(body.import, it), ({ booked }) => booked > 0, 60_000);
  // For some seconds accounts book, and the import cannot write down that they did.
  await cut.operate(fails("forgetful", "UPDATE OF state ON line", `NEW.state = 2 AND ${until(15)}`), `demo/${body.import}`, "Import");
  const { booked } = await progress(body.import, it);
  const member = `bulk-${booked}`;
  await eventually(() => it.view(member), ({ standing }) => standing.available === 10);
  assert.equal((await it.call("DELETE", `members/${member}`)).status, 204);
  const done = await ended(body.import, "booked", it, 60_000);
  assert.deepEqual([done.booked, done.refused, done.faults.map(({ line, code }) => [line, code])], [149, 1, [[booked + 2, "not_found"]]]);
  const who = await it.call("GET", `members/${member}/account`);
  assert.equal(who.status, 404, who.text);
});

test("an undo during an import books nothing more", async () => {
  const { body } = await upload(many(100, 7), { key: "stopped" });
  await eventually(() => progress(body.import), ({ booked }) => booked > 0);
  await undo(body.import);
  const done = await ended(body.import, "undone");
  assert.deepEqual([done.undone, done.booked], [100, 0]);
  for (const member of ["bulk-0", "bulk-99"]) assert.equal(await available(member), 0, member);
  const never = (await shop.call("GET", "members/bulk-99/entries")).body.data;
  assert.deepEqual(never, [], "the last line was never booked");
});
