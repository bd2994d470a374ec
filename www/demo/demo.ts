// The demo shop's one script. It comes before the loyalty script on the page and speaks to it through the queue.
import { chrome, footer } from './src/chrome.js';
import { page } from './src/pages.js';
import { SHOP } from './src/products.js';
import { basket, cartOf, clock, language, member } from './src/shop.js';
import { issueToken } from './src/office.js';
import { learn } from './src/words.js';

document.documentElement.lang = language();
const commands = (window.loyalty ??= { q: [] }).q;
commands.push(
  ['init', { shop: SHOP, lang: language(), token: member() ? issueToken : null, ...clock() }],
  ['cart', cartOf(basket())],
);

await learn(language());
await chrome();
const drawn = page();
footer();
await drawn;
