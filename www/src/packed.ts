// A cart as the module reads it fastest: its lines as one text, their numbers beside it.
import type { Loyalty } from 'loyalty-wasm';
import type { Cart } from './wire.js';

export interface Packed {
  /** Everything but the numbers: the cart without its lines as JSON, then a row for each line, as the module's wire says. */
  text: string;
  /** Of each line its pieces and how many categories it has. */
  numbers: Uint32Array;
}

/** More lines are refused, and not written out before. */
const MOST_LINES = 1000;

/** Nothing for a cart that has anything but what such carts have: as JSON, it is refused with every fault or taken. */
export function packed(cart: Cart): Packed | undefined {
  try {
    return plain(cart) && Object.prototype.propertyIsEnumerable.call(cart, 'lines') ? rows(cart) : undefined;
  } catch {
    return undefined; // What throws when it is read throws again as JSON.
  }
}

function rows({ lines, ...head }: Cart): Packed | undefined {
  if (!list(lines) || lines.length > MOST_LINES) return undefined;
  const numbers = new Uint32Array(2 * lines.length);
  let text = JSON.stringify(head) + '\n';
  for (let place = 0; place < lines.length; place++) {
    const line = lines[place]!;
    if (!plain(line)) return undefined;
    let [id, product, price, amount, discount, tax, kind] = ['', '', '', '', '', '', ''];
    let [quantity, categories]: [unknown, unknown[]] = [1, []];
    // By the names that JSON would show; a switch, because a list of the names takes twice as long.
    for (const name in line) {
      const value: unknown = line[name as keyof typeof line];
      if (value === undefined) continue;
      if (name === 'quantity') quantity = value;
      else if (name === 'categories' && list(value)) categories = value;
      else if (typeof value !== 'string' || !value) return undefined;
      else switch (name) {
        case 'id': id = value; break;
        case 'product': product = value; break;
        case 'price': price = value; break;
        case 'amount': amount = value; break;
        case 'discount': discount = value; break;
        case 'tax': tax = value; break;
        case 'kind': kind = value; break;
        default: return undefined;
      }
    }
    if (!Number.isInteger(quantity) || (quantity as number) < 1 || (quantity as number) > 1e6) return undefined;
    text += id + '\t' + product + '\t' + price + '\t' + amount + '\t' + discount + '\t' + tax + '\t' + kind;
    for (const category of categories) {
      if (typeof category !== 'string') return undefined;
      text += '\t' + category;
    }
    text += '\n';
    numbers[2 * place] = quantity as number;
    numbers[2 * place + 1] = categories.length;
  }
  return { text, numbers };
}

/** What a cart would come to, as the module's text. Throws a problem for one that is refused. */
export function previewed(module: Loyalty, cart: Cart, now: number): string {
  const { text, numbers } = packed(cart) ?? {};
  return (text && module.preview_packed(text, numbers!, now)) || module.preview(cart, now);
}

/** Whether JSON shows it by its own fields: no class, no `toJSON`. */
function plain(value: unknown): boolean {
  return typeof value === 'object' && !!value && Object.getPrototypeOf(value) === Object.prototype && !('toJSON' in value);
}

/** A list that JSON shows as one. */
export function list(value: unknown): value is unknown[] {
  return Array.isArray(value) && !('toJSON' in value);
}
