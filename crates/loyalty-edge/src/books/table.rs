//! A report as rows: as JSON objects, or as CSV for a spreadsheet.

use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::problem::{Failure, Own};
use serde_json::{Map, Value};

/// A report's rows.
pub(super) struct Table {
    pub(super) columns: Vec<&'static str>,
    pub(super) rows: Vec<Vec<Value>>,
}

impl Table {
    /// The answer in the format the caller asked for. `head` stands beside the rows in JSON; CSV is the rows alone.
    ///
    /// # Errors
    /// `malformed` for another `format`.
    pub(super) fn answer(
        self,
        call: &Call,
        name: &str,
        mut head: Map<String, Value>,
    ) -> Result<Answer, Failure> {
        match call.query("format").as_deref() {
            None | Some("json") => {
                head.insert(
                    "rows".into(),
                    self.rows.into_iter().map(|row| object(&self.columns, row)).collect(),
                );
                Ok(Answer::json(200, Value::Object(head).to_string()))
            }
            Some("csv") => Ok(Answer::json(200, self.csv())
                .with("Content-Type", "text/csv")
                .with("Content-Disposition", format!("attachment; filename=\"{name}.csv\""))),
            Some(_) => Err(Failure::own(Own::Malformed, "`format` is `json` or `csv`")),
        }
    }

    fn csv(&self) -> String {
        let mut text = self.columns.join(",");
        text.push_str("\r\n");
        for row in &self.rows {
            text.push_str(&row.iter().map(cell).collect::<Vec<_>>().join(","));
            text.push_str("\r\n");
        }
        text
    }
}

fn object(columns: &[&'static str], row: Vec<Value>) -> Value {
    let mut fields = Map::new();
    for (name, value) in columns.iter().zip(row) {
        fields.insert((*name).to_owned(), value);
    }
    fields.into()
}

/// One cell by RFC 4180. A spreadsheet takes a text that begins like a formula for one, so names that do are
/// marked as text; amounts are no formulas.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => {
            let amount = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-' || byte == b'.');
            let formula = !amount && text.starts_with(['=', '+', '-', '@']);
            let text = if formula { format!("'{text}") } else { text.clone() };
            if text.contains([',', '"', '\r', '\n']) {
                format!("\"{}\"", text.replace('"', "\"\""))
            } else {
                text
            }
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn cells_are_what_a_spreadsheet_reads() {
        let row =
            vec![json!("a,b"), json!("say \"x\""), json!("=1+1"), json!("-1.50"), json!(-3), Value::Null];
        let table = Table { columns: vec!["a", "b", "c", "d", "e", "f"], rows: vec![row] };
        assert_eq!(table.csv(), "a,b,c,d,e,f\r\n\"a,b\",\"say \"\"x\"\"\",'=1+1,-1.50,-3,\r\n");
    }
}
