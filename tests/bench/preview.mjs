// Microseconds a preview, in Node and in Chromium, where shoppers are: each ratio is of one run.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { build } from 'esbuild';
import { startBrowser } from '../support/browser.mjs';
import { initSync, pack_programme } from '../../target/browser/loyalty_simulate.js';

const read = (name) => readFileSync(new URL(name, import.meta.url));
const programme = read('programme.json');
initSync({ module: read('../../target/browser/loyalty_simulate_bg.wasm') });
const given = {
  wasm: read('../../target/browser/loyalty_wasm_bg.wasm').toString('base64'),
  rules: pack_programme(programme.toString()),
  programme: JSON.parse(programme),
  cart: JSON.parse(read('cart.json')),
  now: Date.UTC(2026, 0, 15, 10),
};

/** The contenders as one script, the same for both. */
const folder = mkdtempSync(path.join(tmpdir(), 'loyalty-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const script = path.join(folder, 'contenders.mjs');
await build({ entryPoints: [fileURLToPath(new URL('../support/contenders.mjs', import.meta.url))], outfile: script, bundle: true, format: 'esm' });

async function inNode() {
  setFlagsFromString('--expose-gc');
  globalThis.gc = runInNewContext('gc');
  const { measure } = await import(pathToFileURL(script));
  return measure(given);
}

async function inChromium() {
  const browser = await startBrowser(['--js-flags=--expose-gc']);
  try {
    const page = await browser.newPage();
    return await page.evaluate(async ([script, given]) => {
      const { measure } = await import(URL.createObjectURL(new Blob([script], { type: 'text/javascript' })));
      return measure(given);
    }, [readFileSync(script, 'utf8'), given]);
  } finally {
    await browser.close();
  }
}

const print = (what, value, unit) => console.log(JSON.stringify({ what, value, unit }));
const median = (values) => values.toSorted((one, other) => one - other)[values.length >> 1];
for (const [place, { us, lines }] of [['Node', await inNode()], ['Chromium', await inChromium()]]) {
  const row = (what, value, unit = 'µs', digits = 1) => print(`${place}: ${what}`, value.toFixed(digits), unit);
  // Of batches side by side: a machine that is slower for a while changes both.
  const ratio = (one, other) => median(us[one].map((time, batch) => time / us[other][batch]));
  const beside = (what, contender) => {
    row(what, median(us[contender]));
    row('÷ decimal.js loop', ratio(contender, 'loop'), '', 2);
  };
  row('earn only, decimal.js loop', median(us.loop));
  row('earn only, json-rules-engine', median(us.rules));
  beside('a whole cart in, the complete result out', 'whole');
  row('json-rules-engine ÷ it', ratio('rules', 'whole'), '');
  beside('the same, of a cart with a line more or less than the one before', 'longer');
  beside('the same, the first of a module', 'first');
  row("the page's cart, pieces of every line changed", median(us.every));
  beside("the page's cart, pieces of one line changed", 'one');
  beside('one quantity in, the complete result out', 'pieces');
  for (const [length, times] of Object.entries(lines)) row(`a whole cart of ${length} lines, by line`, median(times) / length, 'µs', 2);
}
