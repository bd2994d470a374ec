// The Worker: one upload of four modules, made of one library. Each has the code of what it exports (`*/src/lib.rs`).
// The storefront is there from the start; the others are loaded when they are first needed.
import * as storefront from "./storefront/index.js";

const loaded = new Set([storefront]);

/** A module that is loaded once. */
function late(load) {
  let module;
  return async () => {
    module ??= await load();
    loaded.add(module);
    return module;
  };
}

const members = late(() => import("./members/index.js"));
const office = late(() => import("./office/index.js"));
const books = late(() => import("./books/index.js"));

/** What one module tells all modules of the isolate: each remembers for itself. */
globalThis.loyaltyTell = (what, ...of) => {
  for (const module of loaded) module.default.prototype[what](...of);
};

const PROBLEM = {
  type: "urn:problem:loyalty:unavailable",
  title: "unavailable",
  status: 503,
  code: "unavailable",
  retryable: true,
  detail: "something this answer needs did not answer; try again",
};

/** A trap comes as it is, or as the cause of what the bindings throw. */
const isTrap = (error) => [error, error?.cause].some((one) => one instanceof WebAssembly.RuntimeError);

/** A module that traps answers nothing: whoever asked may ask again, and finds it made anew. */
function failed(error) {
  if (!isTrap(error)) throw error;
  const headers = { "Content-Type": "application/problem+json", "Cache-Control": "no-store", "Retry-After": "1" };
  return new Response(JSON.stringify(PROBLEM), { status: 503, headers });
}

/** Asks a module through its entry: an object a request, with proxies that see to it that a module which trapped is replaced. */
function ask(module, request, env, ctx) {
  try {
    return new module.default(ctx, env).fetch(request);
  } catch (error) {
    return failed(error);
  }
}

// The storefront is asked past its entry, which takes longer than most answers, unless it has trapped.
const state = globalThis.__worker_init_state;
const { fetch } = storefront.default.prototype;

function askStorefront(request, env, ctx) {
  if (state.criticalError) return ask(storefront, request, env, ctx);
  try {
    return fetch.call({ env, ctx }, request);
  } catch (error) {
    state.criticalError ||= isTrap(error);
    return failed(error);
  }
}

export default {
  /** The storefront answers nothing where the path is not one of its own. */
  fetch(request, env, ctx) {
    return askStorefront(request, env, ctx) ?? office().then((module) => ask(module, request, env, ctx));
  },
};

/** A class of objects whose code is in a module. */
const classIn = (load, name) =>
  class {
    #context;
    #object;

    constructor(...context) {
      this.#context = context;
    }

    async #made() {
      const module = await load();
      return (this.#object ??= new module[name](...this.#context));
    }

    async fetch(request) {
      return (await this.#made()).fetch(request);
    }

    async alarm() {
      return (await this.#made()).alarm();
    }
  };

export const Account = classIn(members, "Account");
export const Alias = classIn(members, "Alias");
export const Erasures = classIn(members, "Erasures");
export const Import = classIn(members, "Import");
export const Office = classIn(office, "Office");
export const Order = classIn(office, "Order");
export const Books = classIn(books, "Books");
