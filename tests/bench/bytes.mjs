// What is downloaded: by a shop's page, the module and the script tag; by a place of the Worker, each module when it is
// first needed. As they are and as they travel.
import { readFileSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { MODULES } from "../support/worker.mjs";

const page = [
  ["browser module", "www/dist/loyalty_wasm_bg.wasm"],
  ["script tag", "www/dist/loyalty.js"],
];
const worker = MODULES.map((module) => [`Worker's module ${module}`, `target/worker/${module}/index_bg.wasm`]);

const raw = ["raw", (bytes) => bytes];
const gzip = ["gzip 9", (bytes) => gzipSync(bytes, { level: 9 })];
const brotli = ["brotli 11", (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } })];

measure(page, "both", [raw, gzip, brotli]);
measure(worker, "all of them", [raw, gzip]);

function measure(files, together, ways) {
  const totals = new Map(ways.map(([way]) => [way, 0]));
  for (const [name, file] of files) {
    const bytes = readFileSync(new URL(`../../${file}`, import.meta.url));
    for (const [way, pack] of ways) {
      const { length } = pack(bytes);
      totals.set(way, totals.get(way) + length);
      print(`${name}, ${way}`, length);
    }
  }
  for (const [way, length] of totals) print(`${together}, ${way}`, length);
}

function print(what, value) {
  console.log(JSON.stringify({ what, value, unit: "bytes" }));
}
