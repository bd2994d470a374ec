// The entry, `crates/worker/index.js`, knows all modules.

export const changed = (shop) => globalThis.loyaltyTell("forget", shop);
export const erased = (shop, member, acct) => globalThis.loyaltyTell("erased", shop, member, acct);
