//! A file of orders as a stream of bytes: plain or compressed with gzip, whatever its name says.

use crate::delivery::bytes;
use anyhow::{Context, Result};
use flate2::read::MultiGzDecoder;
use indicatif::ProgressBar;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

const GZIP: [u8; 2] = [0x1f, 0x8b];
const CHUNK: usize = 1 << 18;
/// Chunks read ahead.
const AHEAD: usize = 4;

/// Bytes read on another thread, so that decompressing and parsing take turns on no core.
pub(crate) struct Source {
    chunks: Receiver<io::Result<Vec<u8>>>,
    chunk: Vec<u8>,
    at: usize,
    bar: ProgressBar,
}

impl Source {
    /// Opens a file; `-` is standard input.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let cannot = || format!("cannot read `{}`", path.display());
        let (file, length): (Box<dyn Read + Send>, u64) = if path.as_os_str() == "-" {
            (Box::new(io::stdin()), 0)
        } else {
            let file = File::open(path).with_context(cannot)?;
            let length = file.metadata().with_context(cannot)?.len();
            (Box::new(file), length)
        };
        let bar = bytes("reading", length);
        let (sender, chunks) = sync_channel(AHEAD);
        let file = bar.wrap_read(file);
        std::thread::spawn(move || produce(file, &sender));
        Ok(Self { chunks, chunk: Vec::new(), at: 0, bar })
    }
}

/// Reads to the end, or as long as somebody listens.
fn produce(file: impl Read + Send, chunks: &SyncSender<io::Result<Vec<u8>>>) {
    let mut file = BufReader::with_capacity(CHUNK, file);
    let mut stream: Box<dyn Read + '_> = match file.fill_buf() {
        Ok(start) if start.starts_with(&GZIP) => Box::new(MultiGzDecoder::new(file)),
        Ok(_) => Box::new(file),
        Err(error) => return drop(chunks.send(Err(error))),
    };
    loop {
        let mut chunk = Vec::with_capacity(CHUNK);
        let read = stream.by_ref().take(CHUNK as u64).read_to_end(&mut chunk);
        let last = read.is_err() || chunk.is_empty();
        if chunks.send(read.map(|_| chunk)).is_err() || last {
            return;
        }
    }
}

impl Read for Source {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(into)?;
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for Source {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at >= self.chunk.len() {
            // After the last chunk there is no sender any more.
            self.chunk = self.chunks.recv().unwrap_or_else(|_| Ok(Vec::new()))?;
            self.at = 0;
            if self.chunk.is_empty() {
                self.bar.finish_and_clear();
            }
        }
        Ok(self.chunk.get(self.at..).unwrap_or_default())
    }

    fn consume(&mut self, bytes: usize) {
        self.at = self.at.saturating_add(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn read(name: &str, bytes: &[u8]) -> io::Result<Vec<u8>> {
        let path = std::env::temp_dir().join(format!("loyalty-source-{name}-{}", std::process::id()));
        std::fs::write(&path, bytes).unwrap();
        let mut found = Vec::new();
        let read = Source::open(&path).unwrap().read_to_end(&mut found);
        std::fs::remove_file(&path).unwrap();
        read.map(|_| found)
    }

    #[test]
    fn a_file_is_the_same_bytes_plain_and_packed() {
        let bytes: Vec<u8> = (0..3 * CHUNK + 17).map(|n| u8::try_from(n * n % 251).unwrap()).collect();
        assert_eq!(read("plain", &bytes).unwrap(), bytes);
        assert_eq!(read("packed", &packed(&bytes)).unwrap(), bytes);
        let (one, two) = bytes.split_at(CHUNK / 2);
        assert_eq!(read("twice", &[packed(one), packed(two)].concat()).unwrap(), bytes);
        assert_eq!(read("empty", &[]).unwrap(), b"");
    }

    #[test]
    fn a_packed_file_that_is_cut_off_is_an_error() {
        let whole = packed(&vec![7; CHUNK]);
        assert!(read("cut", &whole[..whole.len() - 3]).is_err());
    }
}
