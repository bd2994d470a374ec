// Derives www/src/wire.ts from www/schema/wire.v1.json; with --check only compares.
import { readFileSync, writeFileSync } from 'node:fs';
import { compile } from 'json-schema-to-typescript';

const schema = JSON.parse(readFileSync(new URL('schema/wire.v1.json', import.meta.url), 'utf8'));
const target = new URL('src/wire.ts', import.meta.url);

/** A reference with words beside it would be taken for a type of its own. */
function plainReferences(node) {
  if (Array.isArray(node)) return node.map(plainReferences);
  if (node === null || typeof node !== 'object') return node;
  if ('$ref' in node) return { $ref: node.$ref };
  return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, plainReferences(value)]));
}

const types = await compile(plainReferences(schema), 'Wire', {
  additionalProperties: false,
  bannerComment: '// Derived from the Rust types by `cargo xtask types`.',
  strictIndexSignatures: true,
  style: { singleQuote: true, printWidth: 100 },
});

if (!process.argv.includes('--check')) {
  writeFileSync(target, types);
} else if (readFileSync(target, 'utf8') !== types) {
  console.error('www/src/wire.ts is not derived from the schema: run `cargo xtask types`');
  process.exit(1);
}
