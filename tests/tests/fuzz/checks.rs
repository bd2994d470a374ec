//! What must hold whatever the input.

use crate::text::shown;
use loyalty_core::{Code, Instant, Moment};
use loyalty_tests::Value;
use loyalty_wire::{Problem, Programme, Tree};
use rustix::time::{ClockId, clock_gettime};
use serde::de::IgnoredAny;

/// The longest time that reading or deciding one input may take on one core, in milliseconds. Code that is
/// not optimised has ten times as long.
pub(crate) const LONGEST: i64 = if cfg!(debug_assertions) { 10_000 } else { 1000 };

/// The most faults that are told at once.
const MOST_FAULTS: usize = 100;

/// Milliseconds that this thread has worked. What else the machine does is not counted.
fn worked() -> i64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec * 1000 + time.tv_nsec / 1_000_000
}

/// Does it, in time.
#[track_caller]
pub(crate) fn in_time<T>(what: &str, input: &str, work: impl FnOnce() -> T) -> T {
    let before = worked();
    let result = work();
    let took = worked() - before;
    assert!(took <= LONGEST, "{what} took {took} ms\n{}", shown(input));
    result
}

/// What an answer is as JSON.
#[track_caller]
pub(crate) fn json(text: &str) -> Value {
    serde_json::from_str(text)
        .unwrap_or_else(|why| panic!("an answer that is no JSON, {why}: {}", shown(text)))
}

/// Reading an input came to a value, or to a refusal that says where and why.
#[track_caller]
pub(crate) fn read<T>(result: Result<T, Problem>, input: &str) -> Option<T> {
    let problem = match result {
        Ok(value) => return Some(value),
        Err(problem) => problem,
    };
    refused(&problem);
    let shown = || format!("{}\n{}", shown(&problem.to_json()), shown(input));
    let first = problem.faults.iter().map(|fault| fault.code).min();
    assert_eq!(first.unwrap_or(Code::Malformed), problem.code, "{}", shown());
    assert!(problem.faults.len() <= MOST_FAULTS, "{} faults\n{}", problem.faults.len(), shown());
    // Faults name fields of the input; whatever else they say is short.
    assert!(problem.to_json().len() <= 2 * input.len() + MOST_FAULTS * 200, "a long answer\n{}", shown());
    if let Ok(tree) = loyalty_wire::parse(input) {
        for fault in &problem.faults {
            assert!(is_place(&tree, &fault.path), "`{}` is no place\n{}", fault.path, shown());
        }
    }
    None
}

/// A refusal has a code of the catalogue, as text too.
#[track_caller]
pub(crate) fn refused(problem: &Problem) {
    let told = json(&problem.to_json());
    let is_code = |value: &Value| Code::ALL.iter().any(|code| value == code.as_str());
    assert!(is_code(&told["code"]), "{told}");
    assert!(told["faults"].as_array().unwrap().iter().all(|fault| is_code(&fault["code"])), "{told}");
    let texts = [&problem.about, &problem.needs, &problem.has].into_iter().flatten();
    assert!(texts.map(String::len).max().unwrap_or(0) <= 128, "{told}");
}

/// A request that could be read came to an answer, or to a refusal that does not blame what is stored.
#[track_caller]
pub(crate) fn decided(result: Result<String, Problem>, input: &str) -> Option<Value> {
    match result {
        Ok(answer) => Some(json(&answer)),
        Err(problem) => {
            refused(&problem);
            let sound = !matches!(problem.code, Code::EntryInconsistent | Code::Malformed);
            assert!(sound && problem.faults.is_empty(), "{}\n{}", problem.to_json(), shown(input));
            None
        }
    }
}

/// Reads JSON; another reader, where it takes the text too, reads the same.
pub(crate) fn tree(text: &str) -> Option<Tree<'_>> {
    let parsed = read(in_time("reading JSON", text, || loyalty_wire::parse(text)), text);
    match (&parsed, serde_json::from_str::<Value>(text)) {
        (Some(tree), Ok(value)) => assert!(is_same(tree, &value), "{tree:?}\n{}", shown(text)),
        // The other one has a largest number, and nests deeper.
        (Some(_), Err(_)) => assert!(serde_json::from_str::<IgnoredAny>(text).is_ok(), "{}", shown(text)),
        (None, Ok(_)) => assert!(nesting(text) > 32, "{}", shown(text)),
        (None, Err(_)) => {}
    }
    parsed
}

