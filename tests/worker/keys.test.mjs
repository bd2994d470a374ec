// API keys and signing secrets: made, rotated, ended, taken away.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { request, startWorker } from "../support/worker.mjs";
import { openShop, pause, refused } from "./fixture.mjs";

let worker;
before(async () => {
  worker = await startWorker();
});
after(() => worker.stop());

const make = (shop, body, token) => shop.call("POST", "keys", body, token && { token });
const works = async (shop, token) => (await shop.call("GET", "members/anna", undefined, { token })).status === 200;

test("a key is shown once, works at once, and several live", async () => {
  const shop = await openShop(worker, { shop: "several" });
  const made = await make(shop, { label: "Warehouse" });
  assert.deepEqual([made.status, made.body.label, made.body.expires_at], [201, "Warehouse", null]);
  assert.match(made.body.key, /^loyalty_[A-Za-z0-9_-]{43}$/);
  assert.ok((await works(shop, made.body.key)) && (await works(shop, shop.apiKey)));
  const list = await shop.call("GET", "keys");
  assert.deepEqual(list.body.data.map(({ label }) => label), ["set by the administrator", "Warehouse"]);
  assert.ok(!list.text.includes(made.body.key) && !list.text.includes(shop.apiKey));
  const other = await openShop(worker, { shop: "stranger" });
  assert.ok(!(await works(other, made.body.key)));
});

test("keys made at the same time are all there", async () => {
  const shop = await openShop(worker, { shop: "together" });
  const made = await Promise.all(Array.from({ length: 12 }, (_, index) => make(shop, { label: `${index}` })));
  assert.equal((await shop.call("GET", "keys")).body.data.length, 13);
  for (const { body } of made) assert.ok(await works(shop, body.key));
});

test("a key takes the place of another without a gap; the last one stays", async () => {
  const shop = await openShop(worker, { shop: "rotated" });
  const { key } = (await make(shop, { label: "New" })).body;
  const [old] = (await shop.call("GET", "keys")).body.data;
  const remove = (id) => shop.call("DELETE", `keys/${id}`, undefined, { token: key });
  assert.equal((await remove(old.id)).status, 204);
  assert.ok((await works(shop, key)) && !(await works(shop, shop.apiKey)));
  const [last] = (await shop.call("GET", "keys", undefined, { token: key })).body.data;
  assert.deepEqual(refused(await remove(last.id)), [409, "last_key"]);
  assert.deepEqual(refused(await remove("0123456789abcdef")), [404, "not_found"]);
});

test("a key ends at its end", async () => {
  const shop = await openShop(worker, { shop: "ended" });
  const end = Date.now() + 1500;
  const { key } = (await make(shop, { label: "Short", expires_at: new Date(end).toISOString() })).body;
  assert.ok(await works(shop, key));
  await pause(end - Date.now() + 20);
  assert.ok(!(await works(shop, key)));
  for (const body of [{ label: "" }, { label: "x".repeat(101) }, { label: "x", expires_at: "2001-01-01T00:00:00Z" }, { label: "x", expires_at: "soon" }, {}]) {
    assert.deepEqual(refused(await make(shop, body)), [400, "malformed"]);
  }
});

test("a shop has at most 20 keys of its own", async () => {
  const shop = await openShop(worker, { shop: "many" });
  const made = await Promise.all(Array.from({ length: 21 }, () => make(shop, { label: "x" })));
  assert.deepEqual(made.map(({ status }) => status).sort(), [...Array(20).fill(201), 409]);
  assert.deepEqual(refused(await make(shop, { label: "x" })), [409, "key_limit"]);
});

test("the administrator's settings leave the shop's own keys alone", async () => {
  const shop = await openShop(worker, { shop: "settled" });
  const { key } = (await make(shop, { label: "Own" })).body;
  const settings = { name: "Settled", landing: "https://shop.example/" };
  assert.equal((await request(worker, "PUT", "/v1/shops/settled", settings, { token: worker.adminKey })).status, 200);
  assert.ok((await works(shop, key)) && !(await works(shop, shop.apiKey)));
});

test("a secret that signs tokens takes the place of another without a gap", async (t) => {
  const [first, second, third] = ["a", "b", "c"].map((letter) => letter.repeat(32));
  const started = async (bindings, persist) => startWorker({ bindings: { MASTER_SECRET: "m".repeat(32), ADMIN_KEY: "k".repeat(32), ...bindings }, persist });
  const one = await startWorker({ bindings: { MASTER_SECRET: "m".repeat(32), TOKEN_SECRET: first } });
  t.after(() => one.stop());
  const two = await started({ TOKEN_SECRET: second, TOKEN_SECRET_PREVIOUS: first });
  t.after(() => two.stop());
  const three = await started({ TOKEN_SECRET: third, TOKEN_SECRET_PREVIOUS: second });
  t.after(() => three.stop());
  const shops = [];
  for (const which of [one, two, three]) shops.push(await openShop(which));
  const [old, recent] = [await shops[0].token("anna"), await shops[1].token("anna")];
  const opens = async (shop, token) => (await shop.call("GET", "me", undefined, { token })).status;
  assert.deepEqual([await opens(shops[1], old), await opens(shops[1], recent), await opens(shops[2], recent), await opens(shops[2], old)], [200, 200, 200, 401]);
});
