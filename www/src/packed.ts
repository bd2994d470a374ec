// A cart as the module reads it fastest: its lines as one text, their numbers beside it.
import type { Loyalty } from 'loyalty-wasm';
import type { Cart } from './wire.js';

export interface Packed {
  /** Everything but the numbers: the cart without its lines as JSON, then a row for each line, as the module's wire says. */
  text: string;
  /** Of each line its pieces and how many categories it has. */
  numbers: Uint32Array;
}

const FIELDS = new Set(['id', 'product', 'categories', 'quantity', 'price', 'amount', 'discount', 'tax', 'kind']);

/** Nothing for a cart that has anything but what such carts have: as JSON, it is refused with every fault or taken. */
export function packed(cart: Cart): Packed | undefined {
  if (!plain(cart) || !Array.isArray(cart.lines)) return undefined;
  const { lines, ...head } = cart;
  const numbers = new Uint32Array(2 * lines.length);
  let text = JSON.stringify(head) + '\n';
  for (let place = 0; place < lines.length; place++) {
    const line = lines[place]!;
    if (!plain(line)) return undefined;
    for (const name in line) if (!FIELDS.has(name)) return undefined;
    const { id, product, price, amount, discount, tax, kind, quantity = 1, categories } = line;
    if (!said(product) || !said(price) || !said(amount) || !said(discount) || !said(tax) || !said(kind)) return undefined;
    if (typeof id !== 'string' || !Number.isInteger(quantity) || quantity! < 1 || quantity! > 1e6) return undefined;
    text += id + '\t' + (product ?? '') + '\t' + (price ?? '') + '\t' + (amount ?? '');
    text += '\t' + (discount ?? '') + '\t' + (tax ?? '') + '\t' + (kind ?? '');
    if (categories !== undefined) {
      if (!Array.isArray(categories)) return undefined;
      for (const category of categories) {
        if (typeof category !== 'string') return undefined;
        text += '\t' + category;
      }
      numbers[2 * place + 1] = categories.length;
    }
    text += '\n';
    numbers[2 * place] = quantity!;
  }
  return { text, numbers };
}

/** What a cart would come to, as the module's text. Throws a problem for one that is refused. */
export function previewed(module: Loyalty, cart: Cart, now: number): string {
  const { text, numbers } = packed(cart) ?? {};
  return (text && module.preview_packed(text, numbers!, now)) || module.preview(cart, now);
}

/** Whether JSON would show all of it, and nothing else: no class, no `toJSON`. */
function plain(value: unknown): boolean {
  return typeof value === 'object' && !!value && Object.getPrototypeOf(value) === Object.prototype && !('toJSON' in value);
}

/** Whether a field is absent, or text that is not taken for absent. */
function said(value: unknown): boolean {
  return value === undefined || (typeof value === 'string' && value !== '');
}
