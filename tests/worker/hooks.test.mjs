// Webhooks in: who sent them, what they become, and that it does not matter how they arrive.
import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { after, before, test } from "node:test";
import { request, startWorker } from "../support/worker.mjs";
import { chunked, eventually, openShop, programme } from "./fixture.mjs";

const SECRET = "shpss_a-secret-of-the-platform";
const STANDARD = `whsec_${Buffer.from("a standard secret").toString("base64")}`;

let worker, shop;
before(async () => {
  worker = await startWorker();
  shop = await connected(worker);
});
after(() => worker.stop());

/** A shop that all platforms are connected to. */
async function connected(worker, options) {
  const it = await openShop(worker, options);
  for (const platform of ["shopify", "woocommerce", "stripe", "standard"]) {
    const secret = platform === "standard" ? STANDARD : SECRET;
    const set = await it.call("PUT", `hooks/${platform}`, { secrets: [{ secret }] });
    assert.equal(set.status, 200, set.text);
  }
  return it;
}

const mac = (text, secret = SECRET, encoding = "base64") => createHmac("sha256", secret).update(text).digest(encoding);

/** Sends a body as its platform would; `headers` and `secret` say what is different. */
function send(to, platform, topic, body, { headers, secret, worker: at = worker, now } = {}) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const seconds = `${Math.floor(Date.now() / 1000)}`;
  const signed = {
    shopify: () => ({ "x-shopify-topic": topic, "x-shopify-hmac-sha256": mac(text, secret) }),
    woocommerce: () => ({ "x-wc-webhook-topic": topic, "x-wc-webhook-signature": mac(text, secret) }),
    stripe: () => ({ "stripe-signature": `t=${seconds},v1=${mac(`${seconds}.${text}`, secret, "hex")}` }),
    standard: () => ({
      "webhook-id": "msg_1",
      "webhook-timestamp": seconds,
      "webhook-signature": `v1,${mac(`msg_1.${seconds}.${text}`, Buffer.from((secret ?? STANDARD).slice(6), "base64"))}`,
    }),
  }[platform]();
  const sent = { ...signed, ...headers };
  for (const [name, value] of Object.entries(sent)) if (value === undefined) delete sent[name];
  return request(at, "POST", `/hooks/${to.shop}/${platform}`, text, { headers: sent, now });
}

/** A paid Shopify order of one line. */
const paid = (id, customer, amount, rest = {}) => ({
  id, updated_at: "2026-01-31T10:00:00Z", currency: "EUR", financial_status: "paid", taxes_included: true,
  customer: customer && { id: customer }, line_items: [{ id: 11, product_id: 5, quantity: 10, price: amount }], ...rest,
});
const refunded = (id, order, pieces) => ({
  id, order_id: order, processed_at: "2026-02-01T10:00:00Z",
  refund_line_items: [{ quantity: pieces, line_item: { id: 11 } }],
});
const shopify = (topic, body, rest) => send(shop, "shopify", topic, body, rest);
const told = ({ status, body }) => [status, body.applied];

/** The member's spendable points, once they are as many. */
const points = async (member, wanted, it = shop) => {
  const { standing } = await eventually(() => it.view(member), (view) => view.standing.available === wanted, 8_000);
  return standing.available;
};
const letters = async (it = shop) => (await it.call("GET", "dead-letters?limit=50")).body.data;

test("fault 1: 64 deliveries of one paid order at once book one, and one of them was news", async () => {
  const body = paid(9007199254740993n.toString(), "9007199254740995", "10.00");
  const text = JSON.stringify(body).replace('"9007199254740993"', "9007199254740993").replace('"9007199254740995"', "9007199254740995");
  const answers = await Promise.all(Array.from({ length: 64 }, () => shopify("orders/paid", text)));
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
  assert.equal(answers.filter(({ body }) => body.applied).length, 1);
  assert.equal(await points("9007199254740995", 100), 100, "ids beyond 2^53 survive");
  const { data } = (await shop.call("GET", "members/9007199254740995/entries")).body;
  assert.deepEqual([data.length, data[0].event.order.id], [1, "9007199254740993"]);
});

