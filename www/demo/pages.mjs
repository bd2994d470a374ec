// The pages of the demo shop, which differ in these words only; what is on them their script draws.
import { html } from '../cookbook/page.mjs';

/** By name: title and description. */
export const PAGES = {
  index: ['Alder & Clay — things for the house', 'Ceramics, linen, glass and wood for everyday tables.'],
  product: ['Alder & Clay', 'One piece from Alder & Clay.'],
  cart: ['Your basket — Alder & Clay', 'What you are about to buy.'],
  checkout: ['Checkout — Alder & Clay', 'Pay for your basket.'],
  order: ['Your order — Alder & Clay', 'What you bought, and the points it brought.'],
  account: ['Your Circle — Alder & Clay', 'Your points, your level and your link.'],
  friend: ['A gift from a friend — Alder & Clay', 'A welcome gift for your first order.'],
};

/** A whole page. */
export const page = (name, [title, description]) => html`<!doctype html>
<html lang="en-GB">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta http-equiv="Content-Security-Policy" content="default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; object-src 'none'; base-uri 'none'">
  <meta name="robots" content="noindex">
  <title>${title}</title>
  <meta name="description" content="${description}">
  <link rel="icon" href="favicon.svg" type="image/svg+xml">
  <link rel="stylesheet" href="demo.css">
  <script type="module" src="demo.js"></script>
  <script type="module" src="../loyalty.js" data-shop="demo"></script>
</head>
<body data-page="${name}">
  <a class="skip" href="#main">Skip to content</a>
  <section class="time" id="time" aria-label="Local demo"></section>
  <header class="shop" id="header"></header>
  <main class="wrap" id="main" tabindex="-1">
    <noscript>This demo shop needs JavaScript. A shop's own pages do not: its loyalty elements then show their own text.</noscript>
  </main>
  <footer id="footer"></footer>
</body>
</html>
`.text;
