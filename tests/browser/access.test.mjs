// For everybody: axe, the keyboard alone, nothing that jumps, every language on a narrow screen.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { DESKTOP, eventually, openDemo, PAGES, PHONE } from "../support/demo.mjs";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SIZES = { desktop: DESKTOP, phone: PHONE };
const BASKET = [{ id: "lamp", quantity: 1 }, { id: "mug", quantity: 2 }];
/** Where people are about to press something. */
const STEADY = ["index", "product", "checkout"];
/** WCAG 1.4.10: a page of 1280 px enlarged four times. */
const NARROWEST = 320;
const LANGUAGES = ["en", "hu", "ru", "uk", "ro"];

let demo, past, storageState;
before(async () => {
  demo = await openDemo();
  await member("anna");
  // An order of this browser, so that the page of an order has one.
  const first = await demo.shopper({ member: "anna", basket: BASKET });
  await first.open("checkout");
  await first.at("pay").click();
  await first.page.waitForURL(/demo\/order/);
  past = new URL(first.page.url()).search;
  for (const product of ["lamp", "mug"]) {
    await first.open("product", `?id=${product}`);
    await first.at(`add-${product}`).click();
  }
  storageState = await first.context.storageState();
  await first.close();
});
after(() => demo.stop());

/** Somebody with a level and points: some to spend, some on the way. */
async function member(member) {
  for (const [id, days] of [["1", 40], ["2", 3]]) {
    const now = new Date(Date.now() - days * 86_400_000).toISOString();
    const order = { id, currency: "EUR", lines: [{ id: "1", amount: "700.00" }] };
    const paid = await demo.shop.call("POST", "orders", { member, order }, { key: `order-${id}`, now });
    assert.equal(paid.status, 201, paid.text);
  }
}

const queryOf = (page) => (page === "order" ? past : undefined);

/** What each page shows a member once the elements have come. */
const COMES = { order: "share-link", account: "share-link", friend: "friend-offer" };

/** Opens a page and waits for its elements; a guest has no account to show. */
async function come({ at, open }, name, guest = false) {
  await open(name, guest ? undefined : queryOf(name));
  const awaited = COMES[name] ?? "earn-points";
  if (!guest || awaited !== "share-link") await at(awaited).first().waitFor();
}

/** Opens every disclosure, those inside elements too. */
const unfold = (page) =>
  page.evaluate(() => {
    const inside = (root) => {
      for (const element of root.querySelectorAll("*")) {
        if (element instanceof HTMLDetailsElement) element.open = true;
        if (element.shadowRoot) inside(element.shadowRoot);
      }
    };
    inside(document);
  });

