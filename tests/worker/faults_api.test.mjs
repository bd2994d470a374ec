// Faults 2-5, 19-22, 36, 38 and 39 of the design: what callers of the API do wrong, each with what it comes to.
// "Same": balance, head and journal are what they were.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import net from "node:net";
import { after, before, test } from "node:test";
import { request, startWorker } from "../support/worker.mjs";
import { cart, flushed, openShop, order, refused } from "./fixture.mjs";

let worker, shop, other;
before(async () => {
  worker = await startWorker();
  shop = await openShop(worker, { origins: ["https://shop.example"] });
  other = await openShop(worker, { shop: "other" });
});
after(() => worker.stop());

const replayed = ({ headers }) => headers.get("idempotency-replayed") === "true";

/** Does something to a member with 100 points, who must have what they had. */
async function same(member, what) {
  await shop.pay(member, order("before", "100.00"), `before-${member}`);
  const state = async () => ({ audit: await flushed(shop, member), available: (await shop.view(member)).standing.available });
  const before = await state();
  await what();
  assert.deepEqual(await state(), before, "same");
}

test("fault 3: a key with an amount that differs by 1 is 422", () =>
  same("three", async () => {
    assert.deepEqual(refused(await shop.pay("three", order("before", "100.01"), "before-three")), [422, "idempotency_key_reused"]);
  }));

test("fault 4: a key of another shop is another key", async () => {
  const first = await shop.pay("four", order("Quetzalcoatl", "100.00"), "four");
  const second = await other.pay("four", order("2", "7.00"), "four");
  assert.deepEqual([first.status, second.status, replayed(second)], [201, 201, false]);
  assert.ok(!second.text.includes("Quetzalcoatl") && second.body.standing.available === 7);
});

test("fault 5: a key that is missing, too long or not plain is 400", () =>
  same("five", async () => {
    assert.deepEqual(refused(await shop.pay("five", order("1", "1.00"), undefined)), [400, "idempotency_key_missing"]);
    for (const key of ["x".repeat(256), "a\tb", "a b", "é"]) {
      assert.deepEqual(refused(await shop.pay("five", order("1", "1.00"), key)), [400, "idempotency_key_invalid"], key);
    }
  }));

test("fault 19: a body that is too long is 413, whatever it says of its length", () =>
  same("nineteen", async () => {
    const long = JSON.stringify({ member: "nineteen", order: { id: "x".repeat(257 * 1024) } });
    assert.deepEqual(refused(await shop.call("POST", "orders", long, { key: "long" })), [413, "body_too_large"]);
    const head = (more) => ["POST /v1/shops/demo/orders HTTP/1.1", `Host: ${new URL(worker.url).host}`, `Authorization: Bearer ${shop.apiKey}`, "Idempotency-Key: raw", ...more, "", ""].join("\r\n");
    const chunk = `4000\r\n${"x".repeat(0x4000)}\r\n`;
    assert.equal(await raw(head(["Transfer-Encoding: chunked"]) + chunk.repeat(40)), 413, "endless");
    assert.equal(await raw(`${head(["Content-Length: 999999999"])}{}`), 413, "said to be longer than it is");
  }));

test("fault 20: texts that no shop writes are refused, and nothing breaks", () =>
  same("twenty", async () => {
    const post = (text) => shop.call("POST", "orders", text, { key: "twenty" });
    const line = (amount) => `{"member":"twenty","order":{"id":"1","currency":"EUR","lines":[{"id":"1","amount":${amount}}]}}`;
    const nested = `${"[".repeat(10_000)}${"]".repeat(10_000)}`;
    for (const text of [line("NaN"), line('"1","amount":"2"'), line(nested), `{"member":"a","member":"b","order":{}}`, line('"\\ud800"').replace("twenty", "\\ud800")]) {
      assert.deepEqual([(await post(text)).status, (await post(text)).body.code === "duplicate_field"], [400, text.includes('"amount":"2"')], text.slice(0, 120));
    }
    for (const amount of ["1e309", "-0", '"\\ud800"', "true", "null"]) {
      const { status, text } = await post(line(amount));
      assert.ok([400, 422].includes(status), `${amount}: ${status} ${text}`);
    }
  }));

test("fault 21: an amount that is none is 422", () =>
  same("twentyone", async () => {
    for (const amount of ["-1", "9007199254740992", "9223372036854775807", "12.345", "1e3", "1,00", "", " 1", "+1", "0x10", "١"]) {
      const answer = await shop.pay("twentyone", order("1", amount), "twentyone");
      assert.equal(answer.status, 422, `${amount}: ${answer.text}`);
      assert.equal(answer.body.faults[0].path, "/order/lines/0/amount");
    }
  }));

test("fault 22: a currency that is not the shop's is 422", () =>
  same("twentytwo", async () => {
    for (const [currency, expected] of [["USD", "currency_mismatch"], ["XXX", "currency_unknown"], ["eur", "currency_unknown"], ["", "currency_unknown"]]) {
      const answer = await shop.pay("twentytwo", { ...order("1", "1.00"), currency }, "twentytwo");
      assert.deepEqual(refused(answer), [422, expected], currency);
    }
  }));

