// Address, rewards, payment. What is paid is the cart as the loyalty script knows it, with its holds.
import { payOrder, Refusal } from './office.js';
import { catalogue } from './products.js';
import { attribution, basket, cartOf, emptyBasket, forgetAttribution, keepOrder, member, now } from './shop.js';
import { h, on, show } from './tools.js';
import { latest, totals } from './totals.js';
import { w, type Word } from './words.js';

const FIELDS: [Word, string, boolean][] = [
  ['address.name', 'name', true],
  ['address.street', 'street-address', true],
  ['address.code', 'postal-code', false],
  ['address.city', 'address-level2', false],
];

export function checkout(): void {
  if (!basket().length) return show(h('h1', {}, w('cart.title')), h('p', {}, w('cart.empty')), h('p', {}, h('a', { class: 'button', href: 'index.html' }, w('nav.shop'))));
  // One for all presses, so that an answer that was lost is not paid twice.
  const id = `AC-${Math.floor(now() / 1000).toString(36).toUpperCase()}`;
  const fault = h('p', { class: 'bad', role: 'alert' });
  const press = h('button', { class: 'primary', form: 'address', 'data-testid': 'pay' }, w('checkout.pay')) as HTMLButtonElement;
  const address = h('form', { class: 'form', id: 'address' }, catalogue.delivery && FIELDS.map(([word, complete, wide]) =>
    h('label', { class: wide && 'wide' }, w(word), h('input', { autocomplete: complete, name: complete }))));
  on(address, {
    submit(event) {
      event.preventDefault();
      press.disabled = true;
      fault.textContent = '';
      pay(id).catch((error: unknown) => {
        press.disabled = false;
        fault.textContent = `${w('checkout.failed')} ${error instanceof Refusal ? `${error.message} (${error.code})` : ''}`;
      });
    },
  });
  show(h('h1', {}, w('checkout.title')), h('div', { class: 'two' },
    h('div', { class: 'panel' },
      h('h2', {}, w('checkout.rewards')),
      h('loyalty-rewards', member() ? {} : { class: 'guest' }, h('p', { class: 'quiet' }, w(member() ? 'earn.waiting' : 'checkout.guest'))),
      catalogue.delivery && [h('h2', {}, w('checkout.address')), h('p', { class: 'quiet' }, w('checkout.stub'))],
      address),
    h('div', { class: 'panel' },
      h('h2', {}, w('cart.summary')),
      totals(),
      h('loyalty-earn', { for: 'cart' }, h('span', { class: 'waiting' }, w('earn.waiting'))),
      attribution() && h('p', { class: 'ok', 'data-testid': 'referred' }, w('checkout.referred')),
      press,
      fault)));
}

async function pay(id: string): Promise<void> {
  const items = basket();
  const cart = latest?.cart ?? cartOf(items);
  const booked = member() ? await payOrder({ id, ...cart }, attribution()) : null;
  keepOrder({ id, member: member(), items, cart, preview: latest?.preview ?? null, booked, refunds: {} });
  if (booked) forgetAttribution();
  emptyBasket();
  location.assign(`order.html?id=${id}`);
}
