// Who may do what: keys, tokens, origins, local mode.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";
import { request, startWorker } from "../support/worker.mjs";
import { cart, openShop, order, refused } from "./fixture.mjs";

const SHOP = "https://shop.example";

let worker, shop, other;
before(async () => {
  worker = await startWorker();
  shop = await openShop(worker, { origins: [SHOP, "https://www.shop.example:8443"] });
  other = await openShop(worker, { shop: "other" });
});
after(() => worker.stop());

const me = (token, options) => shop.call("GET", "me", undefined, { token, ...options });

test("no credential, a wrong one or one of another kind is 401", async () => {
  const member = await shop.token("anna");
  for (const token of [null, "wrong", other.apiKey, member, worker.adminKey]) {
    assert.deepEqual(refused(await shop.pay("anna", order("1", "1.00"), "key", { token })), [401, "unauthorised"]);
    assert.deepEqual(refused(await shop.call("GET", "members/anna", undefined, { token })), [401, "unauthorised"]);
  }
  for (const token of [null, "wrong", shop.apiKey, worker.adminKey]) {
    const answer = await me(token);
    assert.deepEqual(refused(answer), [401, "unauthorised"]);
    assert.equal(answer.headers.get("www-authenticate"), "Bearer");
  }
  for (const token of [null, "wrong", shop.apiKey, member, "", " "]) {
    assert.deepEqual(refused(await shop.call("PUT", "/v1/shops/demo", {}, { token })), [401, "unauthorised"]);
  }
  for (const authorization of ["Basic YTpi", "Bearer", "bearer", shop.apiKey]) {
    const answer = await request(worker, "GET", "/v1/shops/demo/members/anna", undefined, { headers: { authorization } });
    assert.deepEqual(refused(answer), [401, "unauthorised"], authorization);
  }
  assert.equal((await shop.view("anna")).standing.seq, 0);
});

test("a token of another shop is 403", async () => {
  assert.deepEqual(refused(await me(await other.token("anna"))), [403, "forbidden"]);
});

test("a token opens its own member's account and no other", async () => {
  await shop.pay("bela", order("1", "10.00"), "key");
  const view = await me(await shop.token("bela"));
  assert.deepEqual([view.status, view.body.member, view.body.standing.available], [200, "bela", 10]);
  assert.equal((await me(await shop.token("cili"))).body.standing.available, 0);
});

test("a token is HS256 with the shop's key, for at most 15 minutes", async () => {
  const now = Math.floor(Date.now() / 1000);
  const good = { aud: "demo", sub: "anna", iat: now, exp: now + 900 };
  assert.equal((await me(signed({ alg: "HS256", kid: "1" }, good))).status, 200);
  for (const [header, claims] of [
    [{ alg: "none", kid: "1" }, good],
    [{ alg: "HS384", kid: "1" }, good],
    [{ alg: "HS256" }, good],
    [{ alg: "HS256", kid: "2" }, good],
    [{ alg: "HS256", kid: "1", crit: ["exp"] }, good],
    [{ alg: "HS256", kid: "1" }, { ...good, exp: now + 901 }],
    [{ alg: "HS256", kid: "1" }, { ...good, iat: now - 1000, exp: now - 100 }],
    [{ alg: "HS256", kid: "1" }, { ...good, iat: now + 120, exp: now + 200 }],
    [{ alg: "HS256", kid: "1" }, { ...good, sub: "" }],
    [{ alg: "HS256", kid: "1" }, { ...good, aud: ["demo"] }],
    [{ alg: "HS256", kid: "1" }, { aud: "demo", sub: "anna", iat: now }],
  ]) {
    const answer = await me(signed(header, claims));
    assert.deepEqual(refused(answer), [401, "unauthorised"], JSON.stringify([header, claims]));
  }
  const token = await shop.token("anna");
  const [header, claims, tag] = token.split(".");
  const longer = Buffer.from(JSON.stringify({ ...good, sub: "bela" })).toString("base64url");
  for (const bad of [`${header}.${longer}.${tag}`, `${header}.${claims}.`, `${header}.${claims}`, `${token}.`, `${token}=`, `${header}.${claims}.${"A".repeat(43)}`]) {
    assert.deepEqual(refused(await me(bad)), [401, "unauthorised"], bad);
  }
});

test("a wrong token is refused even where none is needed", async () => {
  const ask = (token) => shop.call("POST", "preview", { cart: cart("10.00") }, { token });
  assert.equal((await ask(null)).status, 200);
  assert.deepEqual(refused(await ask("wrong")), [401, "unauthorised"]);
});

test("a merchant releases a member's hold, a shopper only their own", async () => {
  await shop.pay("holder", order("1", "100.00"), "order");
  const { hold } = (await shop.hold(await shop.token("holder"), 10, "hold")).body;
  const release = (token, body, key) => shop.call("POST", `holds/${hold.id}/release`, body, { token, key });
  assert.deepEqual(refused(await release(await shop.token("thief"), {}, "a")), [404, "hold_unknown"]);
  assert.deepEqual(refused(await release(await shop.token("thief"), { member: "holder" }, "b")), [404, "hold_unknown"]);
  assert.deepEqual(refused(await release(null, { member: "holder" }, "c")), [401, "unauthorised"]);
  assert.equal((await release(shop.apiKey, { member: "holder" }, "d")).status, 201);
});

