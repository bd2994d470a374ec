// The demo shop's one script. It comes before the loyalty script on the page and speaks to it through the queue.
import { chrome, footer } from './src/chrome.js';
import { page } from './src/pages.js';
import { catalogue, SHOP } from './src/products.js';
import { basket, cartOf, clock, language, member } from './src/shop.js';
import { issueToken } from './src/office.js';
import { learn } from './src/words.js';

// A page that comes back may show a basket that is no longer so.
addEventListener('pageshow', ({ persisted }) => void (persisted && location.reload()));
document.documentElement.lang = language();
const commands = (window.loyalty ??= { q: [] }).q;
commands.push(
  ['init', { shop: SHOP, lang: language(), token: member() ? issueToken : null, ...clock() }],
  ['cart', cartOf(basket())],
);

await learn(language());
await chrome();
const drawn = page();
document.title = [...new Set([document.querySelector('h1')?.textContent, catalogue.name])].join(' — ');
footer();
await drawn;
