// The member's own page: balance, link, orders.
import { member, orders } from './shop.js';
import { h, show } from './tools.js';
import { money, w } from './words.js';

export function account(): void {
  const name = member();
  if (!name) return show(h('h1', {}, w('nav.account')), h('p', {}, w('account.guest')));
  const mine = orders().filter((past) => past.member === name);
  show(h('h1', {}, w('nav.account')), h('div', { class: 'two' },
    h('div', { class: 'panel' }, h('h2', {}, w('account.points')), h('loyalty-balance', {}, h('p', { class: 'quiet' }, w('earn.waiting')))),
    h('div', { class: 'panel' }, h('h2', {}, w('share.title')), h('loyalty-share', {}, h('p', { class: 'quiet' }, w('earn.waiting')))),
    mine.length > 0 && h('div', { class: 'panel' }, h('h2', {}, w('account.orders')), h('ul', { class: 'totals' }, mine.map(({ id, preview }) =>
      h('li', {}, h('div', {}, h('a', { href: `order.html?id=${id}` }, id), h('span', { class: 'price' }, preview && money(preview.due)))))))));
}
