// `<loyalty-rewards>`: what the member can take at the checkout, what it brings before it is pressed, and the way back.
import { refusal } from '../client.js';
import { h, type Child } from '../dom.js';
import { explainRefusal, points, scaled, walletOf } from '../explain.js';
import { t, time } from '../messages.js';
import { money } from '../money.js';
import { cart, forecast, giveBack, holds, local, now, preview, take, unfit, view } from '../session.js';
import { announce } from '../status.js';
import type { Cart, OpenHold, Preview, Redeem, RewardOffer, WalletChange } from '../wire.js';
import { LoyaltyElement } from './element.js';

/** In milliseconds; what ends later than that is told with its day. */
const HALF_A_DAY = 43_200_000;
/** While previews cost a request, a slider in motion asks this much later. */
const REMOTE_DELAY = 300;

export class LoyaltyRewards extends LoyaltyElement {
  /** Points chosen by hand, by reward. */
  #chosen: Record<string, string> = {};
  #faults: Record<string, string> = {};
  #told = new Set<string>();
  #busy = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  protected async render(): Promise<Child> {
    const content = cart();
    if (!preview || !view || !content) return;
    for (const hold of holds()) {
      // One taken on another page, or in another visit, counts here too, and the shop hears of it.
      if (!this.#told.has(hold.id)) this.#emit('hold', hold);
      this.#told.add(hold.id);
    }
    const cards = preview.rewards.filter(({ on_cart }) => on_cart).map((offer) => this.#card(offer, content));
    return h('ul', { 'aria-label': t('rewards.title') }, await Promise.all(cards));
  }

  async #card(offer: RewardOffer, content: Cart): Promise<Child> {
    const { id } = offer;
    const hold = heldFor(offer);
    const [text, press] = hold ? applied(hold, offer) : offer.ready ? await this.#choice(offer, content) : [missing(offer)];
    const fault = this.#faults[id];
    return h(
      `li card reward-${id}`,
      { id, ...(hold && !unfit.has(hold.id) && { part: 'card applied' }) },
      h('div', {}, h('b', {}, offer.name), text, fault && h('p note', {}, fault)),
      press,
    );
  }

  /** What taking it brings; where the number is free, a slider and a field for it. */
  async #choice(offer: RewardOffer, content: Cart): Promise<Parts> {
    const { id, choice } = offer;
    const wish = this.#wish(offer);
    const wallet = inside(offer);
    // A further preview a card is free in the page, and a request otherwise.
    const outcome = choice || local ? await attempt(content, wish) : undefined;
    const refused = typeof outcome === 'string';
    // Where there is a choice, the least can be paid: what is missing is only for more than the most.
    const result = refused
      ? explainRefusal(choice && outcome === 'insufficient_points' ? 'above_maximum' : outcome, offer, wallet)
      : describe(offer, wish, outcome);
    const shown = (n = 0) => scaled(n, wallet);
    const field = {
      min: shown(offer.points), max: shown(choice?.most), step: shown(choice?.step), value: shown(wish.points ?? 0),
      'data-reward': id, 'aria-label': `${t('rewards.points')}: ${offer.name}`,
    };
    return [
      [
        h(`p note result-${id}`, {}, result),
        choice && h('div row', {},
          h(`input range range-${id}`, { ...field, type: 'range', 'aria-valuetext': result }),
          h(`input number points-${id}`, { ...field, type: 'number' })),
      ],
      button('primary', 'use', offer, t('rewards.use'), refused),
    ];
  }

  /** The reward, with the points chosen by hand or the most that can be. */
  #wish(offer: RewardOffer): Redeem {
    const { id, choice } = offer;
    if (!choice) return { reward: id };
    const chosen = this.#chosen[id];
    // Chosen as it is shown, asked for as it is counted.
    return { reward: id, points: chosen === undefined ? choice.most : Math.round(Number(chosen) / scaled(1, inside(offer))) };
  }

  protected override act(target: HTMLElement, { type }: Event): void {
    const { reward } = target.dataset;
    if (!reward) return;
    if (type === 'input') {
      this.#chosen[reward] = (target as HTMLInputElement).value;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => void this.update(), local ? 0 : REMOTE_DELAY);
    }
    const offer = preview?.rewards.find(({ id }) => id === reward);
    const content = cart();
    if (type === 'click' && target.tagName === 'BUTTON' && !target.ariaDisabled && !this.#busy && offer && content) {
      void this.#press(offer, content);
    }
  }

  async #press(offer: RewardOffer, content: Cart): Promise<void> {
    this.#busy = true;
    this.#faults = {};
    try {
      await this.#change(offer, content);
      this.#chosen = {};
      if (preview) announce(t('rewards.due', { money: money(preview.due) }));
    } catch (error) {
      announce((this.#faults[offer.id] = explainRefusal(refusal(error), offer, inside(offer))));
    }
    this.#busy = false;
    await this.update();
  }

  /** Gives back what is applied, or takes what is not. */
  async #change(offer: RewardOffer, content: Cart): Promise<void> {
    const held = heldFor(offer);
    if (held) {
      await giveBack(held);
      this.#emit('release', held);
    } else {
      await take(this.#wish(offer), content);
    }
  }

  #emit(name: 'hold' | 'release', { id, points, value }: OpenHold): void {
    this.dispatchEvent(new CustomEvent(`loyalty:${name}`, { bubbles: true, composed: true, detail: { hold: { id, points, value } } }));
  }
}

