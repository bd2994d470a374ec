// The published description is kept: every answer that a test of the Worker gets is one that www/openapi.json
// tells, and every body that was taken is one that it tells.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import Ajv from "ajv/dist/2020.js";

/** The published description. */
export const description = JSON.parse(readFileSync(new URL("../../www/openapi.json", import.meta.url), "utf8"));

const ajv = new Ajv({ strict: false, validateFormats: false });
ajv.addSchema(description, "openapi");

const paths = Object.keys(description.paths).map((path) => ({
  path,
  pattern: new RegExp(`^${path.replace(/\{\w+\}/g, "[^/]+")}$`),
}));

/** Whether a request was answered as described. */
export function keeps(method, target, sent, answer) {
  const { pathname } = new URL(target, "https://worker");
  const found = paths.filter(({ pattern }) => pattern.test(pathname)).map(({ path }) => path);
  // What is not in the description is in local mode's, or is refused whatever it is.
  if (pathname.startsWith("/local/") || method === "OPTIONS") return;
  const path = found.find((one) => description.paths[one][verb(method)]);
  if (path === undefined) return undescribed(method, pathname, answer);
  const at = ["paths", path, verb(method)];
  const told = description.paths[path][verb(method)].responses[answer.status];
  assert.ok(told, `${method} ${path} answered ${answer.status}, which is not described: ${answer.text}`);
  if (method !== "HEAD") {
    const media = answer.headers.get("content-type");
    const forms = told.content ? Object.keys(told.content) : [null];
    assert.ok(forms.includes(media), `${method} ${path} ${answer.status}: ${media} is none of ${forms}`);
    if (media?.endsWith("json")) fits([...at, "responses", answer.status, "content", media, "schema"], answer.body);
  }
  const took = description.paths[path][verb(method)].requestBody?.content["application/json"];
  if (answer.status < 300 && took) fits([...at, "requestBody", "content", "application/json", "schema"], sent);
}

const verb = (method) => (method === "HEAD" ? "get" : method.toLowerCase());

function undescribed(method, pathname, answer) {
  const known = pathname.startsWith("/v1/") || pathname.startsWith("/r/");
  if (known) assert.ok([400, 404, 405].includes(answer.status), `${method} ${pathname} answered ${answer.status}`);
}

function fits(at, value) {
  const pointer = at.map((part) => encodeURIComponent(String(part).replaceAll("~", "~0").replaceAll("/", "~1"))).join("/");
  const validate = ajv.getSchema(`openapi#/${pointer}`);
  if (validate(value)) return;
  const faults = validate.errors.slice(0, 5).map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`);
  assert.fail(`${at[2]} ${at[1]}, ${at[3]}: ${faults.join("; ")}\n${JSON.stringify(value).slice(0, 2000)}`);
}
