// Writes the cookbook: `node www/cookbook/build.mjs <folder>`. What it says of a programme or a setting it reads from
// the cases that prove it.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { page } from './page.mjs';
import { policies } from './policies.mjs';
import { programmes } from './programmes.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const cases = path.join(here, '../../tests/cases');
const read = (...parts) => JSON.parse(readFileSync(path.join(...parts), 'utf8'));

const out = process.argv[2];
if (!out) throw new Error('name the folder to write to');
mkdirSync(path.join(out, 'cases'), { recursive: true });

/** A case, copied beside the pages, which link to it. */
function caseOf(name) {
  cpSync(path.join(cases, `${name}.json`), path.join(out, 'cases', `${name}.json`));
  return read(cases, `${name}.json`);
}

const words = read(here, '../demo/messages/en.json');
const products = Object.fromEntries(
  Object.entries(words).flatMap(([key, text]) => (/^product\.\w+$/.test(key) ? [[key.slice('product.'.length), text]] : [])),
);

writeFileSync(path.join(out, 'index.html'), page(programmes(caseOf, products)));
writeFileSync(path.join(out, 'policies.html'), page(policies(caseOf, read(here, 'policies.json'))));
for (const file of ['cookbook.css', 'policies.json']) cpSync(path.join(here, file), path.join(out, file));
