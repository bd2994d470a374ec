// One product; the points follow the quantity.
import { addButton, earn } from './index.js';
import { isProduct, productOf } from './products.js';
import { h, on, show } from './tools.js';
import { has, money, w, type Word } from './words.js';

export function product(): void {
  const id = new URLSearchParams(location.search).get('id');
  if (!isProduct(id)) return show(h('h1', {}, w('product.none')), h('p', {}, h('a', { href: 'index.html' }, w('nav.shop'))));
  const found = productOf(id);
  const points = earn(found);
  const field = h('input', { id: 'quantity', type: 'number', min: 1, max: 99, value: 1, inputmode: 'numeric', 'data-testid': 'quantity' }) as HTMLInputElement;
  on(field, { input: () => { if (field.validity.valid) points.setAttribute('quantity', field.value); } });
  show(h('div', { class: 'two' },
    h('img', { src: `images/${id}.svg`, alt: '', width: 400, height: 400 }),
    h('div', { class: 'panel' },
      h('h1', {}, w(`product.${id}`)),
      h('p', { class: 'price' }, money(found.price)),
      has(`product.${id}.text`) && h('p', {}, w(`product.${id}.text` as Word)),
      points,
      h('div', { class: 'line' },
        h('span', {}, h('label', { for: 'quantity' }, w('quantity')), ' ', field),
        addButton(id, () => (field.validity.valid ? Number(field.value) : 1))))));
}
