// Numbers as sentences: what a step gave, what an entry did, why a reward cannot be taken.
import { has, number, t, type Key } from './messages.js';
import { money } from './money.js';
import { programme } from './session.js';
import type { Code, Decimal, EntryV1, RewardOffer, Step } from './wire.js';

/** Codes that have a text of their own, read off the messages. */
type Shown = Key extends infer K ? (K extends `refused.${infer C}` ? C : never) : never;

/** Codes that speak to whoever built the page; a shopper reads `refused.other`. */
type Technical =
  | 'malformed' | 'duplicate_field' | 'unknown_field' | 'missing' | 'wrong_type' | 'unknown_choice' | 'too_many'
  | 'id_invalid' | 'duplicate_id' | 'number_out_of_range' | 'amount_invalid' | 'amount_negative' | 'amount_too_fine'
  | 'amount_too_large' | 'amount_ambiguous' | 'exceeds_line' | 'currency_unknown' | 'day_invalid' | 'instant_invalid'
  | 'points_out_of_range' | 'rates_too_fine' | 'levels_not_rising' | 'idempotency_key_reused' | 'order_already_booked'
  | 'order_unknown' | 'refund_already_booked' | 'line_unknown' | 'refund_exceeds_line' | 'hold_exists'
  | 'points_missing' | 'points_not_taken' | 'referral_off' | 'self_referral' | 'not_first_order'
  | 'referral_minimum_not_reached' | 'entry_inconsistent' | 'unknown_reference' | 'exchange_gains' | 'points_spent'
  | 'cart_missing' | 'cart_not_taken' | 'bonus_unknown' | 'consent_missing' | 'membership_unknown' | 'privilege_unknown'
  | 'not_yet_honoured' | 'membership_running' | 'wallet_unknown' | 'exchange_unknown' | 'self_transfer';

/** Does not compile while a code is in neither group. */
type Settled<_ extends never> = true;
export type EveryCodeSettled = Settled<Exclude<Code, Shown | Technical>>;

/** Where points are: how they are shown. Where none is named, the main one, as the programme has it. */
interface Wallet {
  name?: string | null;
  scale?: number | null;
}

const main = (): Wallet => programme?.points ?? {};

/** The wallet of a name, of those that an answer has beside the main one. */
export function walletOf<W extends Wallet & { id: string }>(id: string, wallets: W[] = []): W | undefined {
  return wallets.find((wallet) => wallet.id === id);
}

/** What a number of points reads as: in a wallet of scale 2, 150 is 1.5. */
export function scaled(n: number, { scale }: Wallet = main()): number {
  return n / 10 ** (scale ?? 0);
}

/** `20 points`; `20` of a wallet that has a name, which stands somewhere before. */
export function figure(n: number, wallet = main()): string {
  const value = scaled(n, wallet);
  return wallet.name ? number(value) : t('points', { n: value });
}

/** `20 points`, or `Stamps: 20`: a name that is given once has no plural forms. */
export function points(n: number, wallet = main()): string {
  return named(figure(n, wallet), wallet);
}

/** `+20`, or `Stamps: +20`. */
export function change(n: number, wallet = main()): string {
  return named(number(scaled(n, wallet), true), wallet);
}

function named(said: string, { name }: Wallet): string {
  return name ? `${name}: ${said}` : said;
}

/** `3 points for every €10.00: €109.99 → 30 points`. */
export function explainStep(step: Step, wallet = main()): string {
  const { points_per = 0, amount = '0', per = '0', level, campaign, multiplier } = fields(step);
  return t(`step.${step.kind}`, {
    ...step,
    rate: figure(points_per, wallet),
    amount: money(amount),
    per: money(per),
    tier: level && tierName(level),
    campaign: name('campaigns', campaign),
    multiplier: multiplier && number(+multiplier),
    gain: number(scaled(step.points, wallet), true),
    points: figure(step.points, wallet),
  });
}

/** The fields that some kinds have and others have not. */
function fields(of: object): Partial<Record<string, never>> {
  return of;
}

/** What the merchant calls something; its id where it has left the programme. */
function name(list: 'bonuses' | 'campaigns' | 'memberships' | 'privileges' | 'rewards', id: unknown): string | undefined {
  return programme?.[list]?.find((known) => known.id === id)?.name ?? (id as string | undefined);
}

/** `Order 1042`. */
export function explainEntry({ event }: EntryV1): string {
  const key: Key = 'role' in event ? `entry.${event.kind}.${event.role}` : `entry.${event.kind}`;
  const { order, reward, to = null, bonus, membership, privilege } = fields(event);
  return t(key, {
    ...event,
    order: (order as { id?: string } | undefined)?.id ?? order,
    reward: name('rewards', reward),
    tier: tierName(to) ?? '–',
    bonus: name('bonuses', bonus),
    membership: name('memberships', (membership as { id?: string } | undefined)?.id ?? membership),
    privilege: name('privileges', privilege),
  });
}

/**
 * `120 points missing`, or `120 missing` where the wallet's name stands before; the numbers are the offer's, but
 * for a `limit` in money.
 */
export function explainRefusal(code: string | null | undefined, offer: RewardOffer, wallet = main(), limit?: Decimal | null): string {
  const { missing, points, minimum, choice } = offer;
  const keys = [(limit || wallet.name) && `wallet.refused.${code}`, `refused.${code}`];
  return t(keys.find((key) => key && has(key)) as Key ?? 'refused.other', {
    ...offer,
    missing: scaled(missing, wallet),
    points: scaled(points, wallet),
    most: limit ? money(limit) : scaled(choice?.most ?? 0, wallet),
    step: scaled(choice?.step ?? 0, wallet),
    minimum: money(minimum),
  });
}

/** A level's name as the merchant wrote it. */
export function tierName(level: string | null): string | null {
  return programme?.tiers?.levels.find(({ id }) => id === level)?.name ?? level;
}
