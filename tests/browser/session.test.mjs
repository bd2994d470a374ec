// What a page knows and how it comes to know it: answers that are late, lost or refused, who is signed in, holds that no longer fit.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import { build } from "esbuild";
import { eventually, openDemo, PHONE } from "../support/demo.mjs";
import { root, setupShop } from "../support/worker.mjs";

let demo;
before(async () => {
  demo = await openDemo();
});
after(() => demo.stop());

/** An order of so many euros, long ago, so that its points can be spent. */
async function earned(member, euros, key = "before", days = 40) {
  const now = new Date(Date.now() - days * 86_400_000).toISOString();
  const order = { id: key, currency: "EUR", lines: [{ id: "1", amount: `${euros}.00` }] };
  const paid = await demo.shop.call("POST", "orders", { member, order }, { key, now });
  assert.equal(paid.status, 201, paid.text);
  return paid.body.seq;
}

const standing = async (member) => (await demo.shop.call("GET", `members/${member}`)).body.standing;

const TAG = '<script type="module" src="/loyalty.js" data-shop="demo"></script>';
const BALANCE = "<loyalty-balance>own text</loyalty-balance>";

/** A page of a shop's own. */
async function ownPage(body, lang = "en") {
  const shopper = await demo.shopper();
  const { page } = shopper;
  await page.route("**/own.html", (route) => route.fulfill({ contentType: "text/html", body: `<!doctype html><html lang="${lang}">${body}` }));
  const come = () => page.goto(`${demo.worker.url}/own.html`);
  return { ...shopper, come };
}

/** Keeps the next answer to such a request back until it is let go. */
async function late(page, url) {
  let go;
  const gone = new Promise((resolve) => (go = resolve));
  let answered;
  const there = new Promise((resolve) => (answered = resolve));
  await page.route(url, async (route) => {
    const response = await route.fetch();
    answered();
    await gone;
    await route.fulfill({ response });
  }, { times: 1 });
  return { there, go };
}

const comesBack = (page) => page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));

for (const [where, options] of Object.entries({ desktop: {}, "320": { ...PHONE, viewport: { width: 320, height: 640 } } })) {
  test(`M21 M25: a hold that no longer fits the cart says so, and neither keeps from paying nor from giving it back (${where})`, async () => {
    const member = `hedda-${where}`;
    await earned(member, 3500);
    const { at, close, complaints, open, page, picture, text, until } = await demo.shopper({ ...options, member, basket: [{ id: "teapot", quantity: 1 }] });
    const puts = (...items) => page.evaluate((items) => localStorage.setItem("demo:basket", JSON.stringify(items)), items);
    await open("checkout");
    await at("points-pay").fill("3000");
    await at("use-pay").click();
    await until("applied-pay", /-€30\.00/);

    // Of 34.40 at most half can be paid with points.
    await puts({ id: "carafe", quantity: 1 });
    await open("cart");
    await picture(`unfit-cart-${where}`);
    await open("checkout");
    await until("applied-pay", /^3,000 points · No more than €17\.20 for this cart\. Kept for you until /);
    assert.equal(await text("due"), "€34.40");
    await picture(`unfit-checkout-${where}`);
    await at("pay").click();
    await page.waitForURL(/demo\/order/);
    assert.equal(await text("paid"), "€34.40");

    await puts({ id: "carafe", quantity: 1 });
    await open("checkout");
    await at("release-pay").click();
    await at("use-pay").waitFor();
    assert.equal((await standing(member)).held, 0);
    assert.deepEqual(complaints, []);
    await close();
  });
}

test("exactly-once: pressed again after an answer that is no answer, the same reward is held once; an hour offline ends it", async () => {
  await earned("ivo", 2000);
  const { at, close, open, page, until } = await demo.shopper({ member: "ivo", basket: [{ id: "lamp", quantity: 1 }] });
  await page.clock.install();
  await page.addInitScript(() => delete Crypto.prototype.randomUUID); // As on a page without TLS.
  await open("checkout");
  const body = { type: "about:blank", title: "Unavailable", status: 503, code: "unavailable", detail: "", retryable: true };
  await page.route("**/holds", async (route) => {
    assert.equal((await route.fetch()).status(), 201);
    await route.fulfill({ status: 503, json: body });
  }, { times: 1 });
  await at("use-five_off").click();
  await until("reward-five_off", /That did not work/);
  await at("use-five_off").click();
  await until("applied-five_off", /€5\.00/);
  assert.equal((await standing("ivo")).held, 500);

  await page.route(/\/me\b/, (route) => route.abort());
  await page.clock.fastForward("01:00:00");
  await at("use-five_off").waitFor();
  await page.waitForTimeout(300);
  assert.ok(await at("use-five_off").isVisible(), "the clock does not go back to the last answer");
  await close();
});

