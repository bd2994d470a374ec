// Derived from the Rust types by `cargo xtask types`.

export type Instant = string;
export type Day = string;
/**
 * What happened.
 */
export type EventV1 =
  | {
      /**
       * What it earned, by lot.
       */
      credits?: Credit[] | null;
      kind: 'order_paid';
      /**
       * Per line.
       */
      lines: BookedLine[];
      order: Order;
      points: Points;
      /**
       * Rewards that paid for part of it.
       */
      redeemed?: Redeemed[] | null;
      /**
       * Why the referral named in the order was not taken.
       */
      referral?: Code | null;
      /**
       * What is left over for the next order.
       */
      remainders?: Remainder[] | null;
      /**
       * What it earned its seller.
       */
      sale?: SaleCredit[] | null;
      /**
       * What it used of what all members share.
       */
      shared?: Count[] | null;
      /**
       * Limits it used.
       */
      uses?: Used[] | null;
    }
  | {
      kind: 'order_fulfilled';
      /**
       * Its lots that wait for a day now.
       */
      lots?: FulfilledLot[] | null;
      order: OrderId;
    }
  | {
      due: Day;
      kind: 'vested';
      /**
       * Which lot.
       */
      lot: number;
      points: Points;
      wallet: WalletId;
    }
  | {
      kind: 'expired';
      last_day: Day;
      /**
       * Which lot.
       */
      lot: number;
      points: Points;
      wallet: WalletId;
    }
  | {
      currency: Currency;
      hold: HoldId;
      kind: 'held';
      /**
       * Whether it was taken outside a cart, and so pays for no order.
       */
      outside_cart?: boolean | null;
      /**
       * The parts of lots they came from.
       */
      parts: Lot[];
      points: Points;
      reward: RewardId;
      until: Instant;
      value: Decimal;
      wallet: WalletId;
    }
  | {
      /**
       * What the reward gave in another wallet.
       */
      gives?: Lot | null;
      hold: HoldId;
      kind: 'captured';
      points: Points;
      /**
       * What was held beyond that and went back.
       */
      returned?: Lot[] | null;
      reward: RewardId;
      /**
       * What it used of what all members share.
       */
      shared?: Count[] | null;
      /**
       * The draw it gave a ticket of.
       */
      ticket?: DrawId | null;
      /**
       * Limits it used.
       */
      uses?: Used[] | null;
      wallet: WalletId;
    }
  | {
      hold: HoldId;
      kind: 'released';
      points: Points;
      /**
       * Whether its time ran out.
       */
      timed_out: boolean;
      wallet: WalletId;
    }
  | {
      hold: HoldId;
      kind: 'reward_fulfilled';
    }
  | {
      hold: HoldId;
      kind: 'reward_cancelled';
      /**
       * Points that returned.
       */
      restored?: Lot[] | null;
      /**
       * What it gave back of what all members share.
       */
      shared?: Count[] | null;
      /**
       * What it had given in another wallet and was taken back.
       */
      taken?: Lot | null;
      /**
       * The draw it took a ticket of back from.
       */
      ticket?: DrawId | null;
      /**
       * Limits it leaves.
       */
      unused?: Used[] | null;
    }
  | {
      /**
       * What was taken back, by lot.
       */
      credits?: CreditBack[] | null;
      /**
       * ISO 4217 code of the amounts.
       */
      currency?: Currency | null;
      day: Day;
      /**
       * A level that is kept for a while though the refund lowers it.
       */
      keeps?: KeptLevel | null;
      kind: 'refunded';
      /**
       * Per refunded line.
       */
      lines: RefundedLine[];
      order: OrderId;
      points: Points;
      refund: Refund;
      /**
       * What is left over now of rules in groups that carry it.
       */
      remainders?: Remainder[] | null;
      /**
       * Points spent on the order that returned, per reward.
       */
      restored?: Lot[][] | null;
      /**
       * What was taken back from the seller.
       */
      sale?: SaleCredit[] | null;
      /**
       * What it gave back of what all members share.
       */
      shared?: Count[] | null;
      /**
       * Limits of rewards that it left.
       */
      unused?: Used[] | null;
      /**
       * Whether nothing of the order is left.
       */
      whole: boolean;
    }
  | {
      kind: 'repaid';
      points: Points;
      /**
       * From which lots.
       */
      taken: Taken[];
      wallet: WalletId;
    }
  | {
      /**
       * The level before.
       */
      from?: LevelId | null;
      kind: 'tier_changed';
      progress: Decimal;
      /**
       * The level from now on.
       */
      to?: LevelId | null;
    }
  | {
      currency: Currency;
      kind: 'referral_rewarded';
      lot: Lot;
      minimum: Decimal;
      on: Day;
      order: OrderId;
      other: AccountId;
      role: Role;
    }
  | {
      back: ClawBack;
      day: Day;
      kind: 'referral_revoked';
      order: OrderId;
      other: AccountId;
      /**
       * Whether they had not vested yet.
       */
      pending: boolean;
      role: Role;
    }
  | {
      event: EventName;
      kind: 'event_recorded';
      /**
       * The shop's name for this very time.
       */
      reference?: Reference | null;
    }
  | {
      bonus: BonusId;
      day: Day;
      /**
       * The event it was given for.
       */
      event?: EventName | null;
      kind: 'bonus_given';
      lot: Lot;
      /**
       * The reference of that event.
       */
      reference?: Reference | null;
      used: Used;
    }
  | {
      bonus: BonusId;
      /**
       * How many points are gone.
       */
      gone?: Points | null;
      kind: 'bonus_decided';
      /**
       * Its lot.
       */
      lot: number;
      /**
       * The day on which its points become spendable; absent where it was turned down.
       */
      vests_on?: Day | null;
      wallet: WalletId;
    }
  | {
      kind: 'segment_set';
      /**
       * Whether the member is in it from now on.
       */
      member: boolean;
      segment: SegmentId;
    }
  | {
      /**
       * Whether it is given from now on.
       */
      given: boolean;
      kind: 'consent_set';
      purpose: Purpose;
    }
  | {
      /**
       * Month and day; absent where it was forgotten.
       */
      birthday?: Birthday | null;
      kind: 'birthday_set';
    }
  | {
      kind: 'membership_paid';
      membership: Membership2;
      payment: Reference;
    }
  | {
      currency: Currency;
      kind: 'membership_cancelled';
      membership: MembershipId;
      refund: Decimal;
    }
  | {
      kind: 'privilege_used';
      privilege: PrivilegeId;
      reference: Reference;
      /**
       * The limit it used.
       */
      used?: Used | null;
    }
  | {
      form: EventName;
      kind: 'honoured';
    }
  | {
      from: WalletId;
      kind: 'exchanged';
      lot: Lot;
      points: Points;
      /**
       * From which lots.
       */
      taken: Taken[];
    }
  | {
      kind: 'transfer_sent';
      /**
       * The parts of lots they came from.
       */
      parts: Lot[];
      to: AccountId;
      wallet: WalletId;
    }
  | {
      from: AccountId;
      kind: 'transfer_received';
      /**
       * The new lots.
       */
      lots: Lot[];
    }
  | {
      /**
       * Where points were taken from.
       */
      back?: ClawBack | null;
      kind: 'adjusted';
      /**
       * The new lot, where points were added.
       */
      lot?: Lot | null;
      reason: Reference;
    }
  | {
      /**
       * What was taken back of the sale's lots.
       */
      back?: SaleBack[] | null;
      buyer: AccountId;
      /**
       * The buyer's entry that says so.
       */
      heard: number;
      kind: 'sale_settled';
      /**
       * New lots.
       */
      lots?: Lot[] | null;
      order: OrderId;
    }
  | {
      by: AccountId;
      /**
       * What, and how much of it.
       */
      counts: Count[];
      kind: 'shared_counted';
    };
