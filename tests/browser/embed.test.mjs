// The tag as another origin has it: README's own lines on a page of a shop that is not the Worker's, under a content
// security policy, with the token from the shop's own back office.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";
import { after, before, test } from "node:test";
import { eventually, openDemo } from "../support/demo.mjs";
import { root } from "../support/worker.mjs";

const README = await readFile(path.join(root, "README.md"), "utf8");

/** What a shop writes into its page. */
const SNIPPET = /```html\n([^`]*loyalty\.js[^`]*)```/.exec(README)[1].replace(/nonce="[^"]*"/g, 'nonce="cart"');

/** What README has the policy allow, by directive; all else may not be loaded. Its own script the shop allows by a nonce. */
const [POLICY_TEXT] = /script-src [^`]*?; connect-src [^`;\n]*/.exec(README);
const TOLD = Object.fromEntries(POLICY_TEXT.replace(/ 'nonce-[^']*'/g, "").split("; ").map((one) => /^(\S+) (.*)$/.exec(one).slice(1)));
const POLICY = {
  "default-src": "'none'",
  ...TOLD,
  "script-src": `${TOLD["script-src"]} 'nonce-cart'`,
  "connect-src": TOLD["connect-src"],
};

const CART = { currency: "EUR", lines: [{ id: "1", price: "39.99", quantity: 2, categories: ["ceramics"] }] };
const QUEUE = `<script nonce="cart">
window.loyalty = window.loyalty || {q: []}; loyalty.q.push(['cart', ${JSON.stringify(CART)}]);
document.addEventListener('loyalty:hold', e => (window.held = e.detail.hold));
</script>`;

let demo, server, listed, unlisted, policy;
before(async () => {
  server = createServer(answer);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  listed = `http://localhost:${port}`;
  unlisted = `http://127.0.0.1:${port}`;
  demo = await openDemo({ origins: [listed] });
});
after(async () => {
  server.closeAllConnections();
  server.close();
  await demo.stop();
});

const onWorker = (text) => text.replaceAll("https://YOUR-WORKER", demo.worker.url).replaceAll("YOUR-WORKER", demo.worker.url);

/** The shop: one page, and the address that says who is signed in. */
async function answer({ url, headers }, response) {
  if (url === "/") {
    const told = Object.entries(policy).map(([name, value]) => `${name} ${onWorker(value)}`);
    response.writeHead(200, { "content-type": "text/html", "content-security-policy": told.join("; ") });
    return response.end(`<!doctype html><html lang="en"><title>Shop</title>${QUEUE}${onWorker(SNIPPET)}`);
  }
  const member = /member=(\w+)/.exec(headers.cookie)?.[1];
  if (url !== "/loyalty-token" || !member) return response.writeHead(404).end();
  const { status, text } = await demo.shop.call("POST", "tokens", { member });
  response.writeHead(status, { "content-type": "application/json" }).end(text);
}

/** A member of level Gold with 1,050 points, on the shop's page. */
async function come(origin, member, under = {}) {
  policy = { ...POLICY, ...under };
  const now = new Date(Date.now() - 40 * 86_400_000).toISOString();
  const order = { id: "1", currency: "EUR", lines: [{ id: "1", amount: "700.00" }] };
  const paid = await demo.shop.call("POST", "orders", { member, order }, { key: "order-1", now });
  assert.equal(paid.status, 201, paid.text);
  const shopper = await demo.shopper();
  await shopper.context.addCookies([{ name: "member", value: member, url: origin }]);
  await shopper.page.goto(origin);
  await shopper.settled();
  return shopper;
}

const isPreview = (request) => /^POST .*\/preview$/.test(request);
const isModule = (request) => request.endsWith(".wasm");

/** What a cart brings a member, as the Worker says. */
async function earns(member, cart) {
  const { body } = await demo.shop.call("POST", "preview", { cart }, { token: await demo.shop.token(member) });
  return `Earn ${body.points} points`;
}

test("M41: the tag works on another origin under a content security policy: balance, preview, a hold, a link, another language", async () => {
  const { at, close, complaints, page, requests, until } = await come(listed, "anna");
  await until("balance-available", /^1,050 points$/);
  const shown = () => at("earn-points").allInnerTexts();
  await eventually(async () => assert.equal((await shown()).at(-1), await earns("anna", CART)));
  const more = { ...CART, lines: [{ ...CART.lines[0], quantity: 3 }] };
  await page.evaluate((cart) => window.loyalty.cart(cart), more);
  await eventually(async () => assert.equal((await shown()).at(-1), await earns("anna", more)));
  await at("use-five_off").click();
  await until("applied-five_off", /€5\.00/);
  const [hold] = (await demo.shop.call("GET", "members/anna")).body.standing.holds;
  assert.equal((await page.evaluate(() => window.held)).id, hold.id, "the page hears of it");
  await at("share-link").waitFor();
  await page.evaluate(() => window.loyalty.init({ lang: "hu" }));
  await eventually(async () => assert.match((await shown()).at(-1), /pont jár érte$/));
  assert.equal(requests.filter(isModule).length, 1);
  assert.deepEqual(requests.filter(isPreview), [], "the module answers");
  assert.deepEqual(complaints, []);
  await close();
});

test("M41: without 'wasm-unsafe-eval' the elements on another origin ask the Worker", async () => {
  const strict = { "script-src": POLICY["script-src"].replace(" 'wasm-unsafe-eval'", "") };
  const { at, close, requests, until } = await come(listed, "bela", strict);
  await until("balance-available", /^1,050 points$/);
  await eventually(async () => assert.equal((await at("earn-points").allInnerTexts()).at(-1), await earns("bela", CART)));
  assert.ok(requests.some(isPreview));
  await close();
});

test("M41: a page of an origin that the shop does not list keeps its own text", async () => {
  const { at, close, complaints, page, settled } = await come(unlisted, "cili");
  await page.getByText("Earn points with this order").waitFor();
  await settled();
  assert.equal(await at("earn-points").count(), 0);
  assert.equal(await at("balance-available").count(), 0);
  assert.ok(complaints.some((one) => /\/v1\/.*Access-Control-Allow-Origin/s.test(one)), complaints.join("\n"));
  await close();
});
