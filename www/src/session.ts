// What the page knows: programme, account, cart, preview. A page has one of it, and each change is told
// by `loyalty:change` on the document.
import {
  connect, fetchAccount, fetchProgramme, postHold, postPreview, postReferral, postRelease, refusal, type Connection, type Referral,
} from './client.js';
import { speak } from './messages.js';
import { pricedIn } from './money.js';
import type { Previews } from './previews.js';
import { open } from './wasm.js';
import type { Booked, Cart, Document, OpenHold, Preview, Problem, Redeem, View } from './wire.js';

export interface Options extends Connection {
  /** Language tag; the page's own by default. */
  lang?: string;
}

/** What `loyalty:change` carries. The cart names the holds that count for it, and none that no longer fits it. */
export interface Change {
  view: View | undefined;
  cart: Cart | undefined;
  preview: Preview | undefined;
}

/** With what its profile sets. Known once the first answers are there; until then nothing can be said. */
export let programme: Document | undefined;
/** Nothing for a guest. */
export let view: View | undefined;
/** Of the cart as it is now. */
export let preview: Preview | undefined;
/** By open hold that no longer fits the cart: why. */
export let unfit = new Map<string, Problem>();
/** Whether previews of the page's cart come from the module in the page, at no cost. */
export let local = false;

let options: Options = {};
let rules = '';
let pushed: Cart | undefined;
let engine: Promise<Previews | undefined> | undefined;
/** What the Worker was asked since the account was read last. */
const asked = new Map<string, Promise<Preview>>();
let link: Promise<Referral> | undefined;
let attempt = '';
let key = '';
let seen = 0;
let turn = 0;
let skew = 0;
let scheduled = false;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Merges options; the same again changes nothing. Commands that come together make one start. */
export function configure(more: Options): void {
  if (Object.entries(more).every(([name, value]) => options[name as keyof Options] === value)) return;
  options = { ...options, ...more };
  if (scheduled) return;
  scheduled = true;
  queueMicrotask(() => {
    scheduled = false;
    void start();
  });
}

export function setCart(content: Cart): void {
  pushed = content;
  if (programme) void recount();
}

/** Reads the account again, at least as new as entry `seq`; after a failed start, starts again. */
export async function refresh(seq = 0): Promise<void> {
  seen = Math.max(seen, seq);
  const mine = options;
  if (!programme) return scheduled ? undefined : start();
  const found = await account();
  if (mine === options) await settle(found);
}

/** The member's holds that are open now. */
export function holds(): OpenHold[] {
  return (view?.standing.holds ?? []).filter(({ until }) => Date.parse(until) > now());
}

/** The cart as it counts: with the holds that are open, wherever they were taken, and fit. */
export function cart(but = unfit): Cart | undefined {
  return pushed && { ...pushed, holds: holds().map(({ id }) => id).filter((id) => !but.has(id)) };
}

/** What any cart would bring: by the module, else by the Worker, which is the same code. */
export function forecast(content: Cart): Promise<Preview> {
  return ask('preview', content);
}

async function ask(how: 'preview' | 'follow', content: Cart): Promise<Preview> {
  if (!programme) throw Error('too early');
  const module = await (engine ??= open(rules, view).catch(() => undefined));
  try {
    const answer = module?.[how](content, now());
    // What the page shows beside its cart, or asks to see, changes nothing of this.
    if (how === 'follow') local = !!answer;
    if (answer) return answer;
  } catch (error) {
    if (refusal(error)) throw error;
    engine = Promise.resolve(undefined); // A module that trapped is not asked again.
    local = false;
  }
  const text = JSON.stringify(content);
  const answer = asked.get(text) ?? postPreview(content);
  asked.set(text, answer);
  answer.catch(() => asked.delete(text));
  return answer;
}

/** Sets a reward aside for the cart. */
export async function take(redeem: Redeem, content: Cart): Promise<void> {
  const body = { ...redeem, cart: content };
  await write(JSON.stringify(body), () => postHold(body, key));
}

