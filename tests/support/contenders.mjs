// What is measured against one another, in one run, in Node and in a page alike: the module, as the script tag
// drives it, beside json-rules-engine and a hand-written decimal.js loop, which only earn.
import { Decimal } from 'decimal.js';
import { Engine } from 'json-rules-engine';
import { initSync, Loyalty } from '../../target/browser/loyalty_wasm.js';
import { AnswerReader } from '../../www/src/answer.ts';
import { joined, packed } from '../../www/src/packed.ts';
import { Previews } from '../../www/src/previews.ts';

/** Microseconds of one call, by contender and batch. */
export async function measure({ wasm, rules, programme, cart, now }) {
  initSync({ module: Uint8Array.from(atob(wasm), (letter) => letter.charCodeAt(0)) });
  const previews = () => new Previews(new Loyalty(rules));
  const [whole, longer, stepped, held] = [previews(), previews(), previews(), previews()];
  const bare = new Loyalty(rules);
  const given = packed(cart);
  bare.set_cart(joined(given), given.numbers);
  const answers = new AnswerReader();

  // Carts of which each differs from the one before: in all lines, by a line, in the pieces of all lines, or of one.
  const every = [cart, changed(cart, () => true)];
  const other = [cart, { ...cart, lines: every[1].lines.map((line) => ({ ...line, id: `other-${line.id}` })) }];
  const more = [cart, { ...cart, lines: cart.lines.slice(1) }];
  const one = [cart, changed(cart, (place) => place === 7)];
  const contenders = {
    loop: inTurn(every, handWritten(programme)),
    rules: inTurn(every, rulesEngine(programme)),
    whole: inTurn(other, (cart) => whole.preview(cart, now)),
    longer: inTurn(more, (cart) => longer.preview(cart, now)),
    every: inTurn(every, (cart) => stepped.follow(cart, now)),
    one: inTurn(one, (cart) => held.follow(cart, now)),
    // The least that a page could ask with.
    pieces: inTurn(one, ({ lines }) => {
      bare.set_quantity(7, lines[7].quantity);
      return answers.read(bare.preview_held(now));
    }),
  };
  await agree(contenders, every.length);
  contenders.first = ofNew(() => new Loyalty(rules), (module) => new Previews(module).preview(cart, now));
  const us = await batches(contenders);
  contenders.first.before(0);
  return { us, lines: await lengths(cart, previews, now) };
}

function inTurn(carts, call) {
  let turn = 0;
  return () => call(carts[turn++ % carts.length]);
}

/** What each is asked first; those of a batch are made before it. */
function ofNew(make, ask) {
  let [made, turn] = [[], 0];
  const before = (count) => {
    made.forEach((one) => one.free());
    [made, turn] = [Array.from({ length: count }, make), 0];
  };
  return Object.assign(() => ask(made[turn++]), { before });
}

function changed(cart, which) {
  const line = (line, place) => (which(place) ? { ...line, quantity: line.quantity + 1 } : line);
  return { ...cart, lines: cart.lines.map(line) };
}

function handWritten(programme) {
  const rates = new Map(programme.earning.map((rule) => [rule.only[0], rule]));
  return (cart) => {
    let points = new Decimal(0);
    for (const line of cart.lines) {
      const rule = rates.get(line.categories[0]);
      points = points.plus(new Decimal(line.price).times(line.quantity).times(rule.points).div(rule.per));
    }
    return points.floor().toNumber();
  };
}

function rulesEngine(programme) {
  const engine = new Engine();
  for (const rule of programme.earning) {
    engine.addRule({
      conditions: { all: [{ fact: 'category', operator: 'equal', value: rule.only[0] }] },
      event: { type: 'earn', params: { points: rule.points, per: rule.per } },
    });
  }
  return async (cart) => {
    let points = new Decimal(0);
    for (const line of cart.lines) {
      const { events } = await engine.run({ category: line.categories[0] });
      for (const { params } of events) {
        points = points.plus(new Decimal(line.price).times(line.quantity).times(params.points).div(params.per));
      }
    }
    return points.floor().toNumber();
  };
}

/** All must agree on what the carts earn, or the comparison means nothing. */
async function agree(contenders, turns) {
  for (let turn = 0; turn < turns; turn++) {
    const base = (preview) => preview.steps.filter(({ kind }) => kind === 'rate').reduce((sum, { points }) => sum + points, 0);
    const said = [await contenders.loop(), await contenders.rules(), base(contenders.whole()), base(contenders.every())];
    if (new Set(said).size !== 1) throw new Error(`the contenders disagree: ${said}`);
    const [one, pieces] = [contenders.one(), contenders.pieces()].map((preview) => JSON.stringify(preview));
    if (one !== pieces) throw new Error(`a cart and its pieces disagree: ${one} ${pieces}`);
  }
}

/** Batch by batch in turn, so that a busy machine slows all of them alike; none clears up after the one before. */
async function batches(contenders) {
  const batches = {};
  const counts = {};
  for (let batch = -3; batch < 31; batch++) {
    for (const [name, call] of Object.entries(contenders)) {
      // As many anew in each batch: how much memory they take counts.
      const count = call.before ? 300 : (counts[name] ??= 100);
      call.before?.(count);
      globalThis.gc({ type: 'minor' });
      const start = performance.now();
      for (let i = 0; i < count; i++) {
        const result = call();
        if (result instanceof Promise) await result;
      }
      const us = (performance.now() - start) * 1000;
      if (batch < 0) counts[name] = Math.max(1, Math.ceil((count * 20_000) / us));
      else (batches[name] ??= []).push(us / count);
    }
  }
  return batches;
}

/** Microseconds of a whole preview by the number of lines, all of which differ from those of the cart before. */
async function lengths(cart, previews, now) {
  const line = (turn) => (_, place) => ({ ...cart.lines[(place + turn) % cart.lines.length], id: `line-${turn}-${place}` });
  const long = (length, turn) => ({ ...cart, lines: Array.from({ length }, line(turn)) });
  const calls = [20, 100, 300, 1000].map((length) => {
    const own = previews();
    return [length, inTurn([long(length, 0), long(length, 1)], (cart) => own.preview(cart, now))];
  });
  return batches(Object.fromEntries(calls));
}
