// The rules, compiled: fetched when something first asks for a preview, and at most once a page.
import { initSync, Loyalty } from 'loyalty-wasm';
import { opened } from './answer.js';
import { Held } from './held.js';
import { previewed } from './packed.js';
import type { Cart, Preview, View } from './wire.js';

/**
 * One account under one programme. Both throw a problem with its `code` for a cart that the rules refuse, and give
 * nothing for one that they cannot read: the Worker tells what is wrong with it.
 */
export interface Rules {
  /** What a cart would come to; `now` is in milliseconds since 1970. */
  preview(cart: Cart, now: number): Preview | undefined;
  /** The same for the page's own cart, which changes little from one time to the next. */
  follow(cart: Cart, now: number): Preview | undefined;
}

let loading: Promise<WebAssembly.Module> | undefined;

/**
 * Fails where the page's policy or the browser does not let the module run.
 *
 * Compiled here and only linked by the glue: its own loader would be a twentieth of the whole script.
 */
export async function open(rules: string, view: View | undefined): Promise<Rules> {
  const module = await (loading ??= WebAssembly.compileStreaming(fetch(new URL('loyalty_wasm_bg.wasm', import.meta.url))));
  initSync({ module }); // Once; from then on it does nothing.
  const loyalty = new Loyalty(rules, view?.position);
  const held = new Held(loyalty);
  return {
    preview(cart, now) {
      const text = previewed(loyalty, cart, now);
      return text === undefined ? text : opened(text);
    },
    follow: (cart, now) => held.preview(cart, now),
  };
}
