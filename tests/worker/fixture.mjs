// What the tests of the Worker share: a programme with round figures, and short words for common requests.
import assert from "node:assert/strict";
import net from "node:net";
import { eventually as tries } from "../support/eventually.mjs";
import { setupShop } from "../support/worker.mjs";

/** 1 point for every 1.00, spendable at once; 10 points pay 0.10. */
export const programme = {
  format: 1,
  name: "Round figures",
  currency: "EUR",
  time_zone: "Europe/Budapest",
  earning: [{ id: "base", points: 1, per: "1.00" }],
  expiry: { months: 12 },
  rewards: [
    { id: "five_off", name: "5 off", kind: "money_off", points: 50, value: "5.00" },
    { id: "pay", name: "Pay with points", kind: "pay_with_points", points: 100, value: "1.00", step: 10 },
  ],
  holds: { minutes: 15 },
  referral: { advocate: { points: 500 }, friend: { points: 250 }, minimum: "30.00", return_days: 14 },
};

/** A cart of one line. */
export const cart = (amount, line = {}) => ({ currency: "EUR", lines: [{ id: "1", amount, ...line }] });

/** An order of one line. */
export const order = (id, amount, line) => ({ id, ...cart(amount, line) });

/** Opens a shop with the programme above. */
export async function openShop(worker, options = {}) {
  const shop = await setupShop(worker, { programme, ...options });
  return {
    ...shop,
    pay: (member, what, key, rest = {}) => {
      const { referral, ...request } = rest;
      return shop.call("POST", "orders", { member, order: what, ...(referral && { referral }) }, { key, ...request });
    },
    refund: (member, id, refund, lines, key = `refund-${id}-${refund}`, rest = {}) =>
      shop.call("POST", `orders/${id}/refunds`, { member, refund, ...(lines && { lines }) }, { key, ...rest }),
    hold: (token, points, key, rest = {}) =>
      shop.call("POST", "holds", { reward: "pay", points, cart: cart("100.00") }, { token, key, ...rest }),
    view: async (member, rest) => (await shop.call("GET", `members/${member}`, undefined, rest)).body,
    audit: async (member) => (await shop.call("GET", `members/${member}/audit`)).body,
  };
}

/** Status and code of a refusal. */
export const refused = ({ status, body }) => [status, body.code];

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Asks until the answer is as wanted; where it is not within `patience` ms, throws and tells the last one. */
export const eventually = (ask, wanted, patience = 10_000) =>
  tries(async () => {
    const answer = await ask();
    if (!wanted(answer)) assert.fail(`not as wanted within ${patience} ms: ${JSON.stringify(answer)}`);
    return answer;
  }, patience);

/** Until the journal has caught up; the findings of the audit. */
export const flushed = (shop, member) =>
  eventually(() => shop.audit(member), ({ head_seq, flushed_seq }) => flushed_seq === head_seq);

/** SQL that makes writes fail, for `worker.operate`. */
export const fails = (name, what, when = "1") =>
  `CREATE TRIGGER ${name} BEFORE ${what} WHEN ${when} BEGIN SELECT RAISE(ABORT, 'injected'); END`;

/** A condition of SQL that holds until so many seconds from now. */
export const until = (seconds) => `unixepoch() < ${Math.ceil(Date.now() / 1000) + seconds}`;

/** The status of a POST whose body comes in chunks, with no length announced and no end in sight. */
export function chunked(worker, path, length, headers = {}) {
  const { host, port } = new URL(worker.url);
  const lines = Object.entries({ Host: host, ...headers, "Transfer-Encoding": "chunked", Connection: "close" });
  const chunk = "x".repeat(16_384);
  const bytes = `POST ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`
    + `${chunk.length.toString(16)}\r\n${chunk}\r\n`.repeat(Math.ceil(length / chunk.length));
  return new Promise((resolve, reject) => {
    const socket = net.connect(Number(port), "127.0.0.1", () => socket.write(bytes));
    socket.setTimeout(10_000, () => socket.destroy(new Error("no answer")));
    socket.once("data", (data) => {
      resolve(Number(data.toString("latin1").split(" ")[1]));
      socket.destroy();
    });
    socket.once("error", reject);
  });
}
