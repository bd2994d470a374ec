// Money as a shopper reads it. Amounts stay decimal text up to here; Intl reads such text exactly.
import { lang } from './messages.js';
import type { Decimal } from './wire.js';

let currency = 'EUR';

/** Says what currency amounts are in. */
export function pricedIn(code: string): void {
  currency = code;
}

/** `€5.00`; with `minus` the amount as something taken off: `-€5.00`. */
export function money(amount: Decimal, minus?: boolean): string {
  // Some currencies are written without their smaller coin, but not where sums would not add up.
  const [, part = ''] = amount.split('.');
  const digits = +part && { minimumFractionDigits: part.length };
  const format = new Intl.NumberFormat(lang, { style: 'currency', currency, currencyDisplay: 'narrowSymbol', ...digits });
  return format.format(((minus ? '-' : '') + amount) as Intl.StringNumericLiteral);
}
