// The page's cart, held by the module: a change crosses as the pieces that changed, and the answer as what differs.
import type { Loyalty } from 'loyalty-wasm';
import { list, packed } from './packed.js';
import type { Cart, Preview } from './wire.js';

export class Held {
  private cart: Cart | undefined;
  /** Of a cart that was taken whole; read when the next one comes. */
  private text = '';
  private told: Preview | undefined;

  constructor(private readonly module: Loyalty) {}

  /** What a cart would come to; nothing where the Worker is to be asked. Throws a problem for one that is refused. */
  preview(cart: Cart, now: number): Preview | undefined {
    if (!this.requantified(cart) && !this.take(cart)) return undefined;
    return (this.told = merged(this.told, JSON.parse(this.module.changes(now))) as Preview);
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
      if (!changes || (changes.length && !this.module.set_quantities(Uint32Array.from(changes.flat())))) return false;
      for (const [place, quantity] of changes) this.cart!.lines[place]!.quantity = quantity;
      return true;
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

/** An older answer with what differs put in, as `Patch` of the module's wire says it; the older one stays as it is. */
export function merged(older: unknown, patch: unknown): unknown {
  if (older === undefined) return patch;
  if (Array.isArray(patch)) return Array.isArray(older) ? patch : patch[0];
  if (typeof patch !== 'object' || !patch) return patch;
  const newer = (Array.isArray(older) ? older.slice() : { ...(older as object) }) as Record<string, unknown>;
  for (const name in patch) newer[name] = merged(newer[name], patch[name as never]);
  return newer;
}
