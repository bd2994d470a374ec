// Microseconds a preview, on one cart and in one run: the module (objects in, the complete result out)
// beside json-rules-engine and a hand-written decimal.js loop, which only earn.
import { readFileSync } from 'node:fs';
import { Decimal } from 'decimal.js';
import { Engine } from 'json-rules-engine';
import { startBrowser } from '../support/browser.mjs';
import { initSync, Loyalty } from '../../target/browser/loyalty_wasm.js';

const json = (name) => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));
const programme = json('programme.json');
const cart = json('cart.json');
initSync({ module: readFileSync(new URL('../../target/browser/loyalty_wasm_bg.wasm', import.meta.url)) });
const loyalty = new Loyalty(programme, null);
const now = Date.UTC(2026, 0, 15, 10);

const rates = new Map(programme.earning.map((rule) => [rule.only[0], rule]));

function handWritten() {
  let points = new Decimal(0);
  for (const line of cart.lines) {
    const rule = rates.get(line.categories[0]);
    points = points.plus(new Decimal(line.price).times(line.quantity).times(rule.points).div(rule.per));
  }
  return points.floor().toNumber();
}

const engine = new Engine();
for (const rule of programme.earning) {
  engine.addRule({
    conditions: { all: [{ fact: 'category', operator: 'equal', value: rule.only[0] }] },
    event: { type: 'earn', params: { points: rule.points, per: rule.per } },
  });
}

async function rulesEngine() {
  let points = new Decimal(0);
  for (const line of cart.lines) {
    const { events } = await engine.run({ category: line.categories[0] });
    for (const { params } of events) {
      points = points.plus(new Decimal(line.price).times(line.quantity).times(params.points).div(params.per));
    }
  }
  return points.floor().toNumber();
}

const inModule = () => loyalty.preview(cart, now);

// All three must agree on what the cart earns, or the comparison means nothing.
const base = inModule().steps.filter((step) => step.kind === 'rate').reduce((sum, step) => sum + step.points, 0);
for (const points of [handWritten(), await rulesEngine()]) {
  if (points !== base) throw new Error(`the contenders disagree: ${points}, the module ${base}`);
}

/** The median microseconds of one call over 15 batches of at least 40 ms. */
async function median(call) {
  const batches = [];
  let count = 1;
  for (let batch = -3; batch < 15; batch++) {
    const start = process.hrtime.bigint();
    for (let i = 0; i < count; i++) {
      const result = call();
      if (result instanceof Promise) await result;
    }
    const us = Number(process.hrtime.bigint() - start) / 1000;
    if (us < 40_000) count = Math.ceil(count * Math.min(100, 44_000 / us));
    if (batch >= 0) batches.push(us / count);
  }
  return batches.sort((a, b) => a - b)[7];
}

/** The same calls in Chromium, where shoppers are. */
async function inChromium() {
  const browser = await startBrowser();
  try {
    const page = await browser.newPage();
    const module = readFileSync(new URL('../../target/browser/loyalty_wasm_bg.wasm', import.meta.url)).toString('base64');
    const glue = readFileSync(new URL('../../target/browser/loyalty_wasm.js', import.meta.url), 'utf8');
    return await page.evaluate(async ({ module, glue, programme, cart, now }) => {
      const { initSync, Loyalty } = await import(URL.createObjectURL(new Blob([glue], { type: 'text/javascript' })));
      initSync({ module: Uint8Array.from(atob(module), (letter) => letter.charCodeAt(0)) });
      const loyalty = new Loyalty(programme, null);
      const batches = [];
      for (let batch = -5; batch < 15; batch++) {
        const start = performance.now();
        for (let i = 0; i < 400; i++) loyalty.preview(cart, now);
        if (batch >= 0) batches.push(((performance.now() - start) * 1000) / 400);
      }
      return batches.sort((a, b) => a - b)[7];
    }, { module, glue, programme, cart, now });
  } finally {
    await browser.close();
  }
}

const print = (what, value, unit) => console.log(JSON.stringify({ what, value, unit }));
const loop = await median(handWritten);
const module = await median(inModule);
const rules = await median(rulesEngine);
const chromium = await inChromium();
print('preview, browser module in Node', module.toFixed(1), 'µs');
print('preview, browser module in Chromium', chromium.toFixed(1), 'µs');
print('earn only, decimal.js loop', loop.toFixed(1), 'µs');
print('earn only, json-rules-engine', rules.toFixed(1), 'µs');
print('module ÷ decimal.js loop', (module / loop).toFixed(2), '');
print('json-rules-engine ÷ module', (rules / module).toFixed(1), '');