test("fault 6: a refund before its order ends as the refund after it", async () => {
  assert.deepEqual(told(await shopify("refunds/create", refunded(1, 600, 3))), [200, true]);
  assert.deepEqual(told(await shopify("orders/paid", paid(600, 6001, "10.05"))), [200, true]);
  await shopify("orders/paid", paid(601, 6002, "10.05"));
  assert.deepEqual(told(await shopify("refunds/create", refunded(2, 601, 3))), [200, true]);
  assert.deepEqual([await points("6001", 70), await points("6002", 70)], [70, 70]);
});

test("faults 7, 8: what is older, or of the same instant, comes to the same either way", async () => {
  const bodies = (id, member) => [
    paid(id, member, "10.00"),
    paid(id, member, "12.00"),
    paid(id, member, "99.00", { updated_at: "2026-01-30T10:00:00Z" }),
    paid(id, member, "99.00", { financial_status: "pending" }),
  ];
  for (const body of bodies(700, 7001)) await shopify("orders/updated", body);
  for (const body of bodies(701, 7002).reverse()) await shopify("orders/updated", body);
  assert.deepEqual([await points("7001", 120), await points("7002", 120)], [120, 120]);
  assert.deepEqual(told(await shopify("orders/updated", bodies(700, 7001)[2])), [200, false]);
});

test("fault 9: a third three times takes what the whole takes", async () => {
  for (const [order, member] of [[900, 9001], [901, 9002]]) await shopify("orders/paid", paid(order, member, "10.00"));
  for (const [refund, pieces] of [[1, 3], [2, 3], [3, 4]]) await shopify("refunds/create", refunded(refund, 900, pieces));
  await shopify("refunds/create", refunded(4, 901, 10));
  assert.deepEqual([await points("9001", 0), await points("9002", 0)], [0, 0]);
});

test("fault 10: more than the order is given back: all of it is taken, and the merchant is told", async () => {
  await shopify("orders/paid", paid(1000, 10001, "10.00"));
  assert.deepEqual(told(await shopify("refunds/create", refunded(1, 1000, 11))), [200, true]);
  assert.equal(await points("10001", 0), 0);
  const found = await eventually(letters, (all) => all.some(({ order }) => order === "1000"));
  const letter = found.find(({ order }) => order === "1000");
  assert.deepEqual([letter.source, letter.reason], ["note", "refund_exceeds_order"]);
});

test("fault 11: points that were spent are owed when the order is given back", async () => {
  await shopify("orders/paid", paid(1100, 11001, "20.00"));
  assert.equal(await points("11001", 200), 200);
  const token = await shop.token("11001");
  const { hold } = (await shop.hold(token, 150, "hold-11")).body;
  await shop.call("POST", `holds/${hold.id}/capture`, { member: "11001" }, { key: "capture-11" });
  await shopify("refunds/create", refunded(1, 1100, 10));
  const { standing } = await eventually(() => shop.view("11001"), (view) => view.standing.debt > 0);
  assert.deepEqual([standing.available, standing.debt], [0, 150]);
});

test("faults 12, 13, 15: what is not signed with a live secret of this shop is refused", async () => {
  const text = JSON.stringify(paid(1200, 12001, "10.00"));
  const other = await openShop(worker, { shop: "unconnected" });
  const name = "x-shopify-hmac-sha256";
  const good = mac(text);
  const cases = [
    [shop, { [name]: mac(text.replace("10.00", "10.01")) }],
    [shop, { [name]: undefined }],
    [shop, { [name]: "not base64!" }],
    [shop, { [name]: Buffer.from(good, "base64").subarray(0, 31).toString("base64") }],
    [shop, { [name]: mac(text, SECRET, "hex") }],
    [other, { [name]: good }],
  ];
  for (const [to, headers] of cases) {
    const answer = await send(to, "shopify", "orders/paid", text, { headers });
    assert.deepEqual([answer.status, answer.body.code], [401, "unauthorised"], JSON.stringify(headers));
  }
  for (const platform of ["stripe", "standard"]) {
    assert.equal((await send(shop, platform, "", text, { secret: `whsec_${Buffer.from("another secret").toString("base64")}` })).status, 401);
    const late = new Date(Date.now() + 400_000).toISOString().replace(/\.\d+/, "");
    assert.equal((await send(shop, platform, "", text, { now: late })).status, 401, "signed too long ago");
  }
  assert.equal((await shop.view("12001")).standing.seq, 0);
  assert.equal((await send(shop, "shopify", "orders/paid", text)).status, 200);
  assert.equal((await request(worker, "POST", `/hooks/${shop.shop}/magento`, text)).status, 404);
  assert.equal((await request(worker, "POST", "/hooks/nobody/shopify", text)).status, 404);
});

