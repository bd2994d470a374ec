// The ready programmes: each with its story, its document, and the way to try it.
import { html } from './page.mjs';
import { tell } from './tell.mjs';

/** In the order of the page; each is `www/programmes/<id>.json` and `tests/cases/ready-<id>.json`. */
const READY = ['cashback', 'beauty', 'coffee', 'hotel', 'coalition', 'discount-card'];

export function programmes(caseOf, products) {
  const found = READY.map((id) => ({ id, ...caseOf(`ready-${id}`) }));
  const all = found.map((one) => ({ ...one, ...titled(one.case) }));
  return {
    here: './',
    title: 'Ready programmes',
    description: 'Six complete loyalty programmes, each with a member’s story worked out figure by figure.',
    intro: [
      'Each of these is a complete programme document: publish it as it is, or take it as a start. Below it a member’s story is told step by step; the same story is a test of every host, so what it says is what is booked.',
    ],
    contents: all.map(({ id, heading }) => [id, heading]),
    main: all.map((one) => section(one, products)),
  };
}

/** `ready: a coffee card — ten and one free` is a heading and what it is about. */
function titled(title) {
  const [heading, ...lead] = title.replace(/^ready: /, '').split(' — ');
  const upper = (text) => text.charAt(0).toUpperCase() + text.slice(1);
  return { heading: upper(heading), lead: `${upper(lead.join(' — '))}.` };
}

function section({ id, heading, lead, about, programme, ...story }, products) {
  return html`
    <section id="${id}" aria-labelledby="${id}-title">
      <h2 id="${id}-title">${heading}</h2>
      <p class="lead">${lead}</p>
      <p>“${programme.name}”, in ${programme.currency}, by the calendar of ${programme.time_zone}.</p>
      <p class="actions">
        <a class="button primary" href="../demo/?shop=${id}" data-shop="${id}" hidden>Try it in the demo<span class="unseen">: ${heading}</span></a>
        <a class="button" href="../programmes/${id}.json">The document<span class="unseen"> of ${heading}, JSON</span></a>
        <a class="button" href="cases/ready-${id}.json">The case<span class="unseen"> of ${heading}, JSON</span></a>
      </p>
      <table>
        <caption>A member’s story</caption>
        <thead><tr><th scope="col">Day</th><th scope="col">What happens</th><th scope="col">What comes of it</th></tr></thead>
        <tbody>${tell({ programme, ...story }, products).map(row)}</tbody>
      </table>
      <h3>How the figures come about</h3>
      <p class="about">${about}</p>
      <details>
        <summary>The whole document<span class="unseen"> of ${heading}</span></summary>
        <pre tabindex="0" role="region" aria-label="The document of ${heading}"><code>${JSON.stringify(programme, null, 2)}</code></pre>
      </details>
    </section>`;
}

function row({ day, who, what, came }) {
  return html`<tr><th scope="row">${day}</th><td>${who && html`<span class="who">${who}</span> `}${what}</td><td>${figures(came)}</td></tr>`;
}

export function figures(came) {
  return came.length > 0 && html`<ul class="figures">${came.map((figure) => html`<li>${figure}</li>`)}</ul>`;
}
