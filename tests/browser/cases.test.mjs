// same-everywhere in Chromium: every scenario is answered with the very bytes of this machine.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";
import { after, before, test } from "node:test";
import { startBrowser } from "../support/browser.mjs";
import { scenarios } from "../support/loyalty.mjs";
import { root } from "../support/worker.mjs";

/** The module as it is built, without the script tag that a shop puts around it. */
const FILES = {
  "/": ["text/html", "<!doctype html><title>cases</title>"],
  "/loyalty_wasm.js": ["text/javascript", await readFile(path.join(root, "target/browser/loyalty_wasm.js"))],
  "/loyalty_wasm_bg.wasm": ["application/wasm", await readFile(path.join(root, "target/browser/loyalty_wasm_bg.wasm"))],
};

const all = await scenarios();
let server, browser, page;
before(async () => {
  server = createServer(({ url }, response) => {
    const [type, body] = FILES[url] ?? ["text/plain", ""];
    response.writeHead(FILES[url] ? 200 : 404, { "content-type": type }).end(body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  browser = await startBrowser();
  page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await page.evaluate(async () => {
    const module = await import("/loyalty_wasm.js");
    await module.default();
    window.simulate = module.simulate;
  });
});
after(async () => {
  await browser.close();
  server.close();
});

for (const { name, text, answer } of all) {
  test(`same-everywhere: ${name}`, async () => {
    const found = await page.evaluate((text) => window.simulate(text), text);
    assert.equal(found, answer.toString());
    assert.ok(Buffer.from(found).equals(answer), "byte for byte");
  });
}
