// `<loyalty-earn>`: what a product, or with `for="cart"` the cart, brings in points, and why.
import { h, list, type Child } from '../dom.js';
import { change, explainStep, scaled, walletOf } from '../explain.js';
import { day, t } from '../messages.js';
import { forecast, preview } from '../session.js';
import { announce } from '../status.js';
import type { Preview, Document } from '../wire.js';
import { LoyaltyElement } from './element.js';

export class LoyaltyEarn extends LoyaltyElement {
  static observedAttributes = ['amount', 'currency', 'product', 'categories', 'quantity', 'for'];
  #said = '';

  protected async render(programme: Document): Promise<Child> {
    const [price, currency, product, categories, quantity, purpose] =
      LoyaltyEarn.observedAttributes.map((name) => this.getAttribute(name) ?? undefined);
    // A product is a cart of one line; its `amount` is the price of one.
    const answer = purpose === 'cart' ? preview : price && await forecast({
      currency: currency ?? programme.currency,
      lines: [{
        id: 'product',
        price,
        quantity: Number(quantity ?? 1),
        ...(product && { product }),
        ...(categories && { categories: categories.split(/[\s,]+/) }),
      }],
    });
    if (!answer) return;
    const { points, more, wallets } = answer;
    const others = wallets.map((wallet) => {
      const lots = more.filter((lot) => lot.wallet === wallet.id);
      return lots.length > 0 && change(lots.reduce((sum, lot) => sum + lot.points, 0), wallet);
    });
    const own = programme.points?.name ? change(points) : t('earn.points', { n: scaled(points) });
    const said = [points && own, ...others].filter(Boolean).join(' · ') || t('earn.none');
    if (this.#said && this.#said !== said) announce(said);
    this.#said = said;
    const figure = h('span earn earn-points', {}, said);
    return points || more.length ? h('details', {}, h('summary', {}, figure), explanation(answer)) : h('p', {}, figure);
  }
}

/** The steps, the tier that this order reaches, and the days that matter. */
function explanation({ steps, more, wallets, tier, tier_after, vests_on, last_day }: Preview): Child {
  return list([
    ...steps.map((step) => explainStep(step)),
    ...more.flatMap((lot) => lot.steps.map((step) => explainStep(step, walletOf(lot.wallet, wallets)))),
    tier_after?.name && tier_after.level !== tier?.level && t('earn.tier', { tier: tier_after.name }),
    vests_on && t('earn.vests', { day: day(vests_on) }),
    last_day && t('earn.expires', { day: day(last_day) }),
  ]);
}