/** Gives a hold's points back. One that is over already is only dropped. */
export async function giveBack({ id }: OpenHold): Promise<void> {
  try {
    await write(id, () => postRelease(id, key));
  } catch (error) {
    if (!refusal(error)?.startsWith('hold_')) throw error;
    await refresh();
  }
}

/** The member's link; asked for once. */
export function referral(): Promise<Referral> {
  return (link ??= postReferral().catch((error: unknown) => {
    link = undefined;
    throw error;
  }));
}

export function now(): number {
  return options.now?.() ?? Date.now() + skew;
}

async function start(): Promise<void> {
  const mine = options;
  if (!mine.shop || !globalThis.document) return;
  connect(mine);
  link = view = engine = undefined;
  asked.clear();
  seen = 0;
  const texts = speak(new URL('messages', import.meta.url).href, mine.lang, document.documentElement.lang, ...navigator.languages);
  const member = account();
  try {
    const found = await fetchProgramme();
    await texts;
    const known = await member;
    if (mine !== options) return; // Another start has overtaken this one.
    rules = found.rules;
    pricedIn((programme = found.effective ?? found.programme).currency);
    await settle(known);
  } catch {
    if (mine !== options) return;
    preview = undefined; // Nothing is said of whoever was here before.
    tell();
  }
}

/** The account; one that cannot be read now leaves what is known, or nothing. Who is signed out has none. */
async function account(): Promise<View | undefined> {
  try {
    return await fetchAccount(seen);
  } catch (error) {
    return refusal(error) === 'unauthorised' ? undefined : view;
  }
}

async function settle(found: View | undefined): Promise<void> {
  // Answers may overtake each other.
  if (found && found.member === view?.member && found.standing.seq < view.standing.seq) return;
  if (found && found !== view) skew = Date.parse(found.as_of) - Date.now(); // The shopper's clock may be wrong.
  view = found;
  engine = undefined; // The glue frees what is no longer reachable.
  asked.clear();
  clearTimeout(timer);
  const ends = holds().map(({ until }) => Date.parse(until) - now());
  if (ends.length) timer = setTimeout(() => void refresh(), Math.min(...ends) + 500);
  tell();
  await recount();
}

/** Previews the cart again and says so. Only the newest question is answered. A hold that is refused is left out. */
async function recount(): Promise<void> {
  const mine = ++turn;
  const refused: typeof unfit = new Map();
  let answer: Preview | undefined;
  for (let content; !answer && (content = cart(refused)); ) {
    try {
      answer = await ask('follow', content);
    } catch (error) {
      const { about } = error as Problem;
      if (!about || !content.holds?.includes(about)) break;
      refused.set(about, error as Problem);
    }
  }
  if (mine !== turn) return;
  preview = answer;
  unfit = refused;
  tell();
}

function tell(): void {
  const told = preview;
  let copy: Preview | undefined;
  const detail = {
    view,
    cart: cart(),
    // A copy: what a page does to it is no matter of the next answer, which is told by what differs from this one.
    get preview() { return (copy ??= structuredClone(told)); },
  };
  document.dispatchEvent(new CustomEvent<Change>('loyalty:change', { detail }));
}

/** The same attempt keeps its key until it is answered for good, so that a lost answer cannot book twice. */
async function write(what: string, send: () => Promise<Booked>): Promise<void> {
  const mine = options;
  // Not `randomUUID`, which pages without TLS do not have.
  if (attempt !== what) key = crypto.getRandomValues(new Uint32Array(4)).join('-');
  attempt = what;
  try {
    const { seq } = await send();
    if (mine === options) seen = seq;
  } catch (error) {
    if ((error as { retry?: string }).retry) attempt = ''; // Kept under its key, which has no other answer.
    throw error;
  }
  // Where the account cannot be read back, the key stays too: pressed again, it is answered as before.
  const found = await fetchAccount(seen);
  if (mine === options) await settle(found);
  attempt = '';
}
