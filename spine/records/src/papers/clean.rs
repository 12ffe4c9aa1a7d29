//! Photos and scans that go with a step: known by their first bytes, not by their name, without the place
//! where a photo was taken.

/// A file that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaperKind {
    Jpeg,
    Png,
    Pdf,
}

/// Bytes of one file.
pub const MAX_PAPER_BYTES: usize = 10 << 20;
/// Files of one act.
pub const MAX_PAPERS: usize = 9;

impl PaperKind {
    pub fn mime(self) -> &'static str {
        match self {
            PaperKind::Jpeg => "image/jpeg",
            PaperKind::Png => "image/png",
            PaperKind::Pdf => "application/pdf",
        }
    }

    /// By the first bytes; `None` for everything else, whatever the file is called.
    pub fn of(bytes: &[u8]) -> Option<PaperKind> {
        if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
            Some(PaperKind::Jpeg)
        } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            Some(PaperKind::Png)
        } else if bytes.starts_with(b"%PDF-") {
            Some(PaperKind::Pdf)
        } else {
            None
        }
    }
}

/// The bytes to keep: photos lose their embedded camera and position records.
///
/// # Errors
/// What the clerk is told: too large, empty, or not one of the three kinds.
pub fn clean(bytes: &[u8]) -> Result<(PaperKind, Vec<u8>), &'static str> {
    if bytes.len() > MAX_PAPER_BYTES {
        return Err("附件超过 10 MB，请压缩后再传。");
    }
    match PaperKind::of(bytes) {
        Some(PaperKind::Jpeg) => without_jpeg_records(bytes)
            .map(|clean| (PaperKind::Jpeg, clean))
            .ok_or("照片文件不完整，请重新拍摄或另存后再传。"),
        Some(PaperKind::Png) => without_png_records(bytes)
            .map(|clean| (PaperKind::Png, clean))
            .ok_or("图片文件不完整，请另存后再传。"),
        Some(PaperKind::Pdf) => Ok((PaperKind::Pdf, bytes.to_vec())),
        None => Err("附件只收 JPG、PNG 图片和 PDF 文件（按内容判断，改扩展名无效）。"),
    }
}

/// A JPEG without its APP1 (EXIF, XMP), APP13 (IPTC) and comment segments.
fn without_jpeg_records(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = vec![0xff, 0xd8];
    let mut at = 2;
    loop {
        if *bytes.get(at)? != 0xff {
            return None;
        }
        let marker = *bytes.get(at + 1)?;
        // Scan data, restart markers and end run to the end of the file unchanged.
        if marker == 0xda || marker == 0xd9 {
            out.extend_from_slice(&bytes[at..]);
            return Some(out);
        }
        let length = usize::from(*bytes.get(at + 2)?) << 8 | usize::from(*bytes.get(at + 3)?);
        let segment = bytes.get(at..at + 2 + length)?;
        if !matches!(marker, 0xe1 | 0xed | 0xfe) {
            out.extend_from_slice(segment);
        }
        at += 2 + length;
    }
}

/// A PNG without its EXIF and text chunks.
fn without_png_records(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = bytes.get(..8)?.to_vec();
    let mut at = 8;
    loop {
        let length = u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?) as usize;
        let kind = bytes.get(at + 4..at + 8)?;
        let chunk = bytes.get(at..at.checked_add(length)?.checked_add(12)?)?;
        if !matches!(kind, b"eXIf" | b"tEXt" | b"zTXt" | b"iTXt") {
            out.extend_from_slice(chunk);
        }
        if kind == b"IEND" {
            return Some(out);
        }
        at += length + 12;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PHOTO: &[u8] = b"\xff\xd8\xff\xe1\x00\x0aExif\0\0GP\xff\xdb\x00\x04qt\xff\xda\x00\x02pixels\xff\xd9";

    #[test]
    fn a_photo_loses_the_place_it_was_taken() {
        let (kind, kept) = clean(PHOTO).unwrap();
        assert_eq!(kind, PaperKind::Jpeg);
        assert!(!kept.windows(4).any(|w| w == b"Exif"));
        assert!(kept.ends_with(b"pixels\xff\xd9") && kept.windows(2).any(|w| w == b"qt"));
    }

    #[test]
    fn a_file_is_what_its_bytes_say() {
        assert!(clean(b"MZ\x90\x00 program.jpg").is_err());
        assert!(clean(b"<svg onload=alert(1)>").is_err());
        assert!(clean(b"").is_err());
        assert_eq!(clean(b"%PDF-1.7 ...").unwrap().0, PaperKind::Pdf);
        assert!(clean(b"\xff\xd8\xff\xe1\xff\xff").is_err(), "cut off");
        assert!(clean(&vec![b'%'; MAX_PAPER_BYTES + 1]).is_err());
    }
}
