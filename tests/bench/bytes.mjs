// What a shop's page downloads: the module and the script tag, as they are and as they travel.
import { readFileSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const files = [
  ["browser module", "www/dist/loyalty_wasm_bg.wasm"],
  ["script tag", "www/dist/loyalty.js"],
];

const ways = [
  ["raw", (bytes) => bytes],
  ["gzip 9", (bytes) => gzipSync(bytes, { level: 9 })],
  ["brotli 11", (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } })],
];

const totals = new Map(ways.map(([way]) => [way, 0]));
for (const [name, file] of files) {
  const bytes = readFileSync(new URL(`../../${file}`, import.meta.url));
  for (const [way, pack] of ways) {
    const { length } = pack(bytes);
    totals.set(way, totals.get(way) + length);
    print(`${name}, ${way}`, length);
  }
}
for (const [way, length] of totals) print(`both, ${way}`, length);

function print(what, value) {
  console.log(JSON.stringify({ what, value, unit: "bytes" }));
}
