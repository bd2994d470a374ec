//! JSON text into a tree that borrows what it can from it.

use crate::tree::{DEEPEST, LARGEST, Tree};
use std::borrow::Cow;

/// Reads JSON text (RFC 8259): nothing before it or after it but blanks.
pub(crate) fn parse(text: &str) -> Option<Tree<'_>> {
    let mut parser = Parser { text, at: 0 };
    let mut tree = Tree::Null;
    parser.value(0, &mut tree)?;
    match parser.token() {
        None => Some(tree),
        Some(_) => None,
    }
}

/// Room for the fields of a line of a cart, so that most lists need not grow.
const USUAL: usize = 6;

struct Parser<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Parser<'t> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    fn eat(&mut self, wanted: u8) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    /// The next byte that is no blank.
    #[inline]
    fn token(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
        self.next()
    }

    /// Puts a value in its place, so that none is copied on its way there.
    fn value(&mut self, depth: u8, to: &mut Tree<'t>) -> Option<()> {
        if depth > DEEPEST {
            return None;
        }
        *to = match self.token()? {
            b'"' => Tree::Text(self.text()?),
            b'{' => Tree::Map(self.map(depth)?),
            b'[' => Tree::List(self.list(depth)?),
            b't' => self.word("rue", Tree::Bool(true))?,
            b'f' => self.word("alse", Tree::Bool(false))?,
            b'n' => self.word("ull", Tree::Null)?,
            _ => self.number()?,
        };
        Some(())
    }

    fn word(&mut self, rest: &str, means: Tree<'t>) -> Option<Tree<'t>> {
        let end = self.at.checked_add(rest.len())?;
        let found = self.text.get(self.at..end) == Some(rest);
        self.at = end;
        found.then_some(means)
    }

    fn list(&mut self, depth: u8) -> Option<Vec<Tree<'t>>> {
        if self.closes(b']') {
            return Some(vec![]);
        }
        let mut items = Vec::with_capacity(USUAL);
        loop {
            items.push(Tree::Null);
            self.value(depth + 1, items.last_mut()?)?;
            match self.token()? {
                b',' => {}
                b']' => return Some(items),
                _ => return None,
            }
        }
    }

    fn map(&mut self, depth: u8) -> Option<Vec<(Cow<'t, str>, Tree<'t>)>> {
        if self.closes(b'}') {
            return Some(vec![]);
        }
        let mut fields = Vec::with_capacity(USUAL);
        loop {
            if self.token()? != b'"' {
                return None;
            }
            fields.push((self.text()?, Tree::Null));
            if self.token()? != b':' {
                return None;
            }
            let (_, value) = fields.last_mut()?;
            self.value(depth + 1, value)?;
            match self.token()? {
                b',' => {}
                b'}' => return Some(fields),
                _ => return None,
            }
        }
    }

    /// Whether a list or map that was just opened ends at once.
    fn closes(&mut self, bracket: u8) -> bool {
        let before = self.at;
        let empty = self.token() == Some(bracket);
        if !empty {
            self.at = before;
        }
        empty
    }

    /// Text, after its opening quote.
    fn text(&mut self) -> Option<Cow<'t, str>> {
        let plain = self.plain()?;
        match self.next()? {
            b'"' => Some(Cow::Borrowed(plain)),
            b'\\' => self.text_with_escapes(plain.to_owned()),
            _ => None,
        }
    }

    #[inline(never)]
    fn text_with_escapes(&mut self, mut text: String) -> Option<Cow<'t, str>> {
        loop {
            text.push(self.escaped()?);
            text.push_str(self.plain()?);
            match self.next()? {
                b'"' => return Some(Cow::Owned(text)),
                b'\\' => {}
                _ => return None,
            }
        }
    }

    /// Up to the next quote, backslash or control character.
    fn plain(&mut self) -> Option<&'t str> {
        let start = self.at;
        while let Some(eight) = self.text.as_bytes().get(self.at..)?.first_chunk() {
            let ends = ends(u64::from_le_bytes(*eight));
            self.at += ends.trailing_zeros() as usize / 8;
            if ends != 0 {
                return self.text.get(start..self.at);
            }
        }
        while !matches!(self.peek()?, ..b' ' | b'"' | b'\\') {
            self.at += 1;
        }
        self.text.get(start..self.at)
    }

    /// What stands after a backslash.
    fn escaped(&mut self) -> Option<char> {
        Some(match self.next()? {
            b'b' => '\u{8}',
            b't' => '\t',
            b'n' => '\n',
            b'f' => '\u{c}',
            b'r' => '\r',
            plain @ (b'"' | b'\\' | b'/') => plain.into(),
            b'u' => {
                let mut code = self.hex()?;
                // Letters beyond the first plane are written as two halves.
                if (0xd800..0xdc00).contains(&code) && self.word("\\u", Tree::Null).is_some() {
                    let low = self.hex().filter(|low| (0xdc00..0xe000).contains(low))?;
                    code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
                }
                char::from_u32(code)?
            }
            _ => return None,
        })
    }

    fn hex(&mut self) -> Option<u32> {
        let mut code = 0;
        for _ in 0..4 {
            code = code * 16 + char::from(self.next()?).to_digit(16)?;
        }
        Some(code)
    }

    /// A number, exactly: `1e3` and `1.0` are whole numbers written oddly.
    fn number(&mut self) -> Option<Tree<'t>> {
        // Its first byte was taken as the token.
        self.at -= 1;
        let negative = self.eat(b'-');
        let mut digits = Digits::default();
        let leading_zero = self.peek() == Some(b'0');
        if self.digits(&mut digits)? > 1 && leading_zero {
            return None;
        }
        let mut power = 0;
        if self.eat(b'.') {
            power = -self.digits(&mut digits)?;
        }
        if self.eat(b'e') || self.eat(b'E') {
            let down = self.eat(b'-');
            if !down {
                self.eat(b'+');
            }
            let exponent = self.exponent()?;
            power = power.saturating_add(if down { -exponent } else { exponent });
        }
        let whole = digits.whole(power);
        Some(whole.map_or(Tree::Fraction, |number| Tree::Whole(if negative { -number } else { number })))
    }

    /// Digits, at least one, and how many.
    fn digits(&mut self, digits: &mut Digits) -> Option<i64> {
        let start = self.at;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            digits.push(digit - b'0');
            self.at += 1;
        }
        i64::try_from(self.at - start).ok().filter(|count| *count > 0)
    }

    fn exponent(&mut self) -> Option<i64> {
        let mut exponent: i64 = 0;
        let start = self.at;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            exponent = exponent.saturating_mul(10).saturating_add((digit - b'0').into());
            self.at += 1;
        }
        (self.at > start).then_some(exponent)
    }
}