test("no late answer shows the account of who was here before, nor an older one", async () => {
  await earned("jana", 123);
  const { at, close, come, page, settled, until } = await ownPage(`${BALANCE}${TAG}`);
  const gone = () => eventually(async () => assert.equal(await at("balance-available").count(), 0));
  const signIn = async (token) => {
    await page.evaluate((token) => window.loyalty.token(token), token);
    await until("balance-available", /^130 points$/);
  };
  await come();
  const token = await demo.shop.token("jana");
  await page.evaluate((token) => window.loyalty.token(token), token);
  await until("balance-available", /^123 points$/);

  const older = await late(page, /\/me$/);
  await page.evaluate(() => void window.loyalty.refresh());
  await older.there;
  const seq = await earned("jana", 7, "later", 39);
  await page.evaluate((seq) => window.loyalty.refresh(seq), seq);
  await until("balance-available", /^130 points$/);
  older.go();
  await settled();
  await until("balance-available", /^130 points$/);

  const signedOut = await late(page, /\/me\b/);
  await page.evaluate(() => void window.loyalty.refresh());
  await signedOut.there;
  await page.evaluate(() => window.loyalty.token(null));
  await gone();
  signedOut.go();
  await settled();
  assert.equal(await at("balance-available").count(), 0, "signed out stays signed out");

  await signIn(token);
  await page.route("**/programme", (route) => route.abort(), { times: 1 });
  await page.evaluate(() => window.loyalty.token(null));
  await gone();

  // Signed out in another tab: the token has run out, and there is no other.
  await page.evaluate((token) => {
    const tokens = [token];
    window.loyalty.token(() => Promise.resolve(tokens.shift() ?? null));
  }, token);
  await until("balance-available", /^130 points$/);
  await page.route(/\/me\b/, (route) => route.fulfill({ status: 401, json: { code: "unauthorised", status: 401 } }));
  await comesBack(page);
  await gone();
  await close();
});

test("a member is found again when the page comes back: after trouble at the token's address, and signed in elsewhere", async () => {
  await earned("karl", 40);
  const { at, close, come, page, settled, until } = await ownPage(`${BALANCE}${TAG.replace(" data", ' data-token-url="/token" data')}`);
  const token = await demo.shop.token("karl");
  const answers = [{ status: 503, body: "" }, { json: { token: null } }, { json: { token } }];
  let answer;
  await page.route("**/token", (route) => route.fulfill(answer));
  for (answer of answers) {
    const asked = page.waitForResponse("**/token");
    await (page.url().endsWith("own.html") ? comesBack(page) : come());
    await asked;
    if (answer !== answers.at(-1)) await page.getByText("own text").waitFor();
  }
  await until("balance-available", /^40 points$/);

  // Trouble where an old token is to be renewed signs nobody out.
  answer = answers[0];
  await page.route(/\/me\b/, (route) => route.fulfill({ status: 401, json: { code: "unauthorised", status: 401 } }), { times: 1 });
  const asked = page.waitForResponse("**/token");
  await comesBack(page);
  await asked;
  await settled();
  await until("balance-available", /^40 points$/);

  answer = answers.at(-1);
  await earned("karl", 2, "later", 39);
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })));
  await until("balance-available", /^42 points$/);
  assert.equal(await at("balance-available").count(), 1);
  await close();
});

test("the Worker is asked once about the same cart", async () => {
  const tiles = ["10", "20"].map((price) => `<loyalty-earn amount="${price}.00">own text</loyalty-earn>`).join("");
  const { at, close, come, page, requests } = await ownPage(`${tiles}<loyalty-earn for="cart"></loyalty-earn>${TAG}`);
  await page.route("**/*.wasm", (route) => route.abort());
  await come();
  for (const pieces of [1, 2, 1]) {
    await page.evaluate((quantity) => window.loyalty.cart({ currency: "EUR", lines: [{ id: "a", price: "30.00", quantity }] }), pieces);
    await eventually(async () => assert.deepEqual(await at("earn-points").allInnerTexts(), ["Earn 10 points", "Earn 20 points", `Earn ${30 * pieces} points`]));
  }
  assert.equal(requests.filter((request) => /^POST .*\/preview$/.test(request)).length, 4);
  await close();
});

