//! What shoppers and tills wait for: programmes to read, members, previews, orders, holds, referral links; and all else
//! that is decided by the core.

use crate::api::{commands, holds, local, members, orders, preview};
use crate::http::auth::Who::{Anyone, Local, Merchant, Shopper, ShopperOrAnyone, ShopperOrMerchant};
use crate::http::route::{Route, alone, in_shop};
use crate::http::table::{delete, get, patch, post, put};
use crate::http::{health, token};
use crate::notices;
use crate::people::{erase, export, import, members as people, mine, remarks};
use crate::referral;
use crate::shop::programme;

/// Routes of the module `storefront`.
pub const STOREFRONT: &[Route] = &[
    get("/health", Anyone, alone!(health::health))
        .does("Whether the Worker runs, and in which mode")
        .gives("200 {status: text, mode: text}"),
    put("/v1/shops/{shop}/programme", Merchant, in_shop!(programme::put))
        .does("Publish a programme at once. Publishing the current one again changes nothing.")
        .takes("Document")
        .gives("200 {version: Version}; 201 {version: Version}")
        .refuses("reading"),
    get("/v1/shops/{shop}/programme", Anyone, in_shop!(programme::get))
        .does("The current programme, or a version of it")
        .asks("version?: Version")
        .gives("200 Published; 304")
        .refuses("programme_missing"),
    get("/v1/shops/{shop}/programme/versions/{version}", Anyone, in_shop!(programme::one))
        .does("A version of the programme. It never changes.")
        .gives("200 {version: Version, programme: Document}; 304")
        .refuses("programme_missing"),
    post("/v1/shops/{shop}/tokens", Merchant, in_shop!(token::make))
        .does("Make a token for a shopper. It opens this member's account for 15 minutes.")
        .takes("{member: MemberId}")
        .gives("201 {token: text, expires_at: instant}"),
    get("/v1/shops/{shop}/me", Shopper, in_shop!(members::view))
        .does("My account")
        .asks("min_seq?: count")
        .gives("200 View")
        .refuses("programme_missing history_exists"),
    get("/v1/shops/{shop}/members/{member}", Merchant, in_shop!(members::view))
        .does("A member's account")
        .asks("min_seq?: count")
        .gives("200 View")
        .refuses("programme_missing history_exists"),
    get("/v1/shops/{shop}/members/{member}/entries", Merchant, in_shop!(members::entries))
        .does("A member's entries, oldest first")
        .asks("limit?: PageLimit, cursor?: Cursor")
        .gives("200 Page<EntryV1>"),
    get("/v1/shops/{shop}/members/{member}/audit", Merchant, in_shop!(members::audit))
        .long()
        .does("Whether the journal is what a member's log says, byte for byte. A long one in pages: go on after `next`.")
        .asks("after?: count")
        .gives("200 Findings"),
    get("/v1/shops/{shop}/members/{member}/undelivered", Merchant, in_shop!(members::undelivered))
        .does("What a member's account asked of others in vain: refused, or to be sent again; the newest 100")
        .gives("200 {data: Letter[]}"),
    post("/v1/shops/{shop}/members/{member}/restore", Merchant, in_shop!(members::restore))
        .long()
        .does("Restore a member's account from the journal, or the journal from the account. A dry run only tells.")
        .takes("{from: text, dry_run: flag, after?: count}")
        .gives("200 Recovery")
        .refuses("not_found account_not_empty history_damaged"),
    get("/v1/shops/{shop}/shared/audit", Merchant, in_shop!(members::audit))
        .long()
        .does("The same of what all members share: budgets of campaigns, stocks of rewards")
        .asks("after?: count")
        .gives("200 Findings"),
    post("/v1/shops/{shop}/shared/restore", Merchant, in_shop!(members::restore))
        .long()
        .does("Restore what all members share from its journal, or the journal from what is counted")
        .takes("{from: text, dry_run: flag, after?: count}")
        .gives("200 Recovery")
        .refuses("not_found account_not_empty history_damaged"),
    post("/v1/shops/{shop}/members", Merchant, in_shop!(people::enrol))
        .does("Enrol a member. One who is known stays as they are, but for the fields given.")
        .takes("{member: MemberId, profile?: ProfileChange}")
        .gives("200 Card; 201 Card")
        .refuses("profile_invalid"),
    get("/v1/shops/{shop}/members", Merchant, in_shop!(people::list))
        .does("The shop's members, or with `email` or `phone` those who have it and their profiles")
        .asks("email?: text, phone?: text, limit?: PageLimit, cursor?: Cursor")
        .gives("200 Page<{member: MemberId, since: instant, profile?: MemberProfile}>"),
    patch("/v1/shops/{shop}/members/{member}", Merchant, in_shop!(people::change))
        .does("Change a member's profile: a field that is null is forgotten")
        .takes("ProfileChange")
        .gives("200 Card")
        .refuses("profile_invalid"),
    delete("/v1/shops/{shop}/members/{member}", Merchant, in_shop!(erase::route))
        .does(
            "Erase a member. Everything personal goes; the ledger's sums stay. What comes later for them finds nobody.",
        )
        .gives("204"),
    get("/v1/shops/{shop}/members/{member}/profile", Merchant, in_shop!(people::profile))
        .does("A member's profile")
        .gives("200 Card"),
    get("/v1/shops/{shop}/members/{member}/export", Merchant, in_shop!(export::export))
        .does("Everything about a member in one file")
        .gives("200 Export")
        .refuses("programme_missing history_exists"),
    get("/v1/shops/{shop}/members/{member}/consents", Merchant, in_shop!(remarks::consents))
        .does("Consents a member gave and took back, oldest first, with how")
        .asks("limit?: PageLimit, cursor?: Cursor")
        .gives("200 Page<Remarked>"),
    post("/v1/shops/{shop}/members/{member}/consents", Merchant, in_shop!(remarks::set_consent))
        .does("Book that a member gives a consent or takes it back, and how")
        .keyed(true)
        .takes("Consent")
        .gives("200 Receipt; 201 Receipt")
        .refuses("decision programme_missing"),
    get("/v1/shops/{shop}/members/{member}/adjustments", Merchant, in_shop!(remarks::adjustments))
        .does("Corrections of a member's balance, oldest first, with their notes")
        .asks("limit?: PageLimit, cursor?: Cursor")
        .gives("200 Page<Remarked>"),
    post("/v1/shops/{shop}/members/{member}/adjustments", Merchant, in_shop!(remarks::adjust))
        .does("Correct a member's balance. The note is kept beside the ledger.")
        .keyed(true)
        .takes("Adjustment")
        .gives("201 Receipt")
        .refuses("decision programme_missing"),
    get("/v1/shops/{shop}/erasures", Merchant, in_shop!(erase::register))
        .does("How many members were erased, and how much came too late for one")
        .gives("200 {erased: count, late: count}"),
    post("/v1/shops/{shop}/imports", Merchant, in_shop!(import::start))
        .does(
            "Credit many members from a CSV file. With `dry_run` nothing is booked. The same file again is the same import, \
             unless an `Idempotency-Key` names another. Columns: member, points, wallet, reason, expires, note.",
        )
        .asks("dry_run?: flag")
        .takes("text/csv")
        .gives("200 KnownOrTried; 202 Import")
        .refuses("import_invalid idempotency_key_invalid idempotency_key_reused programme_missing"),
    get("/v1/shops/{shop}/imports/{import}", Merchant, in_shop!(import::progress))
        .does("How far an import is, and what was refused")
        .asks("limit?: PageLimit, cursor?: Cursor")
        .gives("200 Import"),
    post("/v1/shops/{shop}/imports/{import}/undo", Merchant, in_shop!(import::undo))
        .does("Take back what an import booked. What was spent of it stays, and is told.")
        .gives("202 Import"),
    delete("/v1/shops/{shop}/me", Shopper, in_shop!(erase::route))
        .does("Erase me. Everything personal goes, and with it the way to my points.")
        .gives("204"),
    get("/v1/shops/{shop}/me/profile", Shopper, in_shop!(people::profile))
        .does("My profile")
        .gives("200 Card"),
    patch("/v1/shops/{shop}/me/profile", Shopper, in_shop!(people::change))
        .does("Change my profile: a field that is null is forgotten")
        .takes("ProfileChange")
        .gives("200 Card")
        .refuses("profile_invalid"),
    get("/v1/shops/{shop}/me/activity", Shopper, in_shop!(mine::activity))
        .does("Everything that happened to my points, newest first, and why")
        .asks("limit?: PageLimit, cursor?: Cursor")
        .gives("200 Page<EntryV1>"),
    get("/v1/shops/{shop}/me/rewards", Shopper, in_shop!(mine::rewards))
        .does("Every reward I can ask for, whether I can take it now, and what is missing")
        .gives("200 {available: count, data: RewardOffer[]}")
        .refuses("programme_missing history_exists"),
    get("/v1/shops/{shop}/me/consents", Shopper, in_shop!(remarks::consents))
        .does("Consents I gave and took back, oldest first")
        .asks("limit?: PageLimit, cursor?: Cursor")
        .gives("200 Page<Remarked>"),
    post("/v1/shops/{shop}/me/consents", Shopper, in_shop!(remarks::set_consent))
        .does("Give a consent or take it back")
        .keyed(true)
        .takes("Consent")
        .gives("200 Receipt; 201 Receipt")
        .refuses("decision programme_missing"),
    get("/v1/shops/{shop}/me/export", Shopper, in_shop!(export::export))
        .does("Everything about me in one file")
        .gives("200 Export")
        .refuses("programme_missing history_exists"),
    post("/v1/shops/{shop}/preview", ShopperOrAnyone, in_shop!(preview::preview))
        .does("What paying a cart would come to")
        .takes("{cart: Cart}")
        .gives("200 Preview")
        .refuses("decision programme_missing history_exists"),
    post("/v1/shops/{shop}/orders", Merchant, in_shop!(orders::pay))
        .does("Book a paid order. The same order again books nothing.")
        .keyed(true)
        .takes("{member: MemberId, order: SentOrder, referral?: text?}")
        .gives("200 Receipt; 201 Receipt")
        .refuses("decision account_full programme_missing"),
    post("/v1/shops/{shop}/orders/{order}/refunds", Merchant, in_shop!(orders::refund))
        .does("Take back an order or some of its lines")
        .keyed(true)
        .takes("{member: MemberId, refund: RefundId, currency?: Currency?, lines?: RefundLine[]?}")
        .gives("200 Receipt; 201 Receipt")
        .refuses("decision account_full programme_missing"),
    post("/v1/shops/{shop}/members/{member}/commands", Merchant, in_shop!(commands::command))
        .does("Send a command for a member. Orders and refunds have routes of their own.")
        .keyed(true)
        .takes("{command: Command}")
        .gives("200 Receipt; 201 Receipt")
        .refuses("decision account_full programme_missing forbidden"),
    post("/v1/shops/{shop}/me/commands", Shopper, in_shop!(commands::command))
        .does("Send a command for myself: hold, release, exchange, transfer, set_consent, set_birthday")
        .keyed(true)
        .takes("{command: Command}")
        .gives("200 Receipt; 201 Receipt")
        .refuses("decision account_full programme_missing"),
    post("/v1/shops/{shop}/holds", Shopper, in_shop!(holds::hold))
        .does(
            "Set points aside for a reward. An order that names the hold spends them; otherwise they return.",
        )
        .keyed(true)
        .takes("{reward: RewardId, points?: Points?, value?: Decimal?, cart?: Cart?}")
        .gives("200 Receipt; 201 Receipt")
        .refuses("decision account_full programme_missing"),
    post("/v1/shops/{shop}/holds/{hold}/capture", Merchant, in_shop!(holds::capture))
        .does("Spend a hold's points")
        .keyed(true)
        .takes("{member: MemberId}")
        .gives("200 Receipt; 201 Receipt")
        .refuses("decision account_full programme_missing"),
    post("/v1/shops/{shop}/holds/{hold}/release", ShopperOrMerchant, in_shop!(holds::release))
        .does("Give a hold's points back. A shopper need not say whose hold it is.")
        .keyed(true)
        .takes("{member?: MemberId}")
        .gives("200 Receipt; 201 Receipt")
        .refuses("decision account_full programme_missing"),
    post("/v1/shops/{shop}/me/referral", Shopper, in_shop!(referral::make))
        .does("Make my referral link. It is the same for ever.")
        .gives("200 ReferralLink; 201 ReferralLink")
        .refuses("programme_missing history_exists"),
    get("/v1/shops/{shop}/me/referral", Shopper, in_shop!(referral::mine))
        .does("My referral link, its visits and friends")
        .gives("200 ReferralLink")
        .refuses("programme_missing not_found"),
    get("/r/{code}", Anyone, alone!(referral::follow))
        .does("Follow a referral link to the shop")
        .asks("s?: text")
        .gives("302")
        .refuses("not_found"),
    get("/v1/shops/{shop}/members/{member}/account", Merchant, in_shop!(notices::account))
        .does("The name under which messages speak of a member")
        .gives("200 {account: text}"),
    post("/local/tokens", Local, alone!(local::token)),
    post("/local/orders", Local, alone!(local::order)),
    post("/local/refunds", Local, alone!(local::refund)),
    post("/local/simulate", Local, alone!(local::simulate)),
];
