// Members: enrolled, found, changed, exported, erased (M45); what a shopper sees of their own account.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { startWorker } from "../support/worker.mjs";
import { eventually, flushed, openShop, order, pause, programme as figures, refused } from "./fixture.mjs";

const programme = {
  ...figures,
  rewards: [...figures.rewards, { id: "mug", name: "Mug", kind: "gift", points: 80, value: "5.00", instructions: "Hand it over" }],
};
/** Nobody has this name but the member who is erased. */
const PERSON = { name: "Xantippe Quirinus", email: "Xantippe@Quirinus.example", phone: "+36 30 999 8877" };

let worker, shop, other;
before(async () => {
  worker = await startWorker();
  shop = await openShop(worker, { programme });
  other = await openShop(worker, { shop: "other", programme });
});
after(() => worker.stop());

const get = async (path, rest) => (await shop.call("GET", path, undefined, rest)).body;
const enrol = (member, profile, at = shop) => at.call("POST", "members", { member, ...(profile && { profile }) });
const erase = (member, at = shop) => at.call("DELETE", `members/${member}`);
const find = async (query, at = shop) =>
  (await at.call("GET", `members?${query}`)).body.data.map(({ member }) => member).sort();
const entries = async (member) => (await get(`members/${member}/entries?limit=500`)).data;

/** All that the Worker keeps, KV and objects, as one text. */
async function stored(folder) {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  // An object that falls asleep takes the files beside its store away.
  const asleep = (error) => (error.code === "ENOENT" ? "" : Promise.reject(error));
  const read = (file) => readFile(path.join(file.parentPath, file.name), "latin1").catch(asleep);
  return (await Promise.all(files.filter((file) => file.isFile()).map(read))).join("\n");
}

test("M45: a member is enrolled once, and their profile changed field by field", async () => {
  const first = await enrol("anna", { name: " Kovács Anna ", email: "Anna@Shop.example", country: "hu" });
  assert.deepEqual([first.status, first.body.profile], [201, { country: "HU", email: "anna@shop.example", name: "Kovács Anna" }]);
  const again = await enrol("anna");
  assert.deepEqual([again.status, again.body], [200, first.body]);
  const changed = await shop.call("PATCH", "members/anna", { country: null, phone: "+36 30 123 4567" });
  assert.deepEqual(changed.body.profile, { email: "anna@shop.example", name: "Kovács Anna", phone: "+36301234567" });
  assert.deepEqual(await get("members/anna/profile"), changed.body);
  assert.deepEqual(refused(await shop.call("PATCH", "members/nobody", { name: "N" })), [404, "not_found"]);
  for (const profile of [{ iq: "100" }, { email: "anna" }, { name: "" }]) {
    assert.deepEqual(refused(await enrol("bela", profile)), [422, "profile_invalid"], JSON.stringify(profile));
  }
  assert.deepEqual(refused(await enrol("a b")), [400, "malformed"]);
  for (const [method, path, body] of [
    ["PATCH", "members/anna", '{"name":"A","name":"B"}'],
    ["PATCH", "members/anna", '{"name":"A","n\\u0061me":null}'],
    ["POST", "members", '{"member":"anna","profile":{"name":"A","name":"A"}}'],
    ["PATCH", "members/anna", '[["name","A"]]'],
  ]) {
    assert.deepEqual(refused(await shop.call(method, path, body)), [400, "malformed"], body);
  }
  assert.deepEqual(await get("members/anna/profile"), changed.body);
  const token = await shop.token("anna");
  const mine = await shop.call("PATCH", "me/profile", { language: "hu" }, { token });
  assert.deepEqual([mine.status, mine.body.profile.language], [200, "hu"]);
});

test("M45: members are found by e-mail and telephone in their shop only", async () => {
  await Promise.all(["f1", "f2"].map((member) => enrol(member, { email: "family@shop.example" })));
  await enrol("f3", { email: "family@shop.example" }, other);
  assert.deepEqual(await find("email=FAMILY@shop.example"), ["f1", "f2"]);
  assert.deepEqual(await find("email=family@shop.example", other), ["f3"]);
  await shop.call("PATCH", "members/f2", { email: "f2@shop.example", phone: "+36 1 555 0000" });
  assert.deepEqual(await find("email=family@shop.example"), ["f1"]);
  assert.deepEqual(await find("phone=%2B3615550000"), ["f2"]);
  assert.deepEqual(await find("email=nobody@shop.example"), []);
  assert.deepEqual(refused(await shop.call("GET", "members?email=x")), [400, "malformed"]);
});

