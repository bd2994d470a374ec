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
    ("Cursor", "`next_cursor` of the page before.", r#"{"type": "string", "maxLength": 200}"#),
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
        "{head_seq: count, flushed_seq: count, log_hash: text, kv_entries: count, equal: flag, dense: flag, chain_intact: flag}",
    ),
    (
        "ReferralLink",
        "A member's link, and what became of it.",
        "{code: text, link: text, visits: count, friends: {waiting: count, rewarded: count}}",
    ),
    ("Whole", "A whole number, below zero too.", r#"{"type": "integer"}"#),
    (
        "WalletName",
        "A wallet of the programme.",
        r#"{"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[!-~]+$"}"#,
    ),
    ("ReportFormat", "How a report is written.", r#"{"type": "string", "enum": ["json", "csv"]}"#),
    ("ReportBy", "What a report tells apart.", r#"{"type": "string", "enum": ["issuer"]}"#),
    (
        "Month",
        "A calendar month of the shop.",
        r#"{"type": "string", "pattern": "^(19[7-9]|[2-9][0-9]{2})[0-9]-(0[1-9]|1[0-2])$"}"#,
    ),
    (
        "Liability",
        "The liability statement.",
        "{from: Day, to: Day, rows: {day: Day, wallet: text, issuer?: text?, start: Whole, earned: Whole, reversed: Whole, redeemed: Whole, \
         returned: Whole, expired: Whole, received: Whole, given: Whole, exchanged_in: Whole, exchanged_out: Whole, adjusted: Whole, \
         cleared: Whole, written_off: Whole, end: Whole, pending: Whole}[]}",
    ),
    (
        "Outstanding",
        "Points outstanding at the end of the day. `issuer` is null for the shop itself.",
        "{day: Day, currency: text, rows: {wallet: text, issuer: text?, earned: Month?, points: Whole, pending: Whole, value: text?}[]}",
    ),
    (
        "Breakage",
        "What became of the points of each month, and what is likely to expire of those outstanding.",
        "{day: Day, expected: {wallet: text, rate: text?, outstanding: Whole, expected: Whole?}[], \
         rows: {wallet: text, earned: Month, issued: Whole, used: Whole, expired: Whole, outstanding: Whole, rate: text?}[]}",
    ),
    (
        "Cost",
        "What the programme cost.",
        "{from: Day, to: Day, currency: text, rows: {revenue: text, redeemed: text, redeemed_share: text?, issued: text, issued_share: text?, \
         start_value: text, end_value: text}[]}",
    ),
    (
        "Settlement",
        "What partners owe each other. Null stands for the shop itself; what all get adds up to zero.",
        "{period: Month, after: Month?, status: text, closed_at: instant?, currency: text, \
         obligations: {debtor: text?, creditor: text?, wallet: text, points: Whole, value: text}[], \
         payments: {from: text?, to: text?, value: text}[], net: {partner: text?, value: text}[]}",
    ),
    (
        "Refusal",
        "Why a request is not carried out: an RFC 9457 problem.",
        "{type: text, title: text, status: count, code: ErrorCode, detail: text, retryable: flag, about?: text, needs?: text, \
         has?: text, faults?: {path: text, code: ErrorCode, detail: text}[], retry?: text}",
    ),
];
