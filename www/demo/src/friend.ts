// Where a friend's link leads: the gift at once, in plain words, and one button. Nothing is asked first.
import { publishedProgramme } from './office.js';
import { products } from './products.js';
import { attribute } from './shop.js';
import { h, show } from './tools.js';
import { money, w } from './words.js';

export async function friend(): Promise<void> {
  const code = new URLSearchParams(location.search).get('ref');
  if (code) attribute(code);
  const offer = h('p', { class: 'big', 'data-testid': 'friend-offer' }, w('friend.offer'));
  const terms = h('p', { class: 'quiet', 'data-testid': 'friend-terms' }, w('friend.terms'));
  show(
    h('div', { class: 'panel gift' },
      h('h1', {}, w('friend.title')), offer, terms,
      h('p', {}, h('a', { class: 'button primary', href: 'index.html', 'data-testid': 'friend-shop' }, w('friend.shop')))),
    h('div', { class: 'grid' }, products.slice(0, 4).map(({ id }) =>
      h('a', { href: `product.html?id=${id}`, 'aria-label': w(`product.${id}`) }, h('img', { src: `images/${id}.svg`, alt: '', width: 400, height: 400 })))),
  );
  const { referral, points } = await publishedProgramme();
  if (!referral) return;
  offer.replaceChildren(w('friend.points', { n: referral.friend.points / 10 ** (points?.scale ?? 0) }));
  if (referral.minimum) terms.replaceChildren(w('friend.minimum', { minimum: money(referral.minimum) }));
}
