// Requests a second of the Worker, beside a Worker that does nothing, in the same runtime on the same
// machine in the same run. The difference is what the ledger costs.
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { setupShop, startBareWorker, startWorker } from "../support/worker.mjs";

const SECONDS = 5;
const CONNECTIONS = 8;
const MEMBERS = 100;

const SUMMARY = `
function done(summary, latency)
  local errors = summary.errors
  local refused = errors.status + errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format("rate=%.1f refused=%d p50=%.2f p99=%.2f\\n", summary.requests / summary.duration * 1e6,
    refused, latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end`;

const run = promisify(execFile);
const folder = await mkdtemp(path.join(tmpdir(), "loyalty-bench-"));
const bare = await startBareWorker();
const worker = await startWorker();
try {
  const shop = await setupShop(worker);
  await row("hello of a bare Worker", bare.url, script("GET", "/", {}, ""));
  await row("GET programme", worker.url, script("GET", "/v1/shops/demo/programme", {}, ""));
  const merchant = { authorization: `Bearer ${shop.apiKey}`, "content-type": "application/json" };
  await row("POST order", worker.url, orders("/v1/shops/demo/orders", merchant));
  await row("GET view", worker.url, script("GET", "/v1/shops/demo/members/bench-1", merchant, ""));
} finally {
  await Promise.all([bare.stop(), worker.stop()]);
  await rm(folder, { recursive: true, force: true });
}

/** Runs wrk and prints its rate; an answer other than 2xx makes the figure worthless, so it ends the run. */
async function row(what, url, lua) {
  const file = path.join(folder, "request.lua");
  await writeFile(file, `${lua}\n${SUMMARY}`);
  const load = ["-t1", `-c${CONNECTIONS}`, `-d${SECONDS}s`, "-s", file, url];
  const { stdout } = await run("wrk", load, { timeout: (SECONDS + 20) * 1000 });
  const [, rate, refused, median, slow] = stdout.match(/^rate=(\S+) refused=(\d+) p50=(\S+) p99=(\S+)$/m);
  if (Number(refused) > 0) throw new Error(`${what}: ${refused} answers were no success`);
  print(what, Math.round(Number(rate)), "requests/s");
  print(`${what}, median`, Number(median).toFixed(1), "ms");
  print(`${what}, 99 of 100 within`, Number(slow).toFixed(1), "ms");
}

function script(method, target, headers, body) {
  const text = JSON.stringify(body);
  return `wrk.method = "${method}"; wrk.body = ${text}; wrk.headers = ${table(headers)}
function request() return wrk.format(nil, "${target}") end`;
}

/** A new order each time, over a hundred members. */
function orders(target, headers) {
  const order = { id: "ORDER", currency: "EUR", lines: [{ id: "1", product: "mug", quantity: 1, price: "39.99" }] };
  const body = JSON.stringify({ member: "MEMBER", order });
  return `wrk.method = "POST"; wrk.headers = ${table(headers)}
local count = 0
function request()
  count = count + 1
  local body = ${JSON.stringify(body)}
  body = body:gsub("ORDER", "b" .. count):gsub("MEMBER", "bench-" .. (count % ${MEMBERS}))
  wrk.headers["idempotency-key"] = "b" .. count
  return wrk.format(nil, "${target}", nil, body)
end`;
}

function table(headers) {
  const fields = Object.entries(headers).map(([name, value]) => `["${name}"] = "${value}"`);
  return `{ ${fields.join(", ")} }`;
}

function print(what, value, unit) {
  console.log(JSON.stringify({ what, value, unit }));
}
