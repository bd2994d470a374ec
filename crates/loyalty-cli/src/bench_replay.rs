//! `loyalty bench-replay`: a replay beside what the `csv` crate alone takes to read the same file.

use crate::figures::{grouped, milliseconds};
use crate::output::line;
use crate::source::Source;
use crate::{Verdict, retail};
use anyhow::{Context, Result, bail};
use clap::Args;
use serde_json::{Value, json};
use std::fs::File;
use std::io::BufRead;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

#[derive(Args)]
pub(crate) struct BenchReplay {
    /// The programme document
    #[arg(long, value_name = "FILE")]
    programme: PathBuf,
    /// Orders in the layout of the UCI Online Retail CSV, plain or compressed with gzip
    #[arg(long, value_name = "FILE")]
    orders: PathBuf,
    /// How often each is run, in turn; the best run of each counts
    #[arg(long, value_name = "N", default_value = "9")]
    runs: NonZeroUsize,
}

/// The uncompressed file, for as long as it is needed.
struct Plain(PathBuf);

impl Drop for Plain {
    fn drop(&mut self) {
        // What cannot be removed is the system's to clear away.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// What a run came to.
struct Run {
    elapsed: Duration,
    said: Value,
}

impl BenchReplay {
    /// From the start of the program to its end, the file as it is; against reading the uncompressed file
    /// into one string record after another.
    pub(crate) fn run(&self) -> Result<Verdict> {
        let plain = self.plain()?;
        let mut best: Option<Run> = None;
        let mut alone: Option<(Duration, u64)> = None;
        for _ in 0..self.runs.get() {
            let read = csv_alone(&plain.0)?;
            alone = Some(alone.map_or(read, |known| known.min(read)));
            let run = self.replay()?;
            if best.as_ref().is_some_and(|known| figures(&known.said) != figures(&run.said)) {
                bail!("two replays of the same file came to different figures");
            }
            if best.as_ref().is_none_or(|known| run.elapsed < known.elapsed) {
                best = Some(run);
            }
        }
        let (Some(best), Some((alone, lines))) = (best, alone) else { bail!("nothing was run") };
        let number = |name: &str| best.said.get(name).and_then(Value::as_u64);
        let row = |what: &str, value: String, unit: &str| {
            line(json!({ "what": what, "value": value, "unit": unit }))
        };
        let lines = grouped(lines.into());
        row(&format!("{lines} lines into string records, csv crate alone"), milliseconds(alone), "ms")?;
        let (orders, refunds) = (number("orders").unwrap_or(0), number("refunds").unwrap_or(0));
        let (orders, refunds) = (grouped(orders.into()), grouped(refunds.into()));
        let what = format!("the same lines replayed as {orders} orders and {refunds} refunds");
        row(&what, milliseconds(best.elapsed), "ms")?;
        let ratio = best.elapsed.as_secs_f64() / alone.as_secs_f64().max(1e-9);
        row("replay ÷ csv crate alone", format!("{ratio:.2}"), "")?;
        if let Some(peak) = number("peak_kib") {
            row("replay, the most memory", grouped(peak.div_ceil(1024).into()), "MiB")?;
        }
        Ok(Verdict::Yes)
    }

    fn plain(&self) -> Result<Plain> {
        let mut source = Source::open(&self.orders)?;
        if !source.fill_buf()?.starts_with(retail::COLUMNS.as_bytes()) {
            bail!("`{}` does not begin with `{}`", self.orders.display(), retail::COLUMNS);
        }
        let path = std::env::temp_dir().join(format!("loyalty-bench-{}.csv", std::process::id()));
        let cannot = || format!("cannot write `{}`", path.display());
        let mut file = File::create_new(&path).with_context(cannot)?;
        let plain = Plain(path.clone());
        std::io::copy(&mut source, &mut file).with_context(cannot)?;
        Ok(plain)
    }

    /// A process of its own: so its time and its memory are those of a replay and of nothing else.
    fn replay(&self) -> Result<Run> {
        let mut command = Command::new(std::env::current_exe().context("cannot find this program")?);
        command.args(["replay", "--json", "--programme"]).arg(&self.programme);
        command.arg("--orders").arg(&self.orders);
        let begun = Instant::now();
        let output = command.output().context("cannot start a replay")?;
        let elapsed = begun.elapsed();
        if !output.status.success() {
            bail!("{}", String::from_utf8_lossy(&output.stderr).trim_end());
        }
        Ok(Run { elapsed, said: serde_json::from_slice(&output.stdout).context("a replay said no JSON")? })
    }
}

/// What a replay came to, without how long it took.
fn figures(said: &Value) -> Value {
    let mut said = said.clone();
    if let Some(fields) = said.as_object_mut() {
        for name in ["read_us", "elapsed_us", "rows_per_second", "peak_kib"] {
            fields.remove(name);
        }
    }
    said
}

/// The least the crate can take: one record, filled again and again.
fn csv_alone(path: &Path) -> Result<(Duration, u64)> {
    let begun = Instant::now();
    let mut reader = csv::Reader::from_path(path)?;
    let mut record = csv::StringRecord::new();
    let mut lines = 0;
    while reader.read_record(&mut record)? {
        lines += u64::from(!std::hint::black_box(&record).is_empty());
    }
    Ok((begun.elapsed(), lines))
}
