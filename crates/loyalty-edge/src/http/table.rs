//! Every route: a path, a method, who may call, what runs, and what the published description says of it.
//!
//! This table is all there is to a route. `www/openapi.json` is made of it by `cargo xtask types`; how shapes are written
//! is told in `openapi/shape.rs`, and shapes that have a name are in `openapi/shapes.rs`.

use crate::api::{commands, holds, local, members, orders, preview};
use crate::books::{reports, settlements};
use crate::hooks;
use crate::http::auth::Who::{Admin, Anyone, Local, Merchant, Shopper, ShopperOrAnyone, ShopperOrMerchant};
use crate::http::route::{Route, Run, alone, in_shop};
use crate::http::{health, token};
use crate::notices::{self, endpoints, log};
use crate::people::{erase, export, import, members as people, mine, remarks};
use crate::referral;
use crate::shop::programme::draft;
use crate::shop::{self, keys, programme};

const fn get(path: &'static str, who: crate::http::auth::Who, run: Run) -> Route {
    Route::new("GET", path, who, run)
}

const fn put(path: &'static str, who: crate::http::auth::Who, run: Run) -> Route {
    Route::new("PUT", path, who, run)
}

const fn post(path: &'static str, who: crate::http::auth::Who, run: Run) -> Route {
    Route::new("POST", path, who, run)
}

const fn patch(path: &'static str, who: crate::http::auth::Who, run: Run) -> Route {
    Route::new("PATCH", path, who, run)
}

const fn delete(path: &'static str, who: crate::http::auth::Who, run: Run) -> Route {
    Route::new("DELETE", path, who, run)
}

