// One account under one programme, asked for previews. The module holds the page's cart, and a change of it crosses as the
// pieces that changed; answers cross as what differs from the one before.
import { AnswerReader } from './answer.js';
import type { Loyalty } from 'loyalty-wasm';
import { list, packed } from './packed.js';
import type { Cart, Preview } from './wire.js';

/**
 * Throws a problem with its `code` for a cart that the rules refuse, and gives nothing for one that they cannot read: the Worker
 * tells what is wrong with it.
 */
export class Previews {
  private cart: Cart | undefined;
  /** Of a cart that was taken whole; read when the next one comes. */
  private text = '';
  private readonly answers = new AnswerReader();
  private readonly answersOfHeld = new AnswerReader();

  constructor(private readonly module: Loyalty) {}

  /** What a cart would come to; `now` is in milliseconds since 1970. */
  preview(cart: Cart, now: number): Preview | undefined {
    const rows = packed(cart);
    const told = rows && this.module.preview(rows.text, rows.numbers, now);
    return told === undefined ? told : this.answers.read(told);
  }

  /** The same for the page's own cart, which changes little from one time to the next. */
  follow(cart: Cart, now: number): Preview | undefined {
    if (!this.requantified(cart) && !this.take(cart)) return undefined;
    return this.answersOfHeld.read(this.module.preview_held(now));
  }

  /** Whether the module holds the cart now. One that it does not take leaves the one before with it, of which nothing is told. */
  private take(cart: Cart): boolean {
    const rows = packed(cart);
    const taken = !!rows && this.module.set_cart(rows.text, rows.numbers);
    this.cart = undefined;
    this.text = taken ? JSON.stringify(cart) : '';
    return taken;
  }

  /** Whether the cart is the one held but for the pieces of its lines, and those are now changed. */
  private requantified(cart: Cart): boolean {
    if (this.text) this.cart = JSON.parse(this.text) as Cart;
    this.text = '';
    try {
      const changes = this.cart && changed(this.cart, cart);
      for (const [place, quantity] of changes ?? []) {
        if (!this.module.set_quantity(place, quantity)) return false; // What changed by then is read anew with the rest.
        this.cart!.lines[place]!.quantity = quantity;
      }
      return !!changes;
    } catch {
      return false; // What throws when it is read is not taken whole either.
    }
  }
}

/** The places of the lines whose pieces differ, and their pieces; nothing where anything else does. */
function changed(known: Cart, cart: Cart): [number, number][] | undefined {
  if (!same(known, cart, 'lines') || !list(cart.lines) || !Object.prototype.propertyIsEnumerable.call(cart, 'lines')) return undefined;
  if (known.lines.length !== cart.lines.length) return undefined;
  const found: [number, number][] = [];
  for (let place = 0; place < known.lines.length; place++) {
    const [before, line] = [known.lines[place]!, cart.lines[place]!];
    if (!same(before, line, 'quantity')) return undefined;
    const pieces = line.quantity!;
    if (pieces === before.quantity) continue;
    if (!Number.isInteger(pieces) || pieces < 1 || pieces > 1e6 || !Object.hasOwn(line, 'quantity')) return undefined;
    found.push([place, pieces]);
  }
  return found;
}

/**
 * Whether a value is the same JSON as one that was read from it, one field aside.
 *
 * Loops, because a list of the names and a function called for each take ten times as long.
 */
function same(one: unknown, other: unknown, aside?: string): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || !one || !other) return false;
  if (Array.isArray(one)) {
    if (!Array.isArray(other) || one.length !== other.length) return false;
    for (let place = 0; place < one.length; place++) if (!same(one[place], other[place])) return false;
    return true;
  }
  for (const name in one) if (name !== aside && !same(one[name as never], other[name as never])) return false;
  for (const name in other) if (other[name as never] !== undefined && !Object.hasOwn(one, name)) return false;
  return true;
}
