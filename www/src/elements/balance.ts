// `<loyalty-balance>`: points, what is on the way and what runs out, tier, recent activity. With `compact` one
// line that opens. A guest sees the element's own text.
import { h, list, type Child } from '../dom.js';
import { change, explainEntry, explainStep, figure, points, scaled, walletOf } from '../explain.js';
import { day, number, t } from '../messages.js';
import { money } from '../money.js';
import { view } from '../session.js';
import type { EntryV1, Standing, View, WalletStanding } from '../wire.js';
import { LoyaltyElement } from './element.js';

/** Lots listed one by one; a member of many years has hundreds. */
const LISTED = 3;

export class LoyaltyBalance extends LoyaltyElement {
  static observedAttributes = ['compact'];

  protected render(): Child {
    if (!view) return;
    const { standing } = view;
    const { available, pending, tier, wallets } = standing;
    const compact = this.hasAttribute('compact');
    const head = [
      h(`span ${compact ? 'balance' : 'figure'} balance-available`, {}, points(available)),
      pending
        ? h('small pending balance-pending', {}, t('balance.pending', { points: figure(pending) }))
        : compact && h('small', {}, tier?.name),
    ];
    const others = wallets.map((wallet) => [h(`p figure balance-${wallet.id}`, {}, points(wallet.available, wallet)), facts(wallet, wallet)]);
    const rest = [level(standing), facts(standing), others, activity(view)];
    if (!compact) return [head.map((line) => h('p', {}, line)), rest];
    // The panel takes the focus, so that a press inside is not taken for leaving.
    return h('details', { id: 'menu' }, h('summary', {}, h('span', {}, head)), h('div panel', { tabindex: -1 }, rest));
  }

  /** The panel goes away by Escape, and when the focus leaves it. */
  protected override act(_target: HTMLElement, event: Event): void {
    const menu = this.root.querySelector<HTMLDetailsElement>('#menu');
    const { key, type, relatedTarget } = event as KeyboardEvent & FocusEvent;
    if (key === 'Escape') menu?.querySelector('summary')?.focus();
    if (menu && (key === 'Escape' || (type === 'focusout' && !menu.contains(relatedTarget as Node | null)))) menu.open = false;
  }
}

/** The level, and how far the next one is. */
function level({ tier }: Standing): Child {
  if (!tier) return;
  const { name, next, metric, progress } = tier;
  const amount = (text: string) => (/spend|purchase/.test(metric) ? money(text) : number(metric === 'points' ? scaled(+text) : +text));
  return [
    name && h('p level balance-tier', {}, t('tier.level', { tier: name })),
    next && [
      h('progress bar', {
        // How long a bar is drawn; no amount is computed from it.
        max: next.from,
        value: progress,
        'aria-label': t('tier.label'),
        'aria-valuetext': t('tier.progress', { progress: amount(progress), goal: amount(next.from), tier: next.name }),
      }),
      h('p note', {}, t('tier.next', { missing: amount(next.missing), tier: next.name })),
    ],
  ];
}

/** What is on the way, what runs out, what is set aside or owed. */
function facts({ vesting, expiring, held, debt }: Omit<WalletStanding, 'id' | 'name'>, wallet?: WalletStanding): Child {
  const said = (n: number) => figure(n, wallet);
  return list([
    ...vesting.slice(0, LISTED).map((lot) => t('balance.vests', { points: said(lot.points), day: day(lot.vests_on) })),
    ...expiring.slice(0, LISTED).map((lot) => t('balance.expires', { points: said(lot.points), day: day(lot.last_day) })),
    held > 0 && t('balance.held', { points: said(held) }),
    debt > 0 && t('balance.debt', { points: said(debt) }),
  ]);
}

function activity({ activity, standing }: View): Child {
  return activity.length > 0 && h(
    'details',
    { id: 'activity' },
    h('summary', {}, t('balance.activity')),
    h('ol', {}, activity.map((entry) => line(entry, standing))),
  );
}

function line(entry: EntryV1, { wallets }: Standing): Child {
  const { event, changes } = entry;
  const changed = Object.entries(changes ?? {}).map(([id, n = 0]) => change(n, walletOf(id, wallets))).join(' · ');
  return h('li', {},
    h('p entry', {},
      h('span', {}, explainEntry(entry), ' ', h('small', {}, h('time', { datetime: entry.day }, day(entry.day)))),
      changed && h('b', {}, changed)),
    event.kind === 'order_paid' && list(event.credits?.flatMap(({ lot, steps }) => steps.map((step) => explainStep(step, walletOf(lot.wallet, wallets)))) ?? []));
}
