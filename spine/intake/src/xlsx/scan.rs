//! A small streaming scanner for the XML of workbooks. Memory is one token, whatever the file says.
//!
//! Why not a general reader: a county's payroll has ten million cells, and all we ask is names, four
//! attributes and text.

use std::io::Read;

use crate::IngestError;

/// The longest token; a cell holds at most 32,767 characters.
const MAX_TOKEN: usize = 1 << 20;
const READ_BYTES: usize = 128 << 10;

pub(super) enum Token<'a> {
    /// Name without prefix, attributes as written, whether it closes at once.
    Open(&'a [u8], &'a [u8], bool),
    Close(&'a [u8]),
    Text(&'a [u8]),
    End,
}

pub(super) struct Scanner<R> {
    input: R,
    buffer: Vec<u8>,
    at: usize,
    end: usize,
}

impl<R: Read> Scanner<R> {
    pub(super) fn new(input: R) -> Self {
        Scanner {
            input,
            buffer: vec![0; READ_BYTES * 2],
            at: 0,
            end: 0,
        }
    }

    pub(super) fn next(&mut self) -> Result<Token<'_>, IngestError> {
        loop {
            if self.at == self.end && !self.fill()? {
                return Ok(Token::End);
            }
            if self.buffer[self.at] != b'<' {
                let end = match self.find(b'<', 0)? {
                    Some(end) => end,
                    None => self.end,
                };
                let start = std::mem::replace(&mut self.at, end);
                return Ok(Token::Text(&self.buffer[start..end]));
            }
            while self.end - self.at < 9 && self.fill()? {}
            let head = &self.buffer[self.at..self.end];
            if head.starts_with(b"<!--") {
                self.skip_past(b"-->")?;
                continue;
            }
            if head.starts_with(b"<![CDATA[") {
                let len = self.skip_past(b"]]>")?;
                return Ok(Token::Text(&self.buffer[self.at - len + 9..self.at - 3]));
            }
            let Some(close) = self.find(b'>', 1)? else {
                return Err(IngestError::Damaged("XML 不完整，可能只传了一部分".into()));
            };
            let start = std::mem::replace(&mut self.at, close + 1);
            let inner = &self.buffer[start + 1..close];
            match inner.first() {
                Some(b'?' | b'!') | None => continue,
                _ => return Ok(tag(&self.buffer[start + 1..close])),
            }
        }
    }

    /// Moves past `sign` and returns how many bytes were passed.
    fn skip_past(&mut self, sign: &[u8]) -> Result<usize, IngestError> {
        let mut from = 0;
        loop {
            let rest = &self.buffer[self.at..self.end];
            if let Some(found) = rest[from..].windows(sign.len()).position(|w| w == sign) {
                let len = from + found + sign.len();
                self.at += len;
                return Ok(len);
            }
            from = rest.len().saturating_sub(sign.len());
            if !self.fill()? {
                return Err(IngestError::Damaged("XML 不完整，可能只传了一部分".into()));
            }
        }
    }

    /// Where `byte` stands, looking from `offset` bytes after the present place.
    fn find(&mut self, byte: u8, offset: usize) -> Result<Option<usize>, IngestError> {
        let mut from = offset;
        loop {
            if let Some(found) = self.buffer[self.at + from..self.end].iter().position(|b| *b == byte) {
                return Ok(Some(self.at + from + found));
            }
            from = self.end - self.at;
            if !self.fill()? {
                return Ok(None);
            }
        }
    }

    /// Reads more behind what is left; false at the end of the part.
    fn fill(&mut self) -> Result<bool, IngestError> {
        if self.at > 0 {
            self.buffer.copy_within(self.at..self.end, 0);
            self.end -= self.at;
            self.at = 0;
        }
        if self.end == self.buffer.len() {
            if self.buffer.len() >= MAX_TOKEN {
                return Err(IngestError::Unsafe("单元格内容超过 1 MB".into()));
            }
            self.buffer.resize(self.buffer.len() * 2, 0);
        }
        let count = self
            .input
            .read(&mut self.buffer[self.end..])
            .map_err(|e| super::guard::broken(&e))?;
        self.end += count;
        Ok(count > 0)
    }
}

