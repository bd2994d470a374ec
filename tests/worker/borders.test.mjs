// The border between shops: every route that the published description tells, asked with the credentials of another
// shop, or with another member's, answers 401, 403 or 404 and shows and changes nothing.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";
import { description } from "../support/contract.mjs";
import { request, startWorker } from "../support/worker.mjs";
import { eventually, flushed, openShop, order } from "./fixture.mjs";

/** A word that is nowhere but in the first shop. */
const SECRET = "Quetzalcoatl";

let worker, mine, theirs, ids;
before(async () => {
  worker = await startWorker();
  mine = await openShop(worker, { shop: "mine" });
  theirs = await openShop(worker, { shop: "theirs" });
  // Nobody listens there, so what is to be delivered waits.
  const endpoint = (await mine.call("POST", "endpoints", { url: "http://127.0.0.1:9/" })).body;
  await mine.pay(SECRET, order(SECRET, "100.00"), "order");
  const token = await mine.token(SECRET);
  const { hold } = (await mine.hold(token, 10, "hold")).body;
  const { code } = (await mine.call("POST", "me/referral", undefined, { token })).body;
  await mine.call("PUT", "programme/draft", { name: SECRET });
  const { data } = (await mine.call("GET", "keys")).body;
  const versions = (await mine.call("GET", "programme/versions")).body.data;
  const [delivery] = await eventually(listed("deliveries"), ({ length }) => length > 0);
  const letter = await deadLetter();
  const imported = (await mine.call("POST", "imports", `member,points,wallet,reason,expires,note\n${SECRET},1,,,,`)).body.import;
  await eventually(() => mine.call("GET", `imports/${imported}`), ({ body }) => body.state === "booked");
  ids = {
    shop: "mine", member: SECRET, order: SECRET, hold: hold.id, code, key: data[0].id,
    version: versions[0].version, publication: versions[0].id,
    endpoint: endpoint.id, delivery: delivery.id, letter: letter.id, import: imported, platform: "shopify",
  };
  for (const [name, id] of Object.entries(ids)) assert.equal(typeof id, "string", name);
});
after(() => worker.stop());

const listed = (what) => async () => (await mine.call("GET", what)).body.data;

/** What a platform sent, signed, and cannot be used. */
async function deadLetter() {
  const secret = "s".repeat(32);
  await mine.call("PUT", "hooks/shopify", { secrets: [{ secret }] });
  const headers = { "x-shopify-topic": "orders/paid", "x-shopify-hmac-sha256": createHmac("sha256", secret).update("{}").digest("base64") };
  await request(worker, "POST", "/hooks/mine/shopify", "{}", { headers });
  const [letter] = await listed("dead-letters")();
  return letter;
}

/** Every route of a shop that wants a credential. */
const guarded = Object.entries(description.paths).flatMap(([path, methods]) =>
  Object.entries(methods)
    .filter(([, { security }]) => path.includes("{shop}") && security.length > 0 && security.every((one) => Object.keys(one).length > 0))
    .map(([method, told]) => ({ method: method.toUpperCase(), path, told })),
);

const address = (path) => path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(ids[name] ?? "1"));
const state = async () => ({
  audit: await flushed(mine, SECRET),
  keys: (await mine.call("GET", "keys")).text,
  versions: (await mine.call("GET", "programme/versions")).text,
  draft: (await mine.call("GET", "programme/draft")).text,
  endpoints: (await mine.call("GET", "endpoints")).text,
  deliveries: (await listed("deliveries")()).map(({ id }) => id),
  letters: (await mine.call("GET", "dead-letters")).text,
  imported: (await mine.call("GET", `imports/${ids.import}`)).text,
});

test("every route is closed to credentials of another shop", async () => {
  assert.ok(guarded.length >= 20, `${guarded.length} routes`);
  const strangers = [null, "x", theirs.apiKey, await theirs.token(SECRET), await theirs.token("anna")];
  const before = await state();
  for (const { method, path, told } of guarded) {
    for (const token of strangers) {
      const body = told.requestBody ? { member: SECRET, order: order("9", "1.00"), refund: "9", reward: "pay", label: "x", command: { kind: "adjust" } } : undefined;
      const answer = await request(worker, method, address(path), body, { token, key: "border" });
      const about = `${method} ${path}: ${answer.status} ${answer.text}`;
      assert.ok([401, 403, 404].includes(answer.status), about);
      assert.ok(!answer.text.includes(SECRET), about);
    }
  }
  assert.deepEqual(await state(), before);
});

test("a shop's own back office and its shoppers are kept apart", async () => {
  const token = await mine.token("other");
  for (const { method, path, told } of guarded) {
    const kinds = told.security.flatMap((one) => Object.keys(one));
    const strangers = [!kinds.includes("shopper") && token, !kinds.includes("merchant") && mine.apiKey].filter(Boolean);
    for (const stranger of strangers) {
      const answer = await request(worker, method, address(path), undefined, { token: stranger, key: "border" });
      assert.equal(answer.status, 401, `${method} ${path}: ${answer.text}`);
    }
  }
});

/** Names that a shop makes itself: another shop has none of them. */
const MADE = /\{(endpoint|delivery|letter|import)\}/;

test("what one shop knows by name is unknown in another", async () => {
  const before = await state();
  const routes = guarded.filter(({ path, told }) => told.security.some((one) => "merchant" in one) && /\{(?!shop)/.test(path));
  for (const { method, path, told } of routes) {
    const foreign = address(path.replace("{shop}", "theirs"));
    const body = told.requestBody ? { member: SECRET, refund: "9", command: { kind: "release", hold: ids.hold } } : undefined;
    const { status, text } = await request(worker, method, foreign, body, { token: theirs.apiKey, key: `foreign-${path}` });
    if (MADE.test(path)) assert.equal(status, 404, `${method} ${foreign}: ${text}`);
    // A member of that name is another member there, and has nothing.
    assert.ok(!/"(available|held|earned)":[1-9]/.test(text), `${method} ${foreign}: ${text}`);
  }
  assert.deepEqual(await state(), before);
});
