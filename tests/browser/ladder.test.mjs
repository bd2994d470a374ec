// What is left when parts of it fail: the module, then the Worker, then the script. A shop page never stops working.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import { eventually, openDemo } from "../support/demo.mjs";
import { root } from "../support/worker.mjs";

const BASKET = [{ id: "teapot", quantity: 3 }, { id: "lamp", quantity: 1 }];
const OWN_TEXT = "Points with every order";

/** What the basket brings a member of level Gold. */
const EXPECTED = Math.floor((222 * 2 + 109.99) * 1.5);

let demo;
let members = 0;
before(async () => {
  demo = await openDemo();
});
after(() => demo.stop());

const isPreview = (request) => /^POST .*\/preview$/.test(request);
const isModule = (request) => request.endsWith(".wasm");

/** A new member with a level and points to spend, so that a preview depends on more than the cart. */
async function shopper(prepare = () => {}) {
  const member = `member-${(members += 1)}`;
  const order = { id: "1", currency: "EUR", lines: [{ id: "1", amount: "800.00" }] };
  const now = new Date(Date.now() - 30 * 86_400_000).toISOString();
  const paid = await demo.shop.call("POST", "orders", { member, order }, { key: "order-1", now });
  assert.equal(paid.status, 201, paid.text);
  const shopper = await demo.shopper({ member, basket: BASKET });
  await prepare(shopper.page);
  return shopper;
}

const withoutModule = (page) => page.route("**/*.wasm", (route) => route.abort());
const withoutPreview = (page) => page.route("**/preview", (route) => route.abort());

/** The shop's own policy, with no leave for WebAssembly. */
const underStrictPolicy = (page) =>
  page.route("**/demo/**", async (route) => {
    if (route.request().resourceType() !== "document") return route.continue();
    const response = await route.fetch();
    const body = (await response.text()).replace(" 'wasm-unsafe-eval'", "");
    assert.match(body, /script-src 'self';/);
    await route.fulfill({ response, body });
  });

test("M41: with the module, previews cost no request and the console stays empty", async () => {
  const { close, complaints, number, open, requests, text } = await shopper();
  await open("checkout");
  assert.equal(await number("earn-points"), EXPECTED);
  assert.match(await text("result-pay"), /€\d/);
  assert.deepEqual(requests.filter(isPreview), []);
  assert.equal(requests.filter(isModule).length, 1, "the module is fetched once");
  assert.deepEqual(complaints, []);
  await close();
});

/** A module that works as well, of another build: it has a section more, in which is nothing. */
async function withOtherModule(page) {
  const body = Buffer.concat([await readFile(path.join(root, "www/dist/loyalty_wasm_bg.wasm")), Buffer.from([0, 2, 1, 120])]);
  await page.route("**/*.wasm", (route) => route.fulfill({ body, contentType: "application/wasm" }));
}

const UNUSED = [
  ["that cannot be fetched", withoutModule],
  ["that the page's policy forbids", underStrictPolicy],
  ["that the script was not built with", withOtherModule],
];
for (const [what, prepare] of UNUSED) {
  test(`preview-equals-booking M41: a module ${what} is replaced by the Worker's preview, with the same number`, async () => {
    const { at, close, number, open, page, requests, until } = await shopper(prepare);
    await open("checkout");
    assert.equal(await number("earn-points"), EXPECTED);
    assert.ok(requests.filter(isPreview).length > 0, "the Worker was asked");
    await at("use-five_off").click();
    await until("applied-five_off", /€5\.00/);
    await at("release-five_off").click();
    await at("use-five_off").waitFor();
    await at("pay").click();
    await page.waitForURL(/demo\/order/);
    assert.deepEqual([await number("previewed-points"), await number("booked-points")], [EXPECTED, EXPECTED]);
    await close();
  });
}

test("M41: with no preview to be had each element shows its own text, and the order is placed all the same", async () => {
  const { at, close, number, open, page, text } = await shopper(async (page) => {
    await withoutModule(page);
    await withoutPreview(page);
  });
  await open("product");
  assert.ok(await page.getByText(OWN_TEXT).isVisible());
  assert.equal(await at("earn-points").count(), 0);
  await open("checkout");
  assert.ok(await page.locator("loyalty-earn").getByText(OWN_TEXT).isVisible());
  assert.ok(await page.locator("loyalty-rewards").getByText(OWN_TEXT).isVisible());
  assert.equal(await text("due"), "€336.89", "the shop's own sum stands");
  await at("pay").click();
  await page.waitForURL(/demo\/order/);
  assert.equal(await number("booked-points"), EXPECTED);
  assert.equal(await at("previewed-points").count(), 0);
  await close();
});

