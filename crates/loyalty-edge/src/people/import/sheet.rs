//! A file of corrections as people keep them: one line a member, columns by name.

use crate::api::members::MOST;
use crate::http::routes::is_visible;
use crate::people::remarks;
use csv::{Position, ReaderBuilder, StringRecord};
use loyalty_books::Amounts;
use loyalty_wire::core::{Code, Moment, sorted};
use loyalty_wire::ledger::{self, Stored};
use loyalty_wire::{Problem, Programme};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// The most rows of one file.
pub(crate) const ROWS: usize = 5_000;

/// The most faults that are told at once.
pub(crate) const FAULTS: usize = 100;

/// Columns, and the field of `adjust` that each becomes. `member` and `points` have to be there.
const COLUMNS: [(&str, &str); 6] = [
    ("member", ""),
    ("points", "credit"),
    ("wallet", "wallet"),
    ("reason", "reason"),
    ("expires", "last_day"),
    ("note", ""),
];

/// The reason of a row that gives none.
const REASON: &str = "import";

/// A row that can be booked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Row {
    /// Its line in the file; the header is line 1.
    pub(crate) line: u64,
    pub(crate) member: String,
    /// The command `adjust`.
    pub(crate) command: Value,
    pub(crate) note: Option<String>,
}

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Fault {
    pub(crate) line: u64,
    /// The column it lies in; null for the whole row.
    pub(crate) column: Option<String>,
    pub(crate) code: String,
    /// How it is mended.
    pub(crate) hint: String,
}

impl Fault {
    /// A fault with its hint.
    pub(crate) fn new(line: u64, column: Option<&str>, code: &str) -> Self {
        let hint = hint(column, code);
        Self { line, column: column.map(str::to_owned), code: code.to_owned(), hint }
    }

    /// A refusal of the decision as a fault of the row.
    pub(crate) fn of(line: u64, code: &str, path: Option<&str>) -> Self {
        let field = path.and_then(|path| path.rsplit('/').next());
        let by_field = COLUMNS.iter().find(|(_, known)| !known.is_empty() && Some(*known) == field);
        let column = match (by_field, code) {
            (Some((column, _)), _) => Some(*column),
            (None, "wallet_unknown") => Some("wallet"),
            (None, "below_minimum" | "points_out_of_range" | "points_spent") => Some("points"),
            (None, _) => None,
        };
        Self::new(line, column, code)
    }
}

fn hint(column: Option<&str>, code: &str) -> String {
    match (column, code) {
        (Some("member"), _) => "the shop's id of the member: 1 to 128 characters without blanks".into(),
        (Some("points"), "points_spent") => {
            "the member has spent some of them; correct what is left by hand".into()
        }
        (Some("points"), _) => "a whole number of points, 1 or more".into(),
        (Some("wallet"), "wallet_unknown") => {
            "name a wallet of the current programme, or leave it empty for `points`".into()
        }
        (Some("expires"), _) => {
            "the last usable day such as 2030-12-31, `never`, or empty for as the wallet says".into()
        }
        (Some("note"), _) => format!("at most {} characters on one line", remarks::LONGEST),
        (None, "missing") => {
            "the first line names the columns; `member` and `points` have to be there".into()
        }
        (None, "not_found") => "the member was erased before the line was booked; nobody else got it".into(),
        (None, "too_many") => format!("split the file: it takes 1 to {ROWS} rows"),
        (None, "malformed") => {
            "every row has as many fields as the first; put one with a comma into quotation marks".into()
        }
        (Some(column), "unknown_field" | "duplicate_field") => {
            format!("`{column}` is no column, or there twice: {}", COLUMNS.map(|(name, _)| name).join(", "))
        }
        (_, code) => code.replace('_', " "),
    }
}

/// What a file comes to.
#[derive(Debug, Default)]
pub(crate) struct Sheet {
    /// Rows without a fault.
    pub(crate) rows: Vec<Row>,
    /// The first [`FAULTS`] faults.
    pub(crate) faults: Vec<Fault>,
    /// How many rows there are.
    pub(crate) count: usize,
}

impl Sheet {
    fn fault(&mut self, fault: Fault) {
        if self.faults.len() < FAULTS {
            self.faults.push(fault);
        }
    }