fn is_same(tree: &Tree<'_>, value: &Value) -> bool {
    match (tree, value) {
        (Tree::Null, Value::Null) => true,
        (Tree::Bool(tree), Value::Bool(value)) => tree == value,
        // What JavaScript would not keep exactly is only noted, so the other one is right within a rounding.
        (Tree::Whole(tree), Value::Number(value)) => value.as_f64() == Some(*tree as f64),
        (Tree::Fraction, Value::Number(value)) => {
            value.as_i64().is_none_or(|value| value.unsigned_abs() >> 53 > 0)
        }
        (Tree::Text(tree), Value::String(value)) => tree == value,
        (Tree::List(tree), Value::Array(value)) => {
            tree.len() == value.len() && tree.iter().zip(value).all(|(tree, value)| is_same(tree, value))
        }
        // The last of fields with one name.
        (Tree::Map(tree), Value::Object(value)) => value.iter().all(|(name, value)| {
            tree.iter().rev().find(|(known, _)| known == name).is_some_and(|(_, tree)| is_same(tree, value))
        }),
        _ => false,
    }
}

/// How deep the lists and maps of a JSON text nest, also of fields that are there twice.
fn nesting(text: &str) -> usize {
    let (mut open, mut deepest, mut quoted, mut escaped) = (0_usize, 0, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = quoted,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => open += 1,
            b']' | b'}' if !quoted => open -= 1,
            _ => {}
        }
        deepest = deepest.max(open);
    }
    deepest
}

/// Whether a JSON Pointer leads to a value, or to a field that is missing where it could be.
fn is_place(tree: &Tree<'_>, pointer: &str) -> bool {
    let Some((parent, name)) = pointer.rsplit_once('/') else { return pointer.is_empty() };
    let name = name.replace("~1", "/").replace("~0", "~");
    match place(tree, parent) {
        Some(Tree::Map(_)) => true,
        Some(Tree::List(items)) => name.parse::<usize>().is_ok_and(|index| index < items.len()),
        _ => false,
    }
}

fn place<'a>(tree: &'a Tree<'a>, pointer: &str) -> Option<&'a Tree<'a>> {
    pointer.split('/').skip(1).try_fold(tree, |tree, name| match tree {
        Tree::Map(_) => tree.field(&name.replace("~1", "/").replace("~0", "~")),
        Tree::List(items) => items.get(name.parse::<usize>().ok()?),
        _ => None,
    })
}

/// Reads a programme; one that is accepted is the same programme when its canonical text is read.
pub(crate) fn programme(text: &str) -> Option<Programme> {
    tree(text);
    let parsed = in_time("reading a programme", text, || Programme::parse(text));
    let programme = read(parsed, text)?;
    let canonical = programme.canonical();
    let again = Programme::parse(canonical).unwrap_or_else(|why| panic!("{}\n{canonical}", why.to_json()));
    assert_eq!(again.version(), programme.version(), "{}", shown(text));
    assert_eq!(again.canonical(), canonical, "{}", shown(text));
    assert_eq!(again.time_zone(), programme.time_zone(), "{}", shown(text));
    Some(programme)
}

/// The moment of an instant in a shop that keeps UTC; none where the calendar ends.
pub(crate) fn moment(at: i64) -> Option<Moment> {
    const DAY: i64 = 86_400_000;
    let day = loyalty_core::Day::new(i32::try_from(at.div_euclid(DAY)).ok()?).ok()?;
    let minute = u16::try_from(at.rem_euclid(DAY) / 60_000).ok()?;
    Some(Moment { at: Instant::new(at).ok()?, day, minute })
}

#[cfg(test)]
mod tests {
    use super::is_place;

    #[test]
    fn a_place_is_there_or_missing_from_a_map() {
        let tree = loyalty_wire::parse(r#"{"a/b": [{"c": 1}], "d": 2}"#).unwrap();
        for place in ["", "/d", "/x", "/a~1b", "/a~1b/0", "/a~1b/0/c", "/a~1b/0/x"] {
            assert!(is_place(&tree, place), "`{place}`");
        }
        for nowhere in ["d", "/a~1b/1", "/a~1b/0/c/x", "/d/0", "/x/y", "/a~1b/x"] {
            assert!(!is_place(&tree, nowhere), "`{nowhere}`");
        }
    }
}