test("fault 14: a secret lives until its end, and nobody is shown it", async () => {
  const it = await openShop(worker, { shop: "rotating" });
  const [before, beyond] = ["2026-03-01T00:00:00Z", "2026-03-01T00:00:01Z"];
  const secrets = [{ secret: "the-new-secret" }, { secret: "the-old-secret", until: beyond }];
  const set = await it.call("PUT", "hooks/shopify", { secrets }, { now: before });
  const shown = await it.call("GET", "hooks/shopify");
  for (const answer of [set, shown]) {
    assert.equal(answer.status, 200, answer.text);
    assert.ok(!answer.text.includes("-secret"), answer.text);
    assert.deepEqual(answer.body.secrets.map(({ until }) => until), [null, "2026-03-01T00:00:01.000Z"]);
  }
  const sent = async (secret, now) => (await send(it, "shopify", "orders/paid", paid(1, 1, "1.00"), { secret, now })).status;
  assert.deepEqual([await sent("the-old-secret", before), await sent("the-old-secret", beyond)], [200, 401]);
  assert.equal(await sent("the-new-secret", beyond), 200);
  for (const bad of [{ secrets: [{ secret: "short" }] }, { secrets: [{ secret: "long-enough", until: "soon" }] }, { secrets: Array(6).fill({ secret: "long-enough" }) }]) {
    const refused = await it.call("PUT", "hooks/shopify", bad);
    assert.deepEqual([refused.status, refused.body.code], [422, "hook_invalid"]);
  }
  assert.equal((await it.call("GET", "hooks/shopify", undefined, { token: shop.apiKey })).status, 401);
});

test("fault 16: WooCommerce's unsigned ping is answered, and does nothing", async () => {
  const ping = await request(worker, "POST", `/hooks/${shop.shop}/woocommerce`, "webhook_id=12");
  assert.deepEqual(told(ping), [200, false]);
  assert.equal((await request(worker, "POST", `/hooks/${shop.shop}/shopify`, "webhook_id=12")).status, 401);
});

const woo = (id, customer, total, rest = {}) => ({
  id, status: "processing", currency: "EUR", customer_id: customer, date_modified_gmt: "2026-01-31T10:00:00",
  line_items: [{ id: 315, product_id: 93, quantity: 1, total, total_tax: "0.00" }], refunds: [], ...rest,
});

test("fault 17: two WooCommerce deliveries of one second and one delivery id are two orders", async () => {
  const headers = { "x-wc-webhook-delivery-id": "d1" };
  const both = [woo(1700, 17001, "10.00"), woo(1701, 17001, "5.00")];
  const answers = await Promise.all(both.map((body) => send(shop, "woocommerce", "order.updated", body, { headers })));
  assert.deepEqual(answers.map(told), [[200, true], [200, true]]);
  assert.equal(await points("17001", 15), 15);
  const back = woo(1700, 17001, "10.00", { refunds: [{ id: 1, total: "-4.00" }] });
  assert.deepEqual(told(await send(shop, "woocommerce", "order.updated", back)), [200, true]);
  assert.equal(await points("17001", 11), 11);
});

