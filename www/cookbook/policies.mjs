// The settings where good systems disagree: each choice with a worked figure, and the case that proves it.
import { html } from './page.mjs';
import { figures } from './programmes.mjs';
import { tell } from './tell.mjs';

export function policies(caseOf, settings) {
  return {
    here: 'policies.html',
    title: 'Settings',
    description: 'Every named setting of a programme, its choices, its default, and one worked figure for each choice.',
    intro: [
      'Good loyalty systems disagree on many small things. Here each of them is a named setting of the programme document. The first choice is the default: what holds where a document says nothing.',
    ],
    contents: settings.map(({ policy }) => [slug(policy), policy]),
    main: settings.map((setting) => section(setting, caseOf)),
  };
}

const slug = (policy) => policy.toLowerCase().replaceAll(/[^a-z]+/g, '-');

/** A title without the ids it starts with. */
const titled = (title) => {
  const plain = title.replace(/^(policy: |M\d+ )+/, '');
  return plain.charAt(0).toUpperCase() + plain.slice(1);
};

function section({ policy, setting, about, choices, no_default }, caseOf) {
  const id = slug(policy);
  return html`
    <section id="${id}" aria-labelledby="${id}-title">
      <h2 id="${id}-title">${policy}</h2>
      <p><code>${setting}</code>${about && html` — ${about}`}</p>
      <table>
        <thead><tr><th scope="col">Choice</th><th scope="col">Worked figure</th><th scope="col">Case</th></tr></thead>
        <tbody>${choices.map((choice, index) => row(choice, { isDefault: index === 0 && !no_default, isNew: choice.case !== choices[index - 1]?.case, found: caseOf(choice.case) }))}</tbody>
      </table>
    </section>`;
}

/** `isNew`: the row before is of another case; what is said of a case is said once. */
function row({ choice, steps, timed, case: name }, { isDefault, isNew, found }) {
  const story = tell(found, {});
  const shown = steps.map((index) => story[index]);
  const when = ({ day, time }) => timed && html`<span class="when">${day}, ${time} UTC</span> `;
  return html`<tr>
    <th scope="row"><code>${choice}</code>${isDefault && html` <span class="default">default</span>`}</th>
    <td>${shown.map((step) => html`<p>${when(step)}${step.what}</p>${figures(step.came)}`)}</td>
    <td><a href="cases/${name}.json">${name}</a>${isNew && html`<p>${titled(found.case)}.</p>${found.about && html`<p class="when">${titled(found.about)}</p>`}`}</td>
  </tr>`;
}
