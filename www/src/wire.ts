// Derived from the Rust types by `cargo xtask types`.

export type Instant = string;
export type Day = string;
/**
 * What happened.
 */
export type EventV1 =
  | {
      kind: 'order_paid';
      /**
       * Their last usable day; null for ever.
       */
      last_day?: Day | null;
      /**
       * Per line.
       */
      lines: BookedLine[];
      order: Order;
      points: Points;
      /**
       * Rewards that paid for part of it.
       */
      redeemed: Redeemed[];
      /**
       * Why the referral named in the order was not taken.
       */
      referral?: Code | null;
      /**
       * Why that many points.
       */
      steps: Step[];
      /**
       * The day on which they vest; null at once.
       */
      vests_on?: Day | null;
    }
  | {
      due: Day;
      kind: 'vested';
      /**
       * Which lot.
       */
      lot: number;
      points: Points;
    }
  | {
      kind: 'expired';
      last_day: Day;
      /**
       * Which lot.
       */
      lot: number;
      points: Points;
    }
  | {
      currency: Currency;
      hold: HoldId;
      kind: 'held';
      /**
       * The parts of lots they came from.
       */
      parts: Lot[];
      points: Points;
      reward: RewardId;
      until: Instant;
      value: Decimal;
    }
  | {
      hold: HoldId;
      kind: 'captured';
      points: Points;
    }
  | {
      hold: HoldId;
      kind: 'released';
      points: Points;
      /**
       * Whether its time ran out.
       */
      timed_out: boolean;
    }
  | {
      back: ClawBack;
      /**
       * ISO 4217 code of the amounts.
       */
      currency?: Currency | null;
      day: Day;
      kind: 'refunded';
      /**
       * Per refunded line.
       */
      lines: RefundedLine[];
      order: OrderId;
      refund: Refund;
      /**
       * Points spent on the order that return.
       */
      restored: Lot[];
    }
  | {
      kind: 'repaid';
      points: Points;
      /**
       * From which lots.
       */
      taken: Taken[];
    }
  | {
      /**
       * The level before.
       */
      from?: LevelId | null;
      kind: 'tier_changed';
      spend: Decimal;
      /**
       * The level from now on.
       */
      to?: LevelId | null;
    }
  | {
      currency: Currency;
      kind: 'referral_rewarded';
      /**
       * Their last usable day; null for ever.
       */
      last_day?: Day | null;
      minimum: Decimal;
      on: Day;
      order: OrderId;
      other: AccountId;
      points: Points;
      role: Role;
      /**
       * The day on which they vest; null at once.
       */
      vests_on?: Day | null;
    }
  | {
      back: ClawBack;
      kind: 'referral_revoked';
      order: OrderId;
      other: AccountId;
      /**
       * Whether they had not vested yet.
       */
      pending: boolean;
      role: Role;
    };
export type LineId = string;
export type Points = number;
export type Decimal = string;
export type AccountId = string;
export type Currency = string;
export type HoldId = string;
export type OrderId = string;
export type Category = string;
export type LineKind = 'goods' | 'delivery' | 'gift_card';
export type RewardId = string;
export type Code =
  | 'malformed'
  | 'duplicate_field'
  | 'unknown_field'
  | 'missing'
  | 'wrong_type'
  | 'unknown_choice'
  | 'too_many'
  | 'id_invalid'
  | 'duplicate_id'
  | 'number_out_of_range'
  | 'amount_invalid'
  | 'amount_negative'
  | 'amount_too_fine'
  | 'amount_too_large'
  | 'amount_ambiguous'
  | 'exceeds_line'
  | 'currency_unknown'
  | 'currency_mismatch'
  | 'day_invalid'
  | 'instant_invalid'
  | 'points_out_of_range'
  | 'rates_too_fine'
  | 'levels_not_rising'
  | 'idempotency_key_reused'
  | 'order_already_booked'
  | 'order_unknown'
  | 'refund_already_booked'
  | 'line_unknown'
  | 'refund_exceeds_line'
  | 'reward_unknown'
  | 'hold_exists'
  | 'hold_unknown'
  | 'hold_expired'
  | 'hold_not_open'
  | 'nothing_due'
  | 'minimum_not_reached'
  | 'points_missing'
  | 'points_not_taken'
  | 'points_not_in_steps'
  | 'below_minimum'
  | 'above_maximum'
  | 'insufficient_points'
  | 'referral_off'
  | 'self_referral'
  | 'not_first_order'
  | 'referral_minimum_not_reached'
  | 'entry_inconsistent';
