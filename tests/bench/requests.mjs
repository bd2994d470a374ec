// Requests a second of the Worker, beside Workers that do next to nothing, in the same runtime on the same machine in the
// same run: the ratios say what the ledger costs. All of them run without static files, which Cloudflare serves before
// any Worker and Miniflare with one that it puts in front.
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { setupShop, startBareWorker, startPlainWorker, startWorker } from "../support/worker.mjs";

const SECONDS = 3;
const ROUNDS = 3;
const CONNECTIONS = 8;
const MEMBERS = 100;
/** Entries of the long account. A hundred thousand take minutes to book: `node tests/bench/requests.mjs 100000`. */
const LONG = Number(process.argv[2] ?? 20_000);
const SHORT = 100;
const COMMANDS = 300;

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
const plain = await startPlainWorker();
const unlimited = { KEY_RATE: 1e9, MEMBER_RATE: 1e9 };
const worker = await startWorker({ rates: unlimited, assets: false });
try {
  const shop = await setupShop(worker);
  const merchant = { authorization: `Bearer ${shop.apiKey}`, "content-type": "application/json" };
  const view = "/v1/shops/demo/members/bench-";
  const ours = ["booking an order", worker.url, orders("/v1/shops/demo/orders", merchant)];
  const theirs = ["a plain Worker's order", plain.url, orders("/", merchant)];
  // The members are there before anything is measured.
  for (let at = 0; at < MEMBERS; at += 1) await first(shop, `bench-${at}`);
  for (const [, url, script] of [ours, theirs]) await load(url, script, 2);
  await rest();
  const [hello, copy, newest, programme] = await rows([
    ["hello of a bare Worker", bare.url, gets("/", {})],
    ["GET view, as a page asks for it", worker.url, gets(`${view}MEMBER?min_seq=1`, merchant)],
    ["GET view, from its object", worker.url, gets(`${view}MEMBER`, merchant)],
    ["GET programme", worker.url, gets("/v1/shops/demo/programme", {})],
  ]);
  const [booking, row] = await rows([ours, theirs]);
  ratio("GET view, as a page asks for it ÷ hello", copy, hello);
  ratio("GET view, from its object ÷ hello", newest, hello);
  ratio("GET programme ÷ hello", programme, hello);
  ratio("booking an order ÷ a plain Worker's", booking, row);
  await rest();
  await lengths(shop);
} finally {
  await Promise.all([bare.stop(), plain.stop(), worker.stop()]);
  await rm(folder, { recursive: true, force: true });
}

/** The rates of several contenders, by turns, so that what disturbs the machine disturbs them alike: the median round. */
async function rows(contenders) {
  const rounds = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const figures = [];
    for (const [what, url, script] of contenders) figures.push({ what, ...(await load(url, script, SECONDS)) });
    rounds.push(figures);
  }
  return contenders.map(([what], at) => {
    const { rate, median: half, slow } = rounds.map((figures) => figures[at]).sort((a, b) => a.rate - b.rate)[ROUNDS >> 1];
    print(what, Math.round(rate), "requests/s");
    print(`${what}, median`, half.toFixed(1), "ms");
    print(`${what}, 99 of 100 within`, slow.toFixed(1), "ms");
    return rate;
  });
}

/** Runs wrk; an answer other than 2xx makes the figure worthless, so it ends the run. */
async function load(url, lua, seconds) {
  const file = path.join(folder, "request.lua");
  await writeFile(file, `${lua}\n${SUMMARY}`);
  const load = ["-t1", `-c${CONNECTIONS}`, `-d${seconds}s`, "-s", file, url];
  const { stdout } = await run("wrk", load, { timeout: (seconds + 20) * 1000 });
  const [, rate, refused, median, slow] = stdout.match(/^rate=(\S+) refused=(\d+) p50=(\S+) p99=(\S+)$/m);
  if (Number(refused) > 0) throw new Error(`${url}: ${refused} answers were no success`);
  return { rate: Number(rate), median: Number(median), slow: Number(slow) };
}

/** A member's first order. */
async function first(shop, member) {
  const lines = [{ id: "1", product: "mug", quantity: 1, price: "39.99" }];
  const { status, text } = await shop.call("POST", "orders", { member, order: { id: member, currency: "EUR", lines } }, { key: member });
  if (status !== 201) throw new Error(text);
}

/** Until the journals have written what was booked. */
function rest() {
  return new Promise((resolve) => setTimeout(resolve, 6_000));
}

/** One member's view after the other. */
function gets(target, headers) {
  return `wrk.method = "GET"; wrk.headers = ${table(headers)}
local count = 0
function request()
  count = count + 1
  local target = ("${target}"):gsub("MEMBER", tostring(count % ${MEMBERS}))
  return wrk.format(nil, target)
end`;
}

/** A new order each time, over a hundred members. */
function orders(target, headers) {
  const order = { id: "ORDER", currency: "EUR", lines: [{ id: "1", product: "mug", quantity: 1, price: "39.99" }] };
  const body = JSON.stringify({ member: "MEMBER", order });
  return `wrk.method = "POST"; wrk.headers = ${table(headers)}
local run, count = "b" .. os.time() .. "-", 0
function request()
  count = count + 1
  local body = ${JSON.stringify(body)}
  body = body:gsub("ORDER", run .. count):gsub("MEMBER", "bench-" .. (count % ${MEMBERS}))
  wrk.headers["idempotency-key"] = run .. count
  return wrk.format(nil, "${target}", nil, body)
end`;
}

/** How long one command takes on an account with a long history, beside one with a short one. */
async function lengths(shop) {
  const key = (member, at) => `${member}-${at}`;
  // A credit, then the debit of it: the history grows, what is owned does not.
  const command = (member, at) => {
    const change = at % 2 === 0 ? { credit: 1 } : { debit: 1 };
    return shop.call("POST", `members/${member}/commands`, { command: { kind: "adjust", reason: "bench", ...change } }, { key: key(member, at) });
  };
  const grown = async (member, entries) => {
    let at = 0;
    const one = async () => {
      while (at < entries) {
        const mine = at;
        at += 2;
        for (const each of [mine, mine + 1]) {
          const { status, text } = await command(member, each);
          if (status !== 201) throw new Error(text);
        }
      }
    };
    await Promise.all(Array.from({ length: 16 }, one));
  };
  await grown("short", SHORT);
  await grown("long", LONG);
  for (;;) {
    await rest();
    const { body } = await shop.call("GET", "members/long/audit");
    if (body.flushed_seq === body.head_seq) break;
  }
  const times = { short: [], long: [] };
  for (let at = 0; at < COMMANDS; at += 1) {
    for (const [member, entries] of [["short", SHORT], ["long", LONG]]) {
      const start = performance.now();
      await command(member, entries + at);
      times[member].push(performance.now() - start);
    }
  }
  const [short, long] = [times.short, times.long].map((all) => all.sort((a, b) => a - b)[COMMANDS >> 1]);
  print(`a command after ${SHORT} entries, median`, short.toFixed(2), "ms");
  print(`a command after ${LONG} entries, median`, long.toFixed(2), "ms");
  ratio(`a command after ${LONG} entries ÷ after ${SHORT}`, long, short);
}

function table(headers) {
  const fields = Object.entries(headers).map(([name, value]) => `["${name}"] = "${value}"`);
  return `{ ${fields.join(", ")} }`;
}

function ratio(what, one, other) {
  print(what, (one / other).toFixed(2), "");
}

function print(what, value, unit) {
  console.log(JSON.stringify({ what, value, unit }));
}
