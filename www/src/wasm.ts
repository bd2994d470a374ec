// The rules, compiled: fetched when something first asks for a preview, and at most once a page.
import { initSync, Loyalty } from 'loyalty-wasm';
import { Previews } from './previews.js';
import type { View } from './wire.js';

/** The hash of the module that was built with this script: another would write what is read here in another order. */
declare const MODULE_INTEGRITY: string;

let loading: Promise<WebAssembly.Module> | undefined;

/**
 * Fails where the page's policy or the browser does not let the module run, and where it is another than this script's.
 *
 * Compiled here and only linked by the glue: its own loader would be a twentieth of the whole script.
 */
export async function open(rules: string, view: View | undefined): Promise<Previews> {
  const url = new URL('loyalty_wasm_bg.wasm', import.meta.url);
  const module = await (loading ??= WebAssembly.compileStreaming(fetch(url, { integrity: MODULE_INTEGRITY })));
  initSync({ module }); // Once; from then on it does nothing.
  return new Previews(new Loyalty(rules, view?.position));
}
