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
  const format = new Intl.NumberFormat(lang, { style: 'currency', currency, currencyDisplay: 'narrowSymbol' });
  return format.format(((minus ? '-' : '') + amount) as Intl.StringNumericLiteral);
}
