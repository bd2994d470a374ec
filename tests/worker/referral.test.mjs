// Bringing friends over the wire (M28, M29, M30): code, link, visit, both rewards, and where a link leads.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { request, startWorker } from "../support/worker.mjs";
import { eventually, flushed, openShop, order, pause } from "./fixture.mjs";

const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
const LANDING = "https://shop.example/welcome?lang=hu";

let worker, shop;
before(async () => {
  worker = await startWorker();
  shop = await openShop(worker, { landing: LANDING });
});
after(() => worker.stop());

async function link(member) {
  const token = await shop.token(member);
  const made = await shop.call("POST", "me/referral", undefined, { token });
  return { token, made, ...made.body, status: async (rest) => (await shop.call("GET", "me/referral", undefined, { token, ...rest })).body };
}

const follow = (target, { method = "GET", agent = FIREFOX, headers } = {}) =>
  request(worker, method, target, undefined, { headers: { "user-agent": agent, ...headers } });

test("M28: a member has one code for ever, unguessable and typable", async () => {
  const token = await shop.token("one");
  const none = await shop.call("GET", "me/referral", undefined, { token });
  assert.deepEqual([none.status, none.body.code], [404, "not_found"]);
  const first = await link("one");
  const second = await link("one");
  assert.deepEqual([first.made.status, second.made.status, second.code], [201, 200, first.code]);
  assert.match(first.code, /^[0-9A-HJKMNP-TV-Z]{12}$/);
  assert.equal(first.link, `${worker.url}/r/${first.code}`);
  assert.deepEqual(await first.status(), first.made.body);
  assert.notEqual((await link("two")).code, first.code);
});

test("M28: the link leads to the shop's page with the code, and to nowhere else", async () => {
  const { code } = await link("leads");
  const expected = `${LANDING}&ref=${code}&utm_source=referral&utm_medium=`;
  const check = async (query, medium = "link") => {
    const answer = await follow(`/r/${code}${query}`);
    assert.deepEqual([answer.status, answer.headers.get("location"), answer.text], [302, expected + medium, ""], query);
    assert.equal(answer.headers.get("cache-control"), "no-store");
    assert.equal(answer.headers.get("referrer-policy"), "no-referrer");
    assert.equal(answer.headers.get("x-robots-tag"), "noindex");
    assert.equal(answer.headers.get("set-cookie"), null);
  };
  await check("");
  await check("?s=whatsapp", "whatsapp");
  for (const to of [
    "//evil.example", "/\\evil.example", "\\/\\/evil.example", "%2f%2fevil.example", "%5cevil.example", "https:evil.example",
    "https://shop.example@evil.example", "https://shop.example.evil.example", "javascript:alert(1)", "data:text/html,x",
    "%0d%0aLocation:%20https://evil.example", "%09//evil.example", "https://evil.example%00.shop.example", "https://evil.example#@shop.example",
  ]) {
    for (const name of ["to", "url", "next", "redirect", "ref", "utm_source", "s"]) await check(`?${name}=${to}`);
  }
});

test("M28: a code is read as people write it; a mistyped or foreign one is 404", async () => {
  const { code } = await link("typed");
  for (const written of [code.toLowerCase(), code.replaceAll("1", "l").replaceAll("0", "o"), code.replaceAll("1", "I").replaceAll("0", "O")]) {
    assert.equal((await follow(`/r/${written}`)).status, 302, written);
  }
  const other = code.at(-1) === "A" ? "B" : "A";
  const unknown = await follow(`/r/${code.slice(0, -1)}${other}`);
  assert.deepEqual([unknown.status, unknown.body.code, unknown.headers.get("location")], [404, "not_found", null]);
  for (const written of ["x", "U".repeat(12), `${code}0`, "%2e%2e%2fdemo", "//evil.example", "..%5c..%5cevil"]) {
    const answer = await follow(`/r/${written}`);
    assert.ok(answer.status === 404 && answer.headers.get("location") === null, `${written}: ${answer.status}`);
  }
});

