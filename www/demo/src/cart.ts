// The basket.
import { countBasket } from './chrome.js';
import { times } from './decimal.js';
import { productOf } from './products.js';
import { basket, setQuantity, type Item } from './shop.js';
import { button, h, on, show } from './tools.js';
import { totals } from './totals.js';
import { money, w } from './words.js';

export function cart(): void {
  const sums = totals();
  const items = h('ul', { class: 'items' });
  const draw = () => {
    countBasket();
    if (!basket().length) return show(h('h1', {}, w('cart.title')), h('p', {}, w('cart.empty')), h('p', {}, h('a', { class: 'button', href: 'index.html' }, w('nav.shop'))));
    items.replaceChildren(...basket().map((item) => row(item, draw)));
  };
  show(h('h1', {}, w('cart.title')), h('div', { class: 'two' },
    items,
    h('div', { class: 'panel' },
      h('h2', {}, w('cart.summary')),
      sums,
      h('loyalty-earn', { for: 'cart' }, h('span', { class: 'waiting' }, w('earn.waiting'))),
      h('a', { class: 'button primary', href: 'checkout.html', 'data-testid': 'checkout' }, w('cart.checkout')))));
  draw();
}

function row({ id, quantity }: Item, draw: () => void): HTMLElement {
  const { price } = productOf(id);
  const name = w(`product.${id}`);
  const amount = h('span', { class: 'price' }, money(times(price, quantity)));
  const field = h('input', { type: 'number', min: 1, max: 99, value: quantity, inputmode: 'numeric', 'aria-label': `${w('quantity')}: ${name}`, 'data-testid': `quantity-${id}` }) as HTMLInputElement;
  on(field, {
    input() {
      if (!field.value || !field.validity.valid) return;
      setQuantity(id, Number(field.value));
      amount.replaceChildren(money(times(price, Number(field.value))));
      countBasket();
    },
  });
  return h('li', { class: 'item', 'data-testid': `line-${id}` },
    h('img', { src: `images/${id}.svg`, alt: '', width: 80, height: 80 }),
    h('div', {}, h('a', { href: `product.html?id=${id}` }, name),
      h('div', { class: 'controls' }, field,
        button(w('cart.remove'), () => { setQuantity(id, 0); draw(); }, { class: 'text', 'aria-label': `${w('cart.remove')}: ${name}`, 'data-testid': `remove-${id}` }))),
    amount);
}
