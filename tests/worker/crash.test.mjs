// Power cuts in the middle of a replay: nothing lost, nothing doubled, KV equals the log.
import assert from "node:assert/strict";
import { access, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { loyalty } from "../support/loyalty.mjs";
import { root, startWorker } from "../support/worker.mjs";
import { eventually, openShop } from "./fixture.mjs";

const PROGRAMME = "www/programmes/cdnow.json";
const COMMITTED = "crates/loyalty-cli/tests/data/CDNOW_sample_200.txt";
/** The whole data set, where it lies beside the checkout. */
const WHOLE = "../shared/data/orders/CDNOW_sample.txt";
const ROWS = 1000;
const CUTS = 3;
/** A journal run that the power cut ended comes back after 10 seconds. */
const PATIENCE = 30_000;

let worker, folder, cut, calm, rows, orders;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "loyalty-crash-"));
  worker = await startWorker();
  const programme = JSON.parse(await readFile(path.join(root, PROGRAMME), "utf8"));
  cut = await openShop(worker, { shop: "cut", programme });
  calm = await openShop(worker, { shop: "calm", programme });
  orders = (await access(path.join(root, WHOLE)).then(() => true, () => false)) ? WHOLE : COMMITTED;
  const text = await readFile(path.join(root, orders), "utf8");
  rows = text.split("\n").filter(Boolean).slice(0, ROWS);
});
after(async () => {
  await worker.stop();
  await rm(folder, { recursive: true, force: true });
});

async function replayInto(shop) {
  const keyFile = path.join(folder, shop.shop);
  await writeFile(keyFile, shop.apiKey);
  const { code, stdout, stderr } = await loyalty(
    "replay", "--json", "--programme", PROGRAMME, "--orders", orders, "--limit", `${ROWS}`,
    "--against", worker.url, "--shop", shop.shop, "--api-key-file", keyFile,
  );
  assert.equal(code, 0, stderr + stdout);
  return JSON.parse(stdout).against;
}

/** The ids of each member's orders, as the replay names them. */
function ordersByMember() {
  const members = new Map();
  rows.forEach((row, index) => {
    const member = row.trim().split(/\s+/).at(1);
    members.set(member, [...(members.get(member) ?? []), `sample-${index + 1}`]);
  });
  return members;
}

/** Kills workerd whenever the replay has come to the next one of some members, and starts it again. */
async function powerCuts(members) {
  for (let round = 1; round <= CUTS; round += 1) {
    const next = members[Math.floor((members.length * round) / (CUTS + 1))];
    const { standing } = await eventually(() => cut.view(next), (view) => view.standing.seq > 0, 180_000);
    assert.ok(standing.seq > 0, "the replay goes on");
    await worker.kill();
    await worker.restart();
  }
}

async function log(shop, member) {
  const { status, body } = await shop.call("GET", `members/${member}/entries?limit=500`);
  assert.deepEqual([status, body.next_cursor], [200, null]);
  return body.data;
}

test("exactly-once: power cuts during a replay lose nothing, double nothing, and KV equals the log", async (t) => {
  const expected = ordersByMember();
  const members = [...expected.keys()].sort();
  const replay = replayInto(cut);
  await Promise.all([powerCuts(members), replay]);
  const { booked, already_booked, retries, comparison } = await replay;
  t.diagnostic(`${rows.length} orders, ${CUTS} power cuts, ${retries} requests sent again`);
  assert.ok(retries > 0, "the cuts were in the middle of it");
  assert.deepEqual([booked, already_booked], [rows.length, 0]);
  assert.deepEqual(
    [comparison.equal, comparison.missing, comparison.different],
    [members.length, 0, 0],
  );

  await replayInto(calm);
  for (const member of members) {
    const entries = await log(cut, member);
    const paid = entries.filter(({ event }) => event.kind === "order_paid").map(({ event }) => event.order.id);
    assert.deepEqual(paid, expected.get(member), `each order of ${member} once, in order`);
    assert.deepEqual(entries, await log(calm, member), "the log is what it is without power cuts");
    const audit = await eventually(() => cut.audit(member), (found) => found.flushed_seq === found.head_seq, PATIENCE);
    const whole = { head_seq: entries.length, flushed_seq: entries.length, kv_entries: entries.length };
    assert.deepEqual(audit, { ...audit, ...whole, equal: true, dense: true, chain_intact: true }, member);
  }
});
