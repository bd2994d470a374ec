// same-everywhere in workerd: every scenario is answered with the very bytes of this machine.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { scenarios } from "../support/loyalty.mjs";
import { startWorker } from "../support/worker.mjs";

const all = await scenarios();
let worker;
before(async () => {
  worker = await startWorker();
});
after(() => worker.stop());

for (const { name, text, answer } of all) {
  test(`same-everywhere: ${name}`, async () => {
    const headers = { "content-type": "application/json" };
    const response = await fetch(`${worker.url}/local/simulate`, { method: "POST", headers, body: text });
    const bytes = Buffer.from(await response.arrayBuffer());
    assert.equal(bytes.toString(), answer.toString());
    assert.ok(bytes.equals(answer), "byte for byte");
    assert.equal(response.status, 200);
  });
}
