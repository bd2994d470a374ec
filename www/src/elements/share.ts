// `<loyalty-share>`: the member's link, ways to send it, and what became of it.
import { h, type Child } from '../dom.js';
import { scaled } from '../explain.js';
import { t } from '../messages.js';
import { money } from '../money.js';
import { referral, view } from '../session.js';
import { announce } from '../status.js';
import type { Document } from '../wire.js';
import { LoyaltyElement } from './element.js';

export class LoyaltyShare extends LoyaltyElement {
  #text = '';

  protected async render({ name, referral: offer }: Document): Promise<Child> {
    if (!view || !offer) return;
    const { advocate, friend, minimum } = offer;
    const { link, visits } = await referral();
    const { friends_waiting, friends_rewarded } = view.standing;
    const facts = {
      shop: name,
      friend: t('points', { n: scaled(friend.points) }),
      advocate: t('points', { n: scaled(advocate.points) }),
      minimum: minimum && money(minimum),
    };
    this.#text = t('share.text', facts);
    return [
      h('p', {}, t(minimum ? 'share.offer_minimum' : 'share.offer', facts)),
      h('div row', {},
        h('input link share-link', { readonly: true, value: link, 'aria-label': t('share.link') }),
        h('button primary share-copy', { type: 'button' }, t('share.copy'))),
      h('div row', {},
        !!navigator.share && h('button secondary share-send', { type: 'button' }, t('share.share')),
        channels(link, this.#text, t('share.subject', facts), t('share.mail')).map(([label, href]) =>
          h('a channel', { href, target: '_blank', rel: 'noreferrer' }, label))),
      h('p note share-counts', {}, [
        t('share.visits', { n: visits }),
        t('share.waiting', { n: friends_waiting }),
        t('share.rewarded', { n: friends_rewarded }),
      ].join(' · ')),
    ];
  }

  protected override act({ dataset: { testid } }: HTMLElement, { type }: Event): void {
    const field = this.root.querySelector('input');
    if (type !== 'click' || !field) return;
    field.select(); // For copying by hand, where the page may not.
    if (testid === 'share-copy') navigator.clipboard?.writeText(field.value).then(() => announce(t('share.copied')), () => {});
    // Somebody who changes their mind about sharing has made no mistake.
    if (testid === 'share-send') navigator.share({ text: this.#text, url: channel(field.value, 'share') }).catch(() => {});
  }
}

/** The link, saying by which way it went. */
function channel(link: string, name: string): string {
  const url = new URL(link);
  url.searchParams.set('s', name);
  return url.href;
}

function channels(link: string, text: string, subject: string, mail: string): [string, string][] {
  const message = (name: string) => encodeURIComponent(`${text} ${channel(link, name)}`);
  return [
    ['WhatsApp', `https://wa.me/?text=${message('whatsapp')}`],
    ['Viber', `viber://forward?text=${message('viber')}`],
    ['Telegram', `https://t.me/share/url?url=${encodeURIComponent(channel(link, 'telegram'))}&text=${encodeURIComponent(text)}`],
    [mail, `mailto:?subject=${encodeURIComponent(subject)}&body=${message('email')}`],
  ];
}
