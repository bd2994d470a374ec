// What the basket comes to. The loyalty programme's figures are used as they come; without them the shop's own sum stands.
import type { Change } from '../../src/session.js';
import { amountOf, sum } from './decimal.js';
import { basket, cartOf } from './shop.js';
import { h, pairs } from './tools.js';
import { money, w } from './words.js';

/** The latest word of the loyalty script. */
export let latest: Change | undefined;

/** A place for the totals that follows every change. */
export function totals(): HTMLElement {
  const place = h('div');
  const draw = () => place.replaceChildren(figures());
  document.addEventListener('loyalty:change', (event) => {
    latest = (event as CustomEvent<Change>).detail;
    draw();
  });
  draw();
  return place;
}

function figures(): HTMLElement {
  const { lines } = cartOf(basket());
  const own = sum(lines.map(amountOf));
  const preview = latest?.preview;
  // A preview of an older basket is no preview of this one.
  const { total, redeemed, due } = preview?.total === own ? preview : { total: own, redeemed: '0.00', due: own };
  const delivery = lines.find(({ kind }) => kind === 'delivery');
  return pairs('totals', [
    ...(delivery?.amount ? [[w('total.delivery'), money(delivery.amount)] as [string, string]] : []),
    [w('total.sum'), money(total), 'total'],
    ...(Number(redeemed) ? [[w('total.redeemed'), money(redeemed, true), 'redeemed'] as [string, string, string]] : []),
    [w('total.due'), money(due), 'due', 'sum'],
  ]);
}
