//! Values nobody should send, as JSON text: of every kind, and about every limit of a number, a text, a day.

/// As many as take far longer than a second where work grows with the square of them.
pub(crate) const MANY: usize = if cfg!(debug_assertions) { 3000 } else { 1_000_000 };

/// Short ones.
const SHORT: [&str; 96] = [
    "null",
    "true",
    "false",
    "[]",
    "{}",
    "[null]",
    "[[]]",
    r#"{"id":1}"#,
    r#"{"id":"a","id":"a"}"#,
    r#"{"":0}"#,
    r#"{"\u0000":{}}"#,
    r#"{"kind":"pay_order"}"#,
    r#"{"kind":0}"#,
    r#"{"days":1,"months":1}"#,
    // Numbers.
    "0",
    "-0",
    "1",
    "-1",
    "2",
    "0.0",
    "-0.0",
    "1.0",
    "0.5",
    "1e0",
    "1E+2",
    "1e-1",
    "1e308",
    "1e309",
    "-1e309",
    "1e-400",
    "1e99999999999",
    "3650",
    "3651",
    "10080",
    "10081",
    "1000000",
    "1000001",
    "2147483648",
    "4294967295",
    "4294967296",
    "9007199254740991",
    "9007199254740992",
    "-9007199254740992",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "340282366920938463463374607431768211456",
    // What is no JSON.
    "",
    "NaN",
    "Infinity",
    "01",
    "+1",
    "1.",
    ".5",
    "'a'",
    "undefined",
    "//",
    "[1,]",
    r#"{"a":1,}"#,
    // Texts.
    r#""""#,
    r#"" ""#,
    r#""\u0000""#,
    r#""\ud800""#,
    r#""\udc00\ud800""#,
    r#""\ud83d\ude00""#,
    r#""é""#,
    "\"#1\"",
    "\"#9007199254740991\"",
    r#""../../x""#,
    "\"\u{202e}a\u{feff}\"",
    // Amounts.
    r#""0""#,
    r#""-0""#,
    r#""0.00""#,
    r#""-0.01""#,
    r#""0.01""#,
    r#""0.001""#,
    r#""1e5""#,
    r#""00001""#,
    r#""90071992547409.91""#,
    r#""90071992547409.92""#,
    r#""9007199254740991""#,
    r#""1234567890123456789012345678""#,
    r#""79228162514264337593543950335""#,
    r#""79228162514264337593543950336""#,
    r#""0.0000000000000000000000000001""#,
    r#""9999999999999999999999999.999""#,
    // Currencies, days, instants.
    r#""XXX""#,
    r#""eur""#,
    r#""JPY""#,
    r#""KWD""#,
    r#""1970-01-01""#,
    r#""9999-12-31""#,
    r#""0000-01-01""#,
    r#""10000-01-01""#,
    r#""9999-12-31T23:59:59.999Z""#,
];

/// Long ones.
const LONG: [fn() -> String; 16] = [
    || format!("{}{}", "[".repeat(32), "]".repeat(32)),
    || format!("{}{}", "[".repeat(33), "]".repeat(33)),
    || "[".repeat(200),
    || "[".repeat(MANY),
    || format!("{}0{}", r#"{"a":"#.repeat(31), "}".repeat(31)),
    || format!("{}0{}", r#"{"a":"#.repeat(MANY / 10), "}".repeat(MANY / 10)),
    || format!("[{}0]", "0,".repeat(MANY - 1)),
    || format!("[{}{{}}]", "{},".repeat(MANY / 2)),
    || format!(r#"[{}""]"#, r#""","#.repeat(MANY / 2)),
    || format!(r#""{}""#, "a".repeat(128)),
    || format!(r#""{}""#, "a".repeat(129)),
    || format!(r#""{}""#, "a".repeat(MANY)),
    || format!(r#""{}""#, r"\u0001".repeat(MANY / 10)),
    || format!(r#""{}""#, "9".repeat(MANY / 10)),
    || "9".repeat(MANY / 10),
    || wide_map("id", MANY / 4),
];

/// Names of fields, as JSON text.
const NAMES: [&str; 24] = [
    "format", "id", "kind", "days", "points", "amount", "lines", "order", "currency", "cart", "holds",
    "redeem", "account", "key", "command", "hold", "reward", "refund", "advocate", "\\u0000", "", "\\ud800",
    "a/b~c", "x",
];

/// One of them; one in 32 is long.
pub(crate) fn value(number: u16) -> String {
    let number = usize::from(number);
    if number.is_multiple_of(32) {
        LONG[number / 32 % LONG.len()]()
    } else {
        SHORT[number % SHORT.len()].to_owned()
    }
}

/// Every one of them, short ones first.
pub(crate) fn all() -> Vec<String> {
    SHORT.iter().map(|short| (*short).to_owned()).chain(LONG.iter().map(|long| long())).collect()
}

/// A name.
pub(crate) fn name(number: usize) -> String {
    format!("\"{}\"", NAMES[number % NAMES.len()])
}

/// A map of so many unknown fields, and then as many of this one.
pub(crate) fn wide_map(name: &str, half: usize) -> String {
    format!(r#"{{{}{}"{name}":1}}"#, r#""":0,"#.repeat(half), format!(r#""{name}":1,"#).repeat(half))
}
