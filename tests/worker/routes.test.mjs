// Addresses, methods, bodies: what is refused before anything is decided.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { description } from "../support/contract.mjs";
import { request, startWorker } from "../support/worker.mjs";
import { chunked, openShop, order } from "./fixture.mjs";

let worker, shop;
before(async () => {
  worker = await startWorker();
  shop = await openShop(worker);
});
after(() => worker.stop());

/** A refusal is an RFC 9457 problem with its code, and no cache may keep it. */
function refused(answer, status, code) {
  assert.deepEqual([answer.status, answer.body.code], [status, code], answer.text);
  assert.equal(answer.headers.get("content-type"), "application/problem+json");
  assert.equal(answer.headers.get("cache-control"), "no-store");
  assert.equal(answer.body.status, status);
  assert.equal(answer.body.type, `urn:problem:loyalty:${code}`);
  assert.equal(typeof answer.body.retryable, "boolean");
}

test("health says which mode runs", async () => {
  const { status, body } = await request(worker, "GET", "/health");
  assert.deepEqual([status, body], [200, { status: "ok", mode: "local" }]);
});

test("the description of the API is served", async () => {
  const answer = await request(worker, "GET", "/openapi.json");
  assert.deepEqual([answer.status, answer.body.openapi], [200, "3.1.0"]);
  assert.deepEqual(answer.body, description);
});

test("an unknown address is 404", async () => {
  for (const path of ["/v1", "/v1/shops", "/health/", "/v1/shops/demo/me/", "/v1/shops//me", "/r/", "/local/other"]) {
    refused(await request(worker, "GET", path), 404, "not_found");
  }
  refused(await request(worker, "GET", "/v1/shops/nobody/programme"), 404, "not_found");
});

test("a wrong method is 405 and Allow names the right ones", async () => {
  const check = async (method, path, allow) => {
    const answer = await request(worker, method, path);
    refused(answer, 405, "method_not_allowed");
    assert.equal(answer.headers.get("allow"), allow);
  };
  await check("DELETE", "/v1/shops/demo/programme", "PUT, GET, HEAD, OPTIONS");
  await check("GET", "/v1/shops/demo/orders", "POST, OPTIONS");
  await check("POST", "/health", "GET, HEAD, OPTIONS");
  // A method that the runtime's own types take for GET.
  await check("PURGE", "/health", "GET, HEAD, OPTIONS");
});

test("HEAD is answered wherever GET is, without a body", async () => {
  const answer = await request(worker, "HEAD", "/v1/shops/demo/programme");
  assert.deepEqual([answer.status, answer.text], [200, ""]);
  assert.match(answer.headers.get("etag"), /^"[0-9a-f]{16}-[0-9a-f]{16}"$/);
});

test("a segment that its name does not take is 400", async () => {
  for (const path of ["members/a%20b", "members/%ff", "members/%2", `members/${"x".repeat(129)}`]) {
    refused(await shop.call("GET", path), 400, "malformed");
  }
  refused(await request(worker, "GET", "/v1/shops/Demo/programme"), 400, "malformed");
  assert.equal((await shop.call("GET", "members/%D0%90%D0%BD%D0%BD%D0%B0%2F1")).status, 200);
});

test("a query that is no number is 400", async () => {
  for (const query of ["min_seq=-1", "min_seq=", "min_seq=1e3", "min_seq=9007199254740992", "min_seq=%2B1"]) {
    refused(await shop.call("GET", `members/anna?${query}`), 400, "malformed");
  }
  for (const query of ["limit=0", "limit=501", "cursor=x", "cursor=", `cursor=${Buffer.from("members\x001").toString("base64url")}`]) {
    refused(await shop.call("GET", `members/anna/entries?${query}`), 400, "malformed");
  }
  const beyond = "9007199254740992";
  const [token, cursor] = [await shop.token("anna"), (list) => Buffer.from(`${list}\x00${beyond}`).toString("base64url")];
  const lists = { "members/anna/entries": "entries", "me/activity": "activity", "me/consents": "consent_set", "members/anna/adjustments": "adjusted" };
  for (const [path, list] of Object.entries(lists)) {
    const answer = await shop.call("GET", `${path}?cursor=${cursor(list)}`, undefined, path.startsWith("me/") ? { token } : {});
    refused(answer, 400, "malformed");
  }
  for (const from of ["object", "kv"]) {
    refused(await shop.call("POST", "members/anna/restore", `{"from":"${from}","dry_run":true,"after":${beyond}}`), 400, "malformed");
  }
});

test("total: a body that is not what the route takes is refused with a code", async () => {
  const post = (body) => shop.call("POST", "orders", body, { key: "total" });
  for (const body of [
    "", "null", "[]", "{", '{"member":"a"}', '{"member":"a","member":"b","order":{}}', '{"member":"a","order":{},"more":1}',
    '{"member":1,"order":{}}', '{"member":"a","order":{}} x', `{"member":"a","order":${"[".repeat(10_000)}${"]".repeat(10_000)}}`,
  ]) {
    refused(await post(body), 400, "malformed");
  }
  refused(await post({ member: "a b", order: order("1", "1.00") }), 400, "malformed");
  for (const [change, code, path] of [
    [{ lines: [{ id: "1", amount: "-1" }] }, "amount_negative", "/order/lines/0/amount"],
    [{ lines: [{ id: "1", amount: "1.005" }] }, "amount_too_fine", "/order/lines/0/amount"],
    [{ lines: [{ id: "1", amount: 1 }] }, "wrong_type", "/order/lines/0/amount"],
    [{ currency: "XXX" }, "currency_unknown", "/order/currency"],
    [{ advocate: "0af1" }, "unknown_field", "/order/advocate"],
    [{ more: true }, "unknown_field", "/order/more"],
  ]) {
    const answer = await post({ member: "a", order: { ...order("1", "1.00"), ...change } });
    refused(answer, 422, code);
    assert.equal(answer.body.faults[0].path, path);
  }
  assert.equal((await shop.view("a")).standing.seq, 0, "a refused body changes nothing");
});

