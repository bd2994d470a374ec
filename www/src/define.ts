// Puts the classes under their names; a name that is taken is left alone.
import { LoyaltyBalance } from './elements/balance.js';
import { LoyaltyEarn } from './elements/earn.js';
import { LoyaltyRewards } from './elements/rewards.js';
import { LoyaltyShare } from './elements/share.js';

export function define(): void {
  const elements = {
    'loyalty-balance': LoyaltyBalance,
    'loyalty-earn': LoyaltyEarn,
    'loyalty-rewards': LoyaltyRewards,
    'loyalty-share': LoyaltyShare,
  };
  for (const [name, element] of Object.entries(elements)) {
    if (!customElements.get(name)) customElements.define(name, element);
  }
}
