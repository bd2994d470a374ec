// The shop's calendar and clock, as the runtime's own time zones have them.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startWorker } from "../support/worker.mjs";
import { openShop, order, programme as figures } from "./fixture.mjs";

let worker;
before(async () => {
  worker = await startWorker();
});
after(() => worker.stop());

test("same-everywhere: an entry has the shop's day and time of day, over midnight and over a change of the clocks", async () => {
  const check = async (shop, time_zone, times) => {
    const it = await openShop(worker, { shop, programme: { ...figures, time_zone } });
    for (const [index, [now, expected]] of times.entries()) {
      const booked = await it.pay("anna", order(`${index}`, "1.00"), `order-${index}`, { now });
      const [{ day, time }] = booked.body.entries;
      assert.equal(`${day} ${time}`, expected, `${now} in ${time_zone}`);
    }
  };
  await check("budapest", "Europe/Budapest", [
    ["2030-01-01T22:59:59Z", "2030-01-01 23:59"],
    ["2030-01-01T23:00:00Z", "2030-01-02 00:00"],
    ["2030-03-31T00:59:00Z", "2030-03-31 01:59"],
    ["2030-03-31T01:00:00Z", "2030-03-31 03:00"],
    ["2030-10-27T00:30:00Z", "2030-10-27 02:30"],
    ["2030-10-27T01:30:00Z", "2030-10-27 02:30"],
  ]);
  await check("kathmandu", "Asia/Kathmandu", [["2030-01-01T18:15:00Z", "2030-01-02 00:00"]]);
  await check("honolulu", "Pacific/Honolulu", [["2030-01-01T09:59:00Z", "2029-12-31 23:59"]]);
});
