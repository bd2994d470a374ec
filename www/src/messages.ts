// Shopper-facing text in the shopper's language. One JSON file a language; plurals by Intl.PluralRules.
import type english from '../messages/en.json';
import type { Day, Instant } from './wire.js';

/** The name of a text of the elements. */
export type Key = keyof typeof english;
type Plural = Partial<Record<Intl.LDMLPluralRule, string>>;

const LANGUAGES = 'en hu ru uk ro';

let dictionary: Record<string, string | Plural> = {};

/** Language tag that texts, numbers, money and dates are written in. A region, as in `en-GB`, touches only the latter. */
export let lang = 'en';

/** Reads `<base>/<language>.json` for the first of the wanted languages that there is a file for. */
export async function speak(base: string, ...wanted: (string | undefined)[]): Promise<void> {
  const tag = wanted.find((tag) => tag && LANGUAGES.includes(tag.slice(0, 2))) ?? 'en';
  const own = (lang = tag.replaceAll('_', '-')); // As `ro_RO`, which servers say.
  const found = await (await fetch(`${base}/${own.slice(0, 2)}.json`)).json();
  if (own === lang) dictionary = found; // Asked for another since, it comes too late.
}

export function has(key: string): key is Key {
  return key in dictionary;
}

/** The text of `key`. The first number that a text with plural forms names chooses the form. */
export function t(key: Key, facts: object = {}): string {
  const known = facts as Record<string, unknown>;
  let text = dictionary[key] ?? '';
  if (typeof text === 'object') {
    const { other = '' } = text;
    const count = Number(known[/\{(\w+)/.exec(other)?.[1] ?? '']);
    text = text[new Intl.PluralRules(lang).select(count)] ?? other;
  }
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const fact = known[name] ?? '';
    return typeof fact === 'number' ? number(fact) : `${fact}`;
  });
}

/** A number, written the language's way, a fraction with two to four digits; `signed` puts its sign before it. */
export function number(value: number, signed?: boolean): string {
  const minimumFractionDigits = value % 1 ? 2 : 0;
  const signDisplay = signed ? 'exceptZero' : 'auto';
  return new Intl.NumberFormat(lang, { signDisplay, minimumFractionDigits, maximumFractionDigits: 4 }).format(value);
}

/** A calendar day, which has no time zone: read and written as UTC. */
export function day(text: Day): string {
  return date(text, { dateStyle: 'long', timeZone: 'UTC' });
}

/** The time of day of an instant, on the reader's clock; with its day where it is `far` from now. */
export function time(text: Instant, far: boolean): string {
  return date(text, { timeStyle: 'short', ...(far && { dateStyle: 'medium' }) });
}

function date(text: string, style: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(lang, style).format(Date.parse(text));
}
