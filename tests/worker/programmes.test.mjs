// A programme's way to its members: draft, check, compare, publish, for a day to come, taken back; nothing lost.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { startWorker } from "../support/worker.mjs";
import { openShop, order, programme, refused } from "./fixture.mjs";

let worker;
before(async () => {
  worker = await startWorker();
});
after(() => worker.stop());

const double = { ...programme, name: "Double", earning: [{ id: "base", points: 2, per: "1.00" }] };
const faulty = { ...programme, earning: [{ id: "base", points: 1, per: "0.00" }], more: true };

async function open(name) {
  const shop = await openShop(worker, { shop: name });
  const at = (path, rest) => shop.call("GET", `programme${path}`, undefined, rest);
  return {
    ...shop,
    at,
    draft: (document) => shop.call("PUT", "programme/draft", document),
    publish: (body, rest) => shop.call("POST", "programme/publish", body, rest),
    history: async (query = "", rest) => (await at(`/versions${query}`, rest)).body,
    current: async (now) => (await at("", { token: null, now })).body.programme.name,
  };
}

test("a draft may have faults, is told them, and is published only without", async () => {
  const shop = await open("drafts");
  assert.deepEqual(refused(await shop.at("/draft")), [404, "draft_missing"]);
  assert.deepEqual(refused(await shop.publish({})), [404, "draft_missing"]);
  const written = await shop.draft(faulty);
  assert.deepEqual(written.body.faults.map(({ path, code }) => [path, code]), [["/more", "unknown_field"], ["/earning/0/per", "number_out_of_range"]]);
  assert.equal(written.body.version, null);
  const read = await shop.at("/draft");
  assert.deepEqual(read.body, { ...written.body, programme: faulty });
  assert.deepEqual(refused(await shop.publish({})), [422, "unknown_field"]);
  assert.equal(await shop.current(), "Round figures");
  const { version, faults } = (await shop.draft(double)).body;
  assert.deepEqual(faults, []);
  const published = await shop.publish({});
  assert.deepEqual([published.status, published.body.version, published.body.state], [201, version, "in_effect"]);
  assert.equal(await shop.current(), "Double");
  assert.deepEqual(refused(await shop.at("/draft")), [404, "draft_missing"]);
  await shop.draft(faulty);
  assert.equal((await shop.call("DELETE", "programme/draft")).status, 204);
  assert.deepEqual(refused(await shop.at("/draft")), [404, "draft_missing"]);
});

test("a draft that is written while the one before it is published stays", async () => {
  const shop = await open("overtaken");
  const ask = (question) => worker.object("overtaken", "ask", question, "OFFICE");
  const { version } = (await shop.draft(double)).body;
  const first = (await ask("Draft")).body;
  await shop.draft(faulty);
  const wanted = { version, currency: "EUR", starts: null, now: Date.now(), draft: createHash("sha256").update(first).digest("hex") };
  assert.equal((await ask({ Publish: wanted })).status, 201);
  assert.deepEqual((await shop.at("/draft")).body.programme, faulty);
});

test("an office without its shop publishes nothing", async () => {
  const wanted = { version: "0123456789abcdef", currency: "EUR", starts: null, now: Date.now(), draft: null };
  for (const question of [{ Publish: wanted }, { PutDraft: "{}" }, { Withdraw: { id: 1, now: 0 } }]) {
    assert.deepEqual(refused(await worker.object("nowhere", "ask", question, "OFFICE")), [404, "not_found"]);
  }
});

test("checking keeps nothing", async () => {
  const shop = await open("checked");
  const check = (document) => shop.call("POST", "programme/check", document);
  assert.match((await check(double)).body.version, /^[0-9a-f]{16}$/);
  assert.deepEqual((await check(faulty)).body.faults.map(({ code }) => code), ["unknown_field", "number_out_of_range"]);
  assert.deepEqual((await check({ ...double, time_zone: "Europe/Nowhere" })).body.faults.map(({ path }) => path), ["/time_zone"]);
  for (const text of ["", "{", "1e309 x", "[".repeat(10_000)]) assert.deepEqual(refused(await check(text)), [400, "malformed"]);
  assert.equal(await shop.current(), "Round figures");
  assert.equal((await shop.history()).data.length, 1);
});

