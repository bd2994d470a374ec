// The Worker is four modules in one isolate: what one changes the others know, and one that breaks takes no other along.
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { startWorker } from "../support/worker.mjs";
import { openShop, order, programme, refused } from "./fixture.mjs";

async function opened(t, options) {
  const worker = await startWorker(options);
  t.after(() => worker.stop());
  return openShop(worker);
}

test("what one module changes no other remembers: settings, keys, programmes", async (t) => {
  const shop = await opened(t);
  await shop.pay("anna", order("1", "10.00"), "order-1");
  assert.equal((await shop.view("anna")).standing.available, 10);
  // The office publishes; the storefront tells of it, and the member's object books by it.
  const twice = { ...programme, earning: [{ id: "base", points: 2, per: "1.00" }] };
  await shop.call("PUT", "programme/draft", twice);
  const { version } = (await shop.call("POST", "programme/publish", {})).body;
  assert.equal((await shop.call("GET", "programme")).body.version, version);
  await shop.pay("anna", order("2", "10.00"), "order-2");
  assert.equal((await shop.view("anna")).standing.available, 30);
  // The storefront publishes; the office compares with it.
  await shop.call("PUT", "programme", programme);
  assert.deepEqual((await shop.call("GET", `programme/diff?from=${version}&to=current`)).body.changes.length, 1);
  const made = (await shop.call("POST", "keys", { label: "Till" })).body;
  const asked = () => shop.call("GET", "members/anna", undefined, { token: made.key });
  assert.equal((await asked()).status, 200);
  await shop.call("DELETE", `keys/${made.id}`);
  assert.deepEqual(refused(await asked()), [401, "unauthorised"]);
});

/** Has what a module asks of JavaScript fail as a trap inside of it would: once in each module, where a request says so. */
function trapped(text, file) {
  const trap = (when) => `if (${when}) { globalThis.trapped = true; throw new WebAssembly.RuntimeError("unreachable"); }`;
  const into = (name, when) => {
    const start = new RegExp(`__wbg_${name}_\\w+:function\\(\\w+,(\\w+)\\)\\{`);
    assert.match(text, start, file);
    return text.replace(start, (head, request) => head + trap(when(request)));
  };
  switch (path.dirname(file)) {
    case "storefront":
    case "office":
      return into("head", (request) => `${request}.headers.get("trap")`);
    case "members":
      return into("url", (request) => `!globalThis.trapped && ${request}.url.includes("/step/")`);
    default:
      return text;
  }
}

test("a module that traps is made anew: who waits is told within seconds, who comes next is answered", async (t) => {
  const shop = await opened(t, { edit: trapped });
  const unavailable = (answer) => assert.deepEqual([...refused(answer), answer.headers.get("retry-after")], [503, "unavailable", "1"]);
  const paid = () => shop.pay("anna", order("1", "10.00"), "order-1");
  unavailable(await paid());
  assert.deepEqual([(await paid()).status, (await shop.view("anna")).standing.available], [201, 10]);
  const headers = { trap: "now" };
  for (const target of ["members/anna", "keys"]) unavailable(await shop.call("GET", target, undefined, { headers }));
  assert.equal((await shop.view("anna")).standing.available, 10);
  assert.equal((await shop.call("GET", "keys")).status, 200);
  assert.equal((await shop.pay("anna", order("2", "10.00"), "order-2")).status, 201);
});
