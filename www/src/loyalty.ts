// The one script tag. Reads its own `data-*`, defines the elements, runs what was queued before it came.
import type { Token } from './client.js';
import { define } from './define.js';
import { configure, refresh as reread, setCart, type Options } from './session.js';
import type { Cart } from './wire.js';

export type { Change, Options } from './session.js';
export type { Token } from './client.js';
export type * from './wire.js';

export type Command =
  | ['init', Options]
  | ['cart', Cart]
  | ['token', Token]
  | ['refresh', number?];

export interface Loyalty {
  /** May be called any number of times; the same options again change nothing. */
  init(options: Options): void;
  /** The cart as it is now; an empty one has no lines. */
  cart(cart: Cart): void;
  token(token: Token): void;
  /** Reads the account again, at least as new as ledger entry `seq`. */
  refresh(seq?: number): Promise<void>;
  q: { push(...commands: Command[]): void };
}

declare global {
  interface Window {
    /** Before this script has come: `{q: []}`, whose commands wait. */
    loyalty?: Partial<Omit<Loyalty, 'q'>> & { q: { push(...commands: Command[]): unknown } };
  }
}

const own: Loyalty = {
  init: configure,
  cart: setCart,
  token: (value) => configure({ token: value }),
  refresh: reread,
  q: { push: (...commands) => commands.forEach(run) },
};

export const { init, cart, token, refresh } = globalThis.document ? install() : own;

function run([name, value]: Command): void {
  (own[name] as ((value: unknown) => void) | undefined)?.(value);
}

function install(): Loyalty {
  const before = window.loyalty;
  // A second copy of this script is another handle on the first.
  if (before?.init) return before as Loyalty;
  window.loyalty = own;
  configure(tagOptions());
  if (before) own.q.push(...(before.q as unknown as Command[]));
  define();
  // Much may have happened elsewhere while the page was out of sight, or in the cache of the back button.
  document.addEventListener('visibilitychange', () => void (document.hidden || reread()));
  addEventListener('pageshow', ({ persisted }) => void (persisted && reread()));
  return own;
}

function tagOptions(): Options {
  const tag = [...document.scripts].find(({ src }) => src === import.meta.url) ?? document.querySelector<HTMLElement>('script[data-shop]');
  const { tokenUrl, ...rest } = { ...tag?.dataset };
  return { api: new URL(import.meta.url).origin, ...rest, ...(tokenUrl && { token: () => fetchToken(tokenUrl) }) };
}

/** The shop's own address answers `{token}` for who is signed in; anything else means a guest, but for a moment's trouble. */
async function fetchToken(url: string): Promise<string | null> {
  const response = await fetch(url, { credentials: 'include' });
  if (response.status === 429 || response.status >= 500) throw Error(response.statusText);
  return response.ok ? ((await response.json()) as { token?: string }).token ?? null : null;
}