/// Marks the first of eight bytes, counted from the lowest, that ends plain text: a quote, a backslash, a control
/// character. Bytes above it may be marked by mistake.
fn ends(eight: u64) -> u64 {
    const EACH: u64 = u64::MAX / 255;
    let below = |bytes: u64, bound: u64| bytes.wrapping_sub(EACH * bound);
    let quote = eight ^ (EACH * u64::from(b'"'));
    let backslash = eight ^ (EACH * u64::from(b'\\'));
    (below(eight, 32) | below(quote, 1) | below(backslash, 1)) & !eight & (EACH << 7)
}

/// The digits of a number, the zeros at their end apart.
#[derive(Default)]
struct Digits {
    number: i64,
    zeros: i64,
}

impl Digits {
    fn push(&mut self, digit: u8) {
        if digit == 0 {
            self.zeros += 1;
            return;
        }
        for _ in 0..=self.zeros {
            self.number = self.number.saturating_mul(10);
        }
        self.number = self.number.saturating_add(digit.into());
        self.zeros = 0;
    }

    /// The digits times ten to the power, where that is a number JavaScript keeps.
    fn whole(self, power: i64) -> Option<i64> {
        let power = power.saturating_add(self.zeros);
        let mut number = self.number;
        if number != 0 {
            for _ in 0..power {
                number = number.checked_mul(10).filter(|number| *number <= LARGEST)?;
            }
        }
        (number == 0 || power >= 0 && number <= LARGEST).then_some(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    /// Another reader's value as a tree.
    fn known(value: &Value) -> Tree<'static> {
        match value {
            Value::Null => Tree::Null,
            Value::Bool(value) => Tree::Bool(*value),
            Value::Number(number) => {
                let whole =
                    number.as_i64().or(number.as_f64().filter(|n| n.fract() == 0.0).map(|n| n as i64));
                whole.filter(|n| (-LARGEST..=LARGEST).contains(n)).map_or(Tree::Fraction, Tree::Whole)
            }
            Value::String(text) => Tree::Text(Cow::Owned(text.clone())),
            Value::Array(items) => Tree::List(items.iter().map(known).collect()),
            Value::Object(fields) => {
                let fields = fields.iter().map(|(name, value)| (Cow::Owned(name.clone()), known(value)));
                Tree::Map(fields.collect())
            }
        }
    }

    /// Both readers take the text for the same, or both refuse it.
    #[track_caller]
    fn check(text: &str) {
        let expected = serde_json::from_str(text).ok().map(|value| known(&value));
        assert_eq!(parse(text), expected, "`{text}`");
    }

    #[test]
    fn texts_are_read_as_another_reader_reads_them() {
        let texts = r#"
            |nul|null|nullx|true|false |True|1 2|1,|"|"\"|"\x"|"\u12"|"\u12g4"|"\u+123"|"кружка 🎁"
            |"\"\\\/\b\f\n\r\t\u0041\u00e9\u20AC\ud83c\udf81"|"\ud83c"|"\ud83c\n"|"\ud83c\u0041"|"\udf81"
            |[|[]|[ ]|[,]|[1,]|[1 2]|[1,2]| [ 1 , [ ] , { } ] |]|[}|{]|{|{}|{ }|{,}|{"a"}|{"a":}|{"a":1,}
            |{"a":1 "b":2}|{a:1}|{1:1}|{ "a" : 1 , "b" : { "c" : [ ] } }|{"\u0061\n":"\u0062"}
        "#;
        texts.split('|').for_each(check);
        for text in ["\u{feff}1", "\"a\tb\"", "\"a\u{7f}\u{a0}\"", "\u{a0}1", "\n\r\t 1\t\r\n "] {
            check(text);
        }
    }

    #[test]
    fn text_ends_where_it_ends_whatever_stands_before_and_after() {
        let ends = [
            "\"",
            "\\\"\"",
            "\\u0041\"",
            "\n\"",
            "\u{1f}\"",
            "\u{20}\"",
            "\u{80}\"",
            "\u{7f}\"",
            "\u{fffd}\"",
            "",
        ];
        for (before, end) in (0..20).flat_map(|length| ends.map(|end| ("x".repeat(length), end))) {
            for after in ["", " ", "        ", "x", "\"\"\"\"\"\"\"\"\""] {
                check(&format!("\"{before}{end}{after}"));
                check(&format!("\"é{before}{end}{after}"));
            }
        }
    }

    #[test]
    fn numbers_are_read_as_another_reader_reads_them() {
        let numbers = "0 -0 - -- +1 01 -01 00 1. .5 1.5 -1.50 1e3 1E+3 1e-3 1000e-3 1e 1e+ 1.e1 0e99 0.0 -0.0 10.0 \
            12.50e1 12.5e1 0.001e3 0.0010e3 9007199254740991 -9007199254740991 9007199254740992 -9007199254740992 \
            9223372036854775807 9223372036854775808 -9223372036854775809 18446744073709551616 1e15 1e16 1e300 \
            100000000000000000000000000000000000000 1x 0x1 1_000 NaN Infinity ١";
        for text in numbers.split_ascii_whitespace() {
            check(text);
            check(&format!("[{text}]"));
        }
    }

    #[test]
    fn a_number_is_whole_exactly_or_not_at_all() {
        assert_eq!(parse("9007199254740991.0"), Some(Tree::Whole(LARGEST)));
        assert_eq!(parse("90071992547409910e-1"), Some(Tree::Whole(LARGEST)));
        assert_eq!(parse("1.00000000000000000000000001"), Some(Tree::Fraction));
        assert_eq!(parse("9007199254740991.4"), Some(Tree::Fraction));
        assert_eq!(parse("1e-99999999999999999999"), Some(Tree::Fraction));
        assert_eq!(parse("1e99999999999999999999"), Some(Tree::Fraction));
        assert_eq!(parse(&format!("1{}e-400", "0".repeat(400))), Some(Tree::Whole(1)));
    }

    #[test]
    fn nesting_ends_at_32() {
        let nested = |depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(parse(&nested(33)).is_some());
        assert!(parse(&nested(34)).is_none());
    }

    #[test]
    fn text_without_escapes_is_borrowed() {
        let Some(Tree::Text(text)) = parse(r#""plain""#) else { panic!("it is text") };
        assert!(matches!(text, Cow::Borrowed(_)));
    }
}