test("the body limit is 262144 bytes, whatever Content-Length says", async () => {
  const body = (length) => JSON.stringify({ member: "a", order: { id: "" } }).replace('""', `"${"x".repeat(length)}"`);
  const empty = body(0).length;
  const post = (length) => shop.call("POST", "orders", body(length - empty), { key: "limit" });
  refused(await post(262_145), 413, "body_too_large");
  assert.equal((await post(262_144)).status, 422);
  const headers = { Authorization: `Bearer ${shop.apiKey}`, "Idempotency-Key": "chunked" };
  assert.equal(await chunked(worker, "/v1/shops/demo/orders", 300_000, headers), 413);
});

test("bytes that are not UTF-8 are 400", async () => {
  const body = Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]);
  const headers = { authorization: `Bearer ${shop.apiKey}`, "idempotency-key": "utf8" };
  const answer = await fetch(`${worker.url}/v1/shops/demo/orders`, { method: "POST", headers, body });
  assert.deepEqual([answer.status, (await answer.json()).code], [400, "malformed"]);
});

test("an Idempotency-Key is needed, 1 to 255 of A-Z a-z 0-9 . _ : -", async () => {
  const post = (key) => shop.pay("keys", order("1", "1.00"), key);
  refused(await post(undefined), 400, "idempotency_key_missing");
  for (const key of ["x".repeat(256), "a b", "a/b", "ü"]) refused(await post(key), 400, "idempotency_key_invalid");
  assert.equal((await post("Az09._:-".padEnd(255, "x"))).status, 201);
});

test("a programme is published once and read by anyone", async () => {
  const anyone = { token: null };
  const first = await shop.call("GET", "programme", undefined, anyone);
  assert.equal(first.body.programme.name, "Round figures");
  const changed = { ...first.body.programme, name: "Rounder figures" };
  const put = (document) => shop.call("PUT", "programme", document);
  assert.deepEqual([(await put(first.body.programme)).status, (await put(changed)).status], [200, 201]);
  const second = await shop.call("GET", "programme", undefined, anyone);
  assert.notEqual(second.body.version, first.body.version);
  const etag = second.headers.get("etag");
  assert.ok(etag.startsWith(`"${second.body.version}-`) && second.body.rules.startsWith(`${BigInt(`0x${etag.slice(18, -1)}`)}\n`), "of this build");
  const known = await shop.call("GET", "programme", undefined, { ...anyone, headers: { "if-none-match": etag } });
  assert.deepEqual([known.status, known.text], [304, ""]);
  const old = await shop.call("GET", `programme?version=${first.body.version}`, undefined, anyone);
  assert.deepEqual(old.body, { version: first.body.version, programme: first.body.programme });
  const profile = { ...changed, profile: "odoo" };
  assert.equal((await put(profile)).status, 201);
  const named = await shop.call("GET", "programme", undefined, anyone);
  assert.deepEqual([named.body.programme.profile, named.body.effective.profile, named.body.effective.points.scale], ["odoo", undefined, 2]);
  assert.equal((await put(first.body.programme)).status, 201, "an older version can be made current again");
  refused(await put({ ...changed, currency: "USD" }), 422, "currency_mismatch");
  refused(await shop.call("GET", "programme?version=0123456789abcdef", undefined, anyone), 404, "programme_missing");
  refused(await put({ ...changed, time_zone: "Europe/Nowhere" }), 422, "unknown_choice");
});

test("a shop without a programme books nothing", async () => {
  const token = "e".repeat(40);
  const keys = [createHash("sha256").update(token).digest("hex")];
  await request(worker, "PUT", "/v1/shops/empty", { name: "Empty", landing: worker.url, keys }, { token: worker.adminKey });
  refused(await request(worker, "GET", "/v1/shops/empty/programme"), 404, "programme_missing");
  const ask = (method, path, body) => request(worker, method, `/v1/shops/empty/${path}`, body, { token, key: "order-1" });
  refused(await ask("POST", "orders", { member: "anna", order: order("1", "1.00") }), 404, "programme_missing");
  const { data } = (await ask("GET", "members/anna/entries")).body;
  const { keys: journal } = await (await worker.kv()).list({ prefix: "e/empty/" });
  assert.deepEqual([data, journal], [[], []]);
});

test("a shop's settings are checked", async () => {
  const put = (change) =>
    request(worker, "PUT", "/v1/shops/checked", { name: "Shop", landing: "https://shop.example/", ...change }, { token: worker.adminKey });
  assert.equal((await put({})).status, 200);
  for (const change of [{ name: "" }, { landing: "javascript:alert(1)" }, { landing: "//evil.example" }, { origins: ["*"] }, { keys: ["plain"] }]) {
    refused(await put(change), 422, "shop_invalid");
  }
});
