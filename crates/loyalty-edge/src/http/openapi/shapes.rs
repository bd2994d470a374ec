//! Shapes with a name that are the Worker's own, beside those of `www/schema/wire.v1.json`.

/// Name, what it is, shape; or a JSON Schema where a shape cannot say it.
pub(super) const SHAPES: &[(&str, &str, &str)] = &[
    ("ShopId", "A shop.", r#"{"type": "string", "pattern": "^[a-z0-9-]{1,32}$"}"#),
    (
        "MemberId",
        "The shop's own name for a member: 1 to 128 characters, none blank or control.",
        r#"{"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[^\\s\\u0000-\\u001f\\u007f-\\u009f]+$"}"#,
    ),
    (
        "PageLimit",
        "How many at most.",
        r#"{"type": "integer", "minimum": 1, "maximum": 500, "default": 100}"#,
    ),
    ("Cursor", "`next_cursor` of the page before.", r#"{"type": "string", "maxLength": 1000}"#),
    (
        "Label",
        "What the shop calls it.",
        r#"{"type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[^\\u0000-\\u001f\\u007f-\\u009f]+$"}"#,
    ),
    (
        "ApiKey",
        "An API key, without the key itself.",
        "{id: text, label: text, created_at: instant?, expires_at: instant?}",
    ),
    (
        "ProgrammeName",
        "The programme in effect, the draft, or a version.",
        r#"{"type": "string", "pattern": "^(current|draft|[0-9a-f]{16})$"}"#,
    ),
    (
        "Published",
        "A version of the programme, and its document as it was published. Of the one in effect also `rules`, for the browser module \
         and opaque to all others, and where the document names a profile `effective`: the document with the profile's settings written \
         out.",
        "{version: Version, programme: Document, effective?: Document, rules?: text}",
    ),
    (
        "Publication",
        "A version, and from when it is in effect. `state` is `in_effect`, `ahead` or `over`.",
        "{id: text, version: Version, from: instant, published_at: instant, state: text}",
    ),
    (
        "Checked",
        "What proving a programme found: its version, or every fault.",
        "{version: Version?, faults: {path: text, code: ErrorCode, detail: text}[]}",
    ),
    (
        "SentOrder",
        "An order as a shop sends it. `seller` is a member; who brought the shopper is told by `referral`.",
        "Order - advocate",
    ),
    (
        "Receipt",
        "What a command came to.",
        "Booked + {hold?: OpenHold, referral?: {accepted: flag, code: text}, kv: text}",
    ),
    (
        "Findings",
        "What an audit found.",
        "{head_seq: count, flushed_seq: count, log_hash: text, kv_entries?: count, equal: flag, dense: flag, chain_intact: flag, next?: count}",
    ),
    (
        "Letter",
        "A message to another account that was refused (`due` is null) or is to be sent again; instants in milliseconds.",
        "{seq: count, nth: count, to: text, request: text, at: count, tries: count, due: count?, reason: text}",
    ),
    (
        "Recovery",
        "What restoring found and did: from `kv`, the head and what there is of it, or the damage; from `object`, what KV had not as it was written.",
        "{from: text, dry_run: flag, kv_entries?: count, head?: {epoch: text, seq: count, hash: text}?, records?: count, answers?: count, damage?: {code: text, detail: text}?, restored?: flag, head_seq?: count, entries?: count, missing?: count, different?: count, put?: count, copy_differs?: flag, foreign?: count, foreign_keys?: text[], next?: count}",
    ),
    (
        "ReferralLink",
        "A member's link, and what became of it.",
        "{code: text, link: text, visits: count, friends: {waiting: count, rewarded: count}}",
    ),
    (
        "MemberProfile",
        "Personal fields; those that are known.",
        "{name?: text, email?: text, phone?: text, language?: text, street?: text, postcode?: text, city?: text, region?: text, country?: text}",
    ),
    (
        "ProfileChange",
        "Fields to set, and with null to forget.",
        "{name?: text?, email?: text?, phone?: text?, language?: text?, street?: text?, postcode?: text?, city?: text?, region?: text?, country?: text?}",
    ),
    (
        "Card",
        "A member as the shop knows them.",
        "{member: MemberId, since: instant, profile: MemberProfile}",
    ),
    (
        "Remarked",
        "An entry, and what is remembered beside it: how a consent was given, a note.",
        "{entry: EntryV1, remark: any}",
    ),
    (
        "Consent",
        "A consent, and how it was given: `channel`, `source`, the version of the `text`.",
        "{purpose: Purpose, given: flag, channel?: text?, source?: text?, text?: text?}",
    ),
    (
        "Adjustment",
        "A correction: exactly one of `credit` and `debit`. `last_day` and `lasts_ever` go with a credit, `lot` and `shortfall` \
         with a debit.",
        "{reason: Reference, wallet?: WalletId?, credit?: Points?, last_day?: Day?, lasts_ever?: flag?, debit?: Points?, lot?: count?, \
         shortfall?: Shortfall?, note?: text?}",
    ),
    (
        "Export",
        "Everything about a member. `next_cursor` is where the entries go on that did not fit.",
        "{shop: ShopId, exported_at: instant, card: Card?, account: View, referral: {code: text?, visits: count}, \
         entries: EntryV1[], next_cursor: Cursor?, remarks: any}",
    ),
    (
        "Import",
        "How far an import is. `state` is `booking`, `booked`, `undoing` or `undone`.",
        "{import: text, state: text, rows: count, booked: count, refused: count, undone: count, kept: count, \
         faults: RowFault[], next_cursor: Cursor?}",
    ),
    (
        "RowFault",
        "What is wrong with a row of a file: its line, the column, and how it is mended.",
        "{line: count, column: text?, code: ErrorCode, hint: text}",
    ),
    (
        "DryRun",
        "What a file would come to.",
        "{import: text, dry_run: flag, rows: count, members: count, points: any, faults: RowFault[]}",
    ),
    (
        "KnownOrTried",
        "An import that was there already, or what a dry run says.",
        r##"{"anyOf": [{"$ref": "#/components/schemas/Import"}, {"$ref": "#/components/schemas/DryRun"}]}"##,
    ),
    (
        "Platform",
        "Whose webhooks they are.",
        r#"{"type": "string", "enum": ["shopify", "woocommerce", "stripe", "standard"]}"#,
    ),
    (
        "HookSecrets",
        "The secrets of a platform's webhooks, without the secrets themselves.",
        "{platform: Platform, secrets: {set_at: instant, until: instant?}[]}",
    ),
    (
        "DeadLetter",
        "What was signed and could not be used. `source` is `webhook`, `command` or `note`; `reason` is a code that stays.",
        "{id: text, at: instant, source: text, platform: Platform, topic?: text, order?: text, reason: text, path?: text}",
    ),
    (
        "PrivacyRequest",
        "A request about the data of a customer, or of all.",
        "{id: text, at: instant, topic: text, customer: text?, orders: text[]}",
    ),
    (
        "EventType",
        "What an endpoint is told.",
        r#"{"type": "string", "enum": ["points.earned", "points.reversed", "points.expiring_soon", "reward.taken", "tier.changed", "referral.completed"]}"#,
    ),
    (
        "ExpiringDays",
        "How many days before they expire points are told; 14 when nobody says.",
        r#"{"type": "integer", "minimum": 1, "maximum": 28}"#,
    ),
    (
        "Endpoint",
        "Where a shop is told what happens. `disabled_because` is `gone` (it answered 410) or `failing` (for five days).",
        "{id: text, url: text, events: EventType[]?, expiring_days: count, created_at: instant, disabled_at: instant?, disabled_because: text?}",
    ),
    (
        "DeliveryState",
        "Whether a message is still to be delivered.",
        r#"{"type": "string", "enum": ["waiting", "delivered", "failed"]}"#,
    ),
    (
        "Delivery",
        "A message to one endpoint. `message` is its `webhook-id`, the same in every attempt.",
        "{id: text, message: text, endpoint: text, type: EventType, account: text, at: instant, state: DeliveryState, \
         attempts: count, last_status: count?, next_attempt_at: instant?}",
    ),
    (
        "SettlementPeriod",
        "A calendar month of the shop.",
        r#"{"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"}"#,
    ),
    (
        "LiabilityRow",
        "What changed on a day, in points. `end` is `start` with all changes, and the next day's `start`.",
        "{day: Day, wallet: text, issuer?: text?, start: whole, earned: whole, reversed: whole, redeemed: whole, \
         returned: whole, expired: whole, received: whole, given: whole, exchanged_in: whole, exchanged_out: whole, \
         adjusted: whole, cleared: whole, written_off: whole, end: whole, pending: whole}",
    ),
    (
        "OutstandingRow",
        "What is owned of a month's points, and what it is worth at most.",
        "{wallet: text, issuer: text?, earned: text?, points: whole, pending: whole, value: text?}",
    ),
    (
        "BreakageRow",
        "What became of a month's points.",
        "{wallet: text, earned: text, issued: whole, used: whole, expired: whole, outstanding: whole, rate: text?}",
    ),
    (
        "BreakageExpected",
        "What of a wallet is expected to expire, at the rate of the months of which nothing is outstanding.",
        "{wallet: text, rate: text?, outstanding: whole, expected: whole?}",
    ),
    (
        "CostRow",
        "Amounts in the currency; shares are of the revenue.",
        "{revenue: text, redeemed: text, redeemed_share: text?, issued: text, issued_share: text?, start_value: text, end_value: text}",
    ),
    (
        "Settlement",
        "What partners owe each other for a period; none is the shop itself. All nets add up to zero.",
        "{period: SettlementPeriod, after: text?, status: text, closed_at: instant?, currency: text, \
         obligations: {debtor: text?, creditor: text?, wallet: text, points: whole, value: Decimal}[], \
         payments: {from: text?, to: text?, value: Decimal}[], net: {partner: text?, value: text}[]}",
    ),
    (
        "Refusal",
        "Why a request is not carried out: an RFC 9457 problem.",
        "{type: text, title: text, status: count, code: ErrorCode, detail: text, retryable: flag, about?: text, needs?: text, \
         has?: text, unit?: Unit, faults?: {path: text, code: ErrorCode, detail: text}[], rows?: RowFault[], retry?: text}",
    ),
];