/** What the page knows, as `window.session`, of which the script tag shows a page less. */
async function ownSession() {
  const entry = path.join(root, "www/src/session.ts");
  const module = createHash("sha256").update(await readFile(path.join(root, "www/dist/loyalty_wasm_bg.wasm"))).digest("base64");
  const define = { MODULE_INTEGRITY: JSON.stringify(`sha256-${module}`) };
  const { outputFiles } = await build({ entryPoints: [entry], define, bundle: true, format: "esm", target: "es2022", write: false });
  const shopper = await ownPage("");
  const { page, requests } = shopper;
  await page.route("**/session.js", (route) => route.fulfill({ contentType: "text/javascript", body: outputFiles[0].text }));
  await shopper.come();
  await page.evaluate(async () => {
    window.session = await import("/session.js");
    window.session.configure({ shop: "demo", api: location.origin });
  });
  return {
    ...shopper,
    /** What the page's own cart comes to in points, and whether the module said so. */
    async comesTo(points, local) {
      const known = () => page.evaluate(() => [window.session.preview?.points, window.session.local]);
      await eventually(async () => assert.deepEqual(await known(), [points, local]));
    },
    /** How often the Worker was asked for a preview. */
    asked: () => requests.filter((request) => /^POST .*\/preview$/.test(request)).length,
  };
}

test("a cart that the module cannot read is asked of the Worker, whose refusal is what the page gets", async () => {
  const { asked, close, comesTo, page } = await ownSession();
  const cart = (change, more) => ({ currency: "EUR", lines: [{ id: "a", price: "30.00", ...change }], ...more });
  const push = (cart) => page.evaluate((cart) => window.session.setCart(cart), cart);
  const refusal = (cart) => page.evaluate((cart) => window.session.forecast(cart).then(() => undefined, (refused) => refused), cart);
  await push(cart());
  await comesTo(30, true);
  assert.equal(asked(), 0);

  const wrong = [
    [cart({}, { color: "red" }), "unknown_field", "/cart/color"],
    [cart({ price: 30 }), "wrong_type", "/cart/lines/0/price"],
    [cart({ quantity: 0 }), "number_out_of_range", "/cart/lines/0/quantity"],
    [cart({ id: "a b" }), "id_invalid", "/cart/lines/0/id"],
    [cart({}, { redeem: [{ reward: "five_off", points: 1, value: "1.00" }] }), "amount_ambiguous", "/cart/redeem/0"],
  ];
  for (const [index, [content, code, at]] of wrong.entries()) {
    const { faults } = await refusal(content);
    assert.deepEqual(faults.map(({ code, path }) => [code, path]), [[code, at]]);
    assert.equal(asked(), index + 1);
  }
  await comesTo(30, true);

  // So too of the page's own cart, of which nothing older is told meanwhile; the next one is the module's again.
  for (const [index, [content]] of wrong.entries()) {
    const quantity = 2 + (index % 2);
    await push(content);
    await comesTo(undefined, false);
    await push(cart({ quantity }));
    await comesTo(30 * quantity, true);
  }
  assert.equal(asked(), 2 * wrong.length);

  // What the rules refuse the module refuses, and what JSON says in other words than the fields it understands.
  assert.equal((await refusal(cart({}, { redeem: [{ reward: "no-such" }] }))).code, "reward_unknown");
  assert.equal(asked(), 2 * wrong.length);
  const points = () => page.evaluate(async () => {
    const lines = [{ id: "a", price: { toJSON: () => "30.00" } }];
    return (await window.session.forecast({ currency: "EUR", lines })).points;
  });
  assert.deepEqual([await points(), await points()], [30, 30]);
  assert.equal(asked(), 2 * wrong.length);
  await close();
});

test("what a page does to the answer it is handed is no matter of the next one", async () => {
  const { at, close, come, page } = await ownPage(`<loyalty-earn for="cart"></loyalty-earn>${TAG}`);
  await come();
  await page.evaluate(() => document.addEventListener("loyalty:change", ({ detail: { preview } }) => {
    if (!preview) return;
    window.told = JSON.stringify(preview.lines);
    preview.lines.length = 0;
    preview.points = -1;
  }));
  for (const pieces of [1, 2, 3]) {
    const lines = [{ id: "a", price: "30.00", quantity: pieces }, { id: "b", price: "10.00" }];
    await page.evaluate((lines) => window.loyalty.cart({ currency: "EUR", lines }), lines);
    await eventually(async () => assert.equal(await at("earn-points").innerText(), `Earn ${30 * pieces + 10} points`));
  }
  assert.deepEqual(JSON.parse(await page.evaluate(() => window.told)), [{ id: "a", points: 90 }, { id: "b", points: 10 }]);
  await close();
});

test("M41: a language tag as servers write it, and a dictionary that comes too late", async () => {
  const { at, close, come, page, settled, until } = await ownPage(`<loyalty-earn amount="40.00">own text</loyalty-earn>${TAG}`, "ro_RO");
  await come();
  await until("earn-points", /^Primești 40 de puncte$/);
  const hungarian = await late(page, "**/hu.json");
  await page.evaluate(() => window.loyalty.init({ lang: "hu" }));
  await hungarian.there;
  await page.evaluate(() => window.loyalty.init({ lang: "en" }));
  await until("earn-points", /^Earn 40 points$/);
  hungarian.go();
  await settled();
  await page.evaluate(() => document.querySelector("loyalty-earn").setAttribute("amount", "41.00"));
  await until("earn-points", /41/);
  assert.equal(await at("earn-points").innerText(), "Earn 41 points");
  await close();
});

