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

const ask = (module, request, env, ctx) => new module.default(ctx, env).fetch(request);

export default {
  /** The storefront answers nothing where the path is not one of its own. */
  fetch(request, env, ctx) {
    return ask(storefront, request, env, ctx) ?? office().then((module) => ask(module, request, env, ctx));
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
