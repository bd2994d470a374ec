// Exact sums of decimal text with two digits, for a shop page that has to show a price whatever else is there.
import type { CartLine, Decimal } from '../../src/wire.js';

export function times(price: Decimal, quantity: number): Decimal {
  return text(units(price) * BigInt(quantity));
}

/** What a line comes to. */
export function amountOf({ price, amount, quantity }: CartLine): Decimal {
  return price ? times(price, quantity ?? 1) : amount ?? '0';
}

export function sum(amounts: Decimal[]): Decimal {
  return text(amounts.reduce((all, amount) => all + units(amount), 0n));
}

function units(amount: Decimal): bigint {
  const [whole = '0', part = ''] = amount.split('.');
  return BigInt(whole + part.padEnd(2, '0'));
}

function text(units: bigint): Decimal {
  const digits = `${units}`.padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