test("the list of members goes by pages, and holds everybody who has an account", async () => {
  const pages = await openShop(worker, { shop: "pages" });
  for (const member of ["p1", "p2", "p3"]) await enrol(member, undefined, pages);
  await pages.pay("p4", order("1", "10.00"), "order-1");
  await pages.view("p5");
  const list = async (query) => (await pages.call("GET", `members?${query}`)).body;
  assert.equal((await eventually(() => list("limit=100"), ({ data }) => data.length === 4)).next_cursor, null);
  const seen = [];
  let cursor = "";
  do {
    const { data, next_cursor } = await list(`limit=3${cursor && `&cursor=${cursor}`}`);
    seen.push(...data.map(({ member }) => member));
    cursor = next_cursor;
  } while (cursor);
  assert.deepEqual(seen.sort(), ["p1", "p2", "p3", "p4"]);
});

test("two first orders at once, and a first enrolment, lead to one account", async () => {
  const orders = Array.from({ length: 20 }, (_, n) => shop.pay("rush", order(`${n}`, "1.00"), `order-${n}`));
  const done = await Promise.all([...orders, enrol("rush", { name: "Rush" })]);
  assert.ok(done.every(({ status }) => status === 200 || status === 201));
  assert.equal((await shop.view("rush")).standing.available, 20);
});

test("to read a member whom nobody knows makes no account", async () => {
  assert.deepEqual((await shop.view("ghost")).standing.seq, 0);
  const token = await shop.token("ghost");
  for (const path of ["me", "me/activity", "me/rewards", "me/consents"]) {
    assert.equal((await shop.call("GET", path, undefined, { token })).status, 200, path);
  }
  assert.deepEqual(refused(await shop.call("GET", "me/export", undefined, { token })), [404, "not_found"]);
  assert.deepEqual(refused(await shop.refund("ghost", "1", "r1")), [404, "order_unknown"]);
  const command = { kind: "fulfil_order", order: "1" };
  assert.deepEqual(refused(await shop.call("POST", "members/ghost/commands", { command }, { key: "k" })), [404, "order_unknown"]);
  assert.deepEqual(refused(await shop.call("GET", "members/ghost/profile")), [404, "not_found"]);
});

test("M45: consents are kept with how they were given, adjustments with their note, both beside the ledger", async () => {
  const token = await shop.token("cili");
  const consent = { purpose: "email", given: true, channel: "web", source: "checkout", text: "2030-01" };
  const given = await shop.call("POST", "me/consents", consent, { token, key: "c1" });
  assert.equal(given.status, 201, given.text);
  const again = await shop.call("POST", "me/consents", consent, { token, key: "c1" });
  assert.deepEqual([again.text, again.headers.get("idempotency-replayed")], [given.text, "true"]);
  for (const changed of [{ ...consent, text: "2031-09" }, { ...consent, source: undefined }, { purpose: "email", given: true }]) {
    assert.deepEqual(refused(await shop.call("POST", "me/consents", changed, { token, key: "c1" })), [422, "idempotency_key_reused"]);
  }
  await shop.call("POST", "members/cili/consents", { purpose: "email", given: false }, { key: "c2" });
  // To take back what was taken back is nothing new.
  for (const [path, rest] of [["members/cili/consents", { key: "c3" }], ["me/consents", { token, key: "c4" }]]) {
    const { status, body } = await shop.call("POST", path, { purpose: "email", given: false }, rest);
    assert.deepEqual([status, body.applied], [200, false]);
  }
  const { data } = await get("members/cili/consents");
  const told = data.map(({ entry, remark }) => [entry.event.purpose, entry.event.given, remark]);
  assert.deepEqual(told, [["email", true, { channel: "web", source: "checkout", text: "2030-01" }], ["email", false, null]]);
  assert.deepEqual(await get("me/consents", { token }), await get("members/cili/consents"));

  const adjust = (body, key) => shop.call("POST", "members/cili/adjustments", body, { key });
  const note = "Broken vase, told by telephone";
  assert.equal((await adjust({ reason: "sorry", credit: 70, note }, "a1")).status, 201);
  assert.equal((await adjust({ reason: "typo", debit: 20, shortfall: "refuse" }, "a2")).status, 201);
  assert.deepEqual(refused(await adjust({ reason: "typo", debit: 20, shortfall: "refuse", note }, "a2")), [422, "idempotency_key_reused"]);
  const adjusted = (await get("members/cili/adjustments")).data.map(({ entry, remark }) => [entry.changes.points, remark?.note]);
  assert.deepEqual(adjusted, [[70, note], [-20, undefined]]);
  const faulty = await adjust({ reason: "x", debit: 1, lot: 1, shortfall: "debt" }, "a3");
  assert.deepEqual([...refused(faulty), faulty.body.faults[0].path], [422, "unknown_field", "/shortfall"]);
  assert.deepEqual(refused(await adjust({ reason: "x", credit: 1, note: "x".repeat(501) }, "a4")), [400, "malformed"]);
  assert.deepEqual(refused(await adjust({ reason: "x", credit: 1, colour: "red" }, "a5")), [400, "malformed"]);
  assert.deepEqual(refused(await adjust({ reason: "x", credit: 1 })), [400, "idempotency_key_missing"]);
  assert.ok(!JSON.stringify(await entries("cili")).includes("vase"), "the ledger holds no note");
});