test("faults 18, 20: what is signed and cannot be used is a dead letter that can be read and replayed", async () => {
  const it = await connected(worker, { shop: "letters" });
  const deep = `{"a":${"[".repeat(10_000)}${"]".repeat(10_000)}}`;
  const bad = [
    ["{}", "missing", "/id"],
    ["[]", "wrong_type", ""],
    ["not json", "malformed", ""],
    [deep, "missing", "/id"],
    ['{"id":1,"id":2}', "wrong_type", ""],
    ['{"id":NaN}', "malformed", ""],
    ['{"id":"\\ud800"}', "wrong_type", "/id"],
    [JSON.stringify(paid(1, 1, "1.00", { financial_status: "bartered" })), "status_unknown", "/financial_status"],
    [JSON.stringify(paid(1, 1, "1e309")), "amount_invalid", "/line_items/0/price"],
  ];
  for (const [text, reason, path] of bad) {
    const answer = await send(it, "shopify", "orders/paid", text);
    assert.deepEqual(told(answer), [200, false], answer.text);
    const { body } = await it.call("GET", `dead-letters/${answer.body.dead_letter}`);
    assert.deepEqual([body.source, body.platform, body.topic, body.reason, body.path ?? "", body.body], ["webhook", "shopify", "orders/paid", reason, path, text]);
  }
  const first = (await it.call("GET", "dead-letters?limit=4")).body;
  assert.equal(first.data.length, 4);
  const rest = (await it.call("GET", `dead-letters?limit=50&cursor=${encodeURIComponent(first.next_cursor)}`)).body;
  assert.deepEqual([rest.data.length, rest.next_cursor], [bad.length - 4, null]);
  const still = await it.call("POST", `dead-letters/${first.data[0].id}/replay`);
  assert.deepEqual([told(still), still.body.reason], [[200, false], first.data[0].reason]);
  assert.equal((await letters(it)).length, bad.length);
  assert.equal((await it.call("GET", "dead-letters/0-0")).status, 404);
  for (const token of [shop.apiKey, null]) {
    assert.equal((await it.call("GET", "dead-letters", undefined, { token })).status, 401);
    assert.equal((await it.call("GET", `dead-letters/${first.data[0].id}`, undefined, { token })).status, 401);
  }
});

test("fault 22: an order in another currency is a dead letter; replayed it is asked again", async () => {
  const it = await connected(worker, { shop: "money" });
  assert.deepEqual(told(await send(it, "shopify", "orders/paid", paid(2200, 22001, "10.00", { currency: "USD" }))), [200, true]);
  const [letter] = await eventually(() => letters(it), (all) => all.length > 0);
  assert.deepEqual([letter.source, letter.order, letter.reason], ["command", "2200", "currency_mismatch"]);
  assert.equal((await it.view("22001")).standing.seq, 0);
  assert.deepEqual(told(await it.call("POST", `dead-letters/${letter.id}/replay`)), [200, true]);
  const again = await eventually(() => letters(it), (all) => all.length > 0 && all[0].id !== letter.id);
  assert.deepEqual(again.map(({ reason }) => reason), ["currency_mismatch"]);
});

test("an order before the shop has a programme waits among the dead letters until it is replayed", async () => {
  const key = "k".repeat(40);
  const keys = [createHash("sha256").update(key).digest("hex")];
  const settings = { name: "Early", landing: worker.url, origins: [], keys };
  await request(worker, "PUT", "/v1/shops/early", settings, { token: worker.adminKey });
  const call = (method, path, body) => request(worker, method, `/v1/shops/early/${path}`, body, { token: key });
  const early = { shop: "early", call, view: async (member) => (await call("GET", `members/${member}`)).body };
  await call("PUT", "hooks/shopify", { secrets: [{ secret: SECRET }] });
  await send(early, "shopify", "orders/paid", paid(1, 1, "10.00"));
  await send(early, "shopify", "refunds/create", refunded(1, 1, 5));
  const found = await eventually(() => letters(early), (all) => all.length === 2);
  assert.deepEqual(found.map(({ reason }) => reason), ["programme_missing", "programme_missing"]);
  await call("PUT", "programme", programme);
  for (const { id } of found) assert.equal((await call("POST", `dead-letters/${id}/replay`)).status, 200);
  assert.equal(await points("1", 50, early), 50);
  assert.deepEqual(await letters(early), []);
});

