//! Measurements, printed as one table.

use crate::build;
use crate::process::{cargo, command, output, step};
use crate::setup::{self, Needs};
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use serde_json::Value;

const RETAIL: &str = "../shared/data/orders/online_retail.csv.gz";

/// Every `*.mjs` of `tests/bench` prints one JSON object a line: `{"what", "value", "unit"}`. So do
/// `loyalty bench-preview` and `loyalty bench-replay`.
struct Row {
    what: String,
    value: String,
    unit: String,
}

pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    setup::run(workspace, &Needs::everything())?;
    build::run(workspace)?;
    let mut rows = Vec::new();
    for script in scripts(workspace)? {
        let name = script.clone();
        rows.extend(step(&name, || rows_of(&output(&mut command(workspace.root(), "node", [script]))?))?);
    }
    rows.extend(native(workspace, &["bench-preview"])?);
    if workspace.path(RETAIL).exists() {
        let programme = "www/programmes/retail.json";
        rows.extend(native(workspace, &["bench-replay", "--programme", programme, "--orders", RETAIL])?);
    } else {
        let what = format!("replay of `{RETAIL}`");
        rows.push(Row { what, value: "skipped: it is not there".to_owned(), unit: String::new() });
    }
    print_table(&rows);
    Ok(())
}

fn scripts(workspace: &Workspace) -> Result<Vec<String>> {
    let mut scripts = Vec::new();
    for entry in std::fs::read_dir(workspace.path("tests/bench"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".mjs") {
            scripts.push(format!("tests/bench/{name}"));
        }
    }
    scripts.sort();
    Ok(scripts)
}

fn native(workspace: &Workspace, arguments: &[&str]) -> Result<Vec<Row>> {
    let name = format!("loyalty {}", arguments.first().copied().unwrap_or_default());
    step(&name, || {
        let cargo_run = ["run", "--quiet", "--release", "--package", "loyalty-cli", "--"];
        let arguments = cargo_run.iter().chain(arguments);
        rows_of(&output(&mut cargo(workspace.root(), arguments))?)
    })
}

fn rows_of(text: &str) -> Result<Vec<Row>> {
    text.lines().filter(|line| line.starts_with('{')).map(row_of).collect()
}

fn row_of(line: &str) -> Result<Row> {
    let object: Value =
        serde_json::from_str(line).with_context(|| format!("`{line}` is no row of the table"))?;
    let field = |name: &str| match object.get(name) {
        Some(Value::String(text)) => Ok(text.clone()),
        Some(Value::Number(number)) => Ok(grouped(&number.to_string())),
        _ => Err(anyhow::anyhow!("`{line}` has no `{name}`")),
    };
    Ok(Row { what: field("what")?, value: field("value")?, unit: field("unit")? })
}

/// Spaces between groups of three digits of a whole number.
fn grouped(number: &str) -> String {
    if !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return number.to_owned();
    }
    let mut text = String::new();
    for (index, digit) in number.chars().enumerate() {
        if index > 0 && (number.len() - index).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

fn print_table(rows: &[Row]) {
    let width = |text: fn(&Row) -> &str| rows.iter().map(|row| text(row).chars().count()).max().unwrap_or(0);
    let (what, value) = (width(|row| &row.what), width(|row| &row.value));
    println!();
    for row in rows {
        println!("{:what$}  {:>value$}  {}", row.what, row.value, row.unit);
    }
}

#[cfg(test)]
mod tests {
    use super::{grouped, row_of};

    #[test]
    fn digits_are_grouped_from_the_right() {
        assert_eq!(grouped("7"), "7");
        assert_eq!(grouped("123"), "123");
        assert_eq!(grouped("1234567"), "1 234 567");
        assert_eq!(grouped("12345.6"), "12345.6");
    }

    #[test]
    fn a_row_without_a_unit_is_refused() {
        let row = row_of(r#"{"what":"loader","value":1024,"unit":"bytes"}"#).unwrap();
        assert_eq!((row.what.as_str(), row.value.as_str(), row.unit.as_str()), ("loader", "1 024", "bytes"));
        assert!(row_of(r#"{"what":"loader","value":1024}"#).is_err());
    }
}
