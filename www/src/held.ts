// The page's cart, held by the module: a change crosses as the pieces that changed, and the answer as what differs.
import type { Loyalty } from 'loyalty-wasm';
import type { Cart, Preview } from './wire.js';

export class Held {
  private cart: Cart | undefined;
  /** Of a cart that was taken whole; read when the next one comes. */
  private text = '';
  private told: Preview | undefined;

  constructor(private readonly module: Loyalty) {}

  /** What a cart would come to. Throws a problem for one that is refused. */
  preview(cart: Cart, now: number): Preview {
    if (!this.requantified(cart)) this.take(cart);
    return (this.told = merged(this.told, JSON.parse(this.module.changes(now))) as Preview);
  }

  private take(cart: Cart): void {
    const text = JSON.stringify(cart);
    this.cart = undefined;
    this.module.set_cart(text);
    this.text = text;
  }

  /** Whether the cart is the one held but for the pieces of its lines, and those are now changed. */
  private requantified(cart: Cart): boolean {
    if (this.text) this.cart = JSON.parse(this.text) as Cart;
    this.text = '';
    const lines = this.cart && changed(this.cart, cart);
    try {
      for (const line of lines ?? []) {
        const { id, quantity } = cart.lines[line]!;
        this.module.set_quantity(id, quantity!);
        this.cart!.lines[line]!.quantity = quantity!;
      }
    } catch {
      return false; // Taken whole, it is refused with every fault.
    }
    return !!lines;
  }
}

/** The lines whose pieces differ; nothing where anything else does. */
function changed({ lines: known, ...before }: Cart, { lines, ...now }: Cart): number[] | undefined {
  if (!same(before, now) || known.length !== lines?.length) return undefined;
  const found: number[] = [];
  for (let line = 0; line < known.length; line++) {
    if (!same(known[line], lines[line], 'quantity')) return undefined;
    const pieces = lines[line]!.quantity;
    if (pieces === known[line]!.quantity) continue;
    if (!Number.isInteger(pieces) || pieces! < 1 || pieces! > 1e6) return undefined;
    found.push(line);
  }
  return found;
}

/** Whether a value is the same JSON as one that was read from it, one field aside. */
function same(one: unknown, other: unknown, aside?: string): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || !one || !other) return false;
  if (Array.isArray(one)) {
    return Array.isArray(other) && one.length === other.length && one.every((item, place) => same(item, other[place]));
  }
  const names = Object.keys(one);
  const all = names.every((name) => name === aside || same(one[name as never], other[name as never]));
  return all && Object.keys(other).every((name) => Object.hasOwn(one, name) || other[name as never] === undefined);
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
