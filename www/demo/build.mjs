// Writes the pages of the demo shop: `node www/demo/build.mjs <folder>`.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { page, PAGES } from './pages.mjs';

const out = process.argv[2];
if (!out) throw new Error('name the folder to write to');
for (const [name, words] of Object.entries(PAGES)) writeFileSync(path.join(out, `${name}.html`), page(name, words));
