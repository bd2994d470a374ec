// The walk of the product: a shopper earns, waits, redeems, returns and brings a friend; each number that is shown
// is compared with what the ledger holds.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { DESKTOP, eventually, openDemo, PAGES, PHONE } from "../support/demo.mjs";

let demo, anna, bela;
before(async () => {
  demo = await openDemo();
  anna = await demo.shopper();
  bela = await demo.shopper();
});
after(() => demo.stop());

const DAY_MS = 86_400_000;
/** The API's clock, as far ahead as the demo's. */
const ahead = (days) => ({ now: new Date(Date.now() + days * DAY_MS).toISOString() });
/** Noon, so many days after a shop-local day. */
const noon = (day, days) => ({ now: new Date(Date.parse(`${day}T12:00:00Z`) + days * DAY_MS).toISOString() });
const standing = async (member, at) => (await demo.shop.call("GET", `members/${member}`, undefined, at)).body.standing;
const view = (member, days) => standing(member, ahead(days));
const events = async (member, kind) =>
  (await demo.entries(member)).map(({ event, changes, day }) => ({ ...event, changes, day })).filter((event) => event.kind === kind);

/** Changes something and checks that the earn number follows without a single request. */
async function followsWithoutNetwork({ forget, number, page, requests }, change) {
  const before = await number("earn-points");
  forget();
  await change();
  const now = await eventually(async () => {
    const now = await number("earn-points");
    assert.notEqual(now, before, "the earn number follows");
    return now;
  });
  await page.waitForTimeout(500);
  assert.deepEqual(requests, [], "not one request");
  return [before, now];
}

/** Pays what is in the basket, and compares what was shown with what was booked. */
async function pays(shopper, member) {
  const { at, number, page, text } = shopper;
  await shopper.open("checkout");
  const shown = await number("earn-points");
  await at("pay").click();
  await page.waitForURL(/demo\/order/);
  await shopper.settled();
  const id = (await text("order-id")).split(" ").at(-1);
  const [paid] = (await events(member, "order_paid")).filter(({ order }) => order.id === id);
  assert.deepEqual([await number("previewed-points"), await number("booked-points"), paid.points], [shown, shown, shown]);
  await at("same").waitFor();
  return { id, paid, shown };
}

const money = (text) => Number(text.replace(/[^\d.-]/g, ""));
let first;

test("preview-equals-booking M01 M12: two products, their points at once, no request for a quantity, booked as shown", async () => {
  const { at, open, page, text, until } = anna;
  await open("index");
  await at("signin-name").fill("Anna");
  await Promise.all([page.waitForEvent("load"), at("signin").click()]);
  await anna.settled();
  await until("balance-available", /^0 points$/);
  await anna.picture("walk-index-new-member");

  await page.getByTestId("product-teapot").getByRole("link").click();
  await page.waitForURL(/demo\/product/);
  await anna.settled();
  const teapots = await followsWithoutNetwork(anna, () => at("quantity").fill("3"));
  // 74.00 at 2 points a euro; three are 222.00, which reaches Silver: a quarter more.
  assert.deepEqual(teapots, [148, 555]);
  await at("add-teapot").click();
  await open("product", "?id=lamp");
  await at("add-lamp").click();
  await open("cart");
  const more = await followsWithoutNetwork(anna, () => at("quantity-lamp").fill("2"));
  const less = await followsWithoutNetwork(anna, () => at("quantity-lamp").fill("1"));
  assert.deepEqual(less, more.toReversed());
  assert.equal(await text("total"), "€336.89");
  await anna.picture("walk-cart");

  first = await pays(anna, "anna");
  assert.equal(first.shown, Math.floor((222 * 2 + 109.99) * 1.25));
  await anna.picture("walk-order");
});

