// A cart as the module takes it: one text of rows, its lines' numbers beside it.
import type { Cart, Redeem } from './wire.js';

export interface Packed {
  /** Everything but the numbers: rows for what a cart has beside its lines, then a row for each line, as the module's wire says. */
  text: string;
  /** Of each line its pieces and how many categories it has. */
  numbers: Uint32Array;
}

/** More lines are refused, and not written out before. */
const MOST_LINES = 1000;

/** Nothing for a cart that has anything but what carts have: the Worker is asked of it, and tells every fault. */
export function packed(cart: Cart): Packed | undefined {
  // What is not plain is what JSON shows of it: that is what the Worker would be asked.
  return attempt(() => rows(cart)) ?? attempt(() => rows(JSON.parse(JSON.stringify(cart))));
}

function attempt<T>(how: () => T): T | undefined {
  try {
    return how();
  } catch {
    return undefined; // What rows cannot say, and what throws when it is read.
  }
}

function rows(cart: Cart): Packed | undefined {
  const { lines, currency, redeem, holds, certificates, channel, partner, codes, ...more } = { ...cart };
  if (!plain(cart) || !list(lines) || lines.length > MOST_LINES || !empty(more)) return undefined;
  const numbers = new Uint32Array(2 * lines.length);
  let text = row(currency) + each(redeem, taken) + each(holds, row) + given(certificates) + given(channel) + given(partner) + each(codes, row);
  for (let place = 0; place < lines.length; place++) {
    const line = lines[place]!;
    if (!plain(line)) return undefined;
    let [id, product, price, amount, discount, tax, kind] = ['', '', '', '', '', '', ''];
    let [quantity, categories]: [unknown, unknown[]] = [1, []];
    // By the names that JSON would show; a switch, because a list of the names takes twice as long.
    for (const name in line) {
      const value: unknown = line[name as keyof typeof line];
      if (value === undefined) continue;
      const text = value ?? '';
      if (name === 'quantity') quantity = value ?? 1;
      else if (name === 'categories' && (value === null || list(value))) categories = (value as unknown[] | null) ?? [];
      else if (typeof text !== 'string' || value === '') return undefined;
      else switch (name) {
        case 'id': id = text; break;
        case 'product': product = text; break;
        case 'price': price = text; break;
        case 'amount': amount = text; break;
        case 'discount': discount = text; break;
        case 'tax': tax = text; break;
        case 'kind': kind = text; break;
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

/** A reward taken with the cart: at its price, for a number of points, or for the points that pay an amount. */
function taken(item: Redeem): string {
  const { reward, points, value, ...more } = { ...item };
  const sound = points == null || (value == null && Number.isSafeInteger(points) && points >= 0);
  if (!sound || !plain(item) || !empty(more)) throw item;
  return row(reward) + (points == null ? given(value, '2\n') : `1\n${points || ''}\n`);
}

function each<T>(values: T[] | null | undefined, item: (value: T) => string): string {
  values ??= [];
  if (!list(values)) throw values;
  let text = (values.length || '') + '\n';
  for (const value of values) text += item(value);
  return text;
}

function given(value: unknown, mark = '1\n'): string {
  return value == null ? '\n' : mark + row(value);
}

function row(value: unknown): string {
  if (typeof value !== 'string' || !value || value.includes('\n')) throw value;
  return value + '\n';
}

/** Whether JSON shows no field. */
function empty(fields: object): boolean {
  return JSON.stringify(fields) === '{}';
}

/** Whether JSON shows it by its own fields, and it has no others: no class, no `toJSON`. */
function plain(value: unknown): boolean {
  if (typeof value !== 'object' || !value || 'toJSON' in value) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** A list that JSON shows as one. */
export function list(value: unknown): value is unknown[] {
  return Array.isArray(value) && !('toJSON' in value);
}
