//! Which build wrote rows.

/// Which fields stand where, and what they mean: a hash of all that says so. The Worker's rows begin with it. A page may still
/// have the module of another build; it then reads nothing of these rows, and asks the Worker for its previews.
pub const FORM: u64 = hash(
    concat!(
        include_str!("mod.rs"),
        include_str!("member.rs"),
        include_str!("programme.rs"),
        include_str!("../text.rs"),
        include_str!("../words.rs"),
        include_str!("../profiles/erpnext.json"),
        include_str!("../profiles/odoo.json"),
        include_str!("../profiles/setono.json"),
        include_str!("../profiles/smile.json"),
        include_str!("../profiles/square.json"),
        include_str!("../profiles/woocommerce.json"),
        include_str!("../profiles/yotpo.json"),
        include_str!("../../../loyalty-core/src/ground/ids.rs"),
        include_str!("../../../loyalty-core/src/ground/money.rs"),
        include_str!("../../../loyalty-core/src/ground/points.rs"),
        include_str!("../../../loyalty-core/src/ground/rounding.rs"),
        include_str!("../../../loyalty-core/src/ground/time.rs"),
        include_str!("../../../loyalty-core/src/ledger/account.rs"),
        include_str!("../../../loyalty-core/src/ledger/lot.rs"),
        include_str!("../../../loyalty-core/src/rules/bonus.rs"),
        include_str!("../../../loyalty-core/src/rules/campaign.rs"),
        include_str!("../../../loyalty-core/src/rules/draw.rs"),
        include_str!("../../../loyalty-core/src/rules/exchange.rs"),
        include_str!("../../../loyalty-core/src/rules/membership.rs"),
        include_str!("../../../loyalty-core/src/rules/privilege.rs"),
        include_str!("../../../loyalty-core/src/rules/programme.rs"),
        include_str!("../../../loyalty-core/src/rules/rate.rs"),
        include_str!("../../../loyalty-core/src/rules/referral.rs"),
        include_str!("../../../loyalty-core/src/rules/reward.rs"),
        include_str!("../../../loyalty-core/src/rules/select.rs"),
        include_str!("../../../loyalty-core/src/rules/tier.rs"),
        include_str!("../../../loyalty-core/src/rules/wallet.rs"),
        include_str!("../../../loyalty-core/src/rules/when.rs"),
    )
    .as_bytes(),
);

/// FNV-1a, 64 bits.
const fn hash(bytes: &[u8]) -> u64 {
    let mut bytes = bytes;
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    while let [byte, rest @ ..] = bytes {
        hash = (hash ^ *byte as u64).wrapping_mul(0x0100_0000_01b3);
        bytes = rest;
    }
    hash
}