test("M28: people's visits count, programs' do not", async () => {
  const { code, status } = await link("visited");
  const visits = (expected) => eventually(async () => (await status()).visits, (seen) => seen >= expected);
  for (const agent of ["", "WhatsApp/2.24.6", "Viber/20.0", "TelegramBot (like TwitterBot)", "facebookexternalhit/1.1", "Mozilla/5.0 (compatible; Googlebot/2.1)"]) {
    assert.equal((await follow(`/r/${code}`, { agent })).status, 302);
  }
  await follow(`/r/${code}`, { method: "HEAD" });
  await follow(`/r/${code}`, { headers: { "sec-purpose": "prefetch;prerender" } });
  await follow(`/r/${code}`);
  await follow(`/r/${code}?s=qr`);
  assert.equal(await visits(2), 2);
  await pause(300);
  assert.equal((await status()).visits, 2);
});

test("M29: the friend's first order rewards both, once its return window is over", async () => {
  const day = (n) => ({ now: `2030-03-${String(n).padStart(2, "0")}T12:00:00Z` });
  const advocate = await link("advocate");
  const booked = await shop.pay("friend", order("1", "40.00"), "order", { referral: advocate.code, ...day(1) });
  assert.deepEqual(booked.body.entries.map(({ event }) => event.kind), ["order_paid", "referral_rewarded"]);
  assert.deepEqual([booked.body.standing.available, booked.body.standing.pending], [40, 250]);
  const told = (n) => eventually(() => shop.view("advocate", day(n)), ({ standing }) => standing.seq > 0);
  const waiting = (await told(1)).standing;
  assert.deepEqual([waiting.available, waiting.pending, waiting.friends_waiting], [0, 500, 1]);
  assert.deepEqual((await advocate.status(day(14))).friends, { waiting: 1, rewarded: 0 });
  assert.deepEqual((await advocate.status(day(15))).friends, { waiting: 0, rewarded: 1 });
  assert.equal((await shop.view("advocate", day(15))).standing.available, 500);
  assert.equal((await shop.view("friend", day(15))).standing.available, 290);
  for (const member of ["advocate", "friend"]) assert.ok((await flushed(shop, member)).equal);
});

test("M29: a refund inside the window takes both rewards back", async () => {
  const at = (now) => ({ now });
  const advocate = await link("advocate-2");
  await shop.pay("friend-2", order("1", "40.00"), "order", { referral: advocate.code, ...at("2030-03-01T12:00:00Z") });
  await eventually(() => shop.view("advocate-2", at("2030-03-01T12:00:00Z")), ({ standing }) => standing.seq > 0);
  const refund = await shop.refund("friend-2", "1", "r1", undefined, "refund", at("2030-03-05T12:00:00Z"));
  assert.deepEqual([refund.status, refund.body.standing.available, refund.body.standing.pending], [201, 0, 0]);
  const { standing } = await eventually(() => shop.view("advocate-2", at("2030-04-01T12:00:00Z")), (view) => view.standing.seq > 1);
  assert.deepEqual([standing.available, standing.pending, standing.friends_waiting, standing.friends_rewarded], [0, 0, 0, 0]);
});

test("M30: a code that leads nowhere, or to oneself, does not hold the order up", async () => {
  const unknown = await shop.pay("plain", order("1", "40.00"), "order-1", { referral: "000000000000" });
  assert.deepEqual([unknown.status, unknown.body.referral], [201, { accepted: false, code: "code_unknown" }]);
  const own = await link("own");
  const self = await shop.pay("own", order("1", "40.00"), "order", { referral: own.code });
  assert.deepEqual([self.status, self.body.entries.map(({ event }) => event.referral)], [201, ["self_referral"]]);
  const late = await shop.pay("plain", order("2", "40.00"), "order-2", { referral: own.code });
  assert.deepEqual([late.status, late.body.entries.map(({ event }) => event.referral)], [201, ["not_first_order"]]);
  const other = await openShop(worker, { shop: "other" });
  const foreign = await other.pay("guest", order("1", "40.00"), "order", { referral: own.code });
  assert.deepEqual(foreign.body.referral, { accepted: false, code: "code_unknown" });
});

test("exactly-once M29: the advocate's object killed before the message arrives is rewarded once", async (t) => {
  const cut = await startWorker();
  t.after(() => cut.stop());
  const it = await openShop(cut);
  const token = await it.token("far");
  const { code } = (await it.call("POST", "me/referral", undefined, { token })).body;
  await it.pay("near", order("1", "40.00"), "order", { referral: code });
  await cut.kill();
  await cut.restart();
  const { standing } = await eventually(() => it.view("far"), (view) => view.standing.seq > 0);
  assert.deepEqual([standing.pending, standing.friends_waiting], [500, 1]);
  await pause(1_500);
  assert.equal((await it.view("far")).standing.seq, 1);
});
