//! A client for the Worker on this machine: one request, one answer, no more.

use anyhow::{Context, Result};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

pub(crate) struct Answer {
    pub(crate) status: u16,
    /// As received, transfer coding included: good enough to show to a person.
    pub(crate) text: String,
}

/// What to send to 127.0.0.1, and how long to wait for the answer.
pub(crate) struct Request<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) key: &'a str,
    pub(crate) body: &'a str,
    pub(crate) patience: Duration,
}

pub(crate) fn send(port: u16, request: &Request) -> Result<Answer> {
    let Request { method, path, key, body, patience } = request;
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut stream = TcpStream::connect_timeout(&address, *patience)?;
    stream.set_read_timeout(Some(*patience))?;
    let authorization =
        if key.is_empty() { String::new() } else { format!("Authorization: Bearer {key}\r\n") };
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n{authorization}\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes())?;
    let mut received = String::new();
    let mut buffer = [0; 4096];
    // The runtime keeps the connection open, whatever the request says.
    while !is_whole(&received) {
        let count = stream.read(&mut buffer)?;
        if count == 0 {
            break;
        }
        received.push_str(&String::from_utf8_lossy(buffer.get(..count).unwrap_or_default()));
    }
    parse(&received)
}

/// Whether the answer has arrived up to the end that its head announces.
fn is_whole(received: &str) -> bool {
    let Some((head, body)) = received.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        if name.eq_ignore_ascii_case("content-length") { value.trim().parse::<usize>().ok() } else { None }
    });
    match length {
        Some(length) => body.len() >= length,
        None => body.ends_with("0\r\n\r\n"),
    }
}

fn parse(received: &str) -> Result<Answer> {
    let (head, text) = received.split_once("\r\n\r\n").context("the answer is cut short")?;
    let status = head.split(' ').nth(1).and_then(|number| number.parse().ok());
    let status = status.with_context(|| format!("`{head}` is no HTTP answer"))?;
    Ok(Answer { status, text: text.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::{is_whole, parse};

    #[test]
    fn an_answer_ends_where_its_head_says() {
        assert!(!is_whole("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{"));
        assert!(is_whole("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"));
        assert!(!is_whole("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"));
        assert!(is_whole("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"));
    }

    #[test]
    fn status_and_body_are_split() {
        let answer = parse("HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}").unwrap();
        assert_eq!((answer.status, answer.text.as_str()), (201, "{}"));
    }

    #[test]
    fn anything_else_is_refused() {
        assert!(parse("").is_err());
        assert!(parse("HTTP/1.1 ok\r\n\r\n").is_err());
    }
}