/** Text and button of a card. */
type Parts = [Child, Child?];

function heldFor({ id }: RewardOffer): OpenHold | undefined {
  return holds().find(({ reward }) => reward === id);
}

/** The wallet whose points it takes, where that is not the main one. */
function inside({ wallet }: RewardOffer): WalletChange | undefined {
  return walletOf(wallet, preview?.wallets);
}

/** `500 points → -€5.00. You pay €34.99`. */
function describe(offer: RewardOffer, wish: Redeem, outcome: Preview | undefined): string {
  const gain = offer.choice ? outcome?.taken.findLast(({ id }) => id === offer.id)?.value : offer.value;
  return [
    gain && `${points(wish.points ?? offer.points, inside(offer))} → ${money(gain, true)}`,
    outcome && t('rewards.due', { money: money(outcome.due) }),
  ].filter(Boolean).join('. ');
}

/** A hold: what it takes off, or why it cannot; and for how long it is kept. */
function applied({ id, points: n, value, until }: OpenHold, offer: RewardOffer): Parts {
  const why = unfit.get(id);
  const wallet = inside(offer);
  const said = why
    ? `${points(n, wallet)} · ${explainRefusal(why.code, offer, wallet, why.unit === 'money' ? why.needs : null)}`
    : t('rewards.applied', { money: money(value, true) });
  const kept = t('rewards.until', { time: time(until, Date.parse(until) - now() > HALF_A_DAY) });
  return [h(`p note applied-${offer.id}`, {}, `${said}. ${kept}`), button('secondary', 'release', offer, t('rewards.back'))];
}

/** Not to be had on this cart: why, and how far it is. */
function missing(offer: RewardOffer): Child {
  const { code, points: price, name } = offer;
  const wallet = inside(offer);
  const reason = explainRefusal(code, offer, wallet);
  return [
    h('p note', {}, `${points(price, wallet)} · ${reason}`),
    code === 'insufficient_points'
      && h('progress bar', { max: price, value: price - offer.missing, 'aria-label': name, 'aria-valuetext': reason }),
  ];
}

/** The cart with one more reward, or the code of the refusal. */
async function attempt(content: Cart, more: Redeem): Promise<Preview | string> {
  try {
    return await forecast({ ...content, redeem: [...(content.redeem ?? []), more] });
  } catch (error) {
    const code = refusal(error);
    if (code) return code;
    throw error;
  }
}

function button(part: string, action: string, { id, name }: RewardOffer, text: string, off = false): Child {
  const attributes = { type: 'button', 'data-reward': id, 'aria-label': `${text}: ${name}`, 'aria-disabled': off && 'true' };
  return h(`button ${part} ${action}-${id}`, attributes, text);
}
