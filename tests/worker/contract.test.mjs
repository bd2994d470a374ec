// That the description is kept is worth something only if breaking it is seen.
import assert from "node:assert/strict";
import { test } from "node:test";
import { keeps } from "../support/contract.mjs";

const answer = (status, type, body) => ({ status, body, text: "", headers: new Headers(type ? { "content-type": type } : {}) });
const json = (status, body) => answer(status, "application/json", body);
const refusal = { type: "t", title: "t", status: 401, code: "unauthorised", detail: "", retryable: false };

test("an answer or a body that is not described is seen", () => {
  const health = { status: "ok", mode: "local" };
  keeps("GET", "/health", undefined, json(200, health));
  keeps("GET", "/v1/shops/demo/me", undefined, answer(401, "application/problem+json", refusal));
  for (const broken of [
    ["GET", "/health", undefined, answer(418, null, "")],
    ["GET", "/health", undefined, json(200, { status: "ok" })],
    ["GET", "/health", undefined, json(200, { ...health, more: 1 })],
    ["GET", "/health", undefined, answer(200, "text/html", health)],
    ["GET", "/v1/shops/demo/me", undefined, answer(401, "application/problem+json", { ...refusal, code: "malformed" })],
    ["POST", "/v1/shops/demo/tokens", { member: "anna", more: 1 }, json(201, { token: "a", expires_at: "2026-01-01T00:00:00Z" })],
    ["GET", "/v1/shops/demo/nothing", undefined, json(200, {})],
  ]) {
    assert.throws(() => keeps(...broken), assert.AssertionError, JSON.stringify(broken));
  }
});