/** What axe has against the page: rule, where, why. */
async function violations(page) {
  await page.evaluate(axe);
  const { violations, passes } = await page.evaluate(() =>
    window.axe.run(document, { rules: { "target-size": { enabled: true } }, resultTypes: ["violations"] }));
  assert.ok(passes.some(({ id }) => id === "target-size"), "the size of targets was looked at");
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id} ${target.join(" ")}: ${failureSummary}`));
}

for (const [size, options] of Object.entries(SIZES)) {
  test(`M41: axe has nothing against any page on a ${size}, with everything unfolded`, async () => {
    const shopper = await demo.shopper({ ...options, storageState });
    for (const name of PAGES) {
      await come(shopper, name);
      await unfold(shopper.page);
      assert.deepEqual(await violations(shopper.page), [], name);
    }
    await shopper.close();
  });
}

test("M41: axe has nothing against the pages that a guest sees", async () => {
  const shopper = await demo.shopper({ basket: BASKET });
  for (const name of PAGES) {
    await come(shopper, name, true);
    await unfold(shopper.page);
    assert.deepEqual(await violations(shopper.page), [], name);
  }
  await shopper.close();
});

/** The test id of what has the focus, inside elements too. */
const focused = (page) =>
  page.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    return { testid: element.dataset.testid, seen: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 };
  });

/** Presses Tab until the focus is where it should be; everything on the way has to be seen. */
async function tabTo(page, testid) {
  for (let steps = 0; steps < 40; steps += 1) {
    await page.keyboard.press("Tab");
    const at = await focused(page);
    assert.ok(at.seen, `the focus on ${at.testid ?? "something"} can be seen`);
    if (at.testid === testid) return;
  }
  assert.fail(`Tab does not come to ${testid}`);
}

test("M21 M22 M41: a reward is chosen, given back, paid with, by keyboard alone", async () => {
  await member("klara");
  const { at, close, complaints, number, open, page, text, until } = await demo.shopper({ member: "klara", basket: BASKET });
  const keyboard = page.keyboard;
  await open("cart");
  await tabTo(page, "checkout");
  await keyboard.press("Enter");
  await page.waitForURL(/demo\/checkout/);
  await at("use-five_off").waitFor();

  await tabTo(page, "use-five_off");
  await keyboard.press("Enter");
  await until("applied-five_off", /€5\.00/);
  assert.equal((await focused(page)).testid, "release-five_off", "the focus stays where the button was");
  const spoken = page.locator("[role=status]").filter({ hasText: "€" });
  await eventually(async () => assert.match(await spoken.textContent(), /You pay €\d+\.\d\d/));
  await keyboard.press("Space");
  await at("use-five_off").waitFor();
  assert.equal((await focused(page)).testid, "use-five_off");

  await tabTo(page, "range-pay");
  await keyboard.press("Home");
  await until("result-pay", /^100 points → -€1\.00/);
  await keyboard.press("ArrowRight");
  await until("result-pay", /^150 points → -€1\.50/);
  assert.equal((await focused(page)).testid, "range-pay");
  await tabTo(page, "points-pay");
  await keyboard.press("ControlOrMeta+A");
  await keyboard.type("300");
  await until("result-pay", /^300 points → -€3\.00/);
  const due = Number((await text("due")).slice(1));
  await tabTo(page, "use-pay");
  await keyboard.press("Enter");
  await until("applied-pay", /-€3\.00/);
  await eventually(async () => assert.equal(Number((await text("due")).slice(1)), Math.round(due * 100 - 300) / 100));

  await tabTo(page, "pay");
  await keyboard.press("Enter");
  await page.waitForURL(/demo\/order/);
  assert.equal(await number("booked-points"), await number("previewed-points"));
  const captured = (await demo.entries("klara")).filter(({ event }) => event.kind === "captured");
  assert.equal(captured.length, 1);
  assert.deepEqual(complaints, []);
  await close();
});

test("M41: the balance opens and closes by keyboard", async () => {
  const { at, close, open, page } = await demo.shopper({ storageState });
  await open("index");
  const panel = at("balance-tier");
  await page.locator("loyalty-balance summary").first().focus();
  await page.keyboard.press("Enter");
  await panel.waitFor();
  await page.keyboard.press("Escape");
  await panel.waitFor({ state: "hidden" });
  assert.ok((await focused(page)).seen);
  await close();
});

/** Remembers everything that moves without having been asked to, and what moved. */
const watchShifts = (page) =>
  page.addInitScript(() => {
    window.shifts = [];
    new PerformanceObserver((list) => {
      for (const { value, sources } of list.getEntries()) {
        const moved = sources.map(({ node, previousRect, currentRect }) =>
          `${node?.nodeName} ${node?.className ?? ""} ${previousRect.y}+${previousRect.height} -> ${currentRect.y}+${currentRect.height}`);
        window.shifts.push(`${value}: ${moved.join("; ")}`);
      }
    }).observe({ type: "layout-shift", buffered: true });
  });

for (const [size, options] of Object.entries(SIZES)) {
  for (const [who, state] of [["a member", () => ({ storageState })], ["a guest", () => ({ basket: BASKET })]]) {
    test(`M41: nothing jumps on a ${size}, for ${who}, while the elements come`, async () => {
      const shopper = await demo.shopper({ ...options, ...state() });
      const { page } = shopper;
      await watchShifts(page);
      for (const name of STEADY) {
        await come(shopper, name, who === "a guest");
        await page.waitForTimeout(200);
        assert.deepEqual(await page.evaluate(() => window.shifts), [], name);
      }
      await shopper.close();
    });
  }
}

test("what jumps would be seen", async () => {
  const shopper = await demo.shopper({ storageState });
  const { close, page } = shopper;
  await watchShifts(page);
  await come(shopper, "index");
  await page.evaluate(() => {
    const push = document.createElement("div");
    push.style.blockSize = "200px";
    document.body.prepend(push);
  });
  await eventually(async () => assert.ok((await page.evaluate(() => window.shifts)).length > 0));
  await close();
});

for (const language of LANGUAGES) {
  test(`M41: in ${language} no page is wider than a phone or than 320 px, its title is in ${language}, and nothing jumps`, async () => {
    const state = structuredClone(storageState);
    for (const { localStorage } of state.origins) {
      localStorage.find(({ name }) => name === "demo:language").value = JSON.stringify(language);
    }
    const shopper = await demo.shopper({ ...PHONE, storageState: state });
    const { close, complaints, page, picture } = shopper;
    await watchShifts(page);
    for (const name of PAGES) {
      await come(shopper, name);
      if (STEADY.includes(name)) assert.deepEqual(await page.evaluate(() => window.shifts), [], name);
      await picture(`phone-${language}-${name}`);
      await unfold(page);
      for (const width of [PHONE.viewport.width, NARROWEST]) {
        await page.setViewportSize({ ...PHONE.viewport, width });
        const scrollWidth = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(scrollWidth <= width, `${name} is ${scrollWidth} wide on ${width}`);
      }
      await page.setViewportSize(PHONE.viewport);
      assert.equal(await page.evaluate(() => document.documentElement.lang.slice(0, 2)), language);
      const heading = await page.locator("main h1").innerText();
      assert.ok((await page.title()).startsWith(heading), `the title of ${name} is in ${language}`);
    }
    assert.deepEqual(complaints, []);
    await close();
  });
}

const NUMBERS = [1, 2, 5, 21, 100];
const EARN = {
  en: ["Earn 1 point", "Earn 2 points", "Earn 5 points", "Earn 21 points", "Earn 100 points"],
  hu: ["1 pont jár érte", "2 pont jár érte", "5 pont jár érte", "21 pont jár érte", "100 pont jár érte"],
  ru: ["Вы получите 1 балл", "Вы получите 2 балла", "Вы получите 5 баллов", "Вы получите 21 балл", "Вы получите 100 баллов"],
  uk: ["Ви отримаєте 1 бал", "Ви отримаєте 2 бали", "Ви отримаєте 5 балів", "Ви отримаєте 21 бал", "Ви отримаєте 100 балів"],
  ro: ["Primești 1 punct", "Primești 2 puncte", "Primești 5 puncte", "Primești 21 de puncte", "Primești 100 de puncte"],
};
const HELD = {
  en: ["1 point", "2 points", "5 points", "21 points", "100 points"],
  hu: ["1 pont", "2 pont", "5 pont", "21 pont", "100 pont"],
  ru: ["1 балл", "2 балла", "5 баллов", "21 балл", "100 баллов"],
  uk: ["1 бал", "2 бали", "5 балів", "21 бал", "100 балів"],
  ro: ["1 punct", "2 puncte", "5 puncte", "21 de puncte", "100 de puncte"],
};

for (const language of LANGUAGES) {
  test(`M41: points are counted as ${language} counts, of a product and in an account`, async () => {
    const members = NUMBERS.map((points) => `${language}-${points}`);
    const now = new Date(Date.now() - 15 * 86_400_000).toISOString();
    for (const [index, member] of members.entries()) {
      const order = { id: "1", currency: "EUR", lines: [{ id: "1", amount: `${NUMBERS[index]}.00` }] };
      await demo.shop.call("POST", "orders", { member, order }, { key: "order-1", now });
    }
    const elements = NUMBERS.map((points) => `<loyalty-earn amount="${points}.00"></loyalty-earn>`).join("");
    const tag = '<script type="module" src="/loyalty.js" data-shop="demo"></script>';
    const { at, close, page, until } = await demo.shopper({ language });
    const body = `<!doctype html><html lang="${language}"><loyalty-balance></loyalty-balance>${elements}${tag}`;
    await page.route("**/own.html", (route) => route.fulfill({ contentType: "text/html", body }));
    await page.goto(`${demo.worker.url}/own.html`);
    await eventually(async () => assert.deepEqual(await at("earn-points").allInnerTexts(), EARN[language]));
    for (const [index, member] of members.entries()) {
      const token = await demo.shop.token(member);
      await page.evaluate((token) => window.loyalty.token(token), token);
      await until("balance-available", new RegExp(`^${HELD[language][index]}$`));
    }
    await close();
  });
}
