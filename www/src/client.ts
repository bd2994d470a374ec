// The HTTP side: one function a request.
import type { Booked, Cart, Document, Preview, Redeem, View } from './wire.js';

/** A member's link and what became of it. */
export interface Referral {
  code: string;
  link: string;
  visits: number;
}

/** The programme of a shop. */
export interface Served {
  /** As the merchant wrote it. */
  programme: Document;
  /** With what its profile sets written out; only where it names one. */
  effective?: Document;
  /** For the module, which alone reads it. */
  rules: string;
}

/** A token, or where to get one; `null` for a guest. */
export type Token = string | null | (() => Promise<string | null>);

export interface Connection {
  /** The shop's id. Nothing happens before it is known. */
  shop?: string;
  /** Origin of the API; the script's own by default. */
  api?: string;
  token?: Token;
  /** The clock, in milliseconds since 1970; the Worker follows it in local mode only. */
  now?: () => number;
}

let connection: Connection;
let bearer: Promise<string | null> | undefined;

/** Says where requests go and on whose behalf. */
export function connect(to: Connection): void {
  connection = to;
  bearer = undefined;
}

export function fetchProgramme(): Promise<Served> {
  return call('programme', undefined, undefined, true);
}

/** The member's account, at least as new as entry `seq`; nothing for a guest. */
export async function fetchAccount(seq: number): Promise<View | undefined> {
  if (await authorisation()) return call(`me${seq ? `?min_seq=${seq}` : ''}`);
  bearer = undefined; // A guest may sign in later.
  return undefined;
}

export function postPreview(cart: Cart): Promise<Preview> {
  return call('preview', { cart });
}

export function postHold(body: Redeem & { cart: Cart }, key: string): Promise<Booked> {
  return call('holds', body, key);
}

export function postRelease(hold: string, key: string): Promise<Booked> {
  return call(`holds/${encodeURIComponent(hold)}/release`, {}, key);
}

/** The member's link, made when there is none yet; a member has one for ever. */
export function postReferral(): Promise<Referral> {
  return call('me/referral', {});
}

/** The code of a refusal, whether the Worker or the module spoke it; nothing for any other failure. */
export function refusal(error: unknown): string | undefined {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : undefined;
}

function authorisation(): Promise<string | null> {
  const { token = null } = connection;
  return (bearer ??= (typeof token === 'function' ? token() : Promise.resolve(token)).catch((error: unknown) => {
    bearer = undefined;
    throw error;
  }));
}

/** Fails with the problem that the Worker answers, or with whatever kept it from answering. */
async function call<T>(path: string, body?: object, key?: string, guest?: boolean, again?: boolean): Promise<T> {
  const { api = '', shop, token, now } = connection;
  const signed = guest ? null : await authorisation();
  const response = await fetch(`${api}/v1/shops/${shop}/${path}`, {
    method: body ? 'POST' : 'GET',
    headers: {
      ...(body && { 'content-type': 'application/json' }),
      ...(key && { 'idempotency-key': key }),
      ...(signed && { authorization: `Bearer ${signed}` }),
      ...(now && { 'loyalty-now': new Date(now()).toISOString() }),
    },
    body: body ? JSON.stringify(body) : null,
  });
  if (response.status === 401 && typeof token === 'function' && !again) {
    // Tokens live for minutes: asked once for a new one.
    bearer = undefined;
    return call(path, body, key, guest, true);
  }
  const answer = await response.json();
  if (!response.ok) throw answer;
  return answer as T;
}
