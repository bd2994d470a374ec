// The shop's back office. Here the Worker plays it in local mode; a real shop's server does this with its API key.
import type { Booked, Document, Order } from '../../src/wire.js';
import { SHOP } from './products.js';
import { clock, member } from './shop.js';

/** A refusal's code and words. */
export class Refusal extends Error {
  constructor(readonly code: string, detail: string) {
    super(detail);
  }
}

export async function issueToken(): Promise<string | null> {
  return (await post<{ token: string }>('/local/tokens', { shop: SHOP, member: member() })).token;
}

export function payOrder(order: Order, referral: string | undefined): Promise<Booked> {
  return post('/local/orders', { shop: SHOP, member: member(), order, ...(referral && { referral }) });
}

/** One refund a line: pressing twice refunds once. */
export function refundLine(order: string, line: string, of: string): Promise<Booked> {
  return post('/local/refunds', { shop: SHOP, member: of, order, refund: `line-${line}`, lines: [{ id: line }] });
}

/** With what its profile sets. */
export async function publishedProgramme(): Promise<Document> {
  const response = await fetch(`/v1/shops/${SHOP}/programme`);
  if (!response.ok) throw new Refusal('', response.statusText);
  const { programme, effective = programme } = (await response.json()) as { programme: Document; effective?: Document };
  return effective;
}

/** Whether the Worker lets the clock be set and plays the back office. */
export async function isLocal(): Promise<boolean> {
  try {
    return ((await (await fetch('/health')).json()) as { mode: string }).mode === 'local';
  } catch {
    return false;
  }
}

async function post<T>(path: string, body: object): Promise<T> {
  const { now } = clock();
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(now && { 'loyalty-now': new Date(now()).toISOString() }) },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as T & { code?: string; detail?: string };
  if (!response.ok) throw new Refusal(answer.code ?? '', answer.detail ?? response.statusText);
  return answer;
}