test("M41: without the script, and with the API away, a page is what the shop made it", async () => {
  for (const away of ["**/loyalty.js", "**/v1/**"]) {
    const { at, close, open, page, text } = await shopper((page) => page.route(away, (route) => route.abort()));
    await open("index");
    assert.equal(await page.locator("loyalty-earn").getByText(OWN_TEXT).filter({ visible: true }).count(), 12, away);
    assert.match(await page.locator("loyalty-balance").innerText(), /^member-\d+$/);
    await open("checkout");
    assert.equal(await text("due"), "€336.89");
    await at("pay").click();
    await page.waitForURL(/demo\/order/);
    assert.equal(await text("paid"), "€336.89");
    await close();
  }
});

/** A page of a shop's own, at an address that the Worker does not serve. */
async function ownPage(body) {
  const shopper = await demo.shopper({ member: "anna" });
  const { page } = shopper;
  await page.route("**/own.html", (route) => route.fulfill({ contentType: "text/html", body: `<!doctype html><html lang="en">${body}` }));
  await page.goto(`${demo.worker.url}/own.html`);
  return shopper;
}

const TAG = '<script type="module" src="/loyalty.js" data-shop="demo"></script>';
const EARN = '<loyalty-earn amount="40.00" currency="EUR">own text</loyalty-earn>';
const CART = JSON.stringify({ currency: "EUR", lines: [{ id: "a", amount: "21.00" }] });
const QUEUE = `<script>window.loyalty = { q: [["cart", ${CART}]] };</script>`;

for (const [order, body] of Object.entries({
  "elements before the script": `${EARN}<loyalty-earn for="cart">own text</loyalty-earn>${QUEUE}${TAG}`,
  "elements after the script": `${QUEUE}${TAG}${EARN}<loyalty-earn for="cart">own text</loyalty-earn>`,
  "the script twice": `${TAG}${EARN}${QUEUE}<loyalty-earn for="cart">own text</loyalty-earn>${TAG}`,
  "two copies of the script": `${TAG}${EARN}${QUEUE}<loyalty-earn for="cart">own text</loyalty-earn>${TAG.replace(".js", ".js?2")}`,
  "no configuration but the tag's": `${EARN}<loyalty-earn for="cart">own text</loyalty-earn>${TAG}<script type="module">window.loyalty.cart(${CART})</script>`,
})) {
  test(`M41: ${order}: the numbers are there, the programme is read once`, async () => {
    const { at, close, complaints, requests, settled } = await ownPage(body);
    await eventually(async () => assert.deepEqual(await at("earn-points").allInnerTexts(), ["Earn 40 points", "Earn 21 points"]));
    await settled();
    assert.equal(requests.filter((request) => /\/programme$/.test(request)).length, 1);
    assert.equal(requests.filter(isModule).length, 1);
    assert.deepEqual(complaints, []);
    await close();
  });
}

test("M41: init any number of times, before and after the script, changes nothing more than once", async () => {
  const init = '["init", { lang: "en" }]';
  const body = `<script>window.loyalty = { q: [${init}, ["cart", ${CART}], ${init}] };</script>${EARN}${TAG}`;
  const { at, close, complaints, page, requests, settled } = await ownPage(body);
  await at("earn-points").waitFor();
  await settled();
  await page.evaluate(() => {
    for (let n = 0; n < 5; n += 1) window.loyalty.init({ lang: "en" });
    window.loyalty.q.push(["init", { lang: "en" }], ["init", { shop: "demo" }]);
    document.body.append(document.querySelector("loyalty-earn").cloneNode(true));
  });
  await eventually(async () => assert.deepEqual(await at("earn-points").allInnerTexts(), ["Earn 40 points", "Earn 40 points"]));
  await settled();
  assert.equal(requests.filter((request) => /\/programme$/.test(request)).length, 1);
  assert.deepEqual(complaints, []);
  await close();
});