test("publications at the same time are all in the history", async () => {
  const shop = await open("together");
  const names = Array.from({ length: 20 }, (_, index) => `Version ${index}`);
  const answers = await Promise.all(names.map((name) => shop.call("PUT", "programme", { ...programme, name })));
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([201]));
  const { data } = await shop.history();
  assert.deepEqual(new Set(data.map(({ version }) => version)).size, 21);
  assert.deepEqual(data.map(({ id }) => Number(id)), Array.from({ length: 21 }, (_, index) => 21 - index), "newest first");
  assert.deepEqual(data.map(({ state }) => state), ["in_effect", ...Array(20).fill("over")]);
  const first = await shop.history("?limit=15");
  const second = await shop.history(`?limit=15&cursor=${first.next_cursor}`);
  assert.deepEqual([...first.data, ...second.data], data);
  assert.equal(second.next_cursor, null);
  const one = await shop.at(`/versions/${data[3].version}`, { token: null });
  assert.deepEqual([one.status, one.body.version], [200, data[3].version]);
  assert.match(one.headers.get("cache-control"), /immutable/);
  assert.equal((await shop.at(`/versions/${data[3].version}`, { headers: { "if-none-match": one.headers.get("etag") } })).status, 304);
  assert.deepEqual(refused(await shop.at("/versions/0123456789abcdef")), [404, "programme_missing"]);
  assert.deepEqual(refused(await shop.at("/versions/latest")), [400, "malformed"]);
});

test("publishing the same at once from many places is one publication", async () => {
  const shop = await open("same");
  const answers = await Promise.all(Array.from({ length: 10 }, () => shop.call("PUT", "programme", double)));
  assert.equal(answers.filter(({ status }) => status === 201).length, 1);
  assert.equal((await shop.history()).data.length, 2);
});

test("a publication for a day to come takes effect at its instant, with nothing running", async () => {
  const shop = await open("ahead");
  const from = "2031-01-01T00:00:00.000Z";
  const [before, then] = ["2030-12-31T23:59:59.999Z", from];
  await shop.draft(double);
  const made = await shop.publish({ from });
  assert.deepEqual([made.status, made.body.from, made.body.state], [201, from, "ahead"]);
  assert.equal((await shop.publish({ version: made.body.version, from })).status, 200, "once");
  assert.deepEqual([await shop.current(), await shop.current(before), await shop.current(then)], ["Round figures", "Round figures", "Double"]);
  const pay = async (member, id, now) => (await shop.pay(member, order(id, "10.00"), id, { now })).body.standing.available;
  assert.equal(await pay("anna", "1", before), 10);
  assert.equal(await pay("anna", "2", then), 30);
  assert.deepEqual((await shop.history("", { now: then })).data.map(({ state }) => state), ["in_effect", "over"]);
  const withdraw = (now) => shop.call("DELETE", `programme/publications/${made.body.id}`, undefined, { now });
  assert.deepEqual(refused(await withdraw(then)), [409, "publication_begun"]);
  assert.equal((await withdraw()).status, 204);
  assert.deepEqual(refused(await withdraw()), [404, "not_found"]);
  assert.equal(await shop.current(then), "Round figures");
  assert.deepEqual(refused(await shop.publish({ version: made.body.version, from: "2001-01-01T00:00:00Z" })), [422, "publication_invalid"]);
  assert.deepEqual(refused(await shop.publish({ version: made.body.version, from: "tomorrow" })), [400, "malformed"]);
});

test("what differs is told by place, before and after", async () => {
  const shop = await open("compared");
  assert.deepEqual(refused(await shop.at("/diff")), [404, "draft_missing"]);
  await shop.draft({ ...double, rewards: [programme.rewards[1], programme.rewards[0]] });
  const { changes } = (await shop.at("/diff")).body;
  assert.deepEqual(changes, [
    { path: "/earning/0/points", before: 1, after: 2 },
    { path: "/name", before: "Round figures", after: "Double" },
  ]);
  const first = (await shop.history()).data[0].version;
  await shop.publish({});
  assert.equal((await shop.at(`/diff?from=${first}&to=current`)).body.changes.length, 2);
  assert.deepEqual((await shop.at("/diff?from=current&to=current")).body.changes, []);
  assert.deepEqual(refused(await shop.at("/diff?from=yesterday")), [400, "malformed"]);
});

test("a shop keeps its currency, whichever way a programme comes", async () => {
  const shop = await open("currency");
  const [to, code_] = [{ ...programme, currency: "USD" }, "currency_mismatch"];
  assert.deepEqual(refused(await shop.call("PUT", "programme", to)), [422, code_]);
  await shop.draft(to);
  assert.deepEqual(refused(await shop.publish({ from: "2031-01-01T00:00:00Z" })), [422, code_]);
});
