// Purchases of real people through the real Worker, compared member by member with the rules on this machine.
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { loyalty } from "../support/loyalty.mjs";
import { root, startWorker } from "../support/worker.mjs";
import { openShop, order } from "./fixture.mjs";

const PROGRAMME = "www/programmes/cdnow.json";
const ORDERS = "crates/loyalty-cli/tests/data/CDNOW_sample_200.txt";

let worker, folder, shop, first;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "loyalty-replay-"));
  worker = await startWorker();
  // A shop keeps its currency; the replay publishes the programme as it stands in the file.
  const programme = JSON.parse(await readFile(path.join(root, PROGRAMME), "utf8"));
  shop = await openShop(worker, { programme: { ...programme, name: "Before the replay" } });
  first = await replay();
});
after(async () => {
  await worker.stop();
  await rm(folder, { recursive: true, force: true });
});

async function replay() {
  const keyFile = path.join(folder, "key");
  await writeFile(keyFile, shop.apiKey);
  const said = await loyalty(
    "replay", "--json", "--programme", PROGRAMME, "--orders", ORDERS, "--until", "1998-06-30",
    "--against", worker.url, "--shop", shop.shop, "--api-key-file", keyFile,
  );
  return { ...said, ...(said.stdout && JSON.parse(said.stdout)) };
}

test("preview-equals-booking: 200 real orders, every member's balance the same here and in the Worker", async () => {
  assert.equal(first.code, 0, first.stderr);
  const { published, booked, already_booked, comparison } = first.against;
  assert.deepEqual([published, booked, already_booked], [true, 200, 0]);
  assert.deepEqual([comparison.missing, comparison.different], [0, 0]);
  assert.ok(comparison.members > 40, `${comparison.members} members`);
  assert.equal(comparison.equal, comparison.members);
});

test("exactly-once: the same replay again books nothing and leaves every log as it was", async () => {
  const read = async () => (await shop.call("GET", "members/0001/entries")).text;
  const log = await read();
  const again = await replay();
  assert.equal(again.code, 0, again.stderr);
  const { published, booked, already_booked, comparison } = again.against;
  assert.deepEqual([published, booked, already_booked], [false, 0, 200]);
  assert.deepEqual([comparison.equal, comparison.missing, comparison.different], [comparison.members, 0, 0]);
  assert.equal(await read(), log);
  assert.equal(JSON.parse(log).data.filter(({ event }) => event.kind === "order_paid").length, 4);
});

test("a member whom the Worker knows otherwise is found and named", async () => {
  const more = { ...order("one-more", "10.00"), currency: "USD" };
  await shop.pay("0001", more, "one-more", { now: "1998-06-01T12:00:00Z" });
  const found = await replay();
  assert.equal(found.code, 1, found.stderr);
  assert.deepEqual(found.against.comparison.first_different.map(({ member }) => member), ["0001"]);
});
