// HTML as text, everything escaped unless it is HTML already.

class Html {
  constructor(text) {
    this.text = text;
  }
}

const ESCAPES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function written(value) {
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map(written).join('');
  return value === undefined || value === null || value === false ? '' : String(value).replace(/[&<>"]/g, (sign) => ESCAPES[sign]);
}

/** A template whose values are escaped. */
export function html(parts, ...values) {
  return new Html(parts.map((part, index) => part + (index < values.length ? written(values[index]) : '')).join(''));
}

const PAGES = [['./', 'Programmes'], ['policies.html', 'Settings'], ['../demo/', 'Demo shop']];

/** A whole page. `here` is the address of it among the pages. */
export function page({ here, title, description, intro, contents, main }) {
  const link = ([href, name]) => html`<a href="${href}"${href === here && html` aria-current="page"`}>${name}</a>`;
  return html`<!doctype html>
<html lang="en-GB">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta http-equiv="Content-Security-Policy" content="default-src 'self'; object-src 'none'; base-uri 'none'">
  <title>${title} — loyalty cookbook</title>
  <meta name="description" content="${description}">
  <link rel="icon" href="../demo/favicon.svg" type="image/svg+xml">
  <link rel="stylesheet" href="cookbook.css">
  <script type="module" src="cookbook.js"></script>
</head>
<body>
  <a class="skip" href="#main">Skip to content</a>
  <header><div class="wrap bar"><a class="brand" href="./">Loyalty cookbook</a><nav aria-label="Pages">${PAGES.map(link)}</nav></div></header>
  <main class="wrap" id="main" tabindex="-1">
    <h1>${title}</h1>
    ${intro.map((text) => html`<p class="intro">${text}</p>`)}
    <nav class="contents" aria-label="On this page"><ul>${contents.map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
    ${main}
  </main>
  <footer><div class="wrap">Every figure on this page is read from the case that proves it, each time the site is built.</div></footer>
</body>
</html>
`.text;
}
