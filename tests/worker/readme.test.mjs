// What README tells a shop to send, sent as it stands there.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { root, startWorker } from "../support/worker.mjs";

let worker;
before(async () => {
  worker = await startWorker();
});
after(() => worker.stop());

const run = promisify(execFile);

test("README's own commands make a shop, publish a programme, book an order and take back a line", async () => {
  const readme = await readFile(path.join(root, "README.md"), "utf8");
  const blocks = [...readme.matchAll(/```sh\n(curl [^`]*)```/g)].map(([, commands]) => commands);
  assert.equal(blocks.length, 2);
  const env = { ...process.env, ADMIN_KEY: worker.adminKey, API_KEY: "a key that the shop has made" };
  // The shop is made in the second block, under Deploy.
  const answers = [];
  for (const commands of blocks.reverse()) {
    const script = commands.replaceAll("https://YOUR-WORKER", worker.url).replaceAll(/^curl /gm, `curl -sS -o /dev/null -w '%{http_code} ' `);
    answers.push((await run("bash", ["-c", script], { cwd: root, env })).stdout.trim());
  }
  assert.deepEqual(answers, ["200 201", "201 201"]);
});