export type CampaignId = string;
export type Points = number;
export type Reference = string;
export type BonusId = string;
export type WalletId = string;
export type PartnerId = string;
export type OrderId = string;
export type AccountId = string;
export type HoldId = string;
export type WaitName = 'fulfilment' | 'approval';
/**
 * One explained part of what an order earns.
 */
export type Step =
  | {
      amount: Decimal;
      /**
       * What was left over of the order before, and counted in.
       */
      carried?: Decimal | null;
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
      kind: 'order';
      points: Points;
      rule: RuleId;
    }
  | {
      amount: Decimal;
      kind: 'gift_cards';
      points: Points;
      rule: RuleId;
    }
  | {
      kind: 'tier';
      level: LevelId;
      multiplier: Decimal;
      /**
       * Points added; below zero where the multiplier is below 1.
       */
      points: number;
    }
  | {
      campaign: CampaignId;
      kind: 'campaign';
      multiplier: Decimal;
      /**
       * Points added; below zero where the multiplier is below 1.
       */
      points: number;
    }
  | {
      /**
       * The rule or campaign whose limit it is.
       */
      by: string;
      kind: 'limited';
      limit: Limited;
      points: Points;
    };
export type Decimal = string;
export type Currency = string;
export type RuleId = string;
export type LevelId = string;
export type Limited = 'most' | 'most_per_day' | 'most_per_member' | 'budget';
export type LineId = string;
export type Channel = string;
export type PromoCode = string;
export type Category = string;
export type LineKind = 'goods' | 'delivery' | 'gift_card';
export type ProductId = string;
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
  | 'unknown_reference'
  | 'exchange_gains'
  | 'idempotency_key_reused'
  | 'order_already_booked'
  | 'order_unknown'
  | 'refund_already_booked'
  | 'line_unknown'
  | 'refund_exceeds_line'
  | 'points_spent'
  | 'reward_unknown'
  | 'cart_missing'
  | 'cart_not_taken'
  | 'not_for_you'
  | 'limit_reached'
  | 'not_in_cart'
  | 'out_of_stock'
  | 'draw_closed'
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
  | 'balance_too_low'
  | 'bonus_unknown'
  | 'consent_missing'
  | 'membership_unknown'
  | 'membership_running'
  | 'privilege_unknown'
  | 'not_yet_honoured'
  | 'wallet_unknown'
  | 'exchange_unknown'
  | 'self_transfer'
  | 'referral_off'
  | 'self_referral'
  | 'not_first_order'
  | 'referral_minimum_not_reached'
  | 'entry_inconsistent';
export type SharedId = string;
export type UseName = 'rate_day' | 'rate' | 'campaign' | 'bonus' | 'reward' | 'privilege';
export type DrawId = string;
export type RefundId = string;
export type Role = 'advocate' | 'friend';
export type EventName = string;
export type SegmentId = string;
export type Purpose = string;
export type Birthday = string;
export type MembershipId = string;
export type PrivilegeId = string;
export type Fingerprint = string;
export type Key = string;
export type Version = string;
export type TimeOfDay = string;
export type Metric = 'spend' | 'purchase' | 'points' | 'orders' | 'visits' | 'referrals';
export type RewardName =
  | 'money_off'
  | 'percent_off'
  | 'pay_with_points'
  | 'free_delivery'
  | 'free_product'
  | 'certificate'
  | 'donation'
  | 'gift'
  | 'ticket';
export type Unit = 'points' | 'money' | 'count' | 'day';
export type Inclusion = 'in' | 'out';
export type Limit = 'once' | 'each_month' | 'each_year' | 'each_reference';
export type Weekday = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';
export type Combining = 'add' | 'best';
export type MeasureName = 'pro_rata' | 'groups' | 'pieces' | 'order' | 'gift_cards';
export type Beneficiary = 'member' | 'seller';
export type Boundary = 'last_day' | 'instant';
export type Period = 'month' | 'year';
export type FeeRefund = 'pro_rata' | 'nothing';
export type Stacking = 'multiply' | 'add' | 'best';
export type Multiplying = 'before_rounding' | 'after_rounding';
export type OverAsk = 'refuse' | 'clamp';
export type SpendFrom = 'next_order' | 'this_order';
export type Profile = 'square' | 'odoo' | 'erpnext' | 'woocommerce' | 'smile' | 'yotpo' | 'setono';
export type RefundBasis = 'reverse' | 'recompute' | 'refunded';
export type Restored = 'original_lots' | 'new_lot' | 'never';
export type RestoredWith = 'every_refund' | 'whole_refund';
export type Shortfall = 'debt' | 'write_off' | 'refuse';
/**
 * What points buy.
 */