/** Forints, which are written without their smaller coin; points of four digits; a hold of three days. */
const FORINTS = {
  format: 1,
  name: "Market & Road",
  currency: "HUF",
  time_zone: "Europe/Budapest",
  points: { scale: 4 },
  earning: [{ id: "base", points: 1, per: "1.00" }],
  tiers: { window: { days: 365 }, metric: "points", levels: [{ id: "gold", name: "Gold", from: "50000" }] },
  rewards: [{ id: "off", name: "A tenth", kind: "money_off", points: 5, value: "345.50" }],
  holds: { minutes: 4320 },
};

test("M21 M41: money, points and days are written out wherever less would mislead", async () => {
  const shop = await setupShop(demo.worker, { shop: "forints", programme: JSON.stringify(FORINTS) });
  const order = { id: "1", currency: "HUF", lines: [{ id: "1", amount: "12345.00" }] };
  assert.equal((await shop.call("POST", "orders", { member: "lili", order }, { key: "1" })).status, 201);
  const cart = '<script>window.loyalty = { q: [["cart", { currency: "HUF", lines: [{ id: "a", amount: "3455.00" }] }]] };</script>';
  const { at, close, come, page, text, until } = await ownPage(`${BALANCE}<loyalty-rewards></loyalty-rewards>${cart}${TAG.replace("demo", "forints")}`);
  const signIn = (token) => page.evaluate((token) => window.loyalty.token(token), token);
  const token = await shop.token("lili");
  await come();
  await signIn(token);
  await until("balance-available", /^1\.2345 points$/);
  await page.getByText(/^3\.7655 more to reach Gold$/).waitFor();
  await at("use-off").click();
  await until("applied-off", /^Applied -Ft\s345\.50\. Kept for you until \w+ \d+, 20\d\d, \d/);
  await page.getByText(/You pay Ft\s3,109\.50/).waitFor({ state: "attached" });
  await page.getByRole("button", { name: "Give back: A tenth" }).click();
  await at("use-off").waitFor();

  // A reward that left the programme is told by its id.
  const published = await shop.call("PUT", "programme", JSON.stringify({ ...FORINTS, rewards: [] }));
  assert.ok(published.status < 300, published.text);
  await come();
  await signIn(token);
  await at("balance-available").waitFor();
  await page.locator("loyalty-balance summary").click();
  await page.getByText("Set aside for “off”").waitFor();
  assert.match(await text("balance-available"), /1\.2345/);
  await close();
});

test("the page goes by what the programme's profile sets: points of two digits where the document itself says nothing of them", async () => {
  const programme = {
    format: 1, name: "Corner shop", currency: "EUR", time_zone: "UTC", profile: "odoo",
    earning: [{ id: "one", points: 200, per: "3.00" }],
  };
  const shop = await setupShop(demo.worker, { shop: "corner", programme: JSON.stringify(programme) });
  const answer = (await shop.call("GET", "programme")).body;
  assert.deepEqual([answer.programme.points, answer.effective.points.scale, typeof answer.rules], [undefined, 2, "string"]);
  const order = { id: "1", currency: "EUR", lines: [{ id: "1", amount: "3.75" }] };
  assert.equal((await shop.call("POST", "orders", { member: "odo", order }, { key: "1" })).status, 201);
  const { at, close, come, page, until } = await ownPage(`${BALANCE}<loyalty-earn amount="3.75">own text</loyalty-earn>${TAG.replace("demo", "corner")}`);
  await come();
  await until("earn-points", /^Earn 2\.50 points$/);
  await page.evaluate((token) => window.loyalty.token(token), await shop.token("odo"));
  await until("balance-available", /^2\.50 points$/);
  await until("earn-points", /^Earn 2\.50 points$/);
  assert.equal(await at("earn-points").count(), 1);
  await close();
});

test("the demo pays once, however often an answer is lost", async () => {
  const { at, close, open, page } = await demo.shopper({ member: "mara", basket: [{ id: "mug", quantity: 1 }] });
  await open("checkout");
  await page.route("**/local/orders", async (route) => {
    assert.equal((await route.fetch()).status(), 201);
    await route.abort();
  }, { times: 1 });
  await at("pay").click();
  await page.getByText("That did not work.").waitFor();
  await page.waitForTimeout(1_000); // The name of an order had the second in it.
  await at("pay").click();
  await page.waitForURL(/demo\/order/);
  assert.equal((await demo.entries("mara")).filter(({ event }) => event.kind === "order_paid").length, 1);
  await close();
});