/**
 * One explained part of what an order earns.
 */
export type Step =
  | {
      amount: Decimal;
      currency: Currency;
      /**
       * Whole groups of `per` in `amount`, for a rule in groups.
       */
      groups?: Points | null;
      kind: 'rate';
      per: Decimal;
      points: Points;
      points_per: Points;
      rule: RuleId;
    }
  | {
      kind: 'pieces';
      /**
       * How many pieces it took.
       */
      pieces: number;
      points: Points;
      points_per: Points;
      rule: RuleId;
    }
  | {
      kind: 'tier';
      level: LevelId;
      multiplier: Decimal;
      points: Points;
    };
export type RuleId = string;
export type LevelId = string;
export type RefundId = string;
export type Role = 'advocate' | 'friend';
export type Fingerprint = string;
export type Key = string;
export type Version = string;
/**
 * What a reward is.
 */
export type RewardName = 'money_off' | 'percent_off' | 'pay_with_points';
export type Inclusion = 'in' | 'out';
export type MeasureName = 'pro_rata' | 'groups' | 'pieces';
export type Period = 'month' | 'year';
export type Shortfall = 'debt' | 'write_off';
/**
 * What points buy.
 */
export type RewardRule =
  | {
      id: RewardId;
      kind: 'money_off';
      /**
       * The cart total from which it can be taken; default `value`.
       */
      minimum?: Decimal | null;
      /**
       * What shoppers read.
       */
      name: string;
      points: Points;
      value: Decimal;
    }
  | {
      /**
       * The most it gives.
       */
      cap?: Decimal | null;
      id: RewardId;
      kind: 'percent_off';
      /**
       * The cart total from which it can be taken; default 0.
       */
      minimum?: Decimal | null;
      /**
       * What shoppers read.
       */
      name: string;
      percent: Decimal;
      points: Points;
    }
  | {
      id: RewardId;
      kind: 'pay_with_points';
      /**
       * The largest share of the cart total, in percent, that points may pay; default 100.
       */
      max_share?: Decimal | null;
      /**
       * The cart total from which it can be taken; default 0.
       */
      minimum?: Decimal | null;
      /**
       * The smallest number that can be chosen; default `step`.
       */
      minimum_points?: Points | null;
      /**
       * What shoppers read.
       */
      name: string;
      points: Points;
      /**
       * The chosen number is a multiple of this; default 1.
       */
      step?: Points | null;
      value: Decimal;
    };
export type Rounding = 'down' | 'half_up' | 'half_even' | 'up';
export type Scope = 'order' | 'rule' | 'line';
export type DowngradeName = 'at_once' | 'never' | 'after_grace' | 'at_period_end';
export type Timing = 'including_order' | 'before_order';
/**
 * What can be asked of an account.
 */
export type Command =
  | {
      kind: 'pay_order';
      order: Order;
    }
  | {
      /**
       * ISO 4217 code of the amounts; needed where there are amounts.
       */
      currency?: Currency | null;
      kind: 'refund';
      /**
       * The parts given back; absent means all that is left of the order.
       */
      lines?: RefundLine[] | null;
      order: OrderId;
      refund: RefundId;
    }
  | {
      cart: Cart;
      hold: HoldId;
      kind: 'hold';
      /**
       * How many points, for a reward paid with a chosen number.
       */
      points?: Points | null;
      reward: RewardId;
    }
  | {
      hold: HoldId;
      kind: 'capture';
    }
  | {
      hold: HoldId;
      kind: 'release';
    }
  | {
      day: Day;
      friend: AccountId;
      kind: 'reward_referral';
      order: OrderId;
    }
  | {
      friend: AccountId;
      kind: 'revoke_referral';
      order: OrderId;
    };

/**
 * Every message of the wire.
 */
export interface LoyaltyWire {
  booked: Booked;
  cart: Cart;
  entry: EntryV1;
  order: Order;
  preview: Preview;
  problem: Problem;
  programme: Document;
  request: Request;
  standing: Standing;
  view: View;
}
/**
 * What a command came to.
 */
