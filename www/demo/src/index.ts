// The list of products, each with what it earns.
import { countBasket } from './chrome.js';
import { catalogue, products, SHOP, type Product, type ProductId } from './products.js';
import { add } from './shop.js';
import { h, on, show, type Child } from './tools.js';
import { money, w } from './words.js';

export function index(): void {
  show(
    h('div', { class: 'hero' }, SHOP === 'demo' ? own() : ready()),
    h('ul', { class: 'grid' }, products.map((product) => h('li', {}, tile(product)))),
  );
}

function own(): Child {
  return [h('h1', {}, w('index.title')), h('p', { class: 'quiet' }, w('index.text'))];
}

/** A shop that shows a ready programme says so, and the way back. */
function ready(): Child {
  return [
    h('h1', {}, catalogue.name),
    h('p', { class: 'quiet' }, w('ready.text')),
    h('p', { class: 'links' }, h('a', { class: 'button', href: `../cookbook/#${SHOP}` }, w('ready.cookbook')), h('a', { class: 'button', href: 'index.html?shop=demo' }, w('ready.back'))),
  ];
}

/** What one piece earns; the page's own words until that is known. */
export function earn({ id, price, categories }: Product, quantity = 1): HTMLElement {
  return h('loyalty-earn', { amount: price, currency: catalogue.currency, product: id, categories: categories.join(' '), quantity },
    h('span', { class: 'waiting' }, w('earn.waiting')));
}

export function addButton(id: ProductId, quantity: () => number): HTMLElement {
  const press = h('button', { type: 'button', class: 'primary', 'data-testid': `add-${id}`, 'aria-label': `${w('add')}: ${w(`product.${id}`)}` }, w('add'));
  let back: ReturnType<typeof setTimeout>;
  return on(press, {
    click() {
      add(id, quantity());
      countBasket();
      press.textContent = w('added');
      clearTimeout(back);
      back = setTimeout(() => (press.textContent = w('add')), 1500);
    },
  });
}

function tile(product: (typeof products)[number]): HTMLElement {
  const { id, price } = product;
  return h('article', { class: 'product', 'data-testid': `product-${id}` },
    h('a', { href: `product.html?id=${id}` },
      h('img', { src: `images/${id}.svg`, alt: '', width: 400, height: 400, loading: 'lazy' }), h('h2', {}, w(`product.${id}`))),
    h('div', { class: 'line' }, h('span', { class: 'price' }, money(price)), addButton(id, () => 1)),
    earn(product));
}