    /// How many members are credited, and how many points by wallet.
    pub(crate) fn sums(&self) -> (usize, Amounts<&str, u64>) {
        let members = self.rows.iter().map(|row| row.member.as_str()).collect();
        let mut members = sorted(members, |one: &&str, other| one < other);
        members.dedup();
        let mut points = Amounts::new();
        for row in &self.rows {
            let wallet = row.command.get("wallet").and_then(Value::as_str).unwrap_or("points");
            points.add(wallet, &row.command.get("credit").and_then(Value::as_u64).unwrap_or(0));
        }
        (members.len(), points)
    }
}

/// Reads a file: comma or semicolon between fields, as spreadsheets write them. Every row is tried on an empty account,
/// by the very decision that books it.
pub(crate) fn read(text: &str, programme: &Programme, moment: Moment) -> Sheet {
    // The reader counts the lines of one kind of line end only.
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let header = text.lines().next().unwrap_or_default();
    let delimiter = if header.contains(';') && !header.contains(',') { b';' } else { b',' };
    let mut reader =
        ReaderBuilder::new().delimiter(delimiter).trim(csv::Trim::All).from_reader(text.as_bytes());
    let mut sheet = Sheet::default();
    let columns = match reader.headers() {
        Ok(header) => columns(header, &mut sheet),
        Err(_) => return sheet,
    };
    for record in reader.records() {
        sheet.count += 1;
        if sheet.count > ROWS {
            sheet.fault(Fault::new(u64::try_from(ROWS).unwrap_or(0) + 2, None, Code::TooMany.as_str()));
            return sheet;
        }
        match record {
            Ok(record) => {
                let line = record.position().map_or(0, Position::line);
                match row(line, &columns, &record).and_then(|row| tried(row, programme, moment)) {
                    Ok(row) => sheet.rows.push(row),
                    Err(fault) => sheet.fault(fault),
                }
            }
            Err(error) => {
                let line = error.position().map_or(0, Position::line);
                sheet.fault(Fault::new(line, None, Code::Malformed.as_str()));
            }
        }
    }
    if sheet.count == 0 {
        sheet.fault(Fault::new(1, None, Code::TooMany.as_str()));
    }
    sheet
}

/// The column that each field belongs to.
fn columns(header: &StringRecord, sheet: &mut Sheet) -> Vec<&'static str> {
    let mut columns = Vec::new();
    for name in header {
        let name = name.to_lowercase();
        match COLUMNS.iter().find(|(known, _)| *known == name) {
            Some((known, _)) if columns.contains(known) => {
                sheet.fault(Fault::new(1, Some(&name), Code::DuplicateField.as_str()));
            }
            Some((known, _)) => columns.push(*known),
            None => {
                columns.push("");
                sheet.fault(Fault::new(1, Some(&name), Code::UnknownField.as_str()));
            }
        }
    }
    for needed in ["member", "points"] {
        if !columns.contains(&needed) {
            sheet.fault(Fault::new(1, None, Code::Missing.as_str()));
        }
    }
    columns
}