fn tag(inner: &[u8]) -> Token<'_> {
    if inner[0] == b'/' {
        return Token::Close(local(inner[1..].trim_ascii()));
    }
    let (inner, empty) = inner.strip_suffix(b"/").map_or((inner, false), |i| (i, true));
    let name_end = inner.iter().position(u8::is_ascii_whitespace).unwrap_or(inner.len());
    Token::Open(local(&inner[..name_end]), &inner[name_end..], empty)
}

fn local(name: &[u8]) -> &[u8] {
    name.iter()
        .position(|b| *b == b':')
        .map_or(name, |colon| &name[colon + 1..])
}

/// The value of an attribute, still escaped. `name` may carry a prefix (`r:id`).
pub(super) fn attribute<'a>(attributes: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let mut rest = attributes;
    loop {
        rest = rest.trim_ascii_start();
        let equals = rest.iter().position(|b| *b == b'=')?;
        let key = rest[..equals].trim_ascii();
        let value = rest[equals + 1..].trim_ascii_start();
        let (quote, value) = value.split_first()?;
        let end = value.iter().position(|b| b == quote)?;
        if key == name {
            return Some(&value[..end]);
        }
        rest = &value[end + 1..];
    }
}

/// Appends text with its entities resolved.
pub(super) fn unescape(text: &[u8], into: &mut Vec<u8>) {
    let mut rest = text;
    while let Some(at) = rest.iter().position(|b| *b == b'&') {
        into.extend_from_slice(&rest[..at]);
        rest = &rest[at..];
        let end = rest.iter().take(12).position(|b| *b == b';').unwrap_or(0);
        let c = match &rest[..end] {
            b"&amp" => Some('&'),
            b"&lt" => Some('<'),
            b"&gt" => Some('>'),
            b"&quot" => Some('"'),
            b"&apos" => Some('\''),
            [b'&', b'#', b'x' | b'X', hex @ ..] => number(hex, 16),
            [b'&', b'#', digits @ ..] => number(digits, 10),
            _ => None,
        };
        match c {
            Some(c) => {
                into.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                rest = &rest[end + 1..];
            }
            None => {
                into.push(b'&');
                rest = &rest[1..];
            }
        }
    }
    into.extend_from_slice(rest);
}

fn number(digits: &[u8], radix: u32) -> Option<char> {
    char::from_u32(u32::from_str_radix(std::str::from_utf8(digits).ok()?, radix).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_survive_any_cut_of_the_stream() {
        struct OneByte<'a>(&'a [u8]);
        impl Read for OneByte<'_> {
            fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
                let n = self.0.len().min(1);
                into[..n].copy_from_slice(&self.0[..n]);
                self.0 = &self.0[n..];
                Ok(n)
            }
        }
        let xml = b"<?xml version='1.0'?><!-- <c> --><x:c r=\"A1\" t='s'><v>1&amp;2</v><f/><![CDATA[a<b]]></x:c>";
        let mut scanner = Scanner::new(OneByte(xml));
        let mut seen = String::new();
        loop {
            match scanner.next().unwrap() {
                Token::Open(name, attributes, empty) => {
                    let r = attribute(attributes, b"t").map(|v| String::from_utf8_lossy(v).into_owned());
                    seen += &format!("+{}{:?}{empty} ", String::from_utf8_lossy(name), r);
                }
                Token::Close(name) => seen += &format!("-{} ", String::from_utf8_lossy(name)),
                Token::Text(text) => {
                    let mut plain = Vec::new();
                    unescape(text, &mut plain);
                    seen += &format!("[{}] ", String::from_utf8_lossy(&plain));
                }
                Token::End => break,
            }
        }
        assert_eq!(seen, "+cSome(\"s\")false +vNonefalse [1&2] -v +fNonetrue [a<b] -c ");
    }
}
