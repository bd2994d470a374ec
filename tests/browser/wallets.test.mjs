// More than one wallet: each figure in its own unit and scale, wherever a shopper meets one.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { DESKTOP, eventually, openDemo, PHONE } from "../support/demo.mjs";
import { setupShop } from "../support/worker.mjs";

/** Cashback of two digits behind the point, stamps of none, and a discount that nobody asks for. */
const PROGRAMME = {
  format: 1,
  name: "Corner Coffee",
  currency: "EUR",
  time_zone: "Europe/Budapest",
  points: { scale: 2 },
  wallets: [{ id: "lunch", name: "Lunch stamps" }],
  earning: [
    { id: "back", points: 5, per: "1.00" },
    { id: "plate", wallet: "lunch", points: 1, measure: "pieces", only: ["lunch"] },
  ],
  rewards: [
    { id: "regular", name: "10% for everybody", kind: "percent_off", points: 0, percent: "10", automatic: true },
    { id: "pay", name: "Pay with cashback", kind: "pay_with_points", points: 1, value: "0.01" },
    { id: "free-lunch", name: "A lunch on us", wallet: "lunch", kind: "free_product", points: 8, only: ["lunch"] },
  ],
};

/** What a member with 3.15 and 3 stamps reads, who has two soups in the basket: 17.00, of which 1.70 is taken off. */
const READS = {
  en: ["3.15 points", "Earn 0.76 points · Lunch stamps: +2", "3.15 points → -€3.15", "Lunch stamps: 8 · 5 missing"],
  hu: ["3,15 pont", "0,76 pont jár érte · Lunch stamps: +2", "3,15 pont → -3,15 €", "Lunch stamps: 8 · Még 5 hiányzik"],
  ru: ["3,15 балла", "Вы получите 0,76 балла · Lunch stamps: +2", "3,15 балла → -3,15 €", "Lunch stamps: 8 · Не хватает 5"],
  uk: ["3,15 бала", "Ви отримаєте 0,76 бала · Lunch stamps: +2", "3,15 бала → -3,15 €", "Lunch stamps: 8 · Бракує 5"],
  ro: ["3,15 puncte", "Primești 0,76 puncte · Lunch stamps: +2", "3,15 puncte → -3,15 €", "Lunch stamps: 8 · Mai trebuie 5"],
};

let demo;
before(async () => {
  demo = await openDemo();
  const shop = await setupShop(demo.worker, { shop: "coffee", programme: JSON.stringify(PROGRAMME) });
  const order = { id: "before", currency: "EUR", lines: [{ id: "1", amount: "69.70" }, { id: "2", quantity: 3, price: "0.10", categories: ["lunch"] }] };
  const paid = await shop.call("POST", "orders", { member: "anna", order }, { key: "before" });
  assert.equal(paid.status, 201, paid.text);
});
after(() => demo.stop());

/** A member of the coffee shop. */
async function shopper(language, options) {
  const shopper = await demo.shopper(options);
  await shopper.context.addInitScript((known) => {
    sessionStorage.setItem("shop", "coffee");
    for (const [name, value] of Object.entries(known)) localStorage.setItem(`coffee:${name}`, JSON.stringify(value));
  }, { language, member: "anna", basket: [{ id: "soup", quantity: 2 }] });
  return shopper;
}

/** Money may be written with spaces that do not break. */
const plain = (text) => text.replaceAll(/\s/g, " ");

for (const [language, [balance, earns, brings, missing]] of Object.entries(READS)) {
  test(`M10 M41: cashback and stamps read each in their own unit in ${language}`, async () => {
    const { at, close, complaints, open, page, picture, text } = await shopper(language, language === "en" ? DESKTOP : PHONE);
    await open("checkout");
    await eventually(async () => assert.equal(plain(await text("earn-points")), earns));
    assert.equal(await text("balance-available"), balance);
    assert.equal(plain(await text("reward-free-lunch")).replace("A lunch on us", "").trim(), missing);
    // What the slider brings is its own, not what is taken off in all.
    assert.equal(plain(await text("result-pay")).split(". ")[0].replace("−", "-"), brings);
    assert.equal(await at("points-pay").inputValue(), "3.15");
    // Key by key, with the page drawn anew in between.
    await at("points-pay").fill("");
    await at("points-pay").pressSequentially("1.05", { delay: 60 });
    await eventually(async () => assert.match(plain(await text("result-pay")), /^1[.,]05 .* -€?1[.,]05/));
    await picture(`wallets-checkout-${language}`);
    // More than there is reads as the most there is, not as nothing missing.
    await at("points-pay").fill("15");
    await eventually(async () => assert.match(await text("result-pay"), /3[.,]15(?!.*→)/));
    await open("account");
    await eventually(async () => assert.equal(await at("balance-lunch").last().innerText(), "Lunch stamps: 3"));
    await page.evaluate(() => document.querySelector("main loyalty-balance").shadowRoot.querySelector("#activity").setAttribute("open", ""));
    await picture(`wallets-account-${language}`);
    assert.deepEqual(complaints, []);
    await close();
  });
}

test("preview-equals-booking: an order shows what it brings to each wallet, and what a return takes back", async () => {
  const { at, close, complaints, open, page, picture, settled, text } = await shopper("en", DESKTOP);
  await open("checkout");
  await at("earn-points").first().waitFor();
  await at("pay").click();
  await page.waitForURL(/demo\/order/);
  await settled();
  assert.equal(await text("previewed-points"), "0.76 · Lunch stamps: 2");
  assert.equal(await text("booked-points"), "0.76 · Lunch stamps: 2");
  await at("same").waitFor();
  await at("refund-soup").click();
  await at("refunded-soup").waitFor();
  assert.equal(plain(await text("refunded-soup")), "Returned (-0.76 · Lunch stamps: -2)");
  await picture("wallets-order");
  assert.deepEqual(complaints, []);
  await close();
});
