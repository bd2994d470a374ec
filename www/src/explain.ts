// Numbers as sentences: what a step gave, what an entry did, why a reward cannot be taken.
import { has, number, t, type Key } from './messages.js';
import { money } from './money.js';
import { programme } from './session.js';
import type { Code, EntryV1, RewardOffer, Step } from './wire.js';

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
  | 'referral_minimum_not_reached' | 'entry_inconsistent';

/** Does not compile while a code is in neither group. */
type Settled<_ extends never> = true;
export type EveryCodeSettled = Settled<Exclude<Code, Shown | Technical>>;

/** `20 points`. */
export function points(n: number): string {
  return t('points', { n });
}

/** `3 points for every €10.00: €109.99 → 30 points`. */
export function explainStep(step: Step): string {
  if (step.kind === 'tier') {
    return t('step.tier', { tier: tierName(step.level), multiplier: number(+step.multiplier), gain: number(step.points, true) });
  }
  const facts = { rate: points(step.points_per), points: points(step.points) };
  return step.kind === 'pieces'
    ? t('step.pieces', { ...facts, pieces: number(step.pieces) })
    : t('step.rate', { ...facts, per: money(step.per), amount: money(step.amount) });
}

/** `Order 1042`. */
export function explainEntry({ event }: EntryV1): string {
  const key: Key = 'role' in event ? `entry.${event.kind}.${event.role}` : `entry.${event.kind}`;
  return t(key, {
    ...event,
    ...('order' in event && typeof event.order === 'object' && { order: event.order.id }),
    ...('reward' in event && { reward: programme?.rewards?.find(({ id }) => id === event.reward)?.name }),
    ...('to' in event && { tier: tierName(event.to) ?? '–' }),
  });
}

/** `120 points missing`; the numbers are the offer's. */
export function explainRefusal(code: string | null | undefined, offer: RewardOffer): string {
  const key = `refused.${code}`;
  return t(has(key) ? key : 'refused.other', { ...offer, ...offer.choice, minimum: money(offer.minimum) });
}

/** A level's name as the merchant wrote it. */
export function tierName(level: string | null): string | null {
  return programme?.tiers?.levels.find(({ id }) => id === level)?.name ?? level;
}