export type RewardRule =
  | {
      /**
       * `true`: taken without being asked for with every cart that it can be taken with. Only where it costs
       * nothing and takes something off a cart. Default `false`.
       */
      automatic?: boolean | null;
      /**
       * The spendable points from which it can be taken; default 0.
       */
      balance?: Points | null;
      id: RewardId;
      kind: 'money_off';
      /**
       * The cart total from which it can be taken; default 0, of `money_off` its `value`. Not with a reward that
       * is handed over outside a cart.
       */
      minimum?: Decimal | null;
      /**
       * What shoppers read, 1 to 200 characters.
       */
      name: string;
      points: Points;
      /**
       * How often all members together can take it, at least 1; default without end.
       */
      stock?: Points | null;
      /**
       * How often a member can take it; default without end.
       */
      uses?: UsesRules | null;
      value: Decimal;
      /**
       * Whose points it takes; default the main wallet.
       */
      wallet?: WalletId | null;
      /**
       * When, and by whom; default always, by everyone.
       */
      when?: WhenRules | null;
    }
  | {
      /**
       * `true`: taken without being asked for with every cart that it can be taken with. Only where it costs
       * nothing and takes something off a cart. Default `false`.
       */
      automatic?: boolean | null;
      /**
       * The spendable points from which it can be taken; default 0.
       */
      balance?: Points | null;
      /**
       * The most it gives, above 0; default no limit.
       */
      cap?: Decimal | null;
      /**
       * No lines in one of these categories, at most 200.
       */
      except?: Category[] | null;
      id: RewardId;
      kind: 'percent_off';
      /**
       * The cart total from which it can be taken; default 0, of `money_off` its `value`. Not with a reward that
       * is handed over outside a cart.
       */
      minimum?: Decimal | null;
      /**
       * What shoppers read, 1 to 200 characters.
       */
      name: string;
      /**
       * Only lines in one of these categories, at most 200; default every line but delivery and gift
       * certificates.
       */
      only?: Category[] | null;
      percent: Decimal;
      points: Points;
      /**
       * Lines of one of these products, at most 200, beside those of `only`; default every line.
       */
      products?: ProductId[] | null;
      /**
       * How often all members together can take it, at least 1; default without end.
       */
      stock?: Points | null;
      /**
       * How often a member can take it; default without end.
       */
      uses?: UsesRules | null;
      /**
       * Whose points it takes; default the main wallet.
       */
      wallet?: WalletId | null;
      /**
       * When, and by whom; default always, by everyone.
       */
      when?: WhenRules | null;
    }
  | {
      /**
       * `true`: taken without being asked for with every cart that it can be taken with. Only where it costs
       * nothing and takes something off a cart. Default `false`.
       */
      automatic?: boolean | null;
      /**
       * The spendable points from which it can be taken; default 0.
       */
      balance?: Points | null;
      id: RewardId;
      kind: 'pay_with_points';
      /**
       * The largest share of the cart total, in percent, that rewards may pay together with this one; above
       * 0, at most 100, with at most 4 decimals. Default 100.
       */
      max_share?: Decimal | null;
      /**
       * The cart total from which it can be taken; default 0, of `money_off` its `value`. Not with a reward that
       * is handed over outside a cart.
       */
      minimum?: Decimal | null;
      /**
       * The smallest number that can be chosen, at least 1; default `step`.
       */
      minimum_points?: Points | null;
      /**
       * What shoppers read, 1 to 200 characters.
       */
      name: string;
      points: Points;
      /**
       * The chosen number is a multiple of this, at least 1; default 1.
       */
      step?: Points | null;
      /**
       * How often all members together can take it, at least 1; default without end.
       */
      stock?: Points | null;
      /**
       * How often a member can take it; default without end.
       */
      uses?: UsesRules | null;
      value: Decimal;
      /**
       * Whose points it takes; default the main wallet.
       */
      wallet?: WalletId | null;
      /**
       * When, and by whom; default always, by everyone.
       */
      when?: WhenRules | null;
    }
  | {
      /**
       * `true`: taken without being asked for with every cart that it can be taken with. Only where it costs
       * nothing and takes something off a cart. Default `false`.
       */
      automatic?: boolean | null;
      /**
       * The spendable points from which it can be taken; default 0.
       */
      balance?: Points | null;
      /**
       * The most it gives, above 0; default no limit.
       */
      cap?: Decimal | null;
      id: RewardId;
      kind: 'free_delivery';
      /**
       * The cart total from which it can be taken; default 0, of `money_off` its `value`. Not with a reward that
       * is handed over outside a cart.
       */
      minimum?: Decimal | null;
      /**
       * What shoppers read, 1 to 200 characters.
       */
      name: string;
      points: Points;
      /**
       * How often all members together can take it, at least 1; default without end.
       */
      stock?: Points | null;
      /**
       * How often a member can take it; default without end.
       */
      uses?: UsesRules | null;
      /**
       * Whose points it takes; default the main wallet.
       */
      wallet?: WalletId | null;
      /**
       * When, and by whom; default always, by everyone.
       */
      when?: WhenRules | null;
    }
  | {
      /**
       * `true`: taken without being asked for with every cart that it can be taken with. Only where it costs
       * nothing and takes something off a cart. Default `false`.
       */
      automatic?: boolean | null;
      /**
       * The spendable points from which it can be taken; default 0.
       */
      balance?: Points | null;
      /**
       * No lines in one of these categories, at most 200.
       */
      except?: Category[] | null;
      id: RewardId;
      kind: 'free_product';
      /**
       * The cart total from which it can be taken; default 0, of `money_off` its `value`. Not with a reward that
       * is handed over outside a cart.
       */
      minimum?: Decimal | null;
      /**
       * What shoppers read, 1 to 200 characters.
       */
      name: string;
      /**
       * Only lines in one of these categories, at most 200; default every line but delivery and gift
       * certificates.
       */
      only?: Category[] | null;
      /**
       * How many pieces, 1 to 1000; default 1.
       */
      pieces?: number | null;
      points: Points;
      /**
       * Lines of one of these products, at most 200, beside those of `only`; default every line.
       */
      products?: ProductId[] | null;
      /**
       * How often all members together can take it, at least 1; default without end.
       */
      stock?: Points | null;
      /**
       * How often a member can take it; default without end.
       */
      uses?: UsesRules | null;
      /**
       * Whose points it takes; default the main wallet.
       */
      wallet?: WalletId | null;
      /**
       * When, and by whom; default always, by everyone.
       */
      when?: WhenRules | null;
    }
  | {
      /**
       * `true`: taken without being asked for with every cart that it can be taken with. Only where it costs
       * nothing and takes something off a cart. Default `false`.
       */
      automatic?: boolean | null;
      /**
       * The spendable points from which it can be taken; default 0.
       */
      balance?: Points | null;
      id: RewardId;
      into: WalletId;
      kind: 'certificate';
      /**
       * The cart total from which it can be taken; default 0, of `money_off` its `value`. Not with a reward that
       * is handed over outside a cart.
       */
      minimum?: Decimal | null;
      /**
       * What shoppers read, 1 to 200 characters.
       */
      name: string;
      points: Points;
      /**
       * How often all members together can take it, at least 1; default without end.
       */
      stock?: Points | null;
      /**
       * How often a member can take it; default without end.
       */
      uses?: UsesRules | null;
      value: Decimal;
      /**
       * Whose points it takes; default the main wallet.
       */
      wallet?: WalletId | null;
      /**
       * When, and by whom; default always, by everyone.
       */
      when?: WhenRules | null;
    }
  | {
      /**
       * `true`: taken without being asked for with every cart that it can be taken with. Only where it costs
       * nothing and takes something off a cart. Default `false`.
       */
      automatic?: boolean | null;
      /**
       * The spendable points from which it can be taken; default 0.
       */
      balance?: Points | null;
      cause: CauseId;
      id: RewardId;
      kind: 'donation';
      /**
       * The cart total from which it can be taken; default 0, of `money_off` its `value`. Not with a reward that
       * is handed over outside a cart.
       */
      minimum?: Decimal | null;
      /**
       * What shoppers read, 1 to 200 characters.
       */
      name: string;
      points: Points;
      /**
       * How often all members together can take it, at least 1; default without end.
       */
      stock?: Points | null;
      /**
       * How often a member can take it; default without end.
       */
      uses?: UsesRules | null;
      value: Decimal;
      /**
       * Whose points it takes; default the main wallet.
       */
      wallet?: WalletId | null;
      /**
       * When, and by whom; default always, by everyone.
       */
      when?: WhenRules | null;
    }
  | {
      /**
       * `true`: taken without being asked for with every cart that it can be taken with. Only where it costs
       * nothing and takes something off a cart. Default `false`.
       */
      automatic?: boolean | null;
      /**
       * The spendable points from which it can be taken; default 0.
       */
      balance?: Points | null;
      id: RewardId;
      /**
       * What is to be done, 1 to 2000 characters.
       */
      instructions: string;
      kind: 'gift';
      /**
       * The cart total from which it can be taken; default 0, of `money_off` its `value`. Not with a reward that
       * is handed over outside a cart.
       */
      minimum?: Decimal | null;
      /**
       * What shoppers read, 1 to 200 characters.
       */
      name: string;
      points: Points;
      /**
       * How often all members together can take it, at least 1; default without end.
       */
      stock?: Points | null;
      /**
       * How often a member can take it; default without end.
       */
      uses?: UsesRules | null;
      value: Decimal;
      /**
       * Whose points it takes; default the main wallet.
       */
      wallet?: WalletId | null;
      /**
       * When, and by whom; default always, by everyone.
       */
      when?: WhenRules | null;
    }
  | {
      /**
       * `true`: taken without being asked for with every cart that it can be taken with. Only where it costs
       * nothing and takes something off a cart. Default `false`.
       */
      automatic?: boolean | null;
      /**
       * The spendable points from which it can be taken; default 0.
       */
      balance?: Points | null;
      draw: DrawId;
      id: RewardId;
      kind: 'ticket';
      /**
       * The cart total from which it can be taken; default 0, of `money_off` its `value`. Not with a reward that
       * is handed over outside a cart.
       */
      minimum?: Decimal | null;
      /**
       * What shoppers read, 1 to 200 characters.
       */
      name: string;
      points: Points;
      /**
       * How often all members together can take it, at least 1; default without end.
       */
      stock?: Points | null;
      /**
       * How often a member can take it; default without end.
       */
      uses?: UsesRules | null;
      /**
       * Whose points it takes; default the main wallet.
       */
      wallet?: WalletId | null;
      /**
       * When, and by whom; default always, by everyone.
       */
      when?: WhenRules | null;
    };
