// What the Worker remembers of KV: for seconds, and never of its own changes.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startWorker } from "../support/worker.mjs";
import { eventually, flushed, openShop, order, programme } from "./fixture.mjs";

/** In milliseconds: five seconds, and what a slow machine takes for one more request. */
const SOON = 6_500;

let worker;
let kv;
before(async () => {
  worker = await startWorker();
  kv = await worker.kv();
});
after(() => worker.stop());

test("what changed elsewhere is known within five seconds: a key that is gone, a programme that is in effect", async () => {
  const shop = await openShop(worker, { shop: "elsewhere" });
  const current = async () => (await shop.call("GET", "programme")).body.version;
  const before = await current();
  const published = (await shop.call("PUT", "programme", { ...programme, name: "Elsewhere" })).body.version;
  assert.equal(await current(), published, "one's own change is known at once");
  // Another place's office wrote these: the first programme again, and no key but another.
  const list = JSON.parse(await kv.get("p/elsewhere"));
  await kv.put("p/elsewhere", JSON.stringify(list.map((one) => ({ ...one, version: before }))));
  assert.equal(await eventually(current, (version) => version === before, SOON), before);
  const settings = JSON.parse(await kv.get("cfg/elsewhere"));
  await kv.put("cfg/elsewhere", JSON.stringify({ ...settings, keys: ["0".repeat(64)] }));
  const refused = await eventually(() => shop.call("GET", "keys"), ({ status }) => status === 401, SOON);
  assert.equal(refused.status, 401);
});

test("fault 33: a copy that is read again is five seconds old at most, and never older than asked for", async () => {
  const shop = await openShop(worker, { shop: "copies" });
  const read = async (least) => (await shop.call("GET", `members/reader?min_seq=${least}`)).body;
  await shop.pay("reader", order("1", "10.00"), "order-1");
  await flushed(shop, "reader");
  assert.deepEqual([(await read(1)).source, (await read(1)).standing.seq], ["kv", 1]);
  await shop.pay("reader", order("2", "10.00"), "order-2");
  assert.equal((await read(2)).standing.seq, 2);
  assert.equal((await shop.view("reader")).standing.seq, 2);
  await flushed(shop, "reader");
  assert.equal((await eventually(() => read(1), ({ standing }) => standing.seq === 2, SOON)).standing.seq, 2);
});
