// One account under one programme, asked for previews. The module holds the page's cart, and a change of it crosses as the
// pieces that changed; answers cross as what differs from the one before.
import { AnswerReader } from './answer.js';
import type { Loyalty } from 'loyalty-wasm';
import { NUMBERS, joined, packed, type Packed } from './packed.js';
import type { Cart, Preview } from './wire.js';

/**
 * Throws a problem with its `code` for a cart that the rules refuse, and gives nothing for one that they cannot read: the Worker
 * tells what is wrong with it.
 */
export class Previews {
  /** The page's own cart as the module holds it; nothing where that may hold another. */
  private held: Packed | undefined;
  private readonly answers = new AnswerReader();
  private readonly answersOfHeld = new AnswerReader();

  constructor(private readonly module: Loyalty) {}

  /** What a cart would come to; `now` is in milliseconds since 1970. */
  preview(cart: Cart, now: number): Preview | undefined {
    const given = packed(cart);
    const told = given && this.module.preview(joined(given), given.numbers, now);
    return told === undefined ? told : this.answers.read(told);
  }

  /** The same for the page's own cart, which changes little from one time to the next. */
  follow(cart: Cart, now: number): Preview | undefined {
    const next = packed(cart);
    const taken = next && (this.requantified(next) || this.module.set_cart(joined(next), next.numbers));
    this.held = taken ? next : undefined;
    return taken ? this.answersOfHeld.read(this.module.preview_held(now)) : undefined;
  }

  /** Whether the cart is the one held but for the pieces of its lines, and the module has those now. */
  private requantified({ rows, numbers }: Packed): boolean {
    if (!this.held || this.held.rows.length !== rows.length || this.held.numbers.length !== numbers.length) return false;
    for (let place = 0; place < rows.length; place++) if (rows[place] !== this.held.rows[place]) return false;
    for (let place = 0; place < numbers.length; place++) {
      if (numbers[place] === this.held.numbers[place]) continue;
      // The pieces are the first of a line's numbers. What was changed before one that is refused is taken anew with the rest.
      if (place % NUMBERS || !this.module.set_quantity(place / NUMBERS, numbers[place]!)) return false;
    }
    return true;
  }
}