export interface Booked {
  /**
   * Whether anything was appended; false when it was booked before.
   */
  applied: boolean;
  /**
   * The entries appended, the last 100 of them.
   */
  entries: EntryV1[];
  /**
   * The account's last entry; read back with `min_seq`.
   */
  seq: number;
  standing: Standing;
}
/**
 * One appended row of the ledger.
 */
export interface EntryV1 {
  at: Instant;
  /**
   * How it changes what the member owns in all: available + pending + held − debt.
   */
  change: number;
  day: Day;
  event: EventV1;
  fingerprint: Fingerprint;
  key: Key;
  programme: Version;
  /**
   * Dense from 1.
   */
  seq: number;
  /**
   * Storage version, 1.
   */
  v: number;
}
/**
 * What an order earned on one line.
 */
export interface BookedLine {
  id: LineId;
  points: Points;
  spend: Decimal;
}
/**
 * A paid order: a cart with the shop's name for it.
 */
export interface Order {
  /**
   * The account whose referral link brought the shopper.
   */
  advocate?: AccountId | null;
  /**
   * As in a cart.
   */
  certificates?: Decimal | null;
  currency: Currency;
  /**
   * As in a cart.
   */
  holds?: HoldId[] | null;
  id: OrderId;
  /**
   * As in a cart.
   */
  lines: CartLine[];
  /**
   * As in a cart.
   */
  redeem?: Redeem[] | null;
}
/**
 * One line of a cart. Exactly one of `price` and `amount` is given.
 */
export interface CartLine {
  /**
   * Price of the whole line, tax included, before `discount`.
   */
  amount?: Decimal | null;
  /**
   * Categories the product belongs to, at most 50.
   */
  categories?: Category[] | null;
  /**
   * Discount off the whole line; default nothing.
   */
  discount?: Decimal | null;
  id: LineId;
  /**
   * Default `goods`.
   */
  kind?: LineKind | null;
  /**
   * Price of one piece, tax included, before `discount`.
   */
  price?: Decimal | null;
  /**
   * The shop's name for the product; not looked at by any rule.
   */
  product?: string | null;
  /**
   * Pieces, 1 to 1000000; default 1.
   */
  quantity?: number | null;
  /**
   * Tax contained in what is charged for the line; default nothing.
   */
  tax?: Decimal | null;
}
/**
 * A reward taken with a cart.
 */
export interface Redeem {
  /**
   * How many points, for a reward paid with a chosen number.
   */
  points?: Points | null;
  reward: RewardId;
}
/**
 * A captured hold that paid for part of an order.
 */
export interface Redeemed {
  hold: HoldId;
  /**
   * The parts of lots they came from.
   */
  parts: Lot[];
  points: Points;
  reward: RewardId;
  value: Decimal;
}
/**
 * Points of one accrual.
 */
export interface Lot {
  /**
   * Number, rising with time.
   */
  id: number;
  /**
   * Their last usable day.
   */
  last_day?: Day | null;
  /**
   * The order that earned them.
   */
  order?: OrderId | null;
  points: Points;
  /**
   * The friend who was brought.
   */
  referral?: AccountId | null;
  /**
   * The day on which they become spendable.
   */
  vests_on?: Day | null;
  /**
   * The advocate who brought this friend.
   */
  welcome?: AccountId | null;
}
/**
 * Points taken back, and from where.
 */
export interface ClawBack {
  debt: Points;
  /**
   * From lots.
   */
  taken: Taken[];
  written_off: Points;
}
/**
 * Points taken from one lot.
 */
export interface Taken {
  /**
   * Which lot.
   */
  lot: number;
  points: Points;
}
/**
 * What a refund took back on one line.
 */
export interface RefundedLine {
  amount: Decimal;
  id: LineId;
  points: Points;
  spend: Decimal;
}
/**
 * A refund as booked.
 */
export interface Refund {
  /**
   * ISO 4217 code of the amounts.
   */
  currency?: Currency | null;
  id: RefundId;
  /**
   * The parts given back.
   */
  lines?: RefundLine[] | null;
}
/**
 * What is given back of one line.
 */
export interface RefundLine {
  /**
   * How much of what was charged for it; absent means all that is left.
   */
  amount?: Decimal | null;
  id: LineId;
}
/**
 * Where a member stands at a moment: everything due by then is settled.
 */
