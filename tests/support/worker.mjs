// The built Worker in workerd, the runtime Cloudflare uses: started, killed and started again on the
// same storage. What it is made of is read from wrangler.toml.
import childProcess from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { keeps } from "./contract.mjs";

process.env.WRANGLER_SEND_METRICS = "false";
process.env.WRANGLER_LOG ??= "error";
process.env.WRANGLER_LOG_PATH ??= ".wrangler/logs";
const { unstable_getMiniflareWorkerOptions } = await import("wrangler");
const { Log, LogLevel, Miniflare } = await import("miniflare");

/** The checkout. */
export const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Starts the Worker.
 *
 * @param {object} [options]
 * @param {string} [options.persist] a folder for its storage; without it, a new one that `stop` removes
 * @param {number} [options.port] on 127.0.0.1; without it, a free one
 * @param {string} [options.clock] an instant that takes the place of the clock in every `call`
 * @param {Record<string, string>} [options.bindings] further variables, or other values of the usual ones
 * @param {Record<string, number>} [options.rates] other limits than those of wrangler.toml, by binding
 * @param {boolean} [options.assets] whether static files are served too
 * @param {(text: string, name: string) => string} [options.edit] changes the JavaScript of modules, to break something
 */
export async function startWorker({ persist, port = 0, clock, bindings, rates, assets = true, edit } = {}) {
  const folder = persist ?? (await mkdtemp(path.join(tmpdir(), "loyalty-worker-")));
  const variables = {
    MODE: "local",
    ADMIN_KEY: randomBytes(24).toString("hex"),
    MASTER_SECRET: randomBytes(32).toString("hex"),
    ...bindings,
  };
  const options = { ...workerOptions(variables), ...hostOptions(folder) };
  if (!assets) delete options.assets;
  if (edit) {
    for (const module of options.modules.filter(({ type }) => type === "ESModule")) {
      module.contents = edit(await readFile(module.path, "utf8"), path.relative(options.modulesRoot, module.path));
    }
  }
  for (const [name, limit] of Object.entries(rates ?? {})) options.ratelimits[name].simple.limit = limit;
  let running = await start({ ...options, port });
  const worker = {
    /** Stays the same over a restart. */
    url: running.url,
    adminKey: variables.ADMIN_KEY,
    masterSecret: variables.MASTER_SECRET,
    persist: folder,
    clock,
    /** Ends workerd as a power cut would: no signal handler, no flush. */
    async kill() {
      await killed(running.workerd);
    },
    /** Starts again on the same storage and port, after `kill` or instead of it. */
    async restart() {
      await running.miniflare.dispose();
      running = await start({ ...options, port: Number(new URL(worker.url).port) });
    },
    /** Asks an account's object, as another object would. `name`: `{shop}/{account}`; or one of another class. */
    async object(name, question, body, binding = "ACCOUNT") {
      const objects = await running.miniflare.getDurableObjectNamespace(binding);
      const url = `https://object/${question}/${name.replace("#", "%23")}`;
      const answer = await objects.get(objects.idFromName(name)).fetch(url, { method: "POST", body: JSON.stringify(body) });
      const text = await answer.text();
      return { status: answer.status, text, body: parsed(text), headers: answer.headers };
    },
    /** The KV namespace of the journal, past the Worker. */
    kv: () => running.miniflare.getKVNamespace("LEDGER"),
    /** Ends workerd and starts it again without the storage of any object, or of any of one class. */
    async loseObjects(of = "") {
      await running.miniflare.dispose();
      await rm(path.join(folder, "do", of && `loyalty-${of}`), { recursive: true });
      running = await start({ ...options, port: Number(new URL(worker.url).port) });
    },
    /**
     * Ends workerd as a power cut would, runs SQL on what one object has stored, and starts it again. `name` is as for `object`; for KV itself,
     * whose store is an object of the simulator, nothing is named.
     */
    async operate(sql, name, of = "Account") {
      await killed(running.workerd);
      await running.miniflare.dispose();
      await operate(folder, sql, name === undefined ? KV_STORE : { key: `loyalty-${of}`, name });
      running = await start({ ...options, port: Number(new URL(worker.url).port) });
    },
    /** Ends it in good order. */
    async stop() {
      await running.miniflare.dispose();
      if (persist === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
  return worker;
}

/** Where the simulator of KV keeps the journal's namespace. */
const KV_STORE = { key: "miniflare-KVNamespaceObject", name: "LEDGER", below: "kv" };

/** A Worker whose object runs SQL on another's storage. */
const SURGEON = `
  import { DurableObject } from "cloudflare:workers";
  export class Surgeon extends DurableObject {
    async fetch(request) {
      this.ctx.storage.sql.exec(await request.text());
      return new Response();
    }
  }
  export default {};`;

async function operate(folder, sql, { key, name, below = "do" }) {
  const { compatibilityDate } = workerOptions({});
  const durableObjects = { OBJECT: { className: "Surgeon", useSQLite: true, unsafeUniqueKey: key } };
  const durableObjectsPersist = path.join(folder, below);
  const surgeon = new Miniflare({ ...hostOptions(folder), durableObjectsPersist, durableObjects, compatibilityDate, modules: true, script: SURGEON });
  try {
    const objects = await surgeon.getDurableObjectNamespace("OBJECT");
    const done = await objects.get(objects.idFromName(name)).fetch("https://object", { method: "POST", body: sql });
    if (!done.ok) throw new Error(`\`${sql}\`: ${await done.text()}`);
  } finally {
    await surgeon.dispose();
  }
}

/** A Worker that says hello and nothing else: what the runtime itself takes. */
export function startBareWorker() {
  return startScript("export default { fetch() { return new Response('hello') } }");
}

/** The Worker of `plain_worker.mjs`, on storage like that of ours. */
export async function startPlainWorker() {
  const script = await readFile(new URL("plain_worker.mjs", import.meta.url), "utf8");
  const { compatibilityDate } = workerOptions({});
  const durableObjects = { ACCOUNT: { className: "Account", useSQLite: true } };
  return startScript(script, { compatibilityDate, durableObjects, kvNamespaces: ["LEDGER"] });
}

async function startScript(script, options) {
  const folder = await mkdtemp(path.join(tmpdir(), "loyalty-worker-"));
  const running = await start({ ...hostOptions(folder), ...options, port: 0, modules: true, script });
  return {
    url: running.url,
    async stop() {
      await running.miniflare.dispose();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function workerOptions(variables) {
  const { workerOptions: options, main } = unstable_getMiniflareWorkerOptions(path.join(root, "wrangler.toml"));
  const build = path.dirname(path.resolve(root, main));
  return {
    ...options,
    name: "loyalty",
    modulesRoot: build,
    modules: [{ type: "ESModule", path: path.join(build, "index.js") }, ...modules(build)],
    // Not `options.bindings`: those would bring in the secrets of this machine's `.dev.vars`.
    bindings: variables,
  };
}

/** The Worker's modules: a folder each. */
export const MODULES = ["storefront", "members", "office", "books"];

const modules = (build) =>
  MODULES.flatMap((name) => [
    { type: "ESModule", path: path.join(build, name, "index.js") },
    { type: "CompiledWasm", path: path.join(build, name, "index_bg.wasm") },
  ]);

function hostOptions(folder) {
  return {
    host: "127.0.0.1",
    defaultPersistRoot: folder,
    cf: false,
    telemetry: { enabled: false },
    log: new Log(LogLevel.WARN),
  };
}

// One start at a time, so that the workerd seen during it is its own.
let starting = Promise.resolve();

/** Starts workerd and keeps hold of its process, which Miniflare does not show. */
function start(options) {
  const mine = starting.then(async () => {
    const spawn = childProcess.spawn;
    let workerd;
    childProcess.spawn = (...args) => {
      const child = spawn(...args);
      if (path.basename(String(args[0])).startsWith("workerd")) workerd = child;
      return child;
    };
    try {
      const miniflare = new Miniflare(options);
      const address = await miniflare.ready;
      return { miniflare, workerd, url: address.origin };
    } finally {
      childProcess.spawn = spawn;
    }
  });
  starting = mine.catch(() => {});
  return mine;
}

async function killed(workerd) {
  if (workerd.exitCode !== null || workerd.signalCode !== null) return;
  const exit = once(workerd, "exit");
  workerd.kill("SIGKILL");
  await exit;
}

/**
 * Sends one request and reads the whole answer, which must be as `www/openapi.json` describes it.
 *
 * @returns {Promise<{status: number, headers: Headers, text: string, body: any}>} `body` is the parsed
 * JSON, or the text where it is none
 */
export async function request(worker, method, target, body, { token, key, now = worker.clock, headers } = {}) {
  const sent = new Headers(headers);
  if (token) sent.set("authorization", `Bearer ${token}`);
  if (key) sent.set("idempotency-key", key);
  if (now) sent.set("loyalty-now", now);
  if (body !== undefined) sent.set("content-type", "application/json");
  const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
  const ask = () => fetch(new URL(target, worker.url), { method, headers: sent, body: text, redirect: "manual" });
  // A connection may be closed as idle under a request that is on its way (RFC 9112, 9.5). One that may be sent again
  // without doing anything twice is.
  const again = key !== undefined || ["GET", "PUT", "DELETE"].includes(method);
  const closed = ({ cause }) => again && cause?.message === "other side closed";
  const answer = await ask().catch((error) => (closed(error) ? ask() : Promise.reject(error)));
  const received = await answer.text();
  const got = { status: answer.status, headers: answer.headers, text: received, body: parsed(received) };
  keeps(method, target, text && parsed(text), got);
  return got;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/**
 * Opens a shop over the public API, as a merchant would.
 *
 * @param {object} options
 * @param {string} [options.shop]
 * @param {string} [options.programmeFile] from the checkout
 * @param {object} [options.programme] the document itself, instead of the file
 * @param {string} [options.landing]
 * @param {string[]} [options.origins]
 */
export async function setupShop(worker, options = {}) {
  const { shop = "demo", programmeFile = "www/programmes/demo.json" } = options;
  const { landing = `${worker.url}/demo/friend.html`, origins = [worker.url] } = options;
  const apiKey = randomBytes(24).toString("hex");
  const keys = [createHash("sha256").update(apiKey).digest("hex")];
  const settings = { name: `Shop ${shop}`, landing, origins, keys };
  await must(request(worker, "PUT", `/v1/shops/${shop}`, settings, { token: worker.adminKey }));
  const programme = options.programme ?? (await readFile(path.join(root, programmeFile), "utf8"));
  await must(request(worker, "PUT", `/v1/shops/${shop}/programme`, programme, { token: apiKey }));
  return {
    shop,
    apiKey,
    /**
     * One request of this shop, with its API key unless `token` says otherwise (`null`: none).
     * A path without a leading slash starts at `/v1/shops/{shop}/`.
     */
    call(method, target, body, { token = apiKey, ...rest } = {}) {
      const absolute = target.startsWith("/") ? target : `/v1/shops/${shop}/${target}`;
      return request(worker, method, absolute, body, { token, ...rest });
    },
    /** A shopper's token. */
    async token(member, { now } = {}) {
      const created = await must(
        request(worker, "POST", `/v1/shops/${shop}/tokens`, { member }, { token: apiKey, now }),
      );
      return created.body.token;
    },
  };
}

async function must(answered) {
  const answer = await answered;
  if (answer.status >= 300) throw new Error(`answered ${answer.status}: ${answer.text}`);
  return answer;
}
