// same-everywhere in Chromium: every scenario is answered with the very bytes of this machine.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";
import { after, before, test } from "node:test";
import { transform } from "esbuild";
import { startBrowser } from "../support/browser.mjs";
import { scenarios } from "../support/loyalty.mjs";
import { root } from "../support/worker.mjs";

/** The modules as they are built, without the script tag that a shop puts around one of them. */
const FILES = { "/": ["text/html", "<!doctype html><title>cases</title>"] };
for (const name of ["loyalty_wasm", "loyalty_simulate"]) {
  const file = (ending) => readFile(path.join(root, `target/browser/${name}${ending}`));
  FILES[`/${name}.js`] = ["text/javascript", await file(".js")];
  FILES[`/${name}_bg.wasm`] = ["application/wasm", await file("_bg.wasm")];
}

for (const name of ["answer", "held", "packed"]) {
  const { code } = await transform(await readFile(path.join(root, `www/src/${name}.ts`), "utf8"), { loader: "ts" });
  FILES[`/${name}.js`] = ["text/javascript", code];
}

const all = await scenarios();
let server, browser, page;
before(async () => {
  server = createServer(({ url }, response) => {
    const [type, body] = FILES[url] ?? ["text/plain", ""];
    response.writeHead(FILES[url] ? 200 : 404, { "content-type": type }).end(body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  browser = await startBrowser();
  page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await page.evaluate(async () => {
    const [shop, simulator] = await Promise.all([import("/loyalty_wasm.js"), import("/loyalty_simulate.js")]);
    await Promise.all([shop.default(), simulator.default()]);
    Object.assign(window, await import("/held.js"), await import("/packed.js"), await import("/answer.js"));
    window.Loyalty = shop.Loyalty;
    Object.assign(window, simulator);
  });
});
after(async () => {
  await browser.close();
  server.close();
});

for (const { name, text, answer } of all) {
  test(`same-everywhere: ${name}`, async () => {
    const found = await page.evaluate((text) => window.simulate(text), text);
    assert.equal(found, answer.toString());
    assert.ok(Buffer.from(found).equals(answer), "byte for byte");
    // An object holds no field twice, and text that is no JSON is none.
    if (/"(duplicate_field|malformed)"/.test(answer)) return;
    const object = await page.evaluate((text) => JSON.stringify(window.simulate_object(JSON.parse(text))), text);
    assert.equal(object, answer.toString(), "from an object");
  });
}

/** What the shop's module says of the steps of a scenario that ask it something: what it gave, and what it should. */
function asked(text, answer) {
  const scenario = JSON.parse(text);
  const { answers = [] } = JSON.parse(answer);
  const zone = { timeZone: scenario.programme?.time_zone ?? "UTC" };
  const days = new Intl.DateTimeFormat("en-CA", zone);
  const times = new Intl.DateTimeFormat("en-GB", { ...zone, timeStyle: "short" });
  // A scenario does not tell what all members have used by then, and may publish another programme.
  if (/"(budget|stock)"/.test(text) || scenario.steps?.some(({ programme }) => programme)) return [];
  return answers.flatMap((expected, index) => {
    const { at, day, time, account = "member", preview, ...step } = scenario.steps[index];
    // The module asks the calendar itself; a step may say another day or time. An object holds no field twice.
    const otherTime = /"hours"/.test(text) && times.format(Date.parse(at)) !== (time ?? at.slice(11, 16));
    const apart = days.format(Date.parse(at)) !== day || otherTime || expected.refused?.code === "duplicate_field";
    if (!preview || step.command || step.standing || apart) return [];
    const before = JSON.parse(window.simulate(JSON.stringify({ ...scenario, steps: scenario.steps.slice(0, index) })));
    // The module knows open holds; one that was captured before the order is known to the account's records only.
    const open = (before.accounts[account]?.holds ?? []).map(({ id }) => id);
    if (!expected.refused && preview.holds?.some((id) => !open.includes(id))) return [];
    const say = (input) => {
      const loyalty = new window.Loyalty(input(scenario.programme), input(before.accounts[account] ?? null));
      const now = Date.parse(at);
      try {
        return { preview: window.opened(loyalty.preview(input(preview), now)) };
      } catch (refused) {
        return { refused };
      }
    };
    return [{ expected, given: { objects: say((value) => value), texts: say(JSON.stringify) } }];
  });
}

test("same-everywhere: the shop's module previews what the simulator does, from objects and from text", async () => {
  await page.evaluate(`window.asked = ${asked}`);
  let count = 0;
  for (const { name, text, answer } of all.filter(({ answer }) => answer.includes('"answers":['))) {
    for (const { expected, given } of await page.evaluate(([text, answer]) => window.asked(text, answer), [text, answer.toString()])) {
      // What comes out of the page was copied, property by property.
      for (const [how, said] of Object.entries(given)) assert.equal(JSON.stringify(said), JSON.stringify(expected), `${name}, from ${how}`);
      count += 1;
    }
  }
  assert.ok(count > 100, `${count} steps were compared`);
});

test("what is no instant is refused, and not taken for 1970", async () => {
  const codes = await page.evaluate((text) => {
    const { programme, steps } = JSON.parse(text);
    const { preview } = steps.find(({ preview }) => preview);
    return [NaN, undefined, Infinity, -Infinity, -1].map((now) => {
      try {
        return new window.Loyalty(programme).preview(preview, now);
      } catch ({ code }) {
        return code;
      }
    });
  }, all.find(({ answer }) => answer.includes('"preview":{')).text);
  assert.deepEqual(codes, Array(5).fill("instant_invalid"));
});

/**
 * Answers to the carts of a scenario as they change: of a module that is asked anew with JSON, of one that holds them, and
 * of one that is asked anew with their lines as one text.
 */
function followed(text) {
  const { programme, steps = [] } = JSON.parse(text);
  let module, held;
  try {
    module = new window.Loyalty(programme);
    held = new window.Held(new window.Loyalty(programme));
  } catch {
    return [];
  }
  const answer = (rules, cart, at) => {
    try {
      const answer = rules.preview(cart, Date.parse(at));
      return typeof answer === "string" ? window.opened(answer) : answer;
    } catch (refused) {
      return { refused };
    }
  };
  // What is parsed when it is first read is there the second time too.
  const twice = (said) => JSON.stringify([said, said]);
  const line = (cart, change) => ({ ...cart, lines: cart.lines.map((line, place) => (place === 0 ? { ...line, ...change } : line)) });
  const carts = ({ preview: cart }) => {
    if (!cart?.lines?.length) return cart ? [cart] : [];
    const pieces = [3, 1, 1_000_001, 2.5, 0, undefined, 2].map((quantity) => line(cart, { quantity }));
    const others = [
      { discount: "0.01" }, { tax: "0.01" }, { tax: "1000000.00" }, { id: "another" }, { id: "a\tb" }, { id: "a\nb" }, { id: "" }, { id: 7 },
      { categories: {} }, { categories: ["tea", "sale"] }, { categories: ["tea\tsale"] }, { categories: ["tea sale"] }, { categories: [,] },
      { product: null }, { product: "" }, { product: "mug\t" }, { kind: "delivery" }, { kind: "socks" }, { price: 5 }, { price: "-1" },
      { amount: "1.00", price: "1.00" }, { amount: "1.00", price: undefined }, { color: "red" }, { toJSON: () => 1 }, { quantity: null },
    ].map((change) => line(cart, change));
    const twice = { ...cart, lines: [...cart.lines, cart.lines[0]] };
    const own = (of, name, how) => Object.defineProperty(of, name, { configurable: true, ...how });
    const hidden = [
      line(cart, {}), own({ ...cart }, "lines", { value: cart.lines, enumerable: false }),
      { ...cart, lines: own([...cart.lines], "toJSON", { value: () => [] }) }, { ...cart, certificates: 1n }, { ...cart, lines: new Array(1001).fill(cart.lines[0]) },
    ];
    own(hidden[0].lines[0], "discount", { value: "0.01", enumerable: false });
    hidden.push(line(cart, {}));
    own(hidden.at(-1).lines[0], "tax", { get: () => { throw new Error("it throws"); }, enumerable: true });
    return [cart, ...pieces, ...others, ...hidden, twice, { ...cart, color: "red" }, { ...cart, channel: "till" }, { ...cart, lines: {} }, cart];
  };
  const rows = { preview: (cart, now) => window.previewed(module, cart, now) };
  return steps.flatMap((step) =>
    carts(step).map((cart) => [module, held, rows].map((rules) => twice(answer(rules, cart, step.at)))),
  );
}

test("a cart that the module holds is answered as one that it is asked of anew", async () => {
  await page.evaluate(`window.followed = ${followed}`);
  let count = 0;
  for (const { name, text } of all.filter(({ answer }) => answer.includes('"answers":['))) {
    for (const [anew, held, rows] of await page.evaluate((text) => window.followed(text), text)) {
      assert.equal(held, anew, name);
      assert.equal(rows, anew, name);
      count += 1;
    }
  }
  assert.ok(count > 100, `${count} answers were compared`);
});