test("fault 19: a body beyond 256 KB is refused before it is looked at", async () => {
  const long = await shopify("orders/paid", "x".repeat(262_145));
  assert.deepEqual([long.status, long.body.code], [413, "body_too_large"]);
  const most = await shopify("orders/paid", `{"a":"${"x".repeat(262_144 - 8)}"}`);
  assert.deepEqual(told(most), [200, false]);
  assert.equal(await chunked(worker, `/hooks/${shop.shop}/shopify`, 300_000), 413);
});

test("a guest's order is remembered, and booked once it has a member; the first member keeps it", async () => {
  await shopify("orders/paid", paid(3000, null, "10.00"));
  const later = { updated_at: "2026-02-01T10:00:00Z" };
  await shopify("orders/updated", paid(3000, 30001, "10.00", later));
  assert.equal(await points("30001", 100), 100);
  await shopify("orders/updated", paid(3000, 30002, "10.00", { updated_at: "2026-02-02T10:00:00Z" }));
  const found = await eventually(letters, (all) => all.some(({ order }) => order === "3000"));
  assert.equal(found.find(({ order }) => order === "3000").reason, "another_member");
  assert.equal((await shop.view("30002")).standing.seq, 0);
});

test("an order that is not paid, or called off before it was, makes nobody a member", async () => {
  const waits = { financial_status: "pending" };
  assert.deepEqual(told(await shopify("orders/updated", paid(9600, 96001, "10.00", waits))), [200, true]);
  const off = { cancelled_at: "2026-01-31T11:00:00Z", updated_at: "2026-01-31T11:00:00Z" };
  assert.deepEqual(told(await shopify("orders/cancelled", paid(9601, 96001, "10.00", off))), [200, true]);
  assert.equal((await shop.call("GET", "members/96001/profile")).status, 404);
  const later = { updated_at: "2026-01-31T12:00:00Z" };
  assert.deepEqual(told(await shopify("orders/paid", paid(9600, 96001, "10.00", later))), [200, true]);
  assert.equal(await points("96001", 100), 100);
});

test("Stripe: a session counts when it is paid, and its refunds are its payment's", async () => {
  const event = (type, object) => ({ id: "evt", type, created: 1_769_853_600, data: { object } });
  const session = (payment_status) => event("checkout.session.completed", {
    id: "cs_1", mode: "payment", payment_intent: "pi_1", payment_status, currency: "eur", amount_total: 5_000, client_reference_id: "stripe-anna",
  });
  assert.deepEqual(told(await send(shop, "stripe", "", session("unpaid"))), [200, true]);
  await send(shop, "stripe", "", event("checkout.session.async_payment_succeeded", session("paid").data.object));
  assert.equal(await points("stripe-anna", 50), 50);
  const refund = { id: "re_1", payment_intent: "pi_1", amount: 2_000, currency: "eur", status: "succeeded" };
  await send(shop, "stripe", "", event("refund.created", refund));
  assert.equal(await points("stripe-anna", 30), 30);
  assert.deepEqual(told(await send(shop, "stripe", "", event("invoice.paid", {}))), [200, false]);
});

test("Standard Webhooks: any shop's orders, with a referral", async () => {
  await shop.pay("advocate", { id: "own", currency: "EUR", lines: [{ id: "1", amount: "1.00" }] }, "advocate-own");
  const { code } = (await shop.call("POST", "me/referral", undefined, { token: await shop.token("advocate") })).body;
  const data = { id: "S-1", member: "friend", currency: "EUR", referral: code, lines: [{ id: "1", amount: "40.00" }] };
  await send(shop, "standard", "", { type: "order.paid", timestamp: "2026-01-31T10:00:00Z", data });
  const { standing } = await eventually(() => shop.view("friend"), (view) => view.standing.seq > 0);
  assert.equal(standing.available + standing.pending, 290, "its own points, and the friend's reward");
});

