// Sends to every route of www/openapi.json what fits its description and what does not, and looks for answers that are
// not described, or are the server's fault: `cargo xtask fuzz api`. The first argument is schemathesis; the others are
// its own.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";
import { description } from "../support/contract.mjs";
import { root, startWorker } from "../support/worker.mjs";
import { cart, openShop, order, programme as figures } from "../worker/fixture.mjs";

const CHECKS = [
  "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
  "response_schema_conformance", "unsupported_method",
];
/** What became of all requests, by operation and status. */
const TALLY = path.join(root, "target/api-statuses.json");

/** With something that all members share. */
const mug = { id: "mug", name: "Mug", kind: "gift", points: 10, value: "5.00", instructions: "Hand it over", stock: 1000 };
const programme = { ...figures, rewards: [...figures.rewards, mug] };

/** A shop that has one of everything; its names, by what paths and samples call them. */
async function furnished(worker, receiver) {
  const shop = await openShop(worker, { programme });
  const make = async (target, body, rest) => (await shop.call("POST", target, body, rest)).body;
  const three = (make) => Promise.all([1, 2, 3].map(make));
  const secret = `whsec_${Buffer.from("a secret of the platforms").toString("base64")}`;
  for (const member of ["anna", "bela", "cili"]) await shop.call("POST", "members", { member });
  await shop.pay("anna", order("1", "9000.00"), "order");
  const token = await shop.token("anna");
  const { code } = await make("me/referral", undefined, { token: await shop.token("cili") });
  const { hold } = (await shop.hold(token, 10, "hold")).body;
  await make("holds", { reward: "mug" }, { token, key: "mug" });
  await make("holds/mug/capture", { member: "anna" }, { key: "mug-taken" });
  for (const platform of ["shopify", "woocommerce", "stripe", "standard"]) {
    await shop.call("PUT", `hooks/${platform}`, { secrets: [{ secret }] });
  }
  const { version } = (await shop.call("GET", "programme", undefined, { token: null })).body;
  const ids = (all) => all.map(({ id }) => id);
  const keys = ids(await three((n) => make("keys", { label: `till ${n}` })));
  const endpoints = ids(await three(() => make("endpoints", { url: receiver })));
  const publications = ids(await three((n) => make("programme/publish", { version, from: `209${n}-01-01T00:00:00Z` })));
  const month = (ago) => new Date(Date.UTC(new Date().getUTCFullYear(), new Date().getUTCMonth() - ago, 1)).toISOString().slice(0, 7);
  const known = {
    member: ["anna", "bela", "cili"], order: ["1"], hold: [hold.id], version: [version], code: [code], secret: [secret],
    platform: ["shopify", "woocommerce", "stripe", "standard"], period: [month(2), month(1)], receiver: [receiver],
    programme: [programme], cart: [cart("100.00")], endpoint: endpoints, key: keys, import: [], publication: publications, delivery: [], letter: [],
  };
  return { shop, known };
}

/** Tells which operations were never met with success, and how they were answered. */
async function tell() {
  const tally = JSON.parse(await readFile(TALLY, "utf8"));
  const operations = Object.entries(description.paths).flatMap(([one, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${one}`),
  );
  const failed = operations.filter((one) => !Object.keys(tally[one] ?? {}).some((status) => status < 400));
  console.log(`${operations.length - failed.length} of ${operations.length} operations met a success`);
  for (const one of failed) console.log(`  never: ${one} ${JSON.stringify(tally[one] ?? {})}`);
}

const [schemathesis, ...options] = process.argv.slice(2);
const receiver = createServer((_, answer) => answer.end()).listen(0, "127.0.0.1");
await once(receiver, "listening");
const worker = await startWorker({ rates: { KEY_RATE: 1e9, MEMBER_RATE: 1e9, CODE_RATE: 1e9 } });
try {
  const { shop, known } = await furnished(worker, `http://127.0.0.1:${receiver.address().port}/`);
  const environment = {
    ...process.env,
    SCHEMATHESIS_HOOKS: path.join(root, "tests/api/hooks.py"),
    LOYALTY_URL: worker.url,
    LOYALTY_ADMIN: worker.adminKey,
    LOYALTY_MERCHANT: shop.apiKey,
    LOYALTY_KNOWN: JSON.stringify(known),
    LOYALTY_TALLY: TALLY,
  };
  const run = ["run", path.join(root, "www/openapi.json"), "--url", worker.url, "--checks", CHECKS.join(","), "--suppress-health-check", "all", "--max-redirects", "0", ...options];
  const child = spawn(schemathesis, run, { env: environment, stdio: "inherit", cwd: path.join(root, "target") });
  [process.exitCode] = await once(child, "exit");
  await tell();
} finally {
  await worker.stop();
  receiver.closeAllConnections();
  receiver.close();
}
