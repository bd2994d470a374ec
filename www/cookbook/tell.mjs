// A case in words: what happens in each step, and what the case expects of it. Every figure is the case's own.

/** @returns {{day: string, time: string, who: string, what: string, came: string[]}[]} */
export function tell(scenario, products) {
  let programme = scenario.programme;
  return scenario.steps.map((step) => {
    programme = step.programme ?? programme;
    const words = new Words(programme, products);
    const what = step.programme ? 'Another programme is published' : words.what(step);
    return { day: date(step.day), time: step.at.slice(11, 16), who: step.account ?? '', what, came: words.came(step.expect) };
  });
}

/** What an amount of a currency reads as. */
export function money(amount, currency) {
  return new Intl.NumberFormat('en-GB', { style: 'currency', currency, currencyDisplay: 'narrowSymbol' }).format(amount);
}

export function date(day) {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(Date.parse(day));
}

const plain = (name) => name.replaceAll('_', ' ');
const listed = (parts) => parts.filter(Boolean).join(', ');

class Words {
  constructor(programme, products) {
    this.programme = programme;
    this.products = products;
    const { id = 'points', name = 'points', scale = 0 } = programme.points ?? {};
    // Money paid in advance has the currency's digits.
    const { maximumFractionDigits } = new Intl.NumberFormat('en-GB', { style: 'currency', currency: programme.currency }).resolvedOptions();
    const others = (programme.wallets ?? []).map(({ kind, scale = 0, ...rest }) => ({ ...rest, scale: kind === 'certificates' ? maximumFractionDigits : scale }));
    this.wallets = [{ id, name, scale }, ...others];
  }

  money = (amount) => money(amount, this.programme.currency);

  /** `209.89 Bonus roubles`. */
  points(number, wallet) {
    const { name, scale } = this.wallets.find(({ id }) => id === wallet) ?? this.wallets[0];
    return `${(number / 10 ** scale).toLocaleString('en-GB', { minimumFractionDigits: scale })} ${number === 1 && name === 'points' ? 'point' : name}`;
  }

  named(list, id) {
    return (this.programme[list] ?? []).find((one) => one.id === id)?.name ?? plain(id);
  }

  level = (id) => (id ? `level ${this.programme.tiers?.levels.find((level) => level.id === id)?.name ?? id}` : 'no level');

  line({ product, categories, quantity, price, amount, discount, tax, kind }) {
    const each = this.money(price ?? amount);
    const name = this.products[product] ?? product ?? (kind && plain(kind)) ?? categories?.join(', ');
    const pieces = (quantity ?? 1) > 1 ? `${quantity} × ` : '';
    return `${pieces}${name ? `${name} ` : ''}${each}${discount ? ` less ${this.money(discount)}` : ''}${tax ? `, ${this.money(tax)} of it tax` : ''}`;
  }

  ask({ reward, points, value }) {
    const found = this.programme.rewards?.find(({ id }) => id === reward);
    const much = points === undefined ? value && this.money(value) : this.points(points, found?.wallet);
    return `“${this.named('rewards', reward)}”${much ? ` with ${much}` : ''}`;
  }

  cart({ lines, redeem, certificates, advocate, partner }) {
    return [
      listed(lines.map((line) => this.line(line))),
      redeem && `taking ${listed(redeem.map((ask) => this.ask(ask)))}`,
      certificates && `${this.money(certificates)} of it paid with gift certificates`,
      advocate && `through the link of “${advocate}”`,
      partner && `at “${partner}”`,
    ].filter(Boolean).join('; ');
  }

  what({ preview, command, standing, draw }) {
    if (preview) return `Basket: ${this.cart(preview)}`;
    if (standing) return 'The account, looked at';
    if (draw) return `The draw “${this.named('draws', draw)}”`;
    const say = this[command.kind];
    return say ? say.call(this, command) : plain(command.kind);
  }

  pay_order = ({ order }) => `Order ${order.id}: ${this.cart(order)}`;
  refund({ order, lines }) {
    if (!lines) return `All that is left of order ${order} is returned`;
    const parts = lines.map(({ id, amount }) => (amount ? this.money(amount) : this.products[id] ?? id));
    return `Of order ${order} is returned: ${listed(parts)}`;
  }
  hold = (ask) => `Set aside for ${this.ask(ask)}${ask.cart ? `, in a basket of ${this.cart(ask.cart)}` : ''}`;
  capture = () => 'What was set aside is spent';
  release = () => 'What was set aside is given back';
  adjust = ({ credit, debit, wallet }) => `By hand: ${credit ? `${this.points(credit, wallet)} added` : `${this.points(debit, wallet)} taken`}`;
  exchange = ({ from, to, points }) => `Exchange of ${this.points(points, from)} for ${this.points(0, to).replace('0 ', '')}`;
  use_privilege = ({ privilege }) => `Use of “${this.named('privileges', privilege)}”`;
  record_event = ({ event }) => `The member did something: ${plain(event)}`;
  set_consent = ({ purpose, given }) => `Consent to hold the ${purpose} ${given ? 'given' : 'taken back'}`;
  set_birthday = ({ birthday }) => `Birthday told: ${date(`2000-${birthday}`).replace(' 2000', '')}`;
  pay_membership = ({ membership }) => `“${this.named('memberships', membership)}” is paid for, ${this.money(this.programme.memberships.find(({ id }) => id === membership).fee)}`;
  cancel_membership = () => 'The membership is cancelled';