export interface Standing {
  available: Points;
  debt: Points;
  /**
   * Spendable points by their last usable day, soonest first.
   */
  expiring: Expiring[];
  /**
   * Friends whose reward waits no longer.
   */
  friends_rewarded: number;
  /**
   * Friends whose reward waits to become spendable.
   */
  friends_waiting: number;
  held: Points;
  /**
   * Open holds, oldest first.
   */
  holds: OpenHold[];
  pending: Points;
  /**
   * Points that gather until they are enough; null in a programme without a threshold.
   */
  pot?: Pot | null;
  programme: Version;
  /**
   * Entries appended so far.
   */
  seq: number;
  /**
   * The tier; null in a programme without tiers.
   */
  tier?: Tier | null;
  /**
   * Pending points by the day their wait ends, soonest first.
   */
  vesting: Vesting[];
}
/**
 * Points that expire.
 */
export interface Expiring {
  last_day: Day;
  points: Points;
}
/**
 * An open hold.
 */
export interface OpenHold {
  currency: Currency;
  id: HoldId;
  points: Points;
  reward: RewardId;
  until: Instant;
  value: Decimal;
}
/**
 * Points that gather until they are enough to become spendable together.
 */
export interface Pot {
  points: Points;
  threshold: Points;
}
/**
 * A member's tier.
 */
export interface Tier {
  /**
   * The level; null below the lowest.
   */
  level?: LevelId | null;
  /**
   * What shoppers read.
   */
  name?: string | null;
  /**
   * The next level up.
   */
  next?: NextLevel | null;
  spend: Decimal;
}
/**
 * The next level up.
 */
export interface NextLevel {
  from: Decimal;
  level: LevelId;
  missing: Decimal;
  /**
   * What shoppers read.
   */
  name: string;
}
/**
 * Points that become spendable.
 */
export interface Vesting {
  points: Points;
  vests_on: Day;
}
/**
 * What a shopper is about to buy. Amounts are decimal text in major units: `"12.50"`.
 */
export interface Cart {
  /**
   * What is paid with gift certificates; default nothing.
   */
  certificates?: Decimal | null;
  currency: Currency;
  /**
   * Ids of holds that pay for part of it, at most 20.
   */
  holds?: HoldId[] | null;
  /**
   * At most 1000.
   */
  lines: CartLine[];
  /**
   * Rewards taken with this very cart, without a hold before; at most 20.
   */
  redeem?: Redeem[] | null;
}
/**
 * What paying a cart now would come to. It is what is booked when it is paid.
 */
export interface Preview {
  available: Points;
  available_after: Points;
  currency: Currency;
  due: Decimal;
  /**
   * Their last usable day; null for ever.
   */
  last_day?: Day | null;
  /**
   * Per line; sums to `points`.
   */
  lines: LinePoints[];
  pending: Points;
  pending_after: Points;
  points: Points;
  programme: Version;
  redeemed: Decimal;
  /**
   * What each reward would give on top.
   */
  rewards: RewardOffer[];
  /**
   * Why; sums to `points`.
   */
  steps: Step[];
  /**
   * The tier before the order.
   */
  tier?: Tier | null;
  /**
   * The tier after it.
   */
  tier_after?: Tier | null;
  total: Decimal;
  /**
   * The day they become spendable; null at once.
   */
  vests_on?: Day | null;
}
/**
 * Points of one line.
 */
export interface LinePoints {
  id: LineId;
  points: Points;
}
/**
 * What a reward would give on a cart.
 */
export interface RewardOffer {
  /**
   * For a chosen number of points: how they count.
   */
  choice?: Choice | null;
  /**
   * Why not.
   */
  code?: Code | null;
  id: RewardId;
  kind: RewardName;
  minimum: Decimal;
  missing: Points;
  /**
   * What shoppers read.
   */
  name: string;
  points: Points;
  /**
   * Whether it can be taken now.
   */
  ready: boolean;
  value: Decimal;
}
/**
 * How a chosen number of points counts.
 */
export interface Choice {
  most: Points;
  rate_points: Points;
  rate_value: Decimal;
  step: Points;
}
/**
 * A refusal: its code, what it is about, and for a faulty input every fault.
 */
