//! The shared strings of a workbook, in one buffer.

use std::io::Read;

use super::scan::{Scanner, Token, unescape};
use crate::IngestError;

#[derive(Default)]
pub(super) struct SharedStrings {
    text: Vec<u8>,
    ends: Vec<u32>,
}

impl SharedStrings {
    pub(super) fn read(input: impl Read, max_bytes: usize) -> Result<Self, IngestError> {
        let mut scanner = Scanner::new(input);
        let mut strings = SharedStrings::default();
        let (mut in_text, mut phonetic) = (false, false);
        loop {
            match scanner.next()? {
                Token::Open(b"t", _, empty) => in_text = !empty && !phonetic,
                Token::Close(b"t") => in_text = false,
                // Readings of characters (拼音) are not part of the cell.
                Token::Open(b"rPh", _, empty) => phonetic = !empty,
                Token::Close(b"rPh") => phonetic = false,
                Token::Text(text) if in_text => unescape(text, &mut strings.text),
                Token::Open(b"si", _, true) | Token::Close(b"si") => strings.ends.push(strings.text.len() as u32),
                Token::End => return Ok(strings),
                _ => {}
            }
            if strings.text.len() > max_bytes || strings.ends.len() > max_bytes / 4 {
                return Err(IngestError::Unsafe(format!(
                    "文字内容超过 {} MB；请分成几份，或另存为 CSV 后上传",
                    max_bytes >> 20
                )));
            }
        }
    }

    pub(super) fn get(&self, at: usize) -> Option<&[u8]> {
        let end = *self.ends.get(at)? as usize;
        let start = if at == 0 { 0 } else { self.ends[at - 1] as usize };
        Some(&self.text[start..end])
    }
}
