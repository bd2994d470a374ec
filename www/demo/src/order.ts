// The confirmation: what was booked is what was shown. Lines can be returned, for trying out.
import type { EventV1, Standing, WalletStanding } from '../../src/wire.js';
import { amountOf, sum } from './decimal.js';
import { isProduct } from './products.js';
import { Refusal, refundLine } from './office.js';
import { keepOrder, orders, type Change, type PastOrder } from './shop.js';
import { button, h, pairs, show, type Child } from './tools.js';
import { money, number, w } from './words.js';

export function order(): void {
  const id = new URLSearchParams(location.search).get('id');
  const found = orders().find((past) => past.id === id);
  if (!found) return show(h('h1', {}, w('order.none')), h('p', {}, h('a', { href: 'index.html' }, w('nav.shop'))));
  draw(found);
}

function draw(past: PastOrder): void {
  show(
    h('div', { class: 'hero' }, h('h1', {}, w('order.title')), h('p', { class: 'quiet', 'data-testid': 'order-id' }, w('order.number', { order: past.id }))),
    h('div', { class: 'two' },
      h('div', { class: 'panel' }, h('h2', {}, w('order.lines')), lines(past)),
      h('div', { class: 'panel' }, h('h2', {}, w('order.points')), points(past)),
      past.member && h('div', { class: 'panel' }, h('h2', {}, w('share.title')), h('loyalty-share', {}, h('p', { class: 'quiet' }, w('earn.waiting'))))),
  );
}

/** The number that was shown in the basket, and the number that was booked. */
function points({ preview, booked, refunds }: PastOrder): Child {
  if (!booked) return h('p', {}, preview ? w('order.guest', { n: preview.points / 10 ** preview.scale }) : w('order.unknown'));
  const { entries, standing } = booked;
  const paid = find(entries.map(({ event }) => event), 'order_paid');
  const gift = find(entries.map(({ event }) => event), 'referral_rewarded');
  const taken = told(Object.values(refunds).flat(), standing, true);
  const rows: Parameters<typeof pairs>[1] = [];
  const shown = preview && told(
    [['', preview.points], ...preview.more.filter(({ wallet }) => beside(wallet, preview)).map(credited)], preview);
  const earned = paid && told((paid.credits ?? []).map(({ lot }) => credited(lot)), standing);
  if (shown) rows.push([w('order.previewed'), shown, 'previewed-points']);
  if (earned) rows.push([w('order.booked'), earned, 'booked-points']);
  if (gift) rows.push([w('order.gift'), told([credited(gift.lot)], standing, true), 'gift-points']);
  if (taken !== number(0)) rows.push([w('order.taken'), taken, 'refunded-points']);
  return [
    pairs('totals', rows),
    shown && earned && (shown === earned
      ? h('p', { class: 'ok', 'data-testid': 'same' }, `✓ ${w('order.same')}`)
      : h('p', { class: 'bad' }, w('order.different'))),
    paid?.referral && h('p', { class: 'quiet', 'data-testid': 'referral-refused' }, w(REFUSED[paid.referral] ?? 'referral.other')),
  ];
}

/** What the wallets of an answer are: the main one's scale, and the others. */
type Wallets = Pick<Standing, 'scale'> & { wallets: Pick<WalletStanding, 'id' | 'name' | 'scale'>[] };

const credited = ({ wallet, points }: { wallet: string; points: number }): Change => [wallet, points];

const beside = (id: string, { wallets }: Wallets): boolean => wallets.some((wallet) => wallet.id === id);

/** Changes of wallets, summed: the main one's as a number, the others' by their names. */
function told(changes: Change[], all: Wallets, signed?: boolean): string {
  const said = [{ id: '', name: '', scale: all.scale }, ...all.wallets].flatMap(({ id, name, scale }) => {
    const own = changes.filter(([wallet]) => (beside(wallet, all) ? wallet : '') === id);
    const sum = own.reduce((sum, [, points]) => sum + points, 0);
    return sum ? `${name && `${name}: `}${number(sum / 10 ** scale, signed)}` : [];
  });
  return said.join(' · ') || number(0);
}

const REFUSED: Partial<Record<string, 'referral.first' | 'referral.self' | 'referral.minimum'>> = {
  not_first_order: 'referral.first',
  self_referral: 'referral.self',
  referral_minimum_not_reached: 'referral.minimum',
};

function find<K extends EventV1['kind']>(events: EventV1[], kind: K): Extract<EventV1, { kind: K }> | undefined {
  return events.find((event): event is Extract<EventV1, { kind: K }> => event.kind === kind);
}

function lines(past: PastOrder): Child {
  const fault = h('p', { class: 'bad', role: 'alert' });
  return [
    h('ul', { class: 'items' }, past.cart.lines.map((line) => {
      const { id, quantity } = line;
      const name = isProduct(id) ? w(`product.${id}`) : w('total.delivery');
      const back = past.refunds[id];
      return h('li', { class: 'item' },
        isProduct(id) ? h('img', { src: `images/${id}.svg`, alt: '', width: 80, height: 80 }) : h('span'),
        h('div', {}, name, (quantity ?? 1) > 1 && ` × ${number(quantity ?? 1)}`, h('div', { class: 'controls' }, returning(past, id, name, back, fault))),
        h('span', { class: 'price' }, money(amountOf(line))));
    })),
    past.preview && pairs('totals', [
      ...(Number(past.preview.redeemed) ? [[w('total.redeemed'), money(past.preview.redeemed, true)] as [string, string]] : []),
      [w('order.paid'), money(past.preview.due), 'paid', 'sum'],
    ]),
    !past.preview && pairs('totals', [[w('order.paid'), money(sum(past.cart.lines.map(amountOf))), 'paid', 'sum']]),
    fault,
  ];
}

function returning(past: PastOrder, line: string, name: string, back: Change[] | undefined, fault: HTMLElement): Child {
  const { member, booked } = past;
  if (!member || !booked) return;
  if (back) {
    const change = told(back, booked.standing, true);
    return h('span', { class: 'quiet', 'data-testid': `refunded-${line}` }, w('order.returned', { change }));
  }
  const press = button(w('order.return'), () => {
    refundLine(past.id, line, member).then(({ entries, seq }) => {
      past.refunds[line] = entries.flatMap(({ changes }) => Object.entries(changes ?? {}) as Change[]);
      keepOrder(past);
      void window.loyalty?.refresh?.(seq);
      draw(past);
    }, (error: unknown) => {
      fault.textContent = `${w('checkout.failed')} ${error instanceof Refusal ? `${error.message} (${error.code})` : ''}`;
    });
  }, { class: 'text', 'data-testid': `refund-${line}`, 'aria-label': `${w('order.return')}: ${name}` });
  return press;
}
