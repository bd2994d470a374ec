// The rules, compiled: fetched when something first asks for a preview, and at most once a page.
import { initSync, Loyalty } from 'loyalty-wasm';
import type { Cart, Document, Position, Preview } from './wire.js';

/** What the module's object does, with the types that its glue has no words for. */
export interface Rules {
  /** Throws a problem with its `code` for a cart that is refused. `now` is in milliseconds since 1970. */
  preview(cart: Cart, now: number): Preview;
}

let loading: Promise<WebAssembly.Module> | undefined;

/**
 * One account under one programme. Fails where the page's policy or the browser does not let the module run.
 *
 * Compiled here and only linked by the glue: its own loader would be a twentieth of the whole script.
 */
export async function open(programme: Document, position: Position | undefined): Promise<Rules> {
  const module = await (loading ??= WebAssembly.compileStreaming(fetch(new URL('loyalty_wasm_bg.wasm', import.meta.url))));
  initSync({ module }); // Once; from then on it does nothing.
  return new Loyalty(programme, position);
}