test("a shopper pages through all that happened, newest first, and sees what is missing to each reward", async () => {
  for (let id = 1; id <= 45; id += 1) await shop.pay("dora", order(`${id}`, "1.00"), `order-${id}`);
  const token = await shop.token("dora");
  const seen = [];
  for (let cursor = ""; cursor !== null; ) {
    const { data, next_cursor } = await get(`me/activity?limit=20${cursor && `&cursor=${cursor}`}`, { token });
    seen.push(...data.map(({ seq }) => seq));
    cursor = next_cursor;
  }
  assert.deepEqual(seen, Array.from({ length: 45 }, (_, n) => 45 - n));
  const [{ event, changes }] = (await get("me/activity?limit=1", { token })).data;
  assert.deepEqual([event.kind, event.credits[0].steps[0].rule, changes], ["order_paid", "base", { points: 1 }]);
  const rewards = async () => {
    const { available, data } = await get("me/rewards", { token });
    return [available, data.filter(({ id }) => id === "mug").map(({ ready, missing, code }) => [ready, missing, code])];
  };
  assert.deepEqual(await rewards(), [45, [[false, 35, "insufficient_points"]]]);
  await shop.pay("dora", order("46", "35.00"), "order-46");
  assert.deepEqual(await rewards(), [80, [[true, 0, null]]]);
});

test("M45: an export that one file cannot hold says where its entries go on", async () => {
  const lines = (n) => Array.from({ length: 1000 }, (_, line) => ({ id: `${n}-${line}-${"x".repeat(80)}`, amount: "1.00" }));
  const orders = Array.from({ length: 80 }, (_, n) => n);
  for (let at = 0; at < orders.length; at += 8) {
    const some = orders.slice(at, at + 8);
    const paid = await Promise.all(some.map((n) => shop.pay("large", { id: `${n}`, currency: "EUR", lines: lines(n) }, `large-${n}`)));
    assert.ok(paid.every(({ status }) => status === 201), paid[0].text.slice(0, 500));
  }
  const file = await shop.call("GET", "members/large/export");
  const { entries, next_cursor } = file.body;
  const size = JSON.stringify(entries).length;
  assert.ok(size > 16_000_000 && size < 16_500_000, `${size} characters`);
  const rest = [];
  for (let cursor = next_cursor; cursor; ) {
    const page = (await shop.call("GET", `members/large/entries?limit=20&cursor=${cursor}`)).body;
    rest.push(...page.data);
    cursor = page.next_cursor;
  }
  assert.ok(rest.length > 0, "the rest is told");
  assert.deepEqual([...entries, ...rest].map(({ seq }) => seq), orders.map((n) => n + 1));
});