test("M04: points are pending until the return window is over, then available", async () => {
  const { at, open, page, until } = anna;
  await open("account");
  await until("balance-available", /^0 points$/);
  await until("balance-pending", new RegExp(`${first.shown} points`));
  const { available: dayBefore } = await standing("anna", noon(first.paid.day, 13));
  const { available: onTheDay } = await standing("anna", noon(first.paid.day, 14));
  assert.deepEqual([dayBefore, onTheDay], [0, first.shown]);
  await Promise.all([page.waitForEvent("load"), at("time-plus-15").click()]);
  await anna.settled();
  await until("balance-available", new RegExp(`^${first.shown} points$`));
  assert.equal(await at("balance-pending").count(), 0);
});

test("M21 M26: a reward is held at the checkout, paid with, and captured", async () => {
  const { at, open, page, text, until } = anna;
  await open("product", "?id=board");
  await at("add-board").click();
  await open("checkout");
  const full = money(await text("due"));
  await at("use-five_off").click();
  await until("applied-five_off", /€5\.00/);
  await eventually(async () => assert.equal(money(await text("due")), full - 5));
  assert.equal(money(await text("redeemed")), -5);
  assert.equal((await view("anna", 15)).held, 500);
  await anna.picture("walk-checkout-held");

  const { paid } = await pays(anna, "anna");
  assert.equal(money(await text("paid")), full - 5);
  const [held] = await events("anna", "held");
  const [captured] = await events("anna", "captured");
  assert.deepEqual([held.points, held.value, captured.hold], [500, "5.00", held.hold]);
  assert.deepEqual(paid.redeemed.map(({ points, value }) => [points, value]), [[500, "5.00"]]);
  assert.equal((await view("anna", 15)).available, first.shown - 500);
  await open("account");
  await until("balance-available", new RegExp(`^${first.shown - 500} points$`));
});

test("M46: a returned line takes back exactly the points of that line", async () => {
  const { at, number, open } = anna;
  const lamp = first.paid.lines.findIndex(({ id }) => id === "lamp");
  const points = first.paid.credits[0].lines[lamp];
  const { available } = await view("anna", 15);
  await open("order", `?id=${first.id}`);
  await at("refund-lamp").click();
  await at("refunded-lamp").waitFor();
  assert.equal(await number("refunded-lamp"), -points);
  assert.equal(await number("refunded-points"), -points);
  const [refunded] = await events("anna", "refunded");
  assert.deepEqual(refunded.lines.map(({ id }) => id), ["lamp"]);
  assert.deepEqual([refunded.credits[0].lines[lamp], refunded.changes.points], [points, -points]);
  assert.equal((await view("anna", 15)).available, available - points);
  await anna.picture("walk-order-returned");
});

