// The demo shop as a shopper has it: the built Worker, a browser, and what goes over the wire.
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { PAGES as pages } from "../../www/demo/pages.mjs";
import { startBrowser } from "./browser.mjs";
import { eventually } from "./eventually.mjs";
import { root, setupShop, startWorker } from "./worker.mjs";

export { eventually };

export const DESKTOP = { viewport: { width: 1280, height: 900 } };
export const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };

/** Every page there is. */
export const PAGES = Object.keys(pages);

/** Pictures of pages, for people to look at. */
const SCREENSHOTS = path.join(root, "target/screenshots");

/** A person's browser; the word in Chromium's own name that says nobody is looking is left out. */
const AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

/** Starts Worker, shop (as `setupShop` takes it) and browser. The caller ends them with `stop`. */
export async function openDemo(options) {
  const [worker, browser] = await Promise.all([startWorker(), startBrowser()]);
  const shop = await setupShop(worker, options);
  return {
    worker,
    shop,
    browser,
    shopper: (options) => shopper(browser, worker, options),
    entries: async (member) => (await shop.call("GET", `members/${member}/entries?limit=500`)).body.data,
    async stop() {
      await browser.close();
      await worker.stop();
    },
  };
}

/** The query of a page that shows nothing without one. */
const QUERY = { product: "?id=lamp", friend: "?ref=000000000000" };

/**
 * A person with a browser profile of their own.
 *
 * @param {object} [options] Playwright's, for the context; further:
 * @param {string} [options.member] signed in from the start
 * @param {string} [options.language] chosen from the start
 */
async function shopper(browser, worker, { member, language = "en", basket, days, ...options } = {}) {
  const context = await browser.newContext({ baseURL: `${worker.url}/demo/`, userAgent: AGENT, ...DESKTOP, ...options });
  context.setDefaultTimeout(10_000);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const known = options.storageState ? {} : { member, language, basket, days };
  await context.addInitScript((known) => {
    for (const [name, value] of Object.entries(known)) {
      const key = `demo:${name}`;
      // Only where the shopper has not done otherwise since.
      if (sessionStorage.getItem(key)) continue;
      sessionStorage.setItem(key, "said");
      localStorage.setItem(key, JSON.stringify(value));
    }
  }, Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)));
  const page = await context.newPage();
  const complaints = [];
  const requests = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(`${error}`));
  page.on("request", (request) => requests.push(`${request.method()} ${new URL(request.url()).pathname}`));
  const settled = quietness(page);
  const at = (testid) => page.getByTestId(testid);
  return {
    context,
    page,
    /** What the console holds: errors and warnings. */
    complaints,
    /** Every request since the last `forget`, as `POST /v1/…`. */
    requests,
    forget: () => (requests.length = 0),
    /** The element with this test id. */
    at,
    /** The text of it, once it is there. */
    text: async (testid) => (await at(testid).first().innerText()).trim(),
    /** The first whole number in the text of it. */
    number: async (testid) => firstNumber(await at(testid).first().innerText()),
    /** Opens a page of the shop and waits until the loyalty script has said what it has to say. */
    async open(name, query = QUERY[name] ?? "") {
      await page.goto(`${name}.html${query}`);
      await settled();
    },
    settled,
    /** Waits until the text of a test id is as wanted. */
    async until(testid, wanted) {
      const text = async () => (await at(testid).first().innerText()).trim();
      await eventually(async () => assert.match(await text(), wanted, testid));
    },
    async picture(name) {
      await mkdir(SCREENSHOTS, { recursive: true });
      await page.screenshot({ path: path.join(SCREENSHOTS, `${name}.png`), fullPage: true });
    },
    close: () => context.close(),
  };
}

/** How long nothing has to be under way, in milliseconds, until a page counts as finished. */
const QUIET = 120;

/** Counts the requests under way; the answer waits until there are none, and the pictures are drawn. */
function quietness(page) {
  const open = new Set();
  let since = Date.now();
  const end = (request) => open.delete(request) && (since = Date.now());
  page.on("request", (request) => open.add(request) && (since = Date.now()));
  page.on("requestfinished", end);
  page.on("requestfailed", end);
  return async () => {
    await page.waitForLoadState("load");
    await eventually(() => assert.ok(open.size === 0 && Date.now() - since > QUIET, "requests are under way"));
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
  };
}

/** `1,234 points` is 1234. */
export function firstNumber(text) {
  const found = /[-−+]?\d[\d,.\s]*/.exec(text)?.[0];
  assert.ok(found, `no number in \`${text}\``);
  return Number(found.replace("−", "-").replace(/[,\s]/g, ""));
}
