//! What a file is, told from its content; the name and its extension are never believed.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
};

use encoding_rs::{BIG5, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use super::IngestError;

/// The format of a delivered file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Text with a separator.
    Delimited {
        encoding: &'static Encoding,
        separator: u8,
    },
    Xlsx,
    Xls,
}

const SAMPLE_BYTES: u64 = 1 << 20;

impl Format {
    /// For the import record: `CSV（GB18030）`.
    pub fn title(&self) -> String {
        match self {
            Format::Delimited { encoding, separator } => {
                let name = if *separator == b'\t' { "TSV" } else { "CSV" };
                format!("{name}（{}）", encoding_title(encoding))
            }
            Format::Xlsx => "XLSX".to_owned(),
            Format::Xls => "XLS".to_owned(),
        }
    }

    /// Looks at the first megabyte and rewinds.
    pub(crate) fn detect(file: &mut File) -> Result<Format, IngestError> {
        let mut sample = Vec::new();
        file.seek(SeekFrom::Start(0))?;
        file.by_ref().take(SAMPLE_BYTES).read_to_end(&mut sample)?;
        file.seek(SeekFrom::Start(0))?;
        Self::of_sample(&sample)
    }

    pub(crate) fn of_sample(sample: &[u8]) -> Result<Format, IngestError> {
        if sample.iter().all(|b| b.is_ascii_whitespace() || *b == 0) || sample == b"\xef\xbb\xbf" {
            return Err(IngestError::Empty);
        }
        if sample.starts_with(b"PK\x03\x04") || sample.starts_with(b"PK\x05\x06") {
            return Ok(Format::Xlsx);
        }
        if sample.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
            return Ok(Format::Xls);
        }
        if let Some(what) = foreign(sample) {
            return Err(IngestError::NotATable(what));
        }
        let encoding = encoding_of(sample).ok_or(IngestError::Encoding)?;
        let (text, _, _) = encoding.decode(sample);
        if text
            .chars()
            .filter(|c| c.is_control() && !matches!(c, '\r' | '\n' | '\t'))
            .count()
            * 50
            > text.chars().count()
        {
            return Err(IngestError::NotATable("内容是二进制数据"));
        }
        let head = text.trim_start_matches('\u{feff}').trim_start();
        if head.starts_with('<') || head.to_ascii_lowercase().contains("<html") {
            return Err(IngestError::NotATable(
                "内容是网页（HTML/XML），只是改了扩展名；请用 Excel 打开后另存为 XLSX",
            ));
        }
        Ok(Format::Delimited {
            encoding,
            separator: separator_of(&text),
        })
    }
}

/// The encoding as a clerk knows it.
fn encoding_title(encoding: &'static Encoding) -> &'static str {
    match encoding.name() {
        "gb18030" | "GBK" => "GB18030",
        name => name,
    }
}

/// Formats that people send by mistake.
fn foreign(sample: &[u8]) -> Option<&'static str> {
    const SIGNS: [(&[u8], &str); 9] = [
        (b"%PDF", "内容是 PDF"),
        (b"\xff\xd8\xff", "内容是图片"),
        (b"\x89PNG", "内容是图片"),
        (b"GIF8", "内容是图片"),
        (b"Rar!", "内容是压缩包"),
        (b"7z\xbc\xaf", "内容是压缩包"),
        (b"\x1f\x8b", "内容是压缩包"),
        (b"MZ", "内容是程序"),
        (b"\x7fELF", "内容是程序"),
    ];
    SIGNS
        .iter()
        .find(|(sign, _)| sample.starts_with(sign))
        .map(|(_, what)| *what)
}

fn encoding_of(sample: &[u8]) -> Option<&'static Encoding> {
    if let Some((encoding, _)) = Encoding::for_bom(sample) {
        return Some(encoding);
    }
    let zeros = |offset: usize| sample.iter().skip(offset).step_by(2).filter(|b| **b == 0).count();
    if zeros(0) + zeros(1) > sample.len() / 20 {
        return Some(if zeros(1) >= zeros(0) { UTF_16LE } else { UTF_16BE });
    }
    match std::str::from_utf8(sample) {
        Ok(_) => return Some(UTF_8),
        Err(e) if e.error_len().is_none() => return Some(UTF_8),
        Err(_) => {}
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(sample, true);
    let guess = detector.guess(Some(b"cn"), chardetng::Utf8Detection::Allow);
    // Offices here write GB18030; another guess stands only where GB18030 cannot be read at all.
    let broken = |encoding: &'static Encoding| {
        let (text, _) = encoding.decode_without_bom_handling(sample);
        text.chars().filter(|c| *c == '\u{fffd}').count()
    };
    match broken(GB18030) {
        _ if mostly_utf8(sample) => Some(UTF_8),
        bad if bad * 200 <= sample.len() => Some(GB18030),
        _ if guess == BIG5 && broken(BIG5) <= 1 => Some(BIG5),
        _ => None,
    }
}

/// A UTF-8 file with a few broken bytes is still one: its bad rows are refused one by one.
fn mostly_utf8(sample: &[u8]) -> bool {
    let text = String::from_utf8_lossy(sample);
    let bad = text.chars().filter(|c| *c == '\u{fffd}').count();
    let wide = text.chars().filter(|c| ('\u{4e00}'..'\u{a000}').contains(c)).count();
    wide > bad * 3
}

/// The separator that most often divides the first lines.
fn separator_of(text: &str) -> u8 {
    let head: Vec<&str> = text.lines().filter(|l| !l.trim().is_empty()).take(30).collect();
    let score = |sep: char| head.iter().map(|l| l.matches(sep).count().min(200)).sum::<usize>();
    [b'\t', b';', b'|', b',']
        .into_iter()
        .max_by_key(|s| (score(*s as char), *s == b','))
        .unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_counts_and_the_name_does_not() {
        assert!(matches!(
            Format::of_sample(b"<html><table>"),
            Err(IngestError::NotATable(_))
        ));
        assert!(matches!(Format::of_sample(b"%PDF-1.7"), Err(IngestError::NotATable(_))));
        assert!(matches!(Format::of_sample(b""), Err(IngestError::Empty)));
        assert!(matches!(Format::of_sample(b" \r\n"), Err(IngestError::Empty)));
        assert_eq!(Format::of_sample(b"PK\x03\x04rest").unwrap(), Format::Xlsx);
    }

    #[test]
    fn chinese_encodings_are_told_apart() {
        let text = "身份证号码\t姓名\r\n11010519491231002X\t张三\r\n";
        for encoding in [UTF_8, GB18030] {
            let bytes = encoding.encode(text).0.into_owned();
            assert_eq!(
                Format::of_sample(&bytes).unwrap(),
                Format::Delimited {
                    encoding,
                    separator: b'\t'
                }
            );
        }
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(
            Format::of_sample(&utf16).unwrap(),
            Format::Delimited {
                encoding: UTF_16LE,
                separator: b'\t'
            }
        );
    }
}