test("privacy requests are kept once, and the merchant reads them", async () => {
  const it = await connected(worker, { shop: "privacy" });
  const redact = { shop_id: 1, shop_domain: "x.example", customer: { id: 191167, email: "john@example.com", phone: "555" }, orders_to_redact: [299938] };
  assert.deepEqual(told(await send(it, "shopify", "customers/redact", redact)), [200, true]);
  assert.deepEqual(told(await send(it, "shopify", "customers/redact", redact)), [200, false]);
  await send(it, "shopify", "customers/data_request", { ...redact, orders_requested: [1], orders_to_redact: undefined });
  await send(it, "shopify", "shop/redact", { shop_id: 1, shop_domain: "x.example" });
  const answer = await it.call("GET", "privacy-requests");
  assert.ok(!answer.text.includes("john"), "no more of a person than is needed");
  const told2 = answer.body.data.map(({ topic, customer, orders }) => [topic, customer, orders]).sort();
  assert.deepEqual(told2, [["customers/data_request", "191167", ["1"]], ["customers/redact", "191167", ["299938"]], ["shop/redact", null, []]]);
});

test("killed between: every order that was answered is booked once, whenever the power goes", async (t) => {
  const cut = await startWorker();
  t.after(() => cut.stop());
  const it = await connected(cut);
  const all = Array.from({ length: 12 }, (_, n) => n);
  const answered = new Set();
  for (const enough of [1, 6, 12, 18]) {
    let count = 0, cutNow;
    const power = new Promise((resolve) => (cutNow = resolve));
    const seen = ({ status }) => {
      count += 1;
      if (count === enough) cutNow();
      return status === 200;
    };
    const sent = all.flatMap((n) => [
      send(it, "shopify", "refunds/create", refunded(n, 100 + n, 4), { worker: cut }).then(seen).catch(() => {}),
      send(it, "shopify", "orders/paid", paid(100 + n, 500 + n, "10.00"), { worker: cut })
        .then((answer) => seen(answer) && answered.add(n)).catch(() => {}),
    ]);
    // The power goes right after an answer, when the account may not have been asked yet.
    await power;
    await cut.kill();
    await Promise.all(sent);
    await cut.restart();
  }
  t.diagnostic(`${answered.size} of 12 orders were answered before the power went for good`);
  assert.ok(answered.size > 0);
  // What was answered is booked without anybody asking; the platform sends the others again.
  for (const n of answered) assert.ok((await eventually(() => it.view(`${500 + n}`), (view) => view.standing.seq > 0, 20_000)).standing.seq > 0);
  for (const n of all) {
    await send(it, "shopify", "refunds/create", refunded(n, 100 + n, 4), { worker: cut });
    await send(it, "shopify", "orders/paid", paid(100 + n, 500 + n, "10.00"), { worker: cut });
  }
  for (const n of all) assert.equal(await points(`${500 + n}`, 60, it), 60);
  for (const n of all) assert.equal((await it.call("GET", `members/${500 + n}/entries`)).body.data.length, 2);
});

test("fault 40: a redacted customer is erased; what comes late is taken and counted, and brings nobody back", async () => {
  await shopify("orders/paid", paid(9400, 94001, "10.00"));
  assert.equal(await points("94001", 100), 100);
  const before = (await shop.call("GET", "erasures")).body;
  const redact = { shop_id: 1, shop_domain: "x.myshopify.com", customer: { id: 94001 }, orders_to_redact: [9400] };
  assert.equal((await shopify("customers/redact", redact)).status, 200);
  const gone = async () => (await shop.call("GET", "members/94001/profile")).status;
  assert.equal(await gone(), 404);
  assert.equal((await shopify("refunds/create", refunded(9401, 9400, 4))).status, 200);
  const erasures = async () => (await shop.call("GET", "erasures")).body;
  const counted = await eventually(erasures, ({ late }) => late > before.late);
  assert.deepEqual(counted, { erased: before.erased + 1, late: before.late + 1 });
  const updated = { updated_at: "2026-02-03T10:00:00Z", refunds: [refunded(9402, 9400, 2)] };
  assert.equal((await shopify("orders/updated", paid(9400, 94001, "10.00", updated))).status, 200);
  await eventually(erasures, ({ late }) => late > counted.late);
  assert.equal(await gone(), 404, "the order's own member does not come back with it");
  assert.ok((await letters()).every(({ order }) => order !== "9400"));
  await shopify("orders/paid", paid(9500, 94001, "3.00"));
  assert.equal(await points("94001", 30), 30, "a new account");
});
