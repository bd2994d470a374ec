// A cart as the module takes it: rows, its lines' numbers beside them.
import type { Cart, Redeem } from './wire.js';

export interface Packed {
  /** Everything but the numbers, as the module's wire says: what a cart has beside its lines, then what each line has. */
  rows: string[];
  /** Of each line its pieces, which fields it has, and how many categories. */
  numbers: Uint32Array;
}

/** Numbers of a line. */
export const NUMBERS = 3;

/** More lines are refused. */
const MOST_LINES = 1000;

/** The rows as the one text that the module takes. */
export function joined({ rows }: Packed): string {
  return rows.join('\n');
}

/** Nothing for a cart that has anything but what carts have: the Worker is asked of it, and tells every fault. */
export function packed(cart: Cart): Packed | undefined {
  // What is not plain is what JSON shows of it: that is what the Worker would be asked.
  return attempt(() => read(cart)) ?? attempt(() => read(JSON.parse(JSON.stringify(cart))));
}

function attempt<T>(how: () => T): T | undefined {
  try {
    return how();
  } catch {
    return undefined; // What rows cannot say, and what throws when it is read.
  }
}

function read(cart: Cart): Packed | undefined {
  const { lines, currency, redeem, holds, certificates, channel, partner, codes, ...more } = { ...cart };
  if (!plain(cart) || !list(lines) || lines.length > MOST_LINES || !empty(more)) return undefined;
  const rows: string[] = [];
  row(currency, rows);
  each(redeem, taken, rows);
  each(holds, row, rows);
  for (const value of [certificates, channel, partner]) given(value, rows);
  each(codes, row, rows);
  const numbers = new Uint32Array(NUMBERS * lines.length);
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
    let fields = 0;
    if (id) fields |= 1, rows.push(id);
    if (product) fields |= 2, rows.push(product);
    if (price) fields |= 4, rows.push(price);
    if (amount) fields |= 8, rows.push(amount);
    if (discount) fields |= 16, rows.push(discount);
    if (tax) fields |= 32, rows.push(tax);
    if (kind) fields |= 64, rows.push(kind);
    for (const category of categories) {
      if (typeof category !== 'string') return undefined;
      rows.push(category);
    }
    numbers[NUMBERS * place] = quantity as number;
    numbers[NUMBERS * place + 1] = fields;
    numbers[NUMBERS * place + 2] = categories.length;
  }
  // A line feed ends the last row, too.
  rows.push('');
  return { rows, numbers };
}

/** A reward taken with the cart: at its price, for a number of points, or for the points that pay an amount. */
function taken(item: Redeem, rows: string[]): void {
  const { reward, points, value, ...more } = { ...item };
  const sound = points == null || (value == null && Number.isSafeInteger(points) && points >= 0);
  if (!sound || !plain(item) || !empty(more)) throw item;
  row(reward, rows);
  if (points == null) given(value, rows, '2');
  else rows.push('1', points ? `${points}` : '');
}

function each<T>(values: T[] | null | undefined, item: (value: T, rows: string[]) => void, rows: string[]): void {
  values ??= [];
  if (!list(values)) throw values;
  rows.push(values.length ? `${values.length}` : '');
  for (const value of values) item(value, rows);
}

function given(value: unknown, rows: string[], mark = '1'): void {
  if (value == null) rows.push('');
  else rows.push(mark), row(value, rows);
}

function row(value: unknown, rows: string[]): void {
  if (typeof value !== 'string' || !value || value.includes('\n')) throw value;
  rows.push(value);
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
function list(value: unknown): value is unknown[] {
  return Array.isArray(value) && !('toJSON' in value);
}
