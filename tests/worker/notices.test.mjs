// Webhooks out: what happens is told once, signed, again and again until it is taken, and to public addresses only.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { startWorker } from "../support/worker.mjs";
import { eventually, openShop, order, pause, programme as figures } from "./fixture.mjs";

let worker, server, base;
/** What came in, by path, and what is answered there: a status, 200 unless said otherwise. */
const inbox = new Map();
const answers = new Map();

before(async () => {
  worker = await startWorker();
  server = createServer(async (asked, answer) => {
    let body = "";
    for await (const chunk of asked) body += chunk;
    inbox.set(asked.url, [...(inbox.get(asked.url) ?? []), { headers: asked.headers, body, ...JSON.parse(body) }]);
    answer.writeHead(answers.get(asked.url) ?? 200, { location: `${base}/elsewhere` }).end("answer");
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${server.address().port}`;
});
after(async () => {
  server.closeAllConnections();
  server.close();
  await worker.stop();
});

const came = (path) => inbox.get(path) ?? [];
const types = (path) => came(path).map(({ type }) => type).sort();
const settled = (path, count) => eventually(() => came(path), (all) => all.length >= count, 20_000);

/** Which of the secrets signed a message, as Standard Webhooks has it. */
function signedBy({ headers, body }, secrets) {
  const signatures = headers["webhook-signature"].split(" ");
  const text = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
  const mac = (secret) => `v1,${createHmac("sha256", Buffer.from(secret.slice(6), "base64")).update(text).digest("base64")}`;
  assert.ok(Math.abs(Date.now() / 1000 - Number(headers["webhook-timestamp"])) < 60);
  return secrets.map((secret) => signatures.includes(mac(secret)));
}

/** A shop with one endpoint. */
async function openTold(name, { programme = figures, ...fields } = {}) {
  const shop = await openShop(worker, { shop: name, programme });
  const path = `/${name}`;
  const made = await shop.call("POST", "endpoints", { url: base + path, ...fields });
  assert.equal(made.status, 201, made.text);
  const deliveries = async (query = "") => (await shop.call("GET", `deliveries${query}`)).body.data;
  const account = async (member) => (await shop.call("GET", `members/${member}/account`)).body.account;
  return { ...shop, path, endpoint: made.body, deliveries, account };
}

const now = Date.now();
const day = (days) => new Date(now + days * 86_400_000);

test("every kind is told once, in the words of the entries, with a signature", async () => {
  const tiers = { window: { days: 365 }, timing: "including_order", downgrade: "at_once", levels: [{ id: "silver", name: "Silver", from: "50.00" }] };
  const shop = await openTold("kinds", { programme: { ...figures, tiers } });
  assert.match(shop.endpoint.secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
  const { code } = (await shop.call("POST", "me/referral", undefined, { token: await shop.token("anna") })).body;
  await shop.pay("ben", order("1", "60.00"), "order-1", { referral: code });
  await settled(shop.path, 5);
  const { hold } = (await shop.hold(await shop.token("ben"), 10, "hold")).body;
  await shop.call("POST", `holds/${hold.id}/capture`, { member: "ben" }, { key: "capture" });
  await settled(shop.path, 6);
  await shop.refund("ben", "1", "r1");
  await settled(shop.path, 10);
  await pause(1000);
  assert.deepEqual(types(shop.path), [
    "points.earned", "points.earned", "points.earned", "points.reversed", "points.reversed", "points.reversed",
    "referral.completed", "reward.taken", "tier.changed", "tier.changed",
  ]);
  const [ben, anna] = [await shop.account("ben"), await shop.account("anna")];
  const all = came(shop.path);
  const one = (type, cause, account) => all.find((told) => told.type === type && told.data.cause === cause && told.data.account === account).data;
  assert.deepEqual(one("points.earned", "order_paid", ben), { account: ben, cause: "order_paid", entry: 1, order: "1", wallet: "points", points: 60, pending: 0 });
  const referral = one("referral.completed", "referral_rewarded", anna);
  assert.deepEqual([referral.friend, referral.order, referral.points], [ben, "1", 500]);
  const { reward, points, hold: id } = one("reward.taken", "captured", ben);
  assert.deepEqual([reward, points, id], ["pay", 10, hold.id]);
  const { from, to } = all.find(({ type }) => type === "tier.changed").data;
  assert.deepEqual([from, to], [null, "silver"]);
  assert.equal(one("points.reversed", "refunded", ben).points, 60);
  for (const message of all) {
    assert.deepEqual(signedBy(message, [shop.endpoint.secret]), [true]);
    assert.equal(message.headers["content-type"], "application/json");
    assert.match(message.headers["webhook-id"], /^msg_[0-9a-f]{25}$/);
    assert.ok(!message.body.includes('"ben"') && !message.body.includes('"anna"'), "messages name accounts only");
  }
  assert.equal(new Set(all.map(({ headers }) => headers["webhook-id"])).size, all.length);
  const log = await shop.deliveries();
  assert.deepEqual([log.length, new Set(log.map(({ state }) => state)).size, log[0].state], [10, 1, "delivered"]);
  // The log has pages, and knows what was sent.
  const first = (await shop.call("GET", "deliveries?limit=7&state=delivered")).body;
  const second = (await shop.call("GET", `deliveries?limit=7&state=delivered&cursor=${first.next_cursor}`)).body;
  assert.deepEqual([...first.data, ...second.data], log);
  assert.equal(second.next_cursor, null);
  const whole = (await shop.call("GET", `deliveries/${log[0].id}`)).body;
  assert.equal(JSON.stringify(whole.body), JSON.stringify(JSON.parse(all.find(({ headers }) => headers["webhook-id"] === whole.message).body)));
  assert.deepEqual(whole.log.map(({ status }) => status), [200]);
});

test("an entry that is fed again is told once, however often and by whomever", async () => {
  const shop = await openTold("again", { events: ["points.earned"] });
  for (const id of ["1", "2"]) await shop.pay("ann", order(id, "10.00"), `order-${id}`);
  await settled(shop.path, 2);
  const entries = (await shop.call("GET", "members/ann/entries")).body.data.map((entry) => JSON.stringify(entry));
  const feed = () => worker.object("again/0", "feed", { acct: "0a", epoch: "e0", entries }, "BOOKS");
  await Promise.all([feed(), feed()]);
  await feed();
  await settled(shop.path, 4);
  await pause(1000);
  assert.deepEqual(came(shop.path).map(({ data }) => data.account === "0a"), [false, false, true, true]);
});

test("what is not taken is sent again, over a power cut, under the same id; and when the shop wants it", async () => {
  const shop = await openTold("failing", { events: ["points.earned"] });
  answers.set(shop.path, 500);
  await shop.pay("ann", order("1", "10.00"), "order-1");
  await settled(shop.path, 1);
  const waits = await eventually(() => shop.deliveries("?state=waiting"), ([one]) => one?.attempts === 1);
  assert.deepEqual([waits.length, waits[0].last_status], [1, 500]);
  assert.ok(Date.parse(waits[0].next_attempt_at) - Date.now() < 6_500);
  await worker.kill();
  answers.delete(shop.path);
  await worker.restart();
  await settled(shop.path, 2);
  const [first, second] = came(shop.path);
  assert.deepEqual([second.headers["webhook-id"], second.body], [first.headers["webhook-id"], first.body]);
  assert.ok(second.headers["webhook-timestamp"] > first.headers["webhook-timestamp"], "signed anew");
  assert.deepEqual(signedBy(second, [shop.endpoint.secret]), [true]);
  const [delivered] = await eventually(() => shop.deliveries("?state=delivered"), ({ length }) => length === 1);
  const replayed = await shop.call("POST", `deliveries/${delivered.id}/replay`);
  assert.deepEqual([replayed.status, replayed.body.state, replayed.body.message], [202, "waiting", delivered.message]);
  await settled(shop.path, 3);
  assert.equal(came(shop.path)[2].headers["webhook-id"], first.headers["webhook-id"]);
  const whole = await eventually(async () => (await shop.call("GET", `deliveries/${delivered.id}`)).body, ({ state }) => state === "delivered");
  assert.deepEqual(whole.log.map(({ status }) => status), [500, 200, 200]);
  assert.equal((await shop.call("GET", "deliveries/dlv_0")).status, 404);
});

test("one message that nobody takes, or that is sent again, switches no endpoint off; old ones are forgotten without any endpoint", async () => {
  const shop = await openTold("poison", { events: ["points.earned"] });
  answers.set(shop.path, 500);
  await shop.pay("ann", order("1", "10.00"), "order-1");
  const [{ id }] = await eventually(() => shop.deliveries(), ([one]) => one?.attempts === 1);
  const books = (sql) => worker.operate(sql, `poison/${account[0]}`, "Books");
  const account = await shop.account("ann");
  const tried = (count) => eventually(async () => (await shop.call("GET", `deliveries/${id}`)).body, ({ log }) => log.length >= count, 20_000);
  const disabled = async () => {
    await pause(500);
    return (await shop.call("GET", "endpoints")).body.data[0].disabled_because;
  };
  const ago = (days) => Date.now() - days * 86_400_000;
  // The last attempt of the only message; two days later the next thing fails.
  await books(`UPDATE delivery SET failed = 9, due = 1; UPDATE endpoint SET since = ${ago(4)}, peace = 0`);
  assert.equal((await tried(2)).state, "failed");
  await books(`UPDATE delivery SET state = 'waiting', due = 1; UPDATE endpoint SET peace = 0, since = iif(since = 0, 0, ${ago(6)})`);
  await tried(3);
  assert.equal(await disabled(), null);
  // Days later the shop wants it again.
  await books(`UPDATE endpoint SET since = ${ago(6)}`);
  assert.equal((await shop.call("POST", `deliveries/${id}/replay`)).status, 202);
  await tried(4);
  assert.equal(await disabled(), null);
  await books("UPDATE delivery SET made = 1, due = NULL");
  assert.equal((await shop.call("DELETE", `endpoints/${shop.endpoint.id}`)).status, 204);
  assert.deepEqual(await eventually(() => shop.deliveries(), ({ length }) => length === 0), []);
});

test("books that lost their storage know again where to tell, with what they are fed", async () => {
  const shop = await openTold("relearned");
  await shop.pay("anna", order("1", "5.00"), "order-1");
  await settled(shop.path, 1);
  await worker.loseObjects("Books");
  await shop.pay("anna", order("2", "7.00"), "order-2");
  await settled(shop.path, 2);
  const told = new Set(came(shop.path).map(({ data }) => `${data.entry} ${data.points}`));
  assert.deepEqual([...told].sort(), ["1 5", "2 7"]);
  const ids = came(shop.path).filter(({ data }) => data.entry === 1).map(({ headers }) => headers["webhook-id"]);
  assert.equal(new Set(ids).size, 1, "told again under the same id");
});

test("a secret that is replaced signs beside the new one", async () => {
  const shop = await openTold("rotate", { events: ["points.earned"] });
  const { status, body } = await shop.call("POST", `endpoints/${shop.endpoint.id}/rotate`);
  assert.equal(status, 200);
  await shop.pay("ann", order("1", "10.00"), "order-1");
  await settled(shop.path, 1);
  const [message] = came(shop.path);
  const other = `whsec_${Buffer.from("another secret").toString("base64")}`;
  assert.deepEqual(signedBy(message, [shop.endpoint.secret, body.secret, other]), [true, true, false]);
  const listed = await shop.call("GET", "endpoints");
  assert.ok(!listed.text.includes("whsec_") && listed.body.data[0].url === base + shop.path);
  assert.equal((await shop.call("DELETE", `endpoints/${shop.endpoint.id}`)).status, 204);
  await shop.pay("ann", order("2", "10.00"), "order-2");
  await pause(1500);
  assert.equal(came(shop.path).length, 1);
});

test("a redirect is not followed, 410 ends it, and a dead endpoint does not hold up the others", async () => {
  const shop = await openTold("gone", { events: ["points.earned"] });
  answers.set("/gone", 302);
  const { body: other } = await shop.call("POST", "endpoints", { url: `${base}/other` });
  await shop.pay("ann", order("1", "10.00"), "order-1");
  await settled("/other", 1);
  await eventually(() => shop.deliveries("?state=waiting"), ([one]) => one?.last_status === 302);
  assert.deepEqual(came("/elsewhere"), []);
  answers.set("/gone", 410);
  const listed = await eventually(
    async () => (await shop.call("GET", "endpoints")).body.data,
    (all) => all.some(({ disabled_at }) => disabled_at),
    15_000,
  );
  assert.deepEqual(listed.map(({ disabled_because }) => disabled_because), ["gone", null]);
  const [given] = await eventually(() => shop.deliveries(`?endpoint=${shop.endpoint.id}`), ([one]) => one.state === "failed");
  assert.deepEqual([given.last_status, given.next_attempt_at], [410, null]);
  const refused = await shop.call("POST", `deliveries/${given.id}/replay`);
  assert.deepEqual([refused.status, refused.body.code], [409, "endpoint_disabled"]);
  answers.delete("/gone");
  const before = came("/gone").length;
  assert.equal((await shop.call("POST", `endpoints/${shop.endpoint.id}/enable`)).status, 204);
  assert.equal((await shop.call("POST", `deliveries/${given.id}/replay`)).status, 202);
  await settled("/gone", before + 1);
  assert.equal((await shop.call("DELETE", `endpoints/${other.id}`)).status, 204);
});

test("points that will expire soon are told once for each day, with nothing touched", async () => {
  const shop = await openShop(worker, { shop: "soon", programme: { ...figures, expiry: { days: 10 } } });
  const at = (days) => ({ now: day(days).toISOString() });
  await shop.pay("ann", order("1", "10.00"), "order-1", at(-6));
  await shop.pay("ann", order("2", "20.00"), "order-2", at(-6));
  await shop.pay("ann", order("3", "40.00"), "order-3", at(-1));
  const report = () => shop.call("GET", "reports/outstanding");
  await eventually(report, ({ body }) => body.rows?.[0]?.points === 70);
  const { status, body } = await shop.call("POST", "endpoints", { url: `${base}/soon`, events: ["points.expiring_soon"], expiring_days: 5 });
  assert.equal(status, 201);
  await settled("/soon", 1);
  const account = (await shop.call("GET", "members/ann/account")).body.account;
  const [{ last_day }] = (await shop.view("ann")).standing.expiring;
  const check = () => {
    const told = came("/soon").map(({ data }) => data);
    assert.equal(told.length, 1);
    assert.deepEqual(told[0], { account, wallet: "points", points: 30, last_day });
  };
  check();
  // Every change of the list has everything looked at anew.
  await shop.call("POST", `endpoints/${body.id}/rotate`);
  await pause(1500);
  check();
});

test("addresses that are not public, and what else cannot be used, are refused", async () => {
  const shop = await openShop(worker, { shop: "refused" });
  const refused = async (fields, code = "endpoint_invalid", status = 422) => {
    const answer = await shop.call("POST", "endpoints", fields);
    assert.deepEqual([answer.status, answer.body.code], [status, code], JSON.stringify(fields));
  };
  for (const host of [
    "10.0.0.1", "192.168.0.1", "169.254.169.254", "2130706433", "0x7f.1", "0177.1", "127.0.0.1.", "[::1]", "[::ffff:10.0.0.1]",
    "[fd00::1]", "localhost", "localhost.", "printer.local", "metadata.google.internal", "router", "8.8.8.8",
  ]) {
    await refused({ url: `https://${host}/` });
  }
  for (const url of ["http://shop.example/", "https://user:word@shop.example/", "ftp://shop.example/", "x"]) await refused({ url });
  const url = "https://shop.example/hooks";
  await refused({ url, events: [] });
  await refused({ url, expiring_days: 0 });
  await refused({ url, events: ["points.lost"] }, "malformed", 400);
  for (let count = 0; count < 10; count += 1) assert.equal((await shop.call("POST", "endpoints", { url })).status, 201);
  await refused({ url }, "endpoint_limit", 409);
  for (const [method, route] of [["DELETE", ""], ["POST", "/rotate"], ["POST", "/enable"]]) {
    assert.equal((await shop.call(method, `endpoints/ep_none${route}`)).status, 404);
  }
});
