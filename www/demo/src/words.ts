// The shop's own texts, by the same mechanism as the elements'.
import { speak, t } from '../../src/messages.js';
import { pricedIn } from '../../src/money.js';
import { catalogue } from './products.js';
import type english from '../messages/en.json';

export type Word = keyof typeof english;

export { day, has, number } from '../../src/messages.js';
export { money } from '../../src/money.js';

export const w = t as unknown as (word: Word, facts?: object) => string;

export async function learn(language: string): Promise<void> {
  pricedIn(catalogue.currency);
  await speak(new URL('messages', import.meta.url).href, language);
}