test("fault 36: guessed codes are all 404 alike, then 429 until the minute is over", async (t) => {
  const strict = await startWorker({ rates: { CODE_RATE: 50 } });
  t.after(() => strict.stop());
  const theirs = await openShop(strict, { landing: "https://shop.example/" });
  const { code: known } = (await theirs.call("POST", "me/referral", undefined, { token: await theirs.token("advocate") })).body;
  const follow = (text, from) => request(strict, "GET", `/r/${text}`, undefined, { headers: { "cf-connecting-ip": from } });
  // One in 32 guesses has the right last character, and is looked for; the others are not. Both are told the same.
  const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  const guess = () => Array.from({ length: 12 }, () => letters[Math.floor(Math.random() * 32)]).join("");
  const answers = [];
  for (let round = 0; round < 200; round += 1) answers.push(...(await Promise.all(Array.from({ length: 50 }, () => follow(guess(), "192.0.2.1")))));
  const kinds = new Map(answers.map((answer) => [`${answer.status} ${answer.body.detail}`, answer]));
  assert.equal(answers.length, 10_000);
  assert.equal(kinds.size, 2, [...kinds.keys()].join("\n"));
  assert.ok(kinds.has("404 no such code"));
  const late = answers.at(-1);
  assert.deepEqual(refused(late), [429, "rate_limited"]);
  assert.deepEqual([late.headers.get("retry-after"), late.body.retryable], ["60", true]);
  assert.match(late.headers.get("ratelimit"), /^"network";r=0/);
  assert.ok(answers.filter(({ status }) => status === 404).length <= 150, "a minute's worth, or the next one's too");
  assert.equal((await follow(known, "192.0.2.1")).status, 429, "a code that is right is no better off");
  assert.equal((await follow(known, "192.0.2.2")).status, 302, "another network is");
});

test("a key and a member that ask too often are told when to come back; others are not held up", async (t) => {
  const strict = await startWorker({ rates: { KEY_RATE: 30, MEMBER_RATE: 10 } });
  t.after(() => strict.stop());
  const [one, two] = [await openShop(strict, { shop: "one" }), await openShop(strict, { shop: "two" })];
  const many = (ask) => Promise.all(Array.from({ length: 80 }, ask));
  const token = await one.token("anna");
  const mine = await many(() => one.call("GET", "me", undefined, { token }));
  assert.ok(mine.some(({ status, headers }) => status === 429 && headers.get("ratelimit-policy") === '"member";q=600;w=60'));
  assert.ok(mine.some(({ status }) => status === 200));
  assert.equal((await one.call("GET", "me", undefined, { token: await one.token("bela") })).status, 200);
  const theirs = await many(() => one.call("GET", "members/anna"));
  assert.ok(theirs.some(({ status, headers }) => status === 429 && headers.get("retry-after") === "10"));
  assert.equal((await two.call("GET", "members/anna")).status, 200);
});

test("fault 38: a token that is late, of another shop, of nobody's making is 401 or 403", () =>
  same("thirtyeight", async () => {
    const token = await shop.token("thirtyeight");
    const [header, claims] = token.split(".").slice(0, 2).map((part) => JSON.parse(Buffer.from(part, "base64url")));
    const ask = async (header_, claims_) => refused(await shop.hold(signed(header_, claims_, claims_.aud), 10, "thirtyeight"));
    const now = Math.floor(Date.now() / 1000);
    assert.deepEqual(await ask(header, { ...claims, iat: now - 1000, exp: now - 100 }), [401, "unauthorised"]);
    assert.deepEqual(await ask({ ...header, alg: "none" }, claims), [401, "unauthorised"]);
    assert.deepEqual(await ask(header, { ...claims, aud: "nobody here" }), [401, "unauthorised"]);
    assert.deepEqual(await ask(header, { ...claims, aud: "other" }), [403, "forbidden"]);
    assert.deepEqual(refused(await shop.hold(`${token.split(".").slice(0, 2).join(".")}.`, 10, "thirtyeight")), [401, "unauthorised"]);
  }));

test("fault 38: a request that is caught and sent again is the same request", async () => {
  await shop.pay("again", order("1", "100.00"), "again");
  const token = await shop.token("again");
  const [first, second] = [await shop.hold(token, 10, "caught"), await shop.hold(token, 10, "caught")];
  assert.deepEqual([first.status, second.text, replayed(second)], [201, first.text, true]);
  assert.deepEqual(refused(await shop.hold(token, 20, "caught")), [422, "idempotency_key_reused"]);
  assert.equal((await shop.view("again")).standing.held, 10);
});

test("fault 39: a page of an origin that is not listed may read nothing", async () => {
  for (const origin of ["https://evil.example", "null", "https://shop.example.evil", "http://shop.example"]) {
    const read = await shop.call("POST", "preview", { cart: cart("1.00") }, { token: null, headers: { origin } });
    assert.deepEqual([read.headers.get("access-control-allow-origin"), read.headers.get("vary")], [null, "Origin"], origin);
    const asked = { origin, "access-control-request-method": "POST" };
    const ahead = await request(worker, "OPTIONS", "/v1/shops/demo/preview", undefined, { headers: asked });
    assert.deepEqual([ahead.status, ahead.headers.get("access-control-allow-origin"), ahead.headers.get("vary")], [403, null, "Origin"]);
  }
  const headers = { origin: "https://shop.example", "access-control-request-method": "DELETE" };
  assert.equal((await request(worker, "OPTIONS", "/v1/shops/demo/preview", undefined, { headers })).status, 403);
});

/** A token as the deployment would sign it. */
function signed(header, claims, aud) {
  const hmac = (key, text) => createHmac("sha256", key).update(text).digest();
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const text = `${part(header)}.${part(claims)}`;
  return `${text}.${hmac(hmac(worker.masterSecret, `token\0${aud}`), text).toString("base64url")}`;
}

/** The status that is answered to raw bytes. */
function raw(bytes) {
  return new Promise((resolve, reject) => {
    const socket = net.connect(Number(new URL(worker.url).port), "127.0.0.1", () => socket.write(bytes));
    socket.setTimeout(10_000, () => socket.destroy(new Error("no answer")));
    socket.once("data", (data) => {
      resolve(Number(data.toString("latin1").split(" ")[1]));
      socket.destroy();
    });
    socket.once("error", reject);
  });
}