test("exactly the asking origin is named, if the shop lists it", async () => {
  const ask = async (origin) => {
    const answer = await shop.call("GET", "programme", undefined, { token: null, headers: { origin } });
    assert.match(answer.headers.get("vary"), /\bOrigin\b/);
    assert.equal(answer.headers.get("access-control-allow-credentials"), null);
    return answer.headers.get("access-control-allow-origin");
  };
  for (const listed of [SHOP, "https://www.shop.example:8443", worker.url]) assert.equal(await ask(listed), listed);
  for (const origin of ["null", "https://shop.example.evil", "http://shop.example", "https://www.shop.example", "https://SHOP.example", `${SHOP}/`, `${SHOP}, https://evil.example`]) {
    assert.equal(await ask(origin), null, origin);
  }
});

test("a page may read why it was refused", async () => {
  const answer = await me("wrong", { headers: { origin: SHOP } });
  assert.deepEqual([answer.status, answer.headers.get("access-control-allow-origin")], [401, SHOP]);
  assert.match(answer.headers.get("access-control-expose-headers"), /Idempotency-Replayed/);
});

test("a preflight is 204 for what the route takes, else 403", async () => {
  const ask = (path, origin, method) =>
    request(worker, "OPTIONS", path, undefined, { headers: { origin, "access-control-request-method": method } });
  const yes = await ask("/v1/shops/demo/holds", SHOP, "POST");
  assert.deepEqual([yes.status, yes.text, yes.headers.get("access-control-allow-origin")], [204, "", SHOP]);
  assert.equal(yes.headers.get("access-control-allow-methods"), "POST, OPTIONS");
  assert.match(yes.headers.get("access-control-allow-headers"), /Authorization.*Idempotency-Key/);
  assert.deepEqual(refused(await ask("/v1/shops/demo/holds", SHOP, "DELETE")), [403, "forbidden"]);
  for (const origin of ["null", "https://evil.example"]) {
    const no = await ask("/v1/shops/demo/holds", origin, "POST");
    assert.deepEqual([...refused(no), no.headers.get("access-control-allow-origin")], [403, "forbidden", null]);
  }
  assert.deepEqual(refused(await ask("/v1/shops/demo/nothing", SHOP, "POST")), [404, "not_found"]);
  const plain = await request(worker, "OPTIONS", "/v1/shops/demo/me");
  assert.deepEqual([plain.status, plain.headers.get("allow")], [204, "GET, DELETE, HEAD, OPTIONS"]);
});

test("local routes act as the demo shop's back office", async () => {
  const post = (path, body) => request(worker, "POST", `/local/${path}`, body);
  const paid = { shop: "demo", member: "walker", order: order("1", "40.00") };
  assert.equal((await post("orders", paid)).status, 201);
  assert.equal((await post("orders", paid)).headers.get("idempotency-replayed"), "true");
  const refund = await post("refunds", { shop: "demo", member: "walker", order: "1", refund: "r1", lines: [{ id: "1", amount: "10.00" }] });
  assert.deepEqual([refund.status, refund.body.standing.available], [201, 30]);
  const { token } = (await post("tokens", { shop: "demo", member: "walker" })).body;
  assert.equal((await me(token)).body.standing.available, 30);
  assert.deepEqual(refused(await post("tokens", { shop: "nobody", member: "walker" })), [404, "not_found"]);
});

test("in live mode there are no local routes and no settable clock", async (t) => {
  const live = await startWorker({ bindings: { MODE: "live" } });
  t.after(() => live.stop());
  const it = await openShop(live, { landing: "https://shop.example/", origins: [] });
  assert.deepEqual((await request(live, "GET", "/health")).body, { status: "ok", mode: "live" });
  for (const path of ["tokens", "orders", "refunds", "simulate"]) {
    assert.deepEqual(refused(await request(live, "POST", `/local/${path}`, { shop: "demo", member: "a" })), [404, "not_found"]);
  }
  const booked = await it.pay("anna", order("1", "10.00"), "key", { now: "2001-01-01T00:00:00Z" });
  assert.ok(booked.body.entries[0].day > "2020", booked.body.entries[0].day);
  assert.equal((await request(live, "PUT", "/v1/shops/plain", { name: "Plain", landing: "http://shop.example/" }, { token: live.adminKey })).status, 422);
});

test("without secrets of their own nobody is let in", async (t) => {
  const bare = await startWorker({ bindings: { ADMIN_KEY: "", MASTER_SECRET: "short" } });
  t.after(() => bare.stop());
  const put = (token) => request(bare, "PUT", "/v1/shops/demo", { name: "Shop", landing: "https://shop.example/" }, { token });
  for (const token of ["", "x", null]) assert.equal((await put(token)).status, 401);
});

/** A token as this shop would sign it: its key is derived from the deployment's secret. */
function signed(header, claims) {
  const hmac = (key, text) => createHmac("sha256", key).update(text).digest();
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const kid = hmac(worker.masterSecret, "kid").subarray(0, 4).toString("hex");
  const named = header.kid === "1" ? { ...header, kid } : header;
  const text = `${part(named)}.${part(claims)}`;
  const key = hmac(worker.masterSecret, "token\0demo");
  return `${text}.${hmac(key, text).toString("base64url")}`;
}