fn row(line: u64, columns: &[&'static str], record: &StringRecord) -> Result<Row, Fault> {
    let field = |name: &str| {
        columns.iter().position(|known| *known == name).and_then(|at| record.get(at)).unwrap_or_default()
    };
    let fault = |column: &str, code: Code| Fault::new(line, Some(column), code.as_str());
    let member = field("member");
    if !is_visible(member) {
        return Err(fault("member", Code::IdInvalid));
    }
    let points = field("points").parse::<u64>().ok().filter(|points| *points <= MOST);
    let points = points.ok_or_else(|| fault("points", Code::PointsOutOfRange))?;
    let mut command = Map::new();
    command.insert("kind".into(), "adjust".into());
    command.insert("credit".into(), points.into());
    let reason = field("reason");
    command.insert("reason".into(), if reason.is_empty() { REASON } else { reason }.into());
    if !field("wallet").is_empty() {
        command.insert("wallet".into(), field("wallet").into());
    }
    match field("expires") {
        "" => None,
        "never" => command.insert("lasts_ever".into(), true.into()),
        day => command.insert("last_day".into(), day.into()),
    };
    let note = Some(field("note")).filter(|note| !note.is_empty()).map(str::to_owned);
    if note.as_ref().is_some_and(|note| !remarks::fits(note)) {
        return Err(fault("note", Code::TooMany));
    }
    Ok(Row { line, member: member.to_owned(), command: Value::Object(command), note })
}

fn tried(row: Row, programme: &Programme, moment: Moment) -> Result<Row, Fault> {
    let refused = |problem: Problem| {
        let path = problem.faults.first().map(|fault| fault.path.as_str());
        Fault::of(row.line, problem.code.as_str(), path)
    };
    let request = json!({ "account": "import", "key": "import", "command": row.command }).to_string();
    let request = loyalty_wire::request(&request).map_err(refused)?;
    ledger::step(programme, &Stored::default(), &request, moment).map_err(refused)?;
    Ok(row)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(text: &str) -> Sheet {
        let document = r#"{"format":1,"name":"Shop","currency":"EUR","time_zone":"Europe/Budapest",
            "earning":[{"id":"base","points":1,"per":"1.00"}],"wallets":[{"id":"stamps","name":"Stamps"}]}"#;
        let programme = Programme::parse(document).unwrap();
        read(text, &programme, loyalty_wire::moment(1_750_000_000_000, [2025, 6, 15], 900).unwrap())
    }

    fn check(text: &str, expected: &[(u64, Option<&str>, &str)]) {
        let found = sheet(text).faults;
        let found: Vec<_> = found.iter().map(|f| (f.line, f.column.as_deref(), f.code.as_str())).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn columns_stand_in_any_order_and_may_be_left_out() {
        let plain = sheet("member,points\nanna,10\n");
        let other = sheet("\u{feff}Points; Member\r\n10; anna\r\n");
        assert_eq!((plain.faults.as_slice(), &plain.rows), ([].as_slice(), &other.rows));
        assert_eq!(plain.rows[0].command, json!({ "kind": "adjust", "credit": 10, "reason": "import" }));
        let full = sheet(
            "member,points,wallet,reason,expires,note\na,1,stamps,sorry,2030-12-31,\"late, twice\"\nb,2,,,never,\n",
        );
        assert_eq!(full.faults, []);
        let stamps = json!({ "kind": "adjust", "credit": 1, "wallet": "stamps", "reason": "sorry", "last_day": "2030-12-31" });
        assert_eq!((&full.rows[0].command, full.rows[0].note.as_deref()), (&stamps, Some("late, twice")));
        assert_eq!(
            full.rows[1].command,
            json!({ "kind": "adjust", "credit": 2, "reason": "import", "lasts_ever": true })
        );
        assert_eq!(full.sums(), (2, Amounts::from_iter([("stamps", 1), ("points", 2)])));
    }

    #[test]
    fn a_fault_names_line_column_and_code() {
        check(
            "member,points\nanna,ten\n\"b b\",1\nc,0\nd,1.5\ne,9007199254740992\n",
            &[
                (2, Some("points"), "points_out_of_range"),
                (3, Some("member"), "id_invalid"),
                (4, Some("points"), "below_minimum"),
                (5, Some("points"), "points_out_of_range"),
                (6, Some("points"), "points_out_of_range"),
            ],
        );
        check(
            "member,points,wallet,expires,reason\na,1,miles,,\nb,1,,2030-02-30,\nc,1,,,a b\n",
            &[
                (2, Some("wallet"), "wallet_unknown"),
                (3, Some("expires"), "day_invalid"),
                (4, Some("reason"), "id_invalid"),
            ],
        );
        check("member,points\na,1\nb\nc,1,1\n", &[(3, None, "malformed"), (4, None, "malformed")]);
        check(
            "member,colour,points,points\na,1,1,1\n",
            &[(1, Some("colour"), "unknown_field"), (1, Some("points"), "duplicate_field")],
        );
        check(
            "anna,10\n",
            &[
                (1, Some("anna"), "unknown_field"),
                (1, Some("10"), "unknown_field"),
                (1, None, "missing"),
                (1, None, "missing"),
                (1, None, "too_many"),
            ],
        );
        check("", &[(1, None, "missing"), (1, None, "missing"), (1, None, "too_many")]);
    }

    #[test]
    fn a_file_has_its_bounds() {
        let rows = |count: usize| format!("member,points\n{}", "a,1\n".repeat(count));
        assert_eq!(sheet(&rows(ROWS)).faults, []);
        check(&rows(ROWS + 1), &[(5_002, None, "too_many")]);
        assert_eq!(sheet(&format!("member,points\n{}", "a,x\n".repeat(200))).faults.len(), FAULTS);
    }
}