export interface Problem {
  /**
   * The line, hold, reward or order concerned.
   */
  about?: string | null;
  code: Code;
  /**
   * All faults of a faulty input.
   */
  faults: Fault[];
}
/**
 * One fault of a document or request.
 */
export interface Fault {
  code: Code;
  /**
   * JSON Pointer to the value at fault.
   */
  path: string;
}
/**
 * A loyalty programme.
 */
export interface Document {
  /**
   * What of an order earns.
   */
  basis?: BasisRules | null;
  currency: Currency;
  /**
   * Earning rules; a line earns by each rule that takes it. At most 200.
   */
  earning: EarningRule[];
  /**
   * When points expire; default never.
   */
  expiry?: ExpiryRules | null;
  /**
   * The document's format, 1.
   */
  format: number;
  /**
   * How long a hold lasts; default 15 minutes.
   */
  holds?: HoldRules | null;
  /**
   * What shoppers read.
   */
  name: string;
  /**
   * Rewards for bringing friends.
   */
  referral?: ReferralRules | null;
  /**
   * How refunds behave.
   */
  refunds?: RefundRules | null;
  /**
   * What points buy. At most 200.
   */
  rewards?: RewardRule[] | null;
  /**
   * How earned points become whole numbers; default down, over the order.
   */
  rounding?: RoundingRules | null;
  /**
   * Levels by spend.
   */
  tiers?: TierRules | null;
  /**
   * IANA time zone of the shop's calendar, such as `Europe/Budapest`.
   */
  time_zone: string;
  /**
   * When earned points become spendable; default at once.
   */
  vesting?: VestingRules | null;
}
/**
 * What of an order earns, and counts towards a tier.
 */
export interface BasisRules {
  /**
   * Value paid with gift certificates; default `in`.
   */
  certificates?: Inclusion | null;
  /**
   * Delivery lines; default `out`.
   */
  delivery?: Inclusion | null;
  /**
   * Discounts already taken off; default `out`.
   */
  discounts?: Inclusion | null;
  /**
   * Value paid with points; default `out`.
   */
  points?: Inclusion | null;
  /**
   * Tax contained in the amounts; default `in`.
   */
  tax?: Inclusion | null;
}
/**
 * So many points for every so much: 109.99 at 3 for every 10.00 is 32 pro rata, 30 in whole groups. Or so
 * many for every piece.
 */
export interface EarningRule {
  /**
   * No lines in one of these categories, at most 200.
   */
  except?: Category[] | null;
  id: RuleId;
  /**
   * Default `pro_rata`.
   */
  measure?: MeasureName | null;
  /**
   * The earning basis of the whole order from which the rule gives anything; default 0.
   */
  minimum?: Decimal | null;
  /**
   * The most points it gives on one order, the tier's part included, at least 1; default no limit.
   */
  most?: Points | null;
  /**
   * Only lines in one of these categories, at most 200; default every line.
   */
  only?: Category[] | null;
  /**
   * The amount that gives them, above 0; absent where pieces are counted.
   */
  per?: Decimal | null;
  points: Points;
}
/**
 * When points expire: at the end of the earliest day that any of these names, in shop time. At most one
 * of `days` and `months`.
 */
export interface ExpiryRules {
  /**
   * Days after they were earned, 1 to 3650.
   */
  days?: number | null;
  /**
   * The whole balance expires this long after the last day on which the member earned points or took
   * a reward.
   */
  inactivity?: Length | null;
  /**
   * Months after they were earned, 1 to 3650.
   */
  months?: number | null;
  /**
   * The last usable day of all points.
   */
  on?: Day | null;
  /**
   * `days` or `months` run on to the end of the month or year they end in.
   */
  until_end_of?: Period | null;
}
/**
 * A length of calendar time: days or months, one of them, 1 to 3650.
 */
export interface Length {
  /**
   * Days.
   */
  days?: number | null;
  /**
   * Months; a month later is the same day of the month, or the month's last.
   */
  months?: number | null;
}
/**
 * How long a hold lasts.
 */
export interface HoldRules {
  /**
   * Minutes, 1 to 10080.
   */
  minutes: number;
}
/**
 * Rewards for bringing friends.
 */
export interface ReferralRules {
  advocate: ReferralReward;
  friend: ReferralReward;
  /**
   * The spend of the friend's first order from which both are rewarded; default nothing.
   */
  minimum?: Decimal | null;
  /**
   * Days after that order until both rewards vest, 0 to 3650; default 14.
   */
  return_days?: number | null;
}
/**
 * One side of a referral.
 */
