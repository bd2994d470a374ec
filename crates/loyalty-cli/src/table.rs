//! Plain aligned tables.

use comfy_table::{CellAlignment, Table, presets};

/// A table: a heading for each column, those that start with `>` of numbers, set right; then rows.
pub(crate) fn table(headings: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(headings.iter().map(|heading| heading.trim_start_matches('>')));
    table.add_rows(rows);
    for (column, heading) in table.column_iter_mut().zip(headings) {
        column.set_padding((0, 2));
        if heading.starts_with('>') {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let mut text = table.trim_fmt();
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::table;

    #[test]
    fn numbers_are_set_right_and_lines_end_with_their_text() {
        let rows = [
            vec!["one".to_owned(), "5".to_owned(), "x\ny".to_owned()],
            vec!["three".to_owned(), "15".to_owned(), String::new()],
        ];
        assert_eq!(
            table(&["what", ">n", "why"], rows),
            "what    n  why\none     5  x\n           y\nthree  15\n"
        );
    }
}