test("M45: an export that takes too long says where its entries go on", async (t) => {
  // Each page of entries comes late.
  const late = '($2.includes("/entries/") && (await new Promise((done) => setTimeout(done, 2500))), $2)';
  const edit = (text, name) => (name.startsWith("storefront") ? text.replace(/await (\w+)\.fetch\((\w+)(?=,)/, `await $1.fetch(${late}`) : text);
  const slow = await startWorker({ edit });
  t.after(() => slow.stop());
  const it = await openShop(slow);
  for (let at = 0; at < 200; at += 20) {
    await Promise.all(Array.from({ length: 20 }, (_, n) => it.pay("slow", order(`${at + n}`, "1.00"), `order-${at + n}`)));
  }
  const began = Date.now();
  const { status, body } = await it.call("GET", "members/slow/export");
  assert.equal(status, 200, JSON.stringify(body));
  assert.ok(Date.now() - began > 2500, "the pages are late");
  assert.ok(body.entries.length >= 50 && body.entries.length < 200, `${body.entries.length} entries`);
  const rest = (await it.call("GET", `members/slow/entries?limit=500&cursor=${body.next_cursor}`)).body;
  assert.deepEqual([...body.entries, ...rest.data].map(({ seq }) => seq), Array.from({ length: 200 }, (_, n) => n + 1));
});

test("M45: an export is one JSON file with everything", async () => {
  await enrol("emil", { name: "Emil" });
  await shop.pay("emil", order("1", "40.00"), "order-1");
  const token = await shop.token("emil");
  const { code } = (await shop.call("POST", "me/referral", {}, { token })).body;
  await shop.call("POST", "me/consents", { purpose: "email", given: true, channel: "web" }, { token, key: "c" });
  const answer = await shop.call("GET", "me/export", undefined, { token });
  assert.match(answer.headers.get("content-disposition"), /attachment/);
  const { card, account, entries: all, remarks, referral, next_cursor } = answer.body;
  assert.deepEqual([card.member, card.profile.name, account.standing.available], ["emil", "Emil", 40]);
  assert.deepEqual(all, await entries("emil"));
  assert.deepEqual([remarks, referral, next_cursor], [{ 2: { channel: "web" } }, { code, visits: 0 }, null]);
  const merchants = (await shop.call("GET", "members/emil/export")).body;
  assert.deepEqual({ ...merchants, exported_at: 0, account: 0 }, { ...answer.body, exported_at: 0, account: 0 });
});

test("fault 40: erased, a late refund, the same person again: nothing links, sums stay", async () => {
  const member = "xantippe@quirinus.example";
  await enrol(member, PERSON);
  await shop.pay(member, order("1", "100.00"), "order-1");
  await shop.call("POST", `members/${member}/adjustments`, { reason: "sorry", credit: 5, note: "Xantippe rang" }, { key: "a" });
  const token = await shop.token(member);
  const { code } = (await shop.call("POST", "me/referral", {}, { token })).body;
  await flushed(shop, member);
  const mine = (await get(`members/${member}/account`)).account;
  assert.match(mine, /^[0-9a-f]{32}$/);

  assert.equal((await erase(member)).status, 204);
  assert.equal((await erase(member)).status, 204, "erasing again is harmless");
  assert.deepEqual(await find("email=xantippe@quirinus.example"), []);
  assert.deepEqual(refused(await shop.call("GET", `members/${member}/profile`)), [404, "not_found"]);
  assert.equal((await shop.call("GET", `/r/${code}`)).status, 404, "the link leads nowhere");

  const { late } = await get("erasures");
  assert.deepEqual(refused(await shop.refund(member, "1", "late")), [404, "order_unknown"]);
  assert.equal((await get("erasures")).late, late + 1);
  // What others send to the account still arrives; its member is led there by nothing.
  const message = { programme: (await get("programme")).version, now: null, request: JSON.stringify({ account: mine, key: "m", command: { kind: "adjust", reason: "message", credit: 1 } }), hold: null, referral: null, as_sent: false };
  const arrived = await worker.object(`demo/${mine}`, "message", message);
  assert.deepEqual([arrived.status, arrived.body.seq], [201, 3], "the old account is what it was, with what comes since");
  assert.equal((await worker.object(`demo/${mine}`, "snapshot", null)).status, 410);

  const again = await shop.pay(member, order("2", "7.00"), "order-2");
  assert.deepEqual([again.status, again.body.standing.available, again.body.seq], [201, 7, 1], "a new account");
  assert.equal((await entries(member)).length, 1);
});

test("fault 40: an erasure leaves no personal datum in storage", async (t) => {
  const alone = await startWorker();
  t.after(() => alone.stop());
  const it = await openShop(alone, { shop: "alone" });
  const member = "m-quirinus-77";
  await enrol(member, PERSON, it);
  await it.pay(member, order("1", "100.00"), "order-1");
  await it.call("POST", `members/${member}/adjustments`, { reason: "sorry", credit: 5, note: "Xantippe rang" }, { key: "a" });
  await it.call("POST", "me/referral", {}, { token: await it.token(member) });
  await flushed(it, member);
  // The link, where they are found, their code, the copy of their account.
  const kept = async () => {
    const kv = await alone.kv();
    const below = async (prefix) => (await kv.list({ prefix })).keys.map(({ name }) => name);
    return Promise.all(["m/alone/", "i/alone/", "c/", "s/alone/"].map(below));
  };
  const before = await eventually(kept, (all) => isDeepStrictEqual(all.map(({ length }) => length), [1, 2, 1, 1]));
  const alias = before[0][0].split("/")[2];
  const asked = async (what) => (await alone.object(alias, what, null, "ALIAS")).body;
  const known = async () => [(await asked("card"))?.member, await asked("remarks")];
  assert.deepEqual(await known(), [member, { 2: { note: "Xantippe rang" } }]);
  // Nothing personal is readable even before: it is sealed.
  const traces = ["quirinus", "Xantippe", "xantippe", "999 8877", "309998877"];
  const plain = await stored(alone.persist);
  for (const trace of traces) assert.ok(!plain.includes(trace), `${trace} is sealed`);
  assert.equal((await erase(member, it)).status, 204);
  assert.deepEqual(await kept(), [[], [], [], []]);
  assert.deepEqual(await known(), [undefined, {}]);
  const list = (await it.call("GET", "members")).body;
  assert.deepEqual(list, { data: [], next_cursor: null });
  assert.equal((await it.call("GET", "erasures")).body.erased, 1);
  assert.equal((await it.view(member)).standing.seq, 0);
});

test("fault 40: erased before the journal has run, the account leaves no copy for readers", async (t) => {
  const alone = await startWorker();
  t.after(() => alone.stop());
  const it = await openShop(alone);
  const below = async (prefix) => (await (await alone.kv()).list({ prefix })).keys.length;
  await it.pay("anna", order("1", "10.00"), "order-1");
  assert.equal((await erase("anna", it)).status, 204);
  assert.equal(await eventually(() => below("e/"), (entries) => entries > 0), 1, "the entry stays");
  // The run that wrote the entry goes on.
  await pause(2_000);
  assert.equal(await below("s/"), 0);
});

test("an erasure that the power cut ended goes on by itself", async (t) => {
  const cut = await startWorker();
  t.after(() => cut.stop());
  const it = await openShop(cut);
  const members = Array.from({ length: 12 }, (_, n) => `cut-${n}`);
  for (const member of members) await enrol(member, { email: `${member}@shop.example` }, it);
  await eventually(() => it.call("GET", "members"), ({ body }) => body.data.length === 12);
  const sent = members.map((member) => erase(member, it).catch(() => undefined));
  const counted = async () => (await it.call("GET", "erasures")).body.erased;
  await eventually(counted, (erased) => erased > 0);
  await cut.kill();
  const answered = (await Promise.all(sent)).filter(Boolean).length;
  await cut.restart();
  t.diagnostic(`${answered} of 12 erasures were answered before the power went`);
  // One that has begun answers 503 until it is done; nobody asks for it again.
  const state = async () => Promise.all(members.map(async (member) => (await it.call("GET", `members/${member}/profile`)).status));
  const states = await eventually(state, (all) => all.every((status) => status !== 503), 20_000);
  assert.ok(states.every((status) => [200, 404].includes(status)), states.join());
  assert.ok(states.includes(404));
  for (const member of members) assert.equal((await erase(member, it)).status, 204);
  assert.equal(await counted(), 12, "each once");
  assert.deepEqual((await it.call("GET", "members")).body.data, []);
});

test("an alias that lost its storage takes its link back from KV, to be changed and to be erased", async (t) => {
  const lost = await startWorker();
  t.after(() => lost.stop());
  const it = await openShop(lost);
  const members = ["changed", "erased"];
  for (const member of members) await it.pay(member, order("1", "10.00"), "order-1");
  await eventually(() => it.call("GET", "members"), ({ body }) => body.data.length === 2);
  await lost.loseObjects("Alias");
  assert.deepEqual((await it.call("PATCH", "members/changed", { name: "Kept" })).body.profile, { name: "Kept" });
  assert.equal((await it.view("changed")).standing.available, 10);
  for (const member of members) {
    assert.equal((await erase(member, it)).status, 204);
    assert.equal((await it.view(member)).standing.available, 0, member);
  }
  const left = (await (await lost.kv()).list({ prefix: "m/" })).keys;
  assert.deepEqual(left, [], "no link is left");
  assert.equal((await it.call("GET", "erasures")).body.erased, 2);
  assert.equal((await erase("nobody", it)).status, 204);
  assert.equal((await it.call("GET", "erasures")).body.erased, 2);
});

test("fault 40: where KV still shows a link that was cut, nothing that comes late brings the person back", async (t) => {
  const stale = await startWorker();
  t.after(() => stale.stop());
  const it = await openShop(stale);
  await enrol("late", PERSON, it);
  const list = async () => (await it.call("GET", "members")).body.data;
  assert.equal((await eventually(list, ({ length }) => length === 1)).length, 1);
  const link = async () => (await (await stale.kv()).list({ prefix: "m/" })).keys;
  const [{ name, metadata }] = await link();
  const acct = await (await stale.kv()).get(name);
  assert.equal((await erase("late", it)).status, 204);
  // Another place, which has not heard of it: KV as it was, and nothing in memory.
  for (const body of [{ name: "Late" }, PERSON]) {
    await stale.restart();
    await (await stale.kv()).put(name, acct, { metadata });
    assert.deepEqual(refused(await it.call("PATCH", "members/late", body)), [404, "not_found"]);
    assert.deepEqual(await link(), [], "the link is cut again");
  }
  assert.deepEqual((await it.call("GET", `members?email=${encodeURIComponent(PERSON.email)}`)).body.data, []);
});

test("erasing while orders are under way breaks nothing", async () => {
  await shop.pay("busy", order("0", "1.00"), "order-0");
  const pay = (n) => shop.pay("busy", order(`${n}`, "1.00"), `order-${n}`);
  const sent = Array.from({ length: 20 }, (_, n) => (n === 10 ? erase("busy") : pay(n + 1)));
  const done = await Promise.all(sent);
  assert.ok(done.every(({ status }) => [201, 204, 503].includes(status)), done.map(({ status }) => status).join());
  const last = await eventually(() => pay(100), ({ status }) => status !== 503);
  assert.equal(last.status, 201);
});

test("a shopper erases themselves; their token then shows an empty account", async () => {
  await shop.pay("fanni", order("1", "10.00"), "order-1");
  const token = await shop.token("fanni");
  assert.equal((await shop.call("DELETE", "me", undefined, { token })).status, 204);
  assert.equal((await get("me", { token })).standing.available, 0);
  assert.deepEqual(refused(await shop.call("DELETE", "me")), [401, "unauthorised"]);
  // Another page of theirs is still open.
  assert.deepEqual(refused(await shop.hold(token, 10, "late")), [409, "insufficient_points"]);
  const given = await shop.call("POST", "me/commands", { command: { kind: "transfer", to: "anna", points: 1 } }, { token, key: "late-2" });
  assert.deepEqual(refused(given), [409, "insufficient_points"]);
  assert.deepEqual(refused(await shop.call("GET", "me/profile", undefined, { token })), [404, "not_found"]);
});

test("M45: whoever is named in what is refused becomes no member", async () => {
  const [faulty, sold] = [order("1", "-1.00"), (seller) => ({ ...order("2", "1.005"), seller })];
  const token = await shop.token("nobody-1");
  const command = (command) => shop.call("POST", "members/nobody-1/commands", { command }, { key: `k-${command.kind}` });
  await shop.pay("somebody", order("1", "1.00"), "order-1");
  const sent = [
    await shop.pay("nobody-1", faulty, "k-1"),
    await shop.pay("nobody-1", sold("nobody-2"), "k-2"),
    await shop.pay("somebody", sold("nobody-2"), "k-3"),
    await shop.hold(token, 10, "k-4"),
    await command({ kind: "adjust", reason: "x", credit: "y" }),
    await command({ kind: "use_privilege", privilege: "none", reference: "1" }),
    await command({ kind: "transfer", to: "nobody-2", points: 1 }),
  ];
  assert.deepEqual(sent.map(({ status }) => status), [422, 422, 422, 409, 422, 422, 409]);
  for (const member of ["nobody-1", "nobody-2"]) {
    assert.deepEqual(refused(await shop.call("GET", `members/${member}/profile`)), [404, "not_found"], member);
  }
  // What was refused is booked under its key once the member can.
  await shop.pay("nobody-1", { ...order("3", "50.00"), seller: "nobody-2" }, "k-5");
  assert.equal((await shop.hold(token, 10, "k-4")).status, 201);
  assert.equal((await shop.call("GET", "members/nobody-2/profile")).status, 200);
});

test("exactly-once: a request is the same though whom it names was erased since, and brings nobody back", async () => {
  await shop.pay("buyer", order("1", "50.00"), "order-1");
  for (const member of ["seller", "friend"]) await enrol(member);
  const requests = [
    () => shop.pay("buyer", { ...order("2", "10.00"), seller: "seller" }, "sold"),
    async () => shop.call("POST", "me/commands", { command: { kind: "transfer", to: "friend", points: 5 } }, { token: await shop.token("buyer"), key: "given" }),
  ];
  const first = [];
  for (const request of requests) first.push(await request());
  assert.deepEqual(first.map(({ status }) => status), [201, 201], first.map(({ text }) => text).join());
  for (const member of ["seller", "friend"]) assert.equal((await erase(member)).status, 204);
  const repeated = async () => {
    for (const [n, request] of requests.entries()) {
      const again = await request();
      assert.deepEqual([again.status, again.text, again.headers.get("idempotency-replayed")], [201, first[n].text, "true"]);
    }
  };
  await repeated();
  for (const member of ["seller", "friend"]) assert.deepEqual(refused(await shop.call("GET", `members/${member}/profile`)), [404, "not_found"]);
  // Under these keys nothing else is taken, whether or not somebody has the name.
  const others = async (name) => [
    await shop.pay("buyer", { ...order("2", "10.00"), seller: name }, "sold"),
    await shop.call("POST", "me/commands", { command: { kind: "transfer", to: name, points: 5 } }, { token: await shop.token("buyer"), key: "given" }),
  ];
  for (const name of ["never-seen", "anna"]) {
    for (const other of await others(name)) assert.deepEqual(refused(other), [422, "idempotency_key_reused"], name);
  }
  assert.equal((await shop.call("GET", "members/never-seen/profile")).status, 404);
  // Somebody else has the names now.
  for (const member of ["seller", "friend"]) await enrol(member);
  await repeated();
});

test("a member of one shop is nobody in another, and another's token opens nothing", async () => {
  await enrol("gabor", { name: "Gábor" });
  assert.deepEqual(refused(await other.call("GET", "members/gabor/profile")), [404, "not_found"]);
  const token = await other.token("gabor");
  for (const path of ["me/profile", "me/export", "me/activity", "me/rewards", "me/consents"]) {
    assert.deepEqual(refused(await shop.call("GET", path, undefined, { token })), [403, "forbidden"], path);
  }
  for (const [method, path] of [["GET", "members"], ["DELETE", "members/gabor"], ["GET", "members/gabor/export"], ["GET", "erasures"], ["POST", "imports"]]) {
    const answer = await shop.call(method, path, undefined, { token: other.apiKey });
    assert.deepEqual(refused(answer), [401, "unauthorised"], path);
  }
});