export type CauseId = string;
export type Rounding = 'down' | 'half_up' | 'half_even' | 'up';
export type Scope = 'order' | 'rule' | 'line';
export type DowngradeName = 'at_once' | 'never' | 'after_grace' | 'at_period_end';
export type Timing = 'including_order' | 'before_order';
export type VestingFrom = 'order' | 'fulfilment';
export type WalletKind = 'points' | 'certificates';
/**
 * What can be asked of an account. A `wallet` that is not given is the main one.
 */
export type Command =
  | {
      kind: 'pay_order';
      order: Order;
    }
  | {
      kind: 'fulfil_order';
      order: OrderId;
    }
  | {
      /**
       * ISO 4217 code of the amounts; needed where there are amounts.
       */
      currency?: Currency | null;
      kind: 'refund';
      /**
       * The parts given back; absent means all that is left of the order.
       *
       * @minItems 1
       */
      lines?: [RefundLine, ...RefundLine[]] | null;
      order: OrderId;
      refund: RefundId;
    }
  | {
      /**
       * The cart it is taken for; absent for a reward that is handed over outside a cart.
       */
      cart?: Cart | null;
      hold: HoldId;
      kind: 'hold';
      /**
       * How many points.
       */
      points?: Points | null;
      reward: RewardId;
      /**
       * As many points as pay this of the cart, rounded up to the reward's step.
       */
      value?: Decimal | null;
    }
  | {
      hold: HoldId;
      kind: 'capture';
      /**
       * How many of its points, the others go back; absent for all.
       */
      points?: Points | null;
    }
  | {
      hold: HoldId;
      kind: 'release';
    }
  | {
      hold: HoldId;
      kind: 'fulfil_reward';
    }
  | {
      hold: HoldId;
      kind: 'cancel_reward';
    }
  | {
      event: EventName;
      kind: 'record_event';
      /**
       * The shop's name for this very time; the same name never counts twice.
       */
      reference?: Reference | null;
    }
  | {
      /**
       * Whether it is approved.
       */
      approved: boolean;
      bonus: BonusId;
      kind: 'decide_bonus';
      /**
       * The reference of its event, where it had one.
       */
      reference?: Reference | null;
    }
  | {
      kind: 'set_segment';
      /**
       * Whether the member is in it from now on.
       */
      member: boolean;
      segment: SegmentId;
    }
  | {
      /**
       * Whether it is given from now on.
       */
      given: boolean;
      kind: 'set_consent';
      purpose: Purpose;
    }
  | {
      /**
       * Month and day, `05-17`; absent to forget it.
       */
      birthday?: Birthday | null;
      kind: 'set_birthday';
    }
  | {
      kind: 'pay_membership';
      membership: MembershipId;
      payment: Reference;
    }
  | {
      kind: 'cancel_membership';
    }
  | {
      kind: 'use_privilege';
      privilege: PrivilegeId;
      reference: Reference;
    }
  | {
      form: EventName;
      kind: 'honour';
    }
  | {
      from: WalletId;
      kind: 'exchange';
      points: Points;
      to: WalletId;
    }
  | {
      kind: 'transfer';
      points: Points;
      to: AccountId;
      /**
       * Of which wallet.
       */
      wallet?: WalletId | null;
    }
  | {
      from: AccountId;
      kind: 'receive_transfer';
      /**
       * The parts of lots they came from.
       */
      parts: Lot[];
    }
  | {
      /**
       * So many points are added.
       */
      credit?: Points | null;
      /**
       * So many points are taken.
       */
      debit?: Points | null;
      kind: 'adjust';
      /**
       * With `credit`: their last usable day; absent for as the wallet says.
       */
      last_day?: Day | null;
      /**
       * With `credit`: whether they last for ever; default no.
       */
      lasts_ever?: boolean | null;
      /**
       * With `debit`: of which lot; absent for spendable points, soonest to expire first.
       */
      lot?: number | null;
      reason: Reference;
      /**
       * With `debit` and no `lot`: what happens where there are fewer; default `refuse`.
       */
      shortfall?: Shortfall | null;
      /**
       * Of which wallet.
       */
      wallet?: WalletId | null;
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
    }
  | {
      buyer: AccountId;
      kind: 'settle_sale';
      order: OrderId;
      /**
       * The buyer's entry that says so; a later one holds.
       */
      seq: number;
      /**
       * What it is worth now.
       */
      worth: Worth[];
    }
  | {
      by: AccountId;
      /**
       * What, and how much of it.
       */
      counts: Count[];
      kind: 'count_shared';
      /**
       * Their entry that says so.
       */
      seq: number;
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
   * How it changes what the member owns in each wallet: available + pending + held − debt. Wallets in which
   * nothing changes are left out.
   */
  changes?: Int64ByName | null;
  day: Day;
  event: EventV1;
  fingerprint: Fingerprint;
  key: Key;
  programme: Version;
  /**
   * Dense from 1.
   */
  seq: number;
  time: TimeOfDay;
  /**
   * Storage version, 1.
   */
  v: number;
}
export interface Int64ByName {
  [k: string]: number | undefined;
}
/**
 * What an order earns in one lot.
 */
export interface Credit {
  /**
   * The campaign on whose day it is credited.
   */
  campaign?: CampaignId | null;
  /**
   * Its points, per line of the order.
   */
  lines: Points[];
  lot: Lot;
  /**
   * Why that many points.
   */
  steps: Step[];
}
/**
 * Points of one accrual. Exactly one of `order`, `welcome`, `referral`, `bonus`, `sale`, `exchange`, `transfer`,
 * `reward`, `adjustment` and `refund` says where they came from.
 */
export interface Lot {
  /**
   * The merchant's name for the reason of a correction.
   */
  adjustment?: Reference | null;
  /**
   * The bonus.
   */
  bonus?: BonusId | null;
  /**
   * So many days after that they become spendable.
   */
  days?: number | null;
  /**
   * The wallet whose points became these.
   */
  exchange?: WalletId | null;
  /**
   * Number, rising with time.
   */
  id: number;
  /**
   * The shop of a coalition that owes what they are worth.
   */
  issuer?: PartnerId | null;
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
   * The refunded order they were spent on.
   */
  refund?: OrderId | null;
  /**
   * The hold of the reward that gave them.
   */
  reward?: HoldId | null;
  /**
   * The account that bought what this member sold.
   */
  sale?: AccountId | null;
  /**
   * The account that gave them.
   */
  transfer?: AccountId | null;
  /**
   * On that day usable before this instant.
   */
  until?: Instant | null;
  /**
   * The day on which they become spendable.
   */
  vests_on?: Day | null;
  /**
   * Where they wait for no day yet: what they wait for.
   */
  waits_for?: WaitName | null;
  wallet: WalletId;
  /**
   * The advocate who brought this friend.
   */
  welcome?: AccountId | null;
}
/**
 * What an order counts for on one line.
 */
