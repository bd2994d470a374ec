// What is on every page: the time machine, the header, the footer.
import { isLocal } from './office.js';
import { catalogue } from './products.js';
import { basket, daysAhead, language, languages, member, setDaysAhead, setLanguage, signIn, signOut, today } from './shop.js';
import { button, h, on } from './tools.js';
import { day, w, type Word } from './words.js';

export async function chrome(): Promise<void> {
  document.querySelector('.skip')?.replaceChildren(w('skip'));
  document.querySelector('#header')?.replaceChildren(header());
  const bar = document.querySelector<HTMLElement>('#time');
  if (bar && (await isLocal())) bar.replaceChildren(timeMachine());
  else if (bar) bar.hidden = true;
}

/** Last, so that nothing pushes it down. */
export function footer(): void {
  document.querySelector('#footer')?.replaceChildren(h('div', { class: 'wrap' }, w('footer', { shop: catalogue.name })));
}

/** Redraws the number of pieces in the basket. */
export function countBasket(): void {
  const pieces = basket().reduce((all, { quantity }) => all + quantity, 0);
  document.querySelector('#count')?.replaceChildren(w('nav.cart', { n: pieces }));
}

function header(): HTMLElement {
  const links: [Word, string, string][] = [['nav.shop', 'index.html', 'index'], ['nav.account', 'account.html', 'account']];
  const here = document.body.dataset['page'];
  const element = h('div', { class: 'wrap bar' },
    h('a', { class: 'brand', href: 'index.html' }, h('img', { src: 'favicon.svg', alt: '', width: 32, height: 32 }), catalogue.name),
    h('nav', { class: 'links', 'aria-label': w('nav.label') },
      links.map(([word, href, page]) => h('a', { href, 'aria-current': page === here && 'page' }, w(word))),
      h('a', { id: 'count', href: 'cart.html', 'data-testid': 'cart-count', 'aria-current': here === 'cart' && 'page' })),
    h('div', { class: 'who' }, whoAmI()), languageSwitch());
  queueMicrotask(countBasket);
  return element;
}

function whoAmI(): HTMLElement {
  const name = member();
  if (name) {
    return h('div', { class: 'member' },
      // The account page has the whole balance.
      document.body.dataset['page'] === 'account' ? h('span', {}, name) : h('loyalty-balance', { compact: true }, name),
      button(w('signout'), () => { signOut(); location.reload(); }, { class: 'text', 'data-testid': 'signout' }));
  }
  const field = h('input', { name: 'name', 'aria-label': w('signin.name'), placeholder: w('signin.name'), autocomplete: 'off', required: true, 'data-testid': 'signin-name' }) as HTMLInputElement;
  return on(h('form', {}, field, h('button', { 'data-testid': 'signin' }, w('signin'))), {
    submit(event) {
      event.preventDefault();
      signIn(field.value);
      location.reload();
    },
  });
}

function languageSwitch(): HTMLElement {
  const short = language().slice(0, 2);
  const select = h('select', { 'aria-label': w('language'), 'data-testid': 'language' },
    languages.map(([tag, name]) => h('option', { value: tag, lang: tag, selected: tag === short }, name))) as HTMLSelectElement;
  return on(select, { change: () => { setLanguage(select.value); location.reload(); } });
}

function timeMachine(): HTMLElement {
  const go = (days: number) => () => { setDaysAhead(days); location.reload(); };
  const ahead = daysAhead();
  return h('div', { class: 'wrap' },
    h('span', {}, `${w('time.today')} `, h('time', { datetime: today(), 'data-testid': 'time-today' }, day(today()))),
    h('div', {},
      button(w('time.plus', { n: 1 }), go(ahead + 1), { 'data-testid': 'time-plus-1' }),
      button(w('time.plus', { n: 15 }), go(ahead + 15), { 'data-testid': 'time-plus-15' }),
      button(w('time.reset'), go(0), { 'data-testid': 'time-reset' })));
}
