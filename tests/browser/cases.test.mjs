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

for (const name of ["answer", "previews", "packed"]) {
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
    Object.assign(window, await import("/previews.js"), await import("/packed.js"), await import("/answer.js"));
    window.Loyalty = shop.Loyalty;
    Object.assign(window, simulator);
  });
});
after(async () => {
  await browser?.close();
  server?.close();
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

/**
 * What the shop's module says of a cart under these rules, and what the simulator says of it; nothing where there is no saying what it
 * should be. `declined` is what the module leaves to the Worker.
 */
function beside(rules, position, cart, now, expected) {
  const packed = window.packed(cart);
  let answer;
  try {
    const told = packed && new window.Loyalty(rules, position).preview(window.joined(packed), packed.numbers, now);
    answer = told === undefined ? "declined" : { preview: new window.AnswerReader().read(told) };
  } catch (refused) {
    answer = { refused };
  }
  return { packed: !!packed, answer, expected };
}

/** Whether a step says another day or time than the calendar, which the module asks itself. */
function dated({ programme }, { at, day, time }) {
  const zone = { timeZone: programme?.time_zone ?? "UTC" };
  const [days, times] = [new Intl.DateTimeFormat("en-CA", zone), new Intl.DateTimeFormat("en-GB", { ...zone, timeStyle: "short" })];
  const otherTime = /"hours"/.test(JSON.stringify(programme)) && times.format(Date.parse(at)) !== (time ?? at.slice(11, 16));
  return days.format(Date.parse(at)) !== day || otherTime;
}

/** What the shop's module says of the steps of a scenario that ask it something: what it gave, and what it should. */
function asked(text, answer) {
  const scenario = JSON.parse(text);
  const { answers = [] } = JSON.parse(answer);
  // A scenario does not tell what all members have used by then, and may publish another programme.
  if (/"(budget|stock)"/.test(text) || scenario.steps?.some(({ programme }) => programme)) return [];
  return answers.flatMap((expected, index) => {
    const { at, account = "member", preview, ...step } = scenario.steps[index];
    // An object holds no field twice.
    if (!preview || step.command || step.standing || expected.refused?.code === "duplicate_field") return [];
    if (window.dated(scenario, { at, ...step })) return [];
    const before = JSON.parse(window.simulate(JSON.stringify({ ...scenario, steps: scenario.steps.slice(0, index) })));
    // The module knows open holds; one that was captured before the order is known to the account's records only.
    const open = (before.accounts[account]?.holds ?? []).map(({ id }) => id);
    if (!expected.refused && preview.holds?.some((id) => !open.includes(id))) return [];
    const rules = window.pack_programme(JSON.stringify(scenario.programme));
    const position = window.pack_position(JSON.stringify(before.accounts[account] ?? null));
    return [window.beside(rules, position, preview, Date.parse(at), expected)];
  });
}

/** Codes that say what is wrong with a cart's form, and not with what it asks for. */
const FORM = /^(unknown_field|missing|wrong_type|unknown_choice|too_many|id_invalid|duplicate_id|number_out_of_range|points_out_of_range|amount_\w+|exceeds_line|currency_unknown|malformed)$/;

/** What the module said must be what the simulator said; what it left to the Worker must be refused for its form. */
function agreed({ answer, expected }, name) {
  // What comes out of the page was copied, property by property.
  if (answer !== "declined") return assert.equal(JSON.stringify(answer), JSON.stringify(expected), name);
  const codes = expected.refused && (expected.refused.faults?.map(({ code }) => code) ?? [expected.refused.code]);
  assert.ok(codes?.some((code) => FORM.test(code)), `${name}: left to the Worker, which says ${JSON.stringify(expected)}`);
}

test("same-everywhere: the shop's module previews what the simulator does, or leaves it to the Worker to say what is wrong", async () => {
  await page.evaluate(`window.beside = ${beside}; window.dated = ${dated}; window.asked = ${asked}`);
  const counts = { preview: 0, refused: 0, declined: 0 };
  for (const { name, text, answer } of all.filter(({ answer }) => answer.includes('"answers":['))) {
    for (const one of await page.evaluate(([text, answer]) => window.asked(text, answer), [text, answer.toString()])) {
      agreed(one, name);
      counts[one.answer === "declined" ? "declined" : Object.keys(one.answer)[0]] += 1;
    }
  }
  assert.ok(counts.preview > 100 && counts.refused > 0 && counts.declined > 0, `compared: ${JSON.stringify(counts)}`);
});

/** A scenario that previews a cart under a programme without a calendar's or a store's say. */
const PREVIEWED = all.find(({ answer }) => answer.includes('"preview":{'));

test("what is no instant is refused, and not taken for 1970", async () => {
  const codes = await page.evaluate((text) => {
    const { programme, steps } = JSON.parse(text);
    const packed = window.packed(steps.find(({ preview }) => preview).preview);
    const loyalty = new window.Loyalty(window.pack_programme(JSON.stringify(programme)));
    return [NaN, undefined, Infinity, -Infinity, -1].map((now) => {
      try {
        return loyalty.preview(window.joined(packed), packed.numbers, now);
      } catch ({ code }) {
        return code;
      }
    });
  }, PREVIEWED.text);
  assert.deepEqual(codes, Array(5).fill("instant_invalid"));
});

test("an answer whose marks and rows do not come out even is not read", async () => {
  const read = await page.evaluate((text) => {
    const { programme, steps } = JSON.parse(text);
    const cart = steps.find(({ preview }) => preview).preview;
    const less = { ...cart, lines: cart.lines.slice(1) };
    const loyalty = new window.Loyalty(window.pack_programme(JSON.stringify(programme)));
    const ask = (cart) => {
      const packed = window.packed(cart);
      return loyalty.preview(window.joined(packed), packed.numbers, Date.UTC(2026, 0, 15));
    };
    const [first, next] = [ask(cart), ask(less)];
    const attempts = {
      sound: next, shorter: next.slice(0, next.lastIndexOf("\n", next.length - 2) + 1), longer: `${next}1\n`, cut: next.slice(0, -1), unmarked: next.slice(1),
      marked: `1${next}`, same: next.replace("1", "0"), nothing: "",
    };
    return Object.entries(attempts).map(([name, told]) => {
      const reader = new window.AnswerReader();
      reader.read(first);
      try {
        return `${name}: ${reader.read(told).lines.length} lines`;
      } catch ({ message }) {
        return `${name}: ${message}`;
      }
    });
  }, PREVIEWED.text);
  const [sound, ...others] = read;
  assert.match(sound, /^sound: \d+ lines$/);
  assert.deepEqual(others, ["shorter", "longer", "cut", "unmarked", "marked", "same", "nothing"].map((name) => `${name}: not what was told`));
});

test("rules and positions that cannot be read are refused", async () => {
  const codes = await page.evaluate((text) => {
    const rules = window.pack_programme(JSON.stringify(JSON.parse(text).programme));
    const guest = window.pack_position("null");
    const all = [[rules], [rules, null], [rules, undefined], [rules, guest], [""], ["{}"], [rules + "\n"], [rules.slice(0, -2)], [rules, "?"], [rules, "{}"]];
    return all.map((given) => {
      try {
        new window.Loyalty(...given).free();
        return "read";
      } catch ({ code }) {
        return code;
      }
    });
  }, PREVIEWED.text);
  assert.deepEqual(codes, [...Array(4).fill("read"), ...Array(6).fill("malformed")]);
});

/** A cart, and what may be done to it. Each is made anew, because some cannot be written out. */
function variants(cart, { rewards = [] }) {
  if (!cart?.lines?.length) return cart ? [cart] : [];
  const line = (cart, change) => ({ ...cart, lines: cart.lines.map((line, place) => (place === 0 ? { ...line, ...change } : line)) });
  const pieces = [3, 1, 1_000_001, 2.5, 0, undefined, 2, 1_000_000, null, 2, -0].map((quantity) => line(cart, { quantity }));
  const others = [
    { discount: "0.01" }, { tax: "0.01" }, { tax: "1000000.00" }, { id: "another" }, { id: "a\tb" }, { id: "a\nb" }, { id: "" }, { id: 7 }, { id: null },
    { categories: {} }, { categories: ["tea", "sale"] }, { categories: ["tea\tsale"] }, { categories: ["tea sale"] }, { categories: [,] },
    { categories: null }, { categories: [] }, { categories: "tea" }, { categories: [null] }, { categories: "" }, { categories: false },
    { product: null }, { product: "" }, { product: "mug\t" }, { kind: "delivery" }, { kind: "socks" }, { kind: null }, { price: 5 }, { price: "-1" },
    { amount: "1.00", price: "1.00" }, { amount: "1.00", price: undefined }, { amount: "1.00", price: null }, { color: "red" }, { color: null },
    { color: undefined }, { toJSON: () => 1 }, { quantity: "2" }, { quantity: true }, { tax: null, discount: null },
  ].map((change) => line(cart, change));
  const reward = rewards[0]?.id ?? "pay";
  const heads = [
    { channel: "till" }, { channel: null }, { channel: "" }, { channel: "till\n" }, { channel: "a b" }, { channel: "1" }, { channel: 1 }, { channel: ["till"] },
    { partner: "p" }, { partner: null }, { partner: "p\n1" }, { partner: "p\n2", codes: ["A"] }, { partner: "1\nq" }, { channel: "1", partner: "1", codes: ["1"] },
    { codes: ["SUMMER"] }, { codes: ["A", "B"] }, { codes: [] }, { codes: null }, { codes: "A" }, { codes: [""] }, { codes: [,] }, { codes: [null] }, { codes: ["A\nB"] },
    { codes: Array(20).fill(0).map((_, place) => `C${place}`) }, { codes: Array(21).fill(0).map((_, place) => `C${place}`) }, { codes: { 0: "A" } }, { codes: 5 },
    { holds: ["nobodys"] }, { holds: [] }, { holds: null }, { holds: ["h", "h"] }, { holds: "h" }, { holds: [7] }, { holds: ["a b"] },
    { certificates: "1.00" }, { certificates: "0" }, { certificates: "-1.00" }, { certificates: "1.005" }, { certificates: 1 }, { certificates: null },
    { certificates: "1e2" }, { certificates: "1000000000000000000000000000000" },
    { redeem: null }, { redeem: [] }, { redeem: {} }, { redeem: "pay" }, { redeem: [null] }, { redeem: ["pay"] }, { redeem: [{}] }, { redeem: [[]] }, { redeem: [,] },
    ...[
      {}, { points: 100 }, { points: 0 }, { points: -0 }, { points: -1 }, { points: 1.5 }, { points: "100" }, { points: NaN }, { points: Infinity }, { points: null },
      { points: 2 ** 53 - 1 }, { points: 2 ** 53 }, { points: 1e21 }, { points: true }, { value: "1.00" }, { value: 1 }, { value: "" }, { value: null }, { value: "1.005" },
      { value: "1.00", points: 100 }, { value: "1.00", points: null }, { value: null, points: 100 }, { color: "red" }, { color: undefined }, { color: null },
      { reward: null }, { reward: "" }, { reward: "a\nb" }, { reward: 5 }, { toJSON: () => ({}) },
    ].flatMap((change) => [reward, "no-such"].map((reward) => ({ redeem: [{ reward, ...change }] }))),
    { redeem: [{ reward, points: 100 }, { reward, value: "1.00" }] }, { redeem: Array(21).fill({ reward }) },
    { currency: undefined }, { currency: null }, { currency: "" }, { currency: "EUR\n" }, { currency: "eur" }, { currency: "XXX" }, { currency: "USD" }, { currency: ["EUR"] },
    { color: "red" }, { color: null }, { color: undefined }, { lines: {} }, { lines: null }, { lines: [] }, { lines: [,] }, { lines: [null] }, { lines: ["a"] },
    { certificates: 1n }, { lines: new Array(1001).fill(cart.lines[0]) }, { lines: [...cart.lines, cart.lines[0]] }, { toJSON: () => cart },
  ].map((change) => ({ ...cart, ...change }));
  const own = (of, name, how) => Object.defineProperty(of, name, { configurable: true, ...how });
  const throws = { get: () => { throw new Error("it throws"); }, enumerable: true };
  const hidden = [
    line(cart, {}), own({ ...cart }, "lines", { value: cart.lines, enumerable: false }), own({ ...cart }, "currency", { value: cart.currency, enumerable: false }),
    { ...cart, lines: own([...cart.lines], "toJSON", { value: () => [] }) }, { ...cart, codes: own(["A"], "toJSON", { value: () => [] }) },
    own({ ...cart }, "channel", throws), own({ ...cart }, "partner", { value: "p", enumerable: false }), line(cart, {}), { ...cart, [Symbol("s")]: 1 },
  ];
  own(hidden[0].lines[0], "discount", { value: "0.01", enumerable: false });
  own(hidden[7].lines[0], "tax", throws);
  // Between all of these the cart as it was, every few times.
  const changed = [...pieces, ...others, ...heads, ...hidden].flatMap((one, place) => (place % 4 ? [one] : [cart, one]));
  return [null, undefined, 5, "cart", [cart], cart, ...changed, cart];
}

/** Every so many of the scenarios that are answered, so that all kinds of programmes are among them. */
const some = (step) => all.filter(({ answer }) => answer.includes('"answers":[')).filter((_, place) => place % step === 0);

/**
 * Answers to the carts of a scenario as they change: of a module that is asked for the first time, and of one that is asked of each
 * anew and as of the page's own; and how many answers are no longer as they were told.
 */
function followed(text) {
  const { programme, steps = [] } = JSON.parse(text);
  const rules = window.pack_programme(JSON.stringify(programme));
  if (rules === undefined) return { answers: [], changed: 0 };
  // Of whoever is asked about last, as they stand before.
  const last = steps.findLastIndex(({ preview }) => preview);
  const { accounts } = JSON.parse(window.simulate(JSON.stringify({ ...JSON.parse(text), steps: steps.slice(0, Math.max(last, 0)) })));
  const position = window.pack_position(JSON.stringify(accounts?.[steps[last]?.account ?? "member"] ?? null));
  const module = new window.Loyalty(rules, position);
  const asked = new window.Previews(module);
  const kept = [];
  const answer = (ask) => {
    try {
      const told = ask() ?? "declined";
      kept.push([told, JSON.stringify(told)]);
      return kept.at(-1)[1];
    } catch (refused) {
      return JSON.stringify({ refused });
    }
  };
  const answers = steps.flatMap((step) =>
    window.variants(step.preview, programme).map((cart) => {
      const now = Date.parse(step.at);
      const first = () => {
        const module = new window.Loyalty(rules, position);
        try {
          return new window.Previews(module).preview(cart, now);
        } finally {
          module.free();
        }
      };
      return [first, () => asked.preview(cart, now), () => asked.follow(cart, now)].map(answer);
    }),
  );
  module.free();
  return { answers, changed: kept.filter(([told, text]) => JSON.stringify(told) !== text).length };
}

test("a cart that the module holds is answered as one that it is asked of anew, and declined as that one is", async () => {
  await page.evaluate(`window.variants = ${variants}; window.followed = ${followed}`);
  const counts = { answered: 0, declined: 0 };
  for (const { name, text } of some(4)) {
    const { answers, changed } = await page.evaluate((text) => window.followed(text), text);
    assert.equal(changed, 0, `${name}: answers stay as they are`);
    for (const [first, anew, held] of answers) {
      assert.equal(anew, first, name);
      assert.equal(held, first, name);
      counts[first.includes('"declined"') ? "declined" : "answered"] += 1;
    }
  }
  assert.ok(counts.answered > 1000 && counts.declined > 1000, `compared: ${JSON.stringify(counts)}`);
});

/** Of every variant of the carts of a scenario that JSON can tell: what the module says to a guest, and what the simulator does. */
function told(text) {
  const { programme, steps = [] } = JSON.parse(text);
  const rules = window.pack_programme(JSON.stringify(programme));
  const { preview: cart, at, day, time } = steps.find((step) => step.preview && !window.dated({ programme }, step)) ?? {};
  if (rules === undefined || !cart) return [];
  return window.variants(cart, programme).flatMap((cart) => {
    let scenario;
    try {
      scenario = JSON.stringify({ programme, steps: [{ at, day, time, preview: cart }] });
    } catch {
      return [];
    }
    const { answers } = JSON.parse(window.simulate(scenario));
    // A scenario whose cart is no cart at all is refused as a whole.
    return answers ? [{ cart: JSON.stringify(cart), ...window.beside(rules, undefined, cart, Date.parse(at), answers[0]) }] : [];
  });
}

test("no cart is previewed that the Worker would refuse, and what the module declines the Worker refuses", async () => {
  await page.evaluate(`window.beside = ${beside}; window.dated = ${dated}; window.variants = ${variants}; window.told = ${told}`);
  const counts = { told: 0, declined: 0, unpacked: 0 };
  for (const { name, text } of some(10)) {
    for (const { cart, packed, answer, expected } of await page.evaluate((text) => window.told(text), text)) {
      if (answer !== "declined") {
        assert.equal(JSON.stringify(answer), JSON.stringify(expected), `${name}: ${cart}`);
        counts.told += 1;
      } else {
        assert.ok(expected.refused, `${name}: ${cart}`);
        counts[packed ? "declined" : "unpacked"] += 1;
      }
    }
  }
  assert.ok(counts.told > 1000 && counts.declined > 100 && counts.unpacked > 1000, `compared: ${JSON.stringify(counts)}`);
});