export interface ReferralReward {
  points: Points;
}
/**
 * How refunds behave.
 */
export interface RefundRules {
  /**
   * Days restored points stay usable whose last day is over, 0 to 3650; default 30.
   */
  grace_days?: number | null;
  /**
   * What happens to points that were spent already; default `debt`.
   */
  shortfall?: Shortfall | null;
}
/**
 * How earned points become whole numbers.
 */
export interface RoundingRules {
  /**
   * Default `down`.
   */
  mode?: Rounding | null;
  /**
   * What is rounded on its own: the order's sum, each rule, or each rule on each line. Default `order`.
   */
  scope?: Scope | null;
}
/**
 * Levels by spend in a window that ends today.
 */
export interface TierRules {
  /**
   * What happens when the spend leaves the window: the lower level at once, never, after `grace`, or
   * with the next `period`. Default `at_once`.
   */
  downgrade?: DowngradeName | null;
  /**
   * How long the spend may be short; needed with `after_grace`, and only there.
   */
  grace?: Length | null;
  /**
   * Lowest first, at most 20.
   */
  levels: LevelRule[];
  /**
   * The part of the calendar; needed with `at_period_end`, and only there.
   */
  period?: Period | null;
  /**
   * Whether the order being paid counts; default `including_order`.
   */
  timing?: Timing | null;
  window: WindowRules;
}
/**
 * A tier level.
 */
export interface LevelRule {
  from: Decimal;
  id: LevelId;
  /**
   * What points are multiplied by, 1 to 100 with at most 4 decimals; default 1.
   */
  multiplier?: Decimal | null;
  /**
   * What shoppers read.
   */
  name: string;
}
/**
 * Which days' spend counts towards a level: exactly one of these.
 */
export interface WindowRules {
  /**
   * This month or year so far.
   */
  calendar?: Period | null;
  /**
   * The last so many days, today included, 1 to 3650.
   */
  days?: number | null;
  /**
   * `true`: all days.
   */
  lifetime?: boolean | null;
  /**
   * The last so many months, 1 to 3650.
   */
  months?: number | null;
}
/**
 * When earned points become spendable.
 */
export interface VestingRules {
  /**
   * Days after the order, 0 to 3650; spendable from that shop-local day on. Default 0.
   */
  days?: number | null;
  /**
   * Points whose days are over wait in a pot that is worth nothing until it holds this many, at
   * least 1; then all of them become spendable and the pot starts anew. Default no pot.
   */
  threshold?: Points | null;
}
/**
 * A command with its idempotency key.
 */
export interface Request {
  account: AccountId;
  command: Command;
  key: Key;
}
/**
 * A member's own page.
 */
export interface View {
  /**
   * The latest entries, newest first, at most 20.
   */
  activity: EntryV1[];
  as_of: Instant;
  /**
   * The shop's name for the member.
   */
  member: string;
  position: Position;
  /**
   * `object`, the ledger itself, or `kv`, its snapshot.
   */
  source: string;
  standing: Standing;
}
/**
 * Where a member stands. Opaque to shops: hand it to the browser module.
 */
export interface Position {
  active: Day;
  at: Instant;
  day: Day;
  debt: Points;
  /**
   * Friends whose reward waits no longer.
   */
  friends_rewarded: number;
  /**
   * Friends whose reward waits to become spendable.
   */
  friends_waiting: number;
  /**
   * Open holds, oldest first.
   */
  holds: Hold[];
  /**
   * The tier level.
   */
  level?: LevelId | null;
  /**
   * Lots with points left, oldest first.
   */
  lots: Lot[];
  /**
   * Orders paid.
   */
  orders: number;
  /**
   * Entries appended so far.
   */
  seq: number;
  /**
   * Earning basis by day.
   */
  spend: Spend[];
}
/**
 * Points set aside.
 */
export interface Hold {
  currency: Currency;
  id: HoldId;
  /**
   * The parts of lots they came from.
   */
  parts: Lot[];
  points: Points;
  reward: RewardId;
  until: Instant;
  value: Decimal;
}
/**
 * What was spent on a day.
 */
export interface Spend {
  amount: Decimal;
  day: Day;
}