/// Every route. `{name}` stands for one segment of the path, percent-decoded.
pub(crate) const TABLE: &[Route] = &[
    get("/health", Anyone, alone!(health::health))
        .does("Whether the Worker runs, and in which mode")
        .gives("200 {status: text, mode: text}"),
    put("/v1/shops/{shop}", Admin, alone!(shop::put))
        .does("Create a shop or change its settings")
        .takes("{name: text, landing: text, origins?: text[], keys?: text[]}")
        .gives("200 {shop: ShopId, name: text}")
        .refuses("shop_invalid"),
    put("/v1/shops/{shop}/programme", Merchant, in_shop!(programme::put))
        .does("Publish a programme at once. Publishing the current one again changes nothing.")
        .takes("Document")
        .gives("200 {version: Version}; 201 {version: Version}")
        .refuses("reading"),
    get("/v1/shops/{shop}/programme", Anyone, in_shop!(programme::get))
        .does("The current programme, or a version of it")
        .asks("version?: Version")
        .gives("200 {version: Version, programme: Document}; 304")
        .refuses("programme_missing"),
    put("/v1/shops/{shop}/programme/draft", Merchant, in_shop!(draft::put))
        .does("Write the draft of a programme. It may have faults; they are told.")
        .takes("any")
        .gives("200 Checked")
        .refuses("duplicate_field"),
    get("/v1/shops/{shop}/programme/draft", Merchant, in_shop!(draft::get))
        .does("The draft of a programme, and its faults")
        .gives("200 Checked + {programme: any}")
        .refuses("draft_missing"),
    delete("/v1/shops/{shop}/programme/draft", Merchant, in_shop!(draft::delete))
        .does("Take the draft away")
        .gives("204"),
    post("/v1/shops/{shop}/programme/check", Merchant, in_shop!(draft::check))
        .does("Check a programme and keep nothing: its version, or every fault with its path")
        .takes("any")
        .gives("200 Checked")
        .refuses("duplicate_field"),
    post("/v1/shops/{shop}/programme/publish", Merchant, in_shop!(draft::publish))
        .does("Publish the draft, or an older version again. With `from` it takes effect by itself at that instant.")
        .takes("{version?: Version?, from?: instant?}")
        .gives("200 Publication; 201 Publication")
        .refuses("reading programme_missing draft_missing publication_invalid"),
    get("/v1/shops/{shop}/programme/versions", Merchant, in_shop!(draft::history))
        .does("Every publication, newest first")
        .asks("limit?: PageLimit, cursor?: Cursor")
        .gives("200 Page<Publication>"),
    get("/v1/shops/{shop}/programme/versions/{version}", Anyone, in_shop!(programme::one))
        .does("A version of the programme. It never changes.")
        .gives("200 {version: Version, programme: Document}; 304")
        .refuses("programme_missing"),
    delete("/v1/shops/{shop}/programme/publications/{publication}", Merchant, in_shop!(draft::withdraw))
        .does("Take back a publication that waits for its day")
        .gives("204")
        .refuses("publication_begun"),
    get("/v1/shops/{shop}/programme/diff", Merchant, in_shop!(draft::diff))
        .does("What differs between two programmes. Each is `current`, `draft` or a version.")
        .asks("from?: ProgrammeName, to?: ProgrammeName")
        .gives("200 {changes: {path: text, before?: any, after?: any}[]}")
        .refuses("programme_missing draft_missing"),
    post("/v1/shops/{shop}/keys", Merchant, in_shop!(keys::make))
        .does("Make an API key. It is shown in this answer and never again.")
        .takes("{label: Label, expires_at?: instant?}")
        .gives("201 ApiKey + {key: text}")
        .refuses("key_limit"),
    get("/v1/shops/{shop}/keys", Merchant, in_shop!(keys::list))
        .does("The shop's API keys, without the keys themselves")
        .gives("200 Page<ApiKey>"),
    delete("/v1/shops/{shop}/keys/{key}", Merchant, in_shop!(keys::delete))
        .does("Take an API key away. It may be taken for a minute more, until every place knows.")
        .gives("204")
        .refuses("last_key"),
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
    post("/hooks/{shop}/{platform}", Anyone, in_shop!(hooks::receive))
        .does("A webhook of a connected platform. It is signed as that platform signs.")
        .takes("any")
        .gives("200 {applied: flag, dead_letter?: text}")
        .refuses("unauthorised"),
    put("/v1/shops/{shop}/hooks/{platform}", Merchant, in_shop!(hooks::secrets::put))
        .does("Set the secrets that a platform's webhooks are signed with. The list given is the whole list; none disconnects.")
        .takes("{secrets: {secret: text, until?: instant?}[]}")
        .gives("200 HookSecrets")
        .refuses("hook_invalid"),
    get("/v1/shops/{shop}/hooks/{platform}", Merchant, in_shop!(hooks::secrets::get))
        .does("When a platform's secrets were set, and until when they live. They are not shown.")
        .gives("200 HookSecrets"),
    get("/v1/shops/{shop}/dead-letters", Merchant, in_shop!(hooks::letters::list))
        .does("Webhooks that were signed and could not be used, and what accounts refused of them; oldest first, for 30 days")
        .asks("limit?: PageLimit, cursor?: Cursor")
        .gives("200 Page<DeadLetter>"),
    get("/v1/shops/{shop}/dead-letters/{letter}", Merchant, in_shop!(hooks::letters::get))
        .does("A dead letter with its body")
        .gives("200 DeadLetter + {body: text}"),
    post("/v1/shops/{shop}/dead-letters/{letter}/replay", Merchant, in_shop!(hooks::letters::replay))
        .does("Take a dead letter in again. What works is a dead letter no more.")
        .gives("200 {applied: flag, dead_letter?: text, reason?: text, path?: text}"),
    post("/v1/shops/{shop}/endpoints", Merchant, in_shop!(endpoints::make))
        .does("Have an endpoint told what happens, by Standard Webhooks. Its secret is shown in this answer and never again. Without `events` it is told everything.")
        .takes("{url: text, events?: EventType[]?, expiring_days?: ExpiringDays?}")
        .gives("201 Endpoint + {secret: text}")
        .refuses("endpoint_invalid endpoint_limit"),
    get("/v1/shops/{shop}/endpoints", Merchant, in_shop!(endpoints::list))
        .does("The shop's endpoints, without their secrets")
        .gives("200 Page<Endpoint>"),
    delete("/v1/shops/{shop}/endpoints/{endpoint}", Merchant, in_shop!(endpoints::delete))
        .does("Take an endpoint away. What was not delivered to it is given up.")
        .gives("204"),
    post("/v1/shops/{shop}/endpoints/{endpoint}/rotate", Merchant, in_shop!(endpoints::rotate))
        .does("Give an endpoint another secret. The one before signs beside it for 24 hours.")
        .gives("200 {id: text, secret: text, before_until: instant}"),
    post("/v1/shops/{shop}/endpoints/{endpoint}/enable", Merchant, in_shop!(endpoints::enable))
        .does("Send to an endpoint again that was disabled. What happened meanwhile is not told.")
        .gives("204"),
    get("/v1/shops/{shop}/deliveries", Merchant, in_shop!(log::list))
        .does("What endpoints were told and what became of it, the latest first, for 30 days")
        .asks("state?: DeliveryState, endpoint?: text, limit?: PageLimit, cursor?: Cursor")
        .gives("200 Page<Delivery>"),
    get("/v1/shops/{shop}/deliveries/{delivery}", Merchant, in_shop!(log::get))
        .does("A delivery with its body and every attempt")
        .gives("200 Delivery + {body: any, log: {at: instant, status: count?, error: text?, took_ms: count}[]}"),
    post("/v1/shops/{shop}/deliveries/{delivery}/replay", Merchant, in_shop!(log::replay))
        .does("Send a message again, under its old id")
        .gives("202 Delivery")
        .refuses("endpoint_disabled"),
    get("/v1/shops/{shop}/members/{member}/account", Merchant, in_shop!(notices::account))
        .does("The name under which messages speak of a member")
        .gives("200 {account: text}"),
    get("/v1/shops/{shop}/privacy-requests", Merchant, in_shop!(hooks::privacy::list))
        .does("Requests about somebody's data that a platform passed on")
        .asks("limit?: PageLimit, cursor?: Cursor")
        .gives("200 Page<PrivacyRequest>"),
    get("/v1/shops/{shop}/reports/liability", Merchant, in_shop!(reports::liability))
        .does("What members own, day by day. The end of a day is the start of the next.")
        .asks("from?: Day, to?: Day, wallet?: text, by?: text, format?: text")
        .gives("200 {from: Day, to: Day, rows: LiabilityRow[]}; 200 text/csv")
        .refuses("programme_missing"),
    get("/v1/shops/{shop}/reports/outstanding", Merchant, in_shop!(reports::outstanding_points))
        .does("Points outstanding today, by wallet, issuer and the month they were earned in")
        .asks("wallet?: text, format?: text")
        .gives("200 {day: Day, currency: Currency, rows: OutstandingRow[]}; 200 text/csv")
        .refuses("programme_missing"),
    get("/v1/shops/{shop}/reports/breakage", Merchant, in_shop!(reports::breakage_rates))
        .does("What became of points, by wallet and the month they were earned in, and how many more are expected to expire")
        .asks("wallet?: text, format?: text")
        .gives("200 {day: Day, expected: BreakageExpected[], rows: BreakageRow[]}; 200 text/csv")
        .refuses("programme_missing"),
    get("/v1/shops/{shop}/reports/cost", Merchant, in_shop!(reports::programme_cost))
        .does("What the programme costs, and its share of revenue")
        .asks("from?: Day, to?: Day, wallet?: text, format?: text")
        .gives("200 {from: Day, to: Day, currency: Currency, rows: CostRow[]}; 200 text/csv")
        .refuses("programme_missing"),
    get("/v1/shops/{shop}/settlements", Merchant, in_shop!(settlements::list))
        .does("What partners owe each other so far, and every settlement that is closed, the latest first")
        .gives("200 {open: Settlement, data: Settlement[]}")
        .refuses("programme_missing"),
    get("/v1/shops/{shop}/settlements/{period}", Merchant, in_shop!(settlements::get))
        .does("A settlement")
        .gives("200 Settlement")
        .refuses("programme_missing not_found"),
    post("/v1/shops/{shop}/settlements/{period}/close", Merchant, in_shop!(settlements::close))
        .does("Close a period, once. What comes late is settled with the next.")
        .gives("200 Settlement; 201 Settlement")
        .refuses("programme_missing period_open settlement_closed"),
    post("/local/tokens", Local, alone!(local::token)),
    post("/local/orders", Local, alone!(local::order)),
    post("/local/refunds", Local, alone!(local::refund)),
    post("/local/simulate", Local, alone!(local::simulate)),
];
