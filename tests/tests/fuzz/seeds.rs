//! What every input starts from: the texts of `tests/cases`, and the accounts that their histories lead to.

use crate::document::{Document, Known};
use crate::ledger::Ledger;
use loyalty_core::Instant;
use loyalty_tests::Value;
use loyalty_tests::case::{File, files};
use loyalty_wire::{Programme, Tree};
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

/// A request of a case.
#[derive(Clone)]
pub(crate) struct Sent {
    /// Under which of the programmes.
    pub(crate) programme: usize,
    /// Milliseconds since 1970.
    pub(crate) at: i64,
    /// The request.
    pub(crate) request: Document,
}

/// Where an account stands after some of the requests of a case.
pub(crate) struct Reached {
    /// The stored text.
    pub(crate) position: String,
    /// When.
    pub(crate) at: i64,
}

/// All that the cases hold.
pub(crate) struct Seeds {
    /// Documents of programmes, also of such that are refused; all that are accepted come first.
    pub(crate) documents: Vec<Document>,
    /// Programmes that are accepted.
    pub(crate) programmes: Vec<Programme>,
    /// Carts of previews, orders and holds.
    pub(crate) carts: Vec<Document>,
    /// Orders.
    pub(crate) orders: Vec<Document>,
    /// Histories of the cases.
    pub(crate) histories: Vec<Vec<Sent>>,
    /// Accounts in the middle of a history.
    pub(crate) positions: Vec<Reached>,
    /// Every request of every history.
    pub(crate) requests: Vec<Document>,
    /// Whole scenarios.
    pub(crate) scenarios: Vec<Document>,
    /// Values of all these.
    pub(crate) known: Known,
}

/// All that the cases hold, read once.
pub(crate) static SEEDS: LazyLock<Seeds> = LazyLock::new(Seeds::read);

impl Seeds {
    fn read() -> Self {
        let mut seeds = Self {
            documents: vec![],
            programmes: vec![],
            carts: vec![],
            orders: vec![],
            histories: vec![],
            positions: vec![],
            requests: vec![],
            scenarios: vec![],
            known: Known::default(),
        };
        for file in files("") {
            seeds.scenarios.extend(Document::read(&file.text));
            seeds.case(&file);
        }
        for file in files("refused") {
            let value = &file.value;
            let text = value["text"].as_str().map(str::to_owned);
            let texts = [&value["programme"], &value["scenario"]["programme"]].map(Value::to_string);
            let texts = texts.into_iter().chain(text).filter(|text| text != "null");
            seeds.documents.extend(texts.filter_map(|text| Document::read(&text)));
        }
        let documents =
            [&seeds.documents, &seeds.carts, &seeds.orders, &seeds.requests].into_iter().flatten();
        documents.for_each(|document| document.note(&mut seeds.known));
        seeds
    }

    /// The number of a programme; none for one that is refused.
    fn publish(&mut self, document: &Value) -> Option<usize> {
        let document = Document::read(&document.to_string())?;
        let programme = Programme::parse(&document.write()).ok()?;
        let known = self.programmes.iter().position(|known| known.version() == programme.version());
        Some(known.unwrap_or_else(|| {
            self.documents.push(document);
            self.programmes.push(programme);
            self.programmes.len() - 1
        }))
    }

    fn case(&mut self, file: &File) {
        let mut programme = self.publish(&file.value["programme"]).unwrap_or_else(|| panic!("{}", file.name));
        let mut ledger = Ledger::default();
        let mut history = vec![];
        for (index, step) in file.value["steps"].as_array().unwrap().iter().enumerate() {
            let read = |value: &Value| Document::read(&value.to_string());
            programme = step.get("programme").and_then(|later| self.publish(later)).unwrap_or(programme);
            let order = step["command"].get("order").filter(|order| order.is_object());
            self.orders.extend(order.and_then(read));
            self.carts.extend(step.get("preview").and_then(read));
            self.carts.extend(step["command"].get("cart").and_then(read));
            self.carts.extend(order.and_then(|order| {
                let mut order = order.as_object()?.clone();
                order.retain(|name, _| name != "id" && name != "advocate");
                read(&Value::Object(order))
            }));
            let at = step["at"].as_str().and_then(|at| Instant::parse(at).ok());
            let (Some(at), Some(command)) = (at, step.get("command")) else { continue };
            let key = step["key"].as_str().map_or_else(|| format!("step-{index}"), str::to_owned);
            let account = step["account"].as_str().unwrap_or("member");
            let request = serde_json::json!({"account": account, "key": key, "command": command});
            let Some(request) = read(&request) else { continue };
            let sent = Sent { programme, at: at.get(), request };
            self.requests.push(sent.request.clone());
            ledger.deliver(&self.programmes[programme], sent.at, &sent.request.write());
            let position = ledger.position(account);
            self.positions.extend(position.map(|position| Reached { position, at: sent.at }));
            history.push(sent);
        }
        if !history.is_empty() {
            self.histories.push(history);
        }
    }
}

/// Any of a list.
pub(crate) fn pick<T>(list: &[T], number: u16) -> &T {
    &list[usize::from(number) % list.len()]
}

/// A tree of a text that is known to be one.
pub(crate) fn tree(text: &str) -> Tree<'_> {
    loyalty_wire::parse(text).unwrap()
}

/// Writes what an engine that keeps a corpus starts from, where it says in which folder: these inputs and
/// some of any bytes, and the words of the wire.
pub(crate) fn plant(inputs: impl FnOnce() -> Vec<Vec<u8>>) {
    let Some(folder) = std::env::var_os("LOYALTY_FUZZ_SEEDS").map(PathBuf::from) else { return };
    fs::create_dir_all(folder.join("seeds")).unwrap();
    let inputs = inputs().into_iter().chain((0..200).map(noise));
    for (number, input) in inputs.enumerate() {
        fs::write(folder.join(format!("seeds/{number:04}")), input).unwrap();
    }
    let documents = SEEDS.scenarios.iter().map(Document::write).collect::<String>();
    let words: BTreeSet<&str> = documents.split('"').filter(|word| is_word(word)).collect();
    let lines = words.iter().map(|word| format!("\"\\\"{word}\\\"\"\n"));
    fs::write(folder.join("words"), lines.collect::<String>()).unwrap();
}

/// Bytes without a pattern, the same each time: many choices, so that no engine starts with few.
fn noise(number: u64) -> Vec<u8> {
    let mut state = number;
    let byte = || {
        // A linear congruential generator by Knuth; its high bits are the better ones.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    };
    std::iter::repeat_with(byte).take(800).collect()
}

fn is_word(text: &str) -> bool {
    (1..=40).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-:".contains(&b))
}
