// What the shop remembers in this browser: who is here, the basket, past orders, who sent them, what day it is.
import type { Booked, Cart, Preview } from '../../src/wire.js';
import { catalogue, isProduct, productOf, SHOP, type ProductId } from './products.js';

const DAY_MS = 86_400_000;
/** How long a friend's link counts. */
const ATTRIBUTION_DAYS = 30;
const LANGUAGES: Record<string, string> = { en: 'English', hu: 'Magyar', ru: 'Русский', uk: 'Українська', ro: 'Română' };

export interface Item { id: ProductId; quantity: number }

/** So many points, in a wallet. */
export type Change = [wallet: string, points: number];

export interface PastOrder {
  id: string;
  member: string | null;
  items: Item[];
  cart: Cart;
  preview: Preview | null;
  booked: Booked | null;
  /** By refunded line: the changes of wallets. */
  refunds: Record<string, Change[]>;
}

export const languages = Object.entries(LANGUAGES);

/** Language tag; the shop is European, so its English is. */
export function language(): string {
  const short = [read<string>('language'), ...navigator.languages].map((tag) => tag?.slice(0, 2)).find((tag) => tag && tag in LANGUAGES);
  return short && short !== 'en' ? short : 'en-GB';
}

export const setLanguage = (tag: string): void => write('language', tag);

export const member = (): string | null => read('member');

/** A member id from whatever name is typed. */
export function signIn(name: string): void {
  const plain = name.normalize('NFKD').toLowerCase().replace(/\p{M}/gu, '').trim().replace(/[^\p{L}\p{N}]+/gu, '-');
  // An id is visible ASCII; other letters go by their number.
  const id = plain.replace(/[^a-z0-9-]/g, (letter) => letter.codePointAt(0)?.toString(36) ?? '').slice(0, 64);
  if (id) write('member', id);
}

export function signOut(): void {
  forget('member');
}

export const basket = (): Item[] => (read<Item[]>('basket') ?? []).filter(({ id }) => isProduct(id));

export function setQuantity(id: ProductId, quantity: number): void {
  const others = basket().filter((item) => item.id !== id);
  write('basket', quantity > 0 ? [...others, { id, quantity: Math.min(Math.trunc(quantity), 99) }].sort((a, b) => a.id.localeCompare(b.id)) : others);
  window.loyalty?.cart?.(cartOf(basket()));
}

export function add(id: ProductId, quantity: number): void {
  setQuantity(id, quantity + (basket().find((item) => item.id === id)?.quantity ?? 0));
}

export function emptyBasket(): void {
  forget('basket');
}

/** The basket as the loyalty programme reads it. */
export function cartOf(items: Item[]): Cart {
  const goods = items.map(({ id, quantity }) => {
    const { price, categories } = productOf(id);
    return { id, product: id, categories, quantity, price };
  });
  const { currency, delivery } = catalogue;
  return { currency, lines: goods.length && delivery ? [...goods, { id: 'delivery', kind: 'delivery', amount: delivery }] : goods };
}

export const orders = (): PastOrder[] => read('orders') ?? [];

export function keepOrder(order: PastOrder): void {
  write('orders', [order, ...orders().filter(({ id }) => id !== order.id)].slice(0, 20));
}

/** Remembers whose link brought the shopper; the last one counts. */
export function attribute(code: string): void {
  write('referral', { code, at: now() });
}

export function attribution(): string | undefined {
  const found = read<{ code: string; at: number }>('referral');
  return found && now() - found.at < ATTRIBUTION_DAYS * DAY_MS ? found.code : undefined;
}

export function forgetAttribution(): void {
  forget('referral');
}

/** The time machine: days that the demo is ahead of the world. */
export const daysAhead = (): number => read('days') ?? 0;

export const setDaysAhead = (days: number): void => write('days', days);

export const now = (): number => Date.now() + daysAhead() * DAY_MS;

/** The clock to hand on, where it is not the world's. */
export const clock = (): { now?: () => number } => (daysAhead() ? { now } : {});

/** Today in the shop's time zone. */
export function today(): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: catalogue.timeZone, dateStyle: 'short' }).format(now());
}

function read<T>(name: string): T | null {
  try {
    return JSON.parse(localStorage.getItem(place(name)) ?? 'null') as T | null;
  } catch {
    return null;
  }
}

function write(name: string, value: unknown): void {
  localStorage.setItem(place(name), JSON.stringify(value));
}

function forget(name: string): void {
  localStorage.removeItem(place(name));
}

/** Each shop remembers for itself. */
const place = (name: string): string => `${SHOP}:${name}`;