export interface BookedLine {
  id: LineId;
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
  /**
   * As in a cart.
   */
  channel?: Channel | null;
  /**
   * As in a cart.
   */
  codes?: PromoCode[] | null;
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
  partner?: PartnerId | null;
  /**
   * As in a cart.
   */
  redeem?: Redeem[] | null;
  /**
   * The account of the member of staff whose sale it is.
   */
  seller?: AccountId | null;
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
   * Categories the product belongs to, at most 20.
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
   * The shop's name for the product.
   */
  product?: ProductId | null;
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
 * A reward taken with a cart. For one that is paid with a chosen number of points, exactly one of `points` and
 * `value` is given; for any other, neither.
 */
export interface Redeem {
  /**
   * How many points.
   */
  points?: Points | null;
  reward: RewardId;
  /**
   * As many points as pay this, rounded up to the reward's step.
   */
  value?: Decimal | null;
}
/**
 * A reward that paid for part of an order.
 */
export interface Redeemed {
  currency: Currency;
  /**
   * The hold that was captured; absent for one taken with the order itself.
   */
  hold?: HoldId | null;
  /**
   * The lines it pays; absent where it pays a share of all.
   */
  lines?: PaidLine[] | null;
  /**
   * The parts of lots they came from.
   */
  parts: Lot[];
  /**
   * Whether it is a payment: from a wallet of gift certificates.
   */
  payment?: boolean | null;
  points: Points;
  reward: RewardId;
  value: Decimal;
  wallet: WalletId;
}
/**
 * What a reward pays of one line.
 */
export interface PaidLine {
  id: LineId;
  /**
   * Whole pieces that are free.
   */
  pieces?: number | null;
  value: Decimal;
}
/**
 * What is left over of a rule in groups.
 */
export interface Remainder {
  amount: Decimal;
  rule: RuleId;
}
/**
 * What an order earns its seller in one wallet, or loses.
 */
export interface SaleCredit {
  /**
   * Points, per line of the order.
   */
  lines: Points[];
  wallet: WalletId;
}
/**
 * How much was used of something that all members share; below zero where it was given back.
 */
export interface Count {
  /**
   * How much.
   */
  count: number;
  of: SharedId;
}
/**
 * How much of a limit is used.
 */
export interface Used {
  /**
   * How much.
   */
  count: number;
  /**
   * Of which rule, campaign, bonus, reward or privilege.
   */
  id: string;
  of: UseName;
  /**
   * Since this day; absent for in all.
   */
  since?: Day | null;
}
/**
 * A lot whose order was handed over.
 */
export interface FulfilledLot {
  /**
   * Which lot.
   */
  lot: number;
  vests_on: Day;
}
/**
 * What a refund takes back of one lot.
 */
export interface CreditBack {
  back: ClawBack;
  /**
   * Points, per line of the order.
   */
  lines: Points[];
  /**
   * Which lot.
   */
  lot: number;
}
/**
 * Points of one wallet taken back, and from where.
 */
export interface ClawBack {
  /**
   * Owed from now on.
   */
  debt?: Points | null;
  /**
   * From lots.
   */
  taken?: Taken[] | null;
  wallet: WalletId;
  /**
   * Written off.
   */
  written_off?: Points | null;
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
 * A level kept through a day.
 */
export interface KeptLevel {
  level: LevelId;
  through: Day;
}
/**
 * What a refund took back on one line.
 */
export interface RefundedLine {
  amount: Decimal;
  id: LineId;
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
   * The parts given back; absent means all that is left of the order.
   *
   * @minItems 1
   */
  lines?: [RefundLine, ...RefundLine[]] | null;
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
 * A membership that was paid for.
 */
export interface Membership2 {
  currency: Currency;
  fee: Decimal;
  from: Day;
  id: MembershipId;
  last_day: Day;
}
/**
 * Points taken back of one lot of a sale.
 */
export interface SaleBack {
  back: ClawBack;
  /**
   * Which lot.
   */
  lot: number;
}
/**
 * Where a member stands at a moment: everything due by then is settled.
 */
export interface Standing {
  advice: Advice;
  available: Points;
  /**
   * Consents that are given.
   */
  consents: Purpose[];
  debt: Points;
  /**
   * Its spendable points by their last usable day, soonest first.
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
  /**
   * How the member is honoured in public.
   */
  honours: EventName[];
  /**
   * The paid membership; null without one.
   */
  membership?: Membership | null;
  pending: Points;
  /**
   * Its points that gather until they are enough; null in a wallet without a threshold.
   */
  pot?: Pot | null;
  /**
   * Privileges the member has now.
   */
  privileges: Privilege[];
  programme: Version;
  /**
   * Digits of the main wallet's points that stand behind the point when they are shown.
   */
  scale: number;
  /**
   * Segments the member is in.
   */
  segments: SegmentId[];
  /**
   * Entries appended so far.
   */
  seq: number;
  /**
   * Tickets by draw.
   */
  tickets: Tickets[];
  /**
   * The tier; null in a programme without tiers.
   */
  tier?: Tier | null;
  /**
   * Its pending points by the day their wait ends, soonest first.
   */
  vesting: Vesting[];
  /**
   * The other wallets.
   */
  wallets: WalletStanding[];
}
/**
 * Gift now, or keep saving? Each rung is looked at alone, at the pace of the last 365 days.
 */
export interface Advice {
  /**
   * The reward that gives most for each point it costs or lets expire: take it where it is reached today,
   * else keep saving. Null where none is reached within 365 days.
   */
  best?: RewardId | null;
  /**
   * … within which the member was one for so many days.
   */
  days: number;
  earned: Points;
  /**
   * The ladder: rewards of a fixed price and a fixed value.
   */
  rungs: Rung[];
}
/**
 * A rung of the ladder.
 */
export interface Rung {
  lost: Points;
  /**
   * What shoppers read.
   */
  name: string;
  points: Points;
  /**
   * The day on which it is reached; null where that is more than 365 days away.
   */
  reached_on?: Day | null;
  reward: RewardId;
  value: Decimal;
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
  wallet: WalletId;
}
/**
 * A paid membership.
 */
export interface Membership {
  from: Day;
  id: MembershipId;
  last_day: Day;
  /**
   * What shoppers read; null for one that has left the programme.
   */
  name?: string | null;
}
/**
 * Points that gather until they are enough to become spendable together.
 */
export interface Pot {
  points: Points;
  threshold: Points;
}
/**
 * A privilege that the member has.
 */
export interface Privilege {
  id: PrivilegeId;
  /**
   * How often it can still be used; null without end.
   */
  left?: Points | null;
  /**
   * What shoppers read.
   */
  name: string;
}
/**
 * Tickets of a draw.
 */
export interface Tickets {
  draw: DrawId;
  /**
   * How many.
   */
  tickets: number;
}
/**
 * A member's tier.
 */
export interface Tier {
  /**
   * The level; null below the lowest.
   */
  level?: LevelId | null;
  metric: Metric;
  /**
   * What shoppers read.
   */
  name?: string | null;
  /**
   * The next level up.
   */
  next?: NextLevel | null;
  progress: Decimal;
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
 * What is in a wallet beside the main one.
 */
export interface WalletStanding {
  available: Points;
  debt: Points;
  /**
   * Spendable points by their last usable day, soonest first.
   */
  expiring: Expiring[];
  held: Points;
  id: WalletId;
  /**
   * What shoppers read.
   */
  name: string;
  pending: Points;
  /**
   * Points that gather until they are enough.
   */
  pot?: Pot | null;
  /**
   * Digits that stand behind the point when they are shown.
   */
  scale: number;
  /**
   * Pending points by the day their wait ends, soonest first.
   */
  vesting: Vesting[];
}
/**
 * What a shopper is about to buy. Amounts are decimal text in major units: `"12.50"`.
 */
export interface Cart {
  /**
   * What is paid with gift certificates that are not in a wallet of the programme; default nothing.
   */
  certificates?: Decimal | null;
  /**
   * Where it is placed: `online`, `till`.
   */
  channel?: Channel | null;
  /**
   * Codes entered with it, at most 20.
   */
  codes?: PromoCode[] | null;
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
   * The shop of a coalition that sells it.
   */
  partner?: PartnerId | null;
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
   * Points per line in the main wallet; sums to `points`.
   */
  lines: LinePoints[];
  /**
   * What it earns in other lots: in other wallets, and by campaigns that are credited on their own day.
   */
  more: Earned[];
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
   * Digits of the main wallet's points that stand behind the point when they are shown.
   */
  scale: number;
  /**
   * Why; sums to `points` less those of campaigns that are credited on their own day.
   */
  steps: Step[];
  /**
   * Those rewards.
   */
  taken: TakenReward[];
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
   * The day they become spendable; null at once, or where they wait for something else.
   */
  vests_on?: Day | null;
  /**
   * What else they wait for; null for nothing.
   */
  waits_for?: WaitName | null;
  /**
   * The other wallets.
   */
  wallets: WalletChange[];
}
/**
 * Points of one line.
 */
export interface LinePoints {
  id: LineId;
  points: Points;
}
/**
 * What a cart earns in a lot of its own.
 */
export interface Earned {
  /**
   * The campaign on whose day it is credited.
   */
  campaign?: CampaignId | null;
  /**
   * Their last usable day.
   */
  last_day?: Day | null;
  points: Points;
  /**
   * Why; sums to `points`.
   */
  steps: Step[];
  /**
   * The day they become spendable.
   */
  vests_on?: Day | null;
  /**
   * What else they wait for.
   */
  waits_for?: WaitName | null;
  wallet: WalletId;
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
  /**
   * What is there instead.
   */
  has?: string | null;
  id: RewardId;
  kind: RewardName;
  minimum: Decimal;
  missing: Points;
  /**
   * What shoppers read.
   */
  name: string;
  /**
   * The bound that is not kept.
   */
  needs?: string | null;
  /**
   * Whether it takes something off a cart; else it is handed over outside one.
   */
  on_cart: boolean;
  points: Points;
  /**
   * Whether it can be taken now.
   */
  ready: boolean;
  /**
   * What `needs` and `has` are.
   */
  unit?: Unit | null;
  value: Decimal;
  wallet: WalletId;
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
 * A reward that pays for part of the cart.
 */
export interface TakenReward {
  id: RewardId;
  /**
   * What shoppers read; null for one that has left the programme.
   */
  name?: string | null;
  points: Points;
  value: Decimal;
}
/**
 * A wallet beside the main one, before and after the order.
 */
export interface WalletChange {
  available: Points;
  available_after: Points;
  id: WalletId;
  /**
   * What shoppers read.
   */
  name: string;
  pending: Points;
  pending_after: Points;
  /**
   * Digits that stand behind the point when they are shown.
   */
  scale: number;
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
  /**
   * What was there, or was asked for, instead.
   */
  has?: string | null;
  /**
   * The bound that is not kept.
   */
  needs?: string | null;
  /**
   * What `needs` and `has` are.
   */
  unit?: Unit | null;
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
  /**
   * Bonuses for what members do and for birthdays, at most 100.
   */
  bonuses?: BonusRule[] | null;
  /**
   * Campaigns, at most 50.
   */
  campaigns?: CampaignRule[] | null;
  /**
   * How several earning rules go together: each gives its points, or in each wallet the one that gives
   * the most, with all that multiplies and limits it, on a tie the first. Default `add`.
   */
  combining?: Combining | null;
  currency: Currency;
  /**
   * Prize draws, at most 50.
   */
  draws?: DrawRule[] | null;
  /**
   * Earning rules, at most 200; a line earns by each rule that takes it, or as `combining` says.
   */
  earning: EarningRule[];
  /**
   * Exchanges of points between wallets, at most 20; no round of them may yield more than it takes.
   */
  exchanges?: ExchangeRule[] | null;
  /**
   * When points of the main wallet expire; default never.
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
   * Paid memberships, at most 20.
   */
  memberships?: MembershipRule[] | null;
  /**
   * How the multipliers of the tier and of campaigns go together.
   */
  multipliers?: MultiplierRules | null;
  /**
   * What shoppers read, 1 to 200 characters.
   */
  name: string;
  /**
   * What happens when a reward is asked for more points than can be taken: it is refused, or it takes as
   * many as it can. Default `refuse`.
   */
  over_ask?: OverAsk | null;
  /**
   * What the main wallet holds; default whole points.
   */
  points?: PointsRules | null;
  /**
   * Benefits that are granted and used up, at most 100.
   */
  privileges?: PrivilegeRule[] | null;
  /**
   * A published system whose settings hold where the document gives none; default none.
   */
  profile?: Profile | null;
  /**
   * Honours in public for members of long standing, with their consent; default none.
   */
  recognition?: RecognitionRules | null;
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
   * Levels by spend, or by another metric.
   */
  tiers?: TierRules | null;
  /**
   * IANA time zone of the shop's calendar, such as `Europe/Budapest`.
   */
  time_zone: string;
  /**
   * When points of the main wallet become spendable; default at once.
   */
  vesting?: VestingRules | null;
  /**
   * Further wallets, at most 9.
   */
  wallets?: WalletRules[] | null;
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
   * Value paid with points, which pay goods and delivery only; default `out`.
   */
  points?: Inclusion | null;
  /**
   * Tax contained in the amounts; default `in`.
   */
  tax?: Inclusion | null;
}
/**
 * A bonus for an event or about a birthday: exactly one of these.
 */
export interface BonusRule {
  /**
   * `true`: the merchant approves it first. Default `false`.
   */
  approval?: boolean | null;
  /**
   * About the member's birthday, with consent to hold the date, once a year; what is left of the points
   * expires with its last day.
   */
  birthday?: BirthdayRules | null;
  /**
   * Days after it until the points vest, 0 to 3650; default 0.
   */
  days?: number | null;
  /**
   * The name of the event it is given for: `newsletter`, `review`, `visit`.
   */
  event?: EventName | null;
  id: BonusId;
  /**
   * How long the points last; default as the wallet says.
   */
  lasts?: Length | null;
  /**
   * How often: once, once in each month or year, or once for each reference of its event. Not with a
   * birthday. Default `once`.
   */
  limit?: Limit | null;
  /**
   * What shoppers read, 1 to 200 characters.
   */
  name: string;
  points: Points;
  /**
   * Where they go; default the main wallet.
   */
  wallet?: WalletId | null;
  /**
   * When it is given, and to whom; default always, to everyone.
   */
  when?: WhenRules | null;
}
/**
 * Days about a member's birthday, that day included; of 29 February, in other years 28 February.
 */
export interface BirthdayRules {
  /**
   * Through so many days after it, 0 to 180; default 0.
   */
  after?: number | null;
  /**
   * So many days before it, 0 to 180; default 0.
   */
  before?: number | null;
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
 * Conditions; all that are there must hold. Of a list one is enough; at most 50 each, and an empty one asks
 * nothing.
 */
export interface WhenRules {
  /**
   * About the member's birthday.
   */
  birthday?: BirthdayRules | null;
  /**
   * Carts placed through one of these.
   */
  channels?: Channel[] | null;
  /**
   * Carts with one of these codes.
   */
  codes?: PromoCode[] | null;
  /**
   * Not members of one of these.
   */
  except_segments?: SegmentId[] | null;
  /**
   * `true`: only a member's first order. Default `false`.
   */
  first_order?: boolean | null;
  /**
   * From this day on.
   */
  from?: Day | null;
  /**
   * In these hours, in shop time.
   */
  hours?: HoursRules | null;
  /**
   * Members on one of these levels.
   */
  levels?: LevelId[] | null;
  /**
   * Members who have paid for one of these memberships.
   */
  memberships?: MembershipId[] | null;
  /**
   * Members of one of these segments.
   */
  segments?: SegmentId[] | null;
  /**
   * Through this day, not before `from`.
   */
  until?: Day | null;
  /**
   * On these days of the week, in shop time.
   */
  weekdays?: Weekday[] | null;
}
/**
 * Hours of the day; over midnight where `until` is earlier.
 */
export interface HoursRules {
  from: TimeOfDay;
  until: TimeOfDay;
}
/**
 * A campaign: the rules that name it, and a multiplier of what other rules give on the lines it takes.
 */
export interface CampaignRule {
  /**
   * The most it gives all members together, at least 1; then it ends. Default no limit.
   */
  budget?: Points | null;
  /**
   * Its points become spendable not before this day; default as the wallet says.
   */
  credited_on?: Day | null;
  /**
   * No lines in one of these categories, at most 200.
   */
  except?: Category[] | null;
  /**
   * `true`: on a line that exclusive campaigns take the first of them is the only multiplier, the tier's
   * left out too. Default `false`.
   */
  exclusive?: boolean | null;
  id: CampaignId;
  /**
   * The most points it adds to one order, at least 1; default no limit.
   */
  most?: Points | null;
  /**
   * The most it gives a member in all, at least 1; default no limit.
   */
  most_per_member?: Points | null;
  /**
   * What points are multiplied by, above 0, at most 100, with at most 4 decimals; default nothing.
   */
  multiplier?: Decimal | null;
  /**
   * What shoppers read, 1 to 200 characters.
   */
  name: string;
  /**
   * It multiplies only lines in one of these categories, at most 200; default every line.
   */
  only?: Category[] | null;
  /**
   * The one of the higher priority comes first, on a tie the first of the list; 0 to 1000000, default 0.
   */
  priority?: number | null;
  /**
   * Lines of one of these products, at most 200, beside those of `only`; default every line.
   */
  products?: ProductId[] | null;
  /**
   * When it is in force, and for whom; default always, for everyone.
   */
  when?: WhenRules | null;
}
/**
 * A prize draw.
 */
export interface DrawRule {
  closes: Day;
  id: DrawId;
  /**
   * What shoppers read, 1 to 200 characters.
   */
  name: string;
  /**
   * SHA-256 of the seed that will decide the draw, 64 lower-case hexadecimal digits: published before it, so
   * that anyone can tell afterwards that the seed was not chosen to fit.
   */
  seed_hash?: string | null;
  /**
   * How many tickets win, 1 to 10000.
   */
  winners: number;
}
/**
 * So many points for every so much: 109.99 at 3 for every 10.00 is 32 pro rata, 30 in whole groups. Or so
 * many for every piece, for the order, or for gift certificates sold.
 */
export interface EarningRule {
  /**
   * The campaign it belongs to: in force with it, paid from its budget, credited on its day.
   */
  campaign?: CampaignId | null;
  /**
   * `true`: what is left over of `groups` counts towards the next order; only there. A rule that another one
   * beats keeps it. Default `false`.
   */
  carry?: boolean | null;
  /**
   * No lines in one of these categories, at most 200.
   */
  except?: Category[] | null;
  /**
   * `true`: on a line that it takes no other rule of its wallet gives anything. Default `false`.
   */
  exclusive?: boolean | null;
  id: RuleId;
  /**
   * Default `pro_rata`. `pieces` are those of lines with anything to pay; `order` gives once where the rule
   * takes anything to pay.
   */
  measure?: MeasureName | null;
  /**
   * The earning basis of the whole order from which the rule gives anything; default 0.
   */
  minimum?: Decimal | null;
  /**
   * The pieces of the lines it takes from which it gives anything, 1 to 1000000; default no minimum.
   */
  minimum_pieces?: number | null;
  /**
   * The most points it gives on one order, the tier's part included, at least 1; default no limit.
   */
  most?: Points | null;
  /**
   * The most it gives a member on one shop-local day, at least 1; default no limit.
   */
  most_per_day?: Points | null;
  /**
   * The most it gives a member in all, at least 1; default no limit.
   */
  most_per_member?: Points | null;
  /**
   * Only lines in one of these categories, at most 200; default every line.
   */
  only?: Category[] | null;
  /**
   * The amount that gives them, above 0; needed with `pro_rata` and `groups`, and only there.
   */
  per?: Decimal | null;
  points: Points;
  /**
   * Of exclusive rules the one of the highest priority, on a tie the first, takes a line; 0 to 1000000,
   * default 0.
   */
  priority?: number | null;
  /**
   * Lines of one of these products, at most 200, beside those of `only`; default every line.
   */
  products?: ProductId[] | null;
  /**
   * Who gets them: who buys, or the member of staff whose sale it is. Default `member`.
   * With `seller` there is no `carry`, `most_per_day` or `most_per_member`: they are counted by buyer.
   */
  to?: Beneficiary | null;
  /**
   * Where the points go; default the main wallet. For gift certificates, a wallet of them.
   */
  wallet?: WalletId | null;
  /**
   * When it is in force, and for whom; default always, for everyone.
   */
  when?: WhenRules | null;
}
/**
 * Points of one wallet for points of another.
 */
export interface ExchangeRule {
  from: WalletId;
  get: Points;
  give: Points;
  to: WalletId;
}
/**
 * When points expire: at the end of the earliest day that any of these names, in shop time. At most one
 * of `days` and `months`.
 */
export interface ExpiryRules {
  /**
   * Where on the last day of `days` or `months` they end: at the end of it, or so many days of 24 hours after
   * they were earned, but not after the end of it. Default `last_day`.
   */
  boundary?: Boundary | null;
  /**
   * Days after they were earned, 1 to 3650.
   */
  days?: number | null;
  /**
   * The whole balance expires this long after the last day on which the member earned points, got
   * some back or took a reward.
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
 * How long a hold lasts.
 */
export interface HoldRules {
  /**
   * Minutes, 1 to 10080.
   */
  minutes: number;
}
/**
 * A paid membership: a fee buys a level or perks for a term.
 */
export interface MembershipRule {
  fee: Decimal;
  id: MembershipId;
  /**
   * The level its members have at least; default none.
   */
  level?: LevelId | null;
  /**
   * What shoppers read, 1 to 200 characters.
   */
  name: string;
  /**
   * What of the fee comes back when it is cancelled: the share of the days left after today, rounded down to
   * the minor unit, or nothing. Default `pro_rata`.
   */
  refund?: FeeRefund | null;
  term: Length;
}
/**
 * How the multipliers of the tier and of campaigns go together on a line.
 */
export interface MultiplierRules {
  /**
   * 1.5 and 2 are 3, or with `add` 2.5, or with `best` 2. Default `multiply`. What they come to is kept to 12
   * digits behind the point, rounded half up.
   */
  stacking?: Stacking | null;
  /**
   * Whether the exact points are multiplied and rounded once, or the rounded points are multiplied and
   * rounded again: 3.9 × 2 is 7, or 6. Default `before_rounding`.
   */
  timing?: Multiplying | null;
}
/**
 * What the main wallet holds. It is where rules, bonuses and rewards go that name no other, and the one whose
 * points multipliers act on.
 */
export interface PointsRules {
  /**
   * Names the wallet; default `points`.
   */
  id?: WalletId | null;
  /**
   * The partner who owes what is in it; default the shop that gave it.
   */
  issuer?: PartnerId | null;
  /**
   * What shoppers read, 1 to 200 characters; default `Points`.
   */
  name?: string | null;
  /**
   * How many of its digits stand behind the point when it is shown, 0 to 4: at 2, 150 reads 1.50. Every
   * number of points in this document is written without it. Default 0.
   */
  scale?: number | null;
  /**
   * On which order its points can be spent: from the one after the order that earned them, or on that very
   * order, where they need not wait. Default `next_order`.
   */
  spend?: SpendFrom | null;
}
/**
 * A benefit that is granted, shown, used up and recorded.
 */
export interface PrivilegeRule {
  id: PrivilegeId;
  /**
   * What shoppers read, 1 to 200 characters.
   */
  name: string;
  /**
   * How often it can be used; default without end.
   */
  uses?: UsesRules | null;
  /**
   * Who has it, and when; default everyone, always.
   */
  when?: WhenRules | null;
}
/**
 * How often a member can use something.
 */
export interface UsesRules {
  /**
   * So many times, 1 to 1000000.
   */
  count: number;
  /**
   * In each month or year; default in all.
   */
  per?: Period | null;
}
/**
 * Honours in public for members of long standing.
 */
export interface RecognitionRules {
  after: Length;
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
   * What a partial refund takes back: its share of what was booked, line by line; or what was booked less
   * what the rest of the order earns; or what the refunded part alone earns, never more than is left.
   * With the last refund everything that is left. Default `reverse`.
   */
  basis?: RefundBasis | null;
  /**
   * Days restored points stay usable whose last day is over, 0 to 3650; default 30.
   */
  grace_days?: number | null;
  /**
   * Where points go back to that were spent on the order: to the lots they came from, with their dates;
   * to a new lot; nowhere. Default `original_lots`.
   */
  restored?: Restored | null;
  /**
   * When they go back: with every refund its share, or all once nothing of the order is left. Default
   * `every_refund`.
   */
  restored_with?: RestoredWith | null;
  /**
   * What happens to points that were spent already: they are owed, or written off, or the refund is
   * refused. Default `debt`.
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
 * Levels by what a member did in a window that ends today.
 */
export interface TierRules {
  /**
   * What happens when less is in the window: the lower level at once, never, after `grace`, or
   * with the next `period`. Default `at_once`.
   */
  downgrade?: DowngradeName | null;
  /**
   * How long the window may hold too little; needed with `after_grace`, and only there.
   */
  grace?: Length | null;
  /**
   * Lowest first, at most 20.
   */
  levels: LevelRule[];
  /**
   * What counts: the earning basis of paid orders; the largest such sum of one shop-local day; points that
   * orders earned in the main wallet; paid orders; events named `visit`; friends whose first order was
   * paid. Each less what was taken back. Default `spend`.
   */
  metric?: Metric | null;
  /**
   * The part of the calendar; needed with `at_period_end`, and only there.
   */
  period?: Period | null;
  /**
   * A refund lowers the level only with the next month or year; default at once.
   */
  refund_keeps?: Period | null;
  /**
   * `true`: a member falls one level at a time, one for each grace or period; only with `after_grace` and
   * `at_period_end`. Default `false`.
   */
  soft_landing?: boolean | null;
  /**
   * Whether the order being paid counts; default `including_order`. Its own points never count for it, as
   * the level decides them.
   */
  timing?: Timing | null;
  /**
   * Which days count; needed where the profile has none.
   */
  window?: WindowRules | null;
}
/**
 * A tier level.
 */
export interface LevelRule {
  from: Decimal;
  id: LevelId;
  /**
   * What points are multiplied by, above 0, at most 100, with at most 4 decimals; default 1.
   */
  multiplier?: Decimal | null;
  /**
   * What shoppers read, 1 to 200 characters.
   */
  name: string;
  /**
   * Members of one of these segments have it at least, at most 50.
   */
  segments?: SegmentId[] | null;
}
/**
 * Which days count towards a level: exactly one of these.
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
   * `true`: the days since the last anniversary of the member's first day.
   */
  member_year?: boolean | null;
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
   * From when the days count: from the order, or from the day the shop says that it is fulfilled. Default
   * `order`.
   */
  from?: VestingFrom | null;
  /**
   * Not before this day.
   */
  on?: Day | null;
  /**
   * Points whose days are over wait in a pot that is worth nothing until it holds this many, at
   * least 1; then all of them become spendable and the pot starts anew. Default no pot.
   */
  threshold?: Points | null;
}
/**
 * A further wallet: stamps, a second kind of points, gift certificates.
 */
export interface WalletRules {
  /**
   * When it expires; default never.
   */
  expiry?: ExpiryRules | null;
  id: WalletId;
  /**
   * The partner who owes what is in it; default the shop that gave it.
   */
  issuer?: PartnerId | null;
  /**
   * What one of it is: a point, which pays as rewards say; or one minor unit of money paid in advance, which
   * is a payment. Default `points`.
   */
  kind?: WalletKind | null;
  /**
   * What shoppers read, 1 to 200 characters.
   */
  name: string;
  /**
   * How many of its digits stand behind the point when it is shown, 0 to 4; default 0. Not with gift
   * certificates, which have the currency's.
   */
  scale?: number | null;
  /**
   * On which order its points can be spent. Default `next_order`.
   */
  spend?: SpendFrom | null;
  /**
   * When what is earned becomes spendable; default at once.
   */
  vesting?: VestingRules | null;
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
 * Points of one wallet.
 */
export interface Worth {
  points: Points;
  wallet: WalletId;
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
  /**
   * For the browser module, and opaque to all others: where the member stands, and what all members have used.
   */
  position: string;
  /**
   * What all members have used of the programme's budgets and stocks, as it was heard last. Empty where the
   * programme has none.
   */
  shared: {
    [k: string]: number | undefined;
  };
  /**
   * `object`, the ledger itself, or `kv`, its snapshot.
   */
  source: string;
  standing: Standing;
}