test("M28 M29: a copied link brings a friend; both are rewarded, and neither before the return window is over", async () => {
  const { at, open, page, text, until } = anna;
  await open("account");
  await at("share-copy").click();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(link, await at("share-link").inputValue());
  assert.match(link, new RegExp(`^${demo.worker.url}/r/[0-9A-Z]{12}$`));
  await until("share-counts", /Opened 0 times/);

  const answer = await bela.page.goto(link);
  const hops = [];
  for (let hop = answer.request().redirectedFrom(); hop; hop = hop.redirectedFrom()) hops.unshift(hop);
  assert.deepEqual([hops[0].url(), (await hops[0].response()).status()], [link, 302]);
  assert.match(bela.page.url(), new RegExp(`^${demo.worker.url}/demo/friend\\b.*\\bref=${link.slice(-12)}`));
  await bela.until("friend-offer", /^250 welcome points/);
  await bela.until("friend-terms", /€30/);
  await Promise.all([bela.page.waitForEvent("load"), bela.at("time-plus-15").click()]);
  await bela.settled();
  await bela.picture("walk-friend");
  await bela.at("signin-name").fill("Béla");
  await Promise.all([bela.page.waitForEvent("load"), bela.at("signin").click()]);
  await bela.settled();
  await bela.at("friend-shop").click();
  await bela.page.waitForURL(/demo\/$/);
  await bela.at("add-throw").click();
  await bela.open("checkout");
  await bela.at("referred").waitFor();
  const { paid, shown } = await pays(bela, "bela");
  assert.equal(await bela.number("gift-points"), 250);

  const before = await view("anna", 15);
  await eventually(async () => assert.equal((await view("anna", 15)).friends_waiting, 1));
  await open("account");
  await until("share-counts", /^Opened 1 time · 1 friend waiting .* · 0 friends rewarded$/);
  await bela.open("account");
  await bela.until("balance-available", /^0 points$/);
  await bela.until("balance-pending", new RegExp(`${shown + 250} points`));
  const dayBefore = noon(paid.day, 13);
  assert.deepEqual(
    [await standing("anna", dayBefore), await standing("bela", dayBefore)].map(({ available }) => available),
    [before.available, 0],
    "the day before, nothing of it can be spent",
  );
  const token = await demo.shop.token("bela", dayBefore);
  const cart = { currency: "EUR", lines: [{ id: "a", amount: "50.00" }] };
  const hold = await demo.shop.call("POST", "holds", { reward: "pay", points: 100, cart }, { token, key: "too-early", ...dayBefore });
  assert.deepEqual([hold.status, hold.body.code], [409, "insufficient_points"]);

  for (const shopper of [anna, bela]) {
    await Promise.all([shopper.page.waitForEvent("load"), shopper.at("time-plus-15").click()]);
    await shopper.settled();
  }
  const after = { anna: await view("anna", 30), bela: await view("bela", 30) };
  assert.equal(after.bela.available, shown + 250);
  assert.equal(after.anna.available, before.available + before.pending + (before.friends_waiting ? 0 : 500));
  await bela.until("balance-available", new RegExp(`^${shown + 250} points$`));
  await until("balance-available", new RegExp(`^${after.anna.available} points$`));
  await until("share-counts", /1 friend rewarded$/);
  assert.match(await text("balance-tier"), /Silver/);
});

test("the walk leaves nothing in the console", () => {
  assert.deepEqual([...anna.complaints, ...bela.complaints], []);
});

test("M41: on a telephone an order is placed by touch, and no page is wider than the screen", async () => {
  const phone = await demo.shopper({ ...PHONE, storageState: await anna.context.storageState() });
  const { at, open, page } = phone;
  await open("index");
  await at("add-candle").tap();
  await at("cart-count").tap();
  await page.waitForURL(/demo\/cart/);
  await phone.settled();
  await at("checkout").tap();
  await page.waitForURL(/demo\/checkout/);
  await phone.settled();
  const shown = await phone.number("earn-points");
  await at("pay").tap();
  await page.waitForURL(/demo\/order/);
  await phone.settled();
  assert.deepEqual([await phone.number("previewed-points"), await phone.number("booked-points")], [shown, shown]);
  assert.equal((await events("anna", "order_paid")).at(-1).points, shown);
  assert.deepEqual(phone.complaints, []);
  await phone.close();
});

for (const [size, options] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
  test(`every page opens on a ${size} and has its picture taken`, async () => {
    const shopper = await demo.shopper({ ...options, storageState: await anna.context.storageState() });
    await shopper.open("index");
    for (const product of ["mug", "throw"]) await shopper.at(`add-${product}`).click();
    for (const name of PAGES) {
      await shopper.open(name, name === "order" ? `?id=${first.id}` : undefined);
      assert.ok((await shopper.page.locator("main h1").innerText()).length > 0, name);
      const { scrollWidth, clientWidth } = await shopper.page.evaluate(() => {
        const { scrollWidth, clientWidth } = document.documentElement;
        return { scrollWidth, clientWidth };
      });
      assert.ok(scrollWidth <= clientWidth, `${name} is ${scrollWidth} wide on a screen of ${clientWidth}`);
      await shopper.picture(`${size}-${name}`);
    }
    assert.deepEqual(shopper.complaints, []);
    await shopper.close();
  });
}