  /** What a step is expected to come to, figure by figure. */
  came({ preview, booked, refused, standing } = {}) {
    if (refused) return [this.refused(refused)];
    if (preview) return this.previewed(preview);
    const events = (booked?.entries ?? []).map(({ event }) => event && this.event(event));
    const all = [...events, ...this.stands(booked?.standing ?? standing ?? {})].flat(2).filter(Boolean);
    return all.filter((figure, index) => all.indexOf(figure) === index);
  }

  refused({ code, about, needs, has }) {
    const wallet = this.programme.rewards?.find(({ id }) => id === about)?.wallet;
    const [least, there] = [needs, has].map((figure) => (figure && code === 'insufficient_points' ? this.points(Number(figure), wallet) : figure));
    return `refused, ${plain(code)}${least ? `: needs ${least}${there ? `, has ${there}` : ''}` : ''}`;
  }

  previewed({ points, more = [], taken, redeemed, due, vests_on, last_day, available_after, pending_after, wallets = [], tier_after }) {
    return [
      points !== undefined && `earns ${this.points(points)}`,
      ...more.map((own) => `${this.points(own.points, own.wallet)} of them on ${date(own.vests_on)}`),
      Number(redeemed) > 0 && `rewards pay ${this.money(redeemed)}`,
      taken && !redeemed && `takes ${listed(taken.map((one) => this.points(one.points)))}`,
      due && `${this.money(due)} to pay`,
      vests_on && `spendable from ${date(vests_on)}`,
      last_day && `through ${date(last_day)}`,
      available_after !== undefined && `then ${this.points(available_after)} to spend`,
      pending_after ? `${this.points(pending_after)} waiting` : null,
      ...wallets.filter((own) => own.available_after !== undefined).map((own) => `then ${this.points(own.available_after, own.id)}`),
      tier_after && this.level(tier_after.level),
    ].filter(Boolean);
  }

  /** The figures of an entry that people ask for. */
  event(event) {
    const { kind, points, lot = {} } = event;
    const says = {
      order_paid: () => [points !== undefined && `earned ${this.points(points)}`, this.redeemed(event), ...this.credited(event)],
      refunded: () => [points !== undefined && `${this.points(points)} taken back`, this.restored(event)],
      expired: () => points && `${this.points(points)} expired`,
      vested: () => points && `${this.points(points)} became spendable`,
      bonus_given: () => `“${this.named('bonuses', event.bonus)}”${lot.points ? `: ${this.points(lot.points)}` : ''}`,
      tier_changed: () => 'to' in event && this.level(event.to),
      exchanged: () => `got ${this.points(lot.points, lot.wallet)}, owed by “${lot.issuer ?? 'the shop'}”`,
      referral_rewarded: () => `as a friend ${this.points(lot.points)}, from ${date(lot.vests_on)}`,
      membership_cancelled: () => `${this.money(event.refund)} paid back`,
    };
    return says[kind ?? (event.restored ? 'refunded' : '')]?.();
  }

  redeemed = ({ redeemed }) => redeemed && `rewards pay ${listed(redeemed.map(({ value }) => value && this.money(value)))}`;

  credited({ credits = [] }) {
    const owed = credits.filter(({ lot }) => lot?.issuer && lot.points).map(({ lot }) => `${this.points(lot.points, lot.wallet)}, owed by “${lot.issuer}”`);
    return [...owed, ...credits.map(({ lot }) => lot?.until && `usable before ${lot.until.slice(11, 16)} of ${date(lot.last_day)}`)];
  }

  restored({ restored }) {
    const lots = restored?.flat();
    if (!lots) return;
    const back = ({ points, last_day }) => `${this.points(points)} given back${last_day ? `, through ${date(last_day)}` : ''}`;
    return lots.length ? lots.map(back) : 'nothing given back';
  }

  stands({ available, pending, held, debt, expiring, wallets = [], tier, membership, privileges, friends_rewarded, advice }) {
    return [
      available !== undefined && `${this.points(available)} to spend`,
      pending ? `${this.points(pending)} waiting` : null,
      held ? `${this.points(held)} set aside` : null,
      debt ? `${this.points(debt)} owed` : null,
      ...(expiring ?? []).map((part) => `${this.points(part.points)} through ${date(part.last_day)}`),
      ...wallets.filter((own) => own.id && own.available !== undefined).map((own) => this.points(own.available, own.id)),
      tier && this.tier(tier),
      membership && `a member through ${date(membership.last_day)}`,
      privileges && this.privileges(privileges),
      friends_rewarded && `friends brought: ${friends_rewarded}`,
      advice?.best && `advice: save for “${this.named('rewards', advice.best)}”${this.reached(advice)}`,
    ].filter(Boolean);
  }

  tier({ level, progress, next }) {
    return listed([level !== undefined && this.level(level), progress && `${this.money(progress)} counted`, next && `${this.money(next.missing)} to ${this.level(next.level)}`]);
  }

  privileges(list) {
    return list.map(({ id, left }) => `“${this.named('privileges', id)}”${left === undefined ? '' : `, ${left} left`}`).join(' and ');
  }

  reached({ best, rungs = [] }) {
    const day = rungs.find(({ reward }) => reward === best)?.reached_on;
    return day ? `, reached on ${date(day)}` : '';
  }
}
