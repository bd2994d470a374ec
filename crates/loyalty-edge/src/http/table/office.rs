//! What merchants and platforms ask for: settings, keys, publications, webhooks, endpoints, reports.

use crate::books::{reports, settlements};
use crate::hooks;
use crate::http::auth::Who::{Admin, Anyone, Merchant};
use crate::http::route::{Route, alone, in_shop};
use crate::http::table::{delete, get, post, put};
use crate::notices::{endpoints, log};
use crate::shop::programme::draft;
use crate::shop::{self, keys};

/// Routes of the module `office`.
pub const OFFICE: &[Route] = &[
    put("/v1/shops/{shop}", Admin, alone!(shop::put))
        .does("Create a shop or change its settings")
        .takes("{name: text, landing: text, origins?: text[], keys?: text[]}")
        .gives("200 {shop: ShopId, name: text}")
        .refuses("shop_invalid"),
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
];
