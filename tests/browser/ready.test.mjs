// The cookbook and the shops behind it: every ready programme can be read, tried, and books what it showed.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { DESKTOP, openDemo, PHONE } from "../support/demo.mjs";
import { setupShop } from "../support/worker.mjs";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SIZES = { desktop: DESKTOP, phone: PHONE };

/** Each shop with a product of it, so many pieces, and what its page says that they bring. */
const SHOPS = {
  cashback: { product: "lamp", pieces: 2, earns: /199\.90/, due: "₽4,298.00" },
  beauty: { product: "cream", pieces: 2, earns: /360/, due: "lei 360.00" },
  coffee: { product: "cappuccino", pieces: 4, earns: /\b4\b/, due: "€12.80" },
  // 1 for every 10.00 and 50 for each night: (240 + 50) × 3; 7200.00 is no level yet.
  hotel: { product: "night", pieces: 3, earns: /870/, due: "₴7,200.00" },
  coalition: { product: "cheese", pieces: 2, earns: /69/, due: "Ft 6,900" },
  "discount-card": { product: "throw", pieces: 1, earns: /\b1\b/, due: "€100.00" },
};

let demo;
before(async () => {
  demo = await openDemo();
  for (const shop of Object.keys(SHOPS)) {
    await setupShop(demo.worker, { shop, programmeFile: `www/programmes/${shop}.json`, landing: `${demo.worker.url}/demo/friend?shop=${shop}` });
  }
});
after(() => demo.stop());

/** Money may be written with spaces that do not break. */
const plain = (text) => text.replaceAll(/\s/g, " ");

for (const [shop, { product, pieces, earns, due }] of Object.entries(SHOPS)) {
  test(`preview-equals-booking: the ${shop} programme, from the cookbook to a paid order`, async () => {
    const shopper = await demo.shopper();
    const { at, page, settled, text, until } = shopper;
    await page.goto("../cookbook/");
    await settled();
    await page.locator(`a[data-shop="${shop}"]`).click();
    await settled();
    await at("signin-name").fill("Anna");
    await Promise.all([page.waitForEvent("load"), at("signin").click()]);
    await settled();
    await at(`product-${product}`).getByRole("link").click();
    await page.waitForURL(/demo\/product/);
    await settled();
    await at("quantity").fill(`${pieces}`);
    await until("earn-points", earns);
    await at(`add-${product}`).click();
    await shopper.open("checkout");
    assert.equal(plain(await text("due")), due);
    await shopper.picture(`ready-${shop}-checkout`);
    await at("pay").click();
    await page.waitForURL(/demo\/order/);
    await settled();
    await at("same").waitFor();
    assert.deepEqual(shopper.complaints, []);
    await shopper.close();
  });
}

for (const [size, options] of Object.entries(SIZES)) {
  for (const name of ["index", "policies"]) {
    test(`the cookbook's ${name} can be read by everybody on a ${size}`, async () => {
      const shopper = await demo.shopper(options);
      const { page } = shopper;
      await page.goto(`../cookbook/${name === "index" ? "" : name}`);
      await shopper.settled();
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.equal(overflow, 0, "nothing is wider than the screen");
      await shopper.picture(`cookbook-${name}-${size}`);
      // The page's own policy lets no script in but its own.
      await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => globalThis.axe.run());
      assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`), []);
      assert.deepEqual(shopper.complaints, []);
      await shopper.close();
    });
  }
}

test("every link of the cookbook leads somewhere", async () => {
  for (const page of ["cookbook/", "cookbook/policies"]) {
    const address = new URL(page, `${demo.worker.url}/`);
    const text = await (await fetch(address)).text();
    const links = new Set([...text.matchAll(/href="([^"#]+)"/g)].map(([, link]) => new URL(link.replaceAll("&amp;", "&"), address).href));
    assert.ok(links.size > 10, page);
    for (const link of links) assert.equal((await fetch(link)).status, 200, link);
  }
});
