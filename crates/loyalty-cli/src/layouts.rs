//! Reading a file of orders, whichever layout it has.

use crate::orders::{Fault, Orders};
use crate::source::Source;
use crate::{cdnow, retail};
use anyhow::{Context, Result, anyhow};
use jiff::tz::TimeZone;
use std::io::{BufRead, Read};
use std::path::Path;

/// How many bad rows are listed.
const LISTED: usize = 20;

/// Reads all of a file, before anything is booked. `zone` is the shop's time zone.
///
/// # Errors
/// When it cannot be read; every bad row.
pub(crate) fn read(path: &Path, zone: &str) -> Result<Orders> {
    let shown = path.display();
    let mut source = Source::open(path)?;
    let start = source.fill_buf().with_context(|| format!("cannot read `{shown}`"))?;
    let orders = if start.starts_with(retail::COLUMNS.as_bytes()) {
        let zone = TimeZone::get(zone).with_context(|| format!("the programme's time zone `{zone}`"))?;
        retail::read(source, &zone)
    } else {
        let mut text = String::new();
        source.read_to_string(&mut text).with_context(|| format!("cannot read `{shown}` as UTF-8 text"))?;
        cdnow::parse(&text)
    };
    orders.map_err(|faults| {
        let what = format!("`{shown}` has {} bad rows; nothing was booked", faults.len());
        anyhow!("{what}\n{}", listed(&faults))
    })
}

fn listed(faults: &[Fault]) -> String {
    let mut lines: Vec<String> = faults.iter().take(LISTED).map(|fault| format!("  {fault}")).collect();
    if faults.len() > LISTED {
        lines.push(format!("  and {} more", faults.len() - LISTED));
    }
    lines.join("\n")
}
