//! Looks at a workbook's ZIP directory before anything is inflated: bombs and traps are refused here.

use std::{
    fs::File,
    io::{BufReader, Read},
};

use zip::{ZipArchive, result::ZipError};

use crate::IngestError;

/// What a workbook may weigh.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Inflated bytes of all parts together.
    pub inflated_bytes: u64,
    /// Inflated to packed bytes, judged once a part inflates beyond [`Limits::ratio_from_bytes`].
    pub ratio: u64,
    pub ratio_from_bytes: u64,
    pub entries: usize,
    /// Text of all shared strings together, held in memory while reading.
    pub string_bytes: usize,
    pub columns: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            inflated_bytes: 6 << 30,
            ratio: 120,
            ratio_from_bytes: 8 << 20,
            entries: 2_000,
            string_bytes: 256 << 20,
            columns: 512,
        }
    }
}

pub(crate) type Archive = ZipArchive<BufReader<File>>;

/// Opens the archive if its directory is believable.
pub(crate) fn open(file: File, limits: &Limits) -> Result<Archive, IngestError> {
    let file_bytes = file.metadata()?.len();
    let archive = ZipArchive::new(BufReader::with_capacity(256 << 10, file)).map_err(explain)?;
    if archive.len() > limits.entries {
        return Err(IngestError::Unsafe(format!(
            "压缩包内有 {} 个文件，正常的工作簿不会这样",
            archive.len()
        )));
    }
    let mut archive = archive;
    let (mut inflated, mut packed) = (0_u64, 0_u64);
    for at in 0..archive.len() {
        let entry = archive.by_index_raw(at).map_err(explain)?;
        if entry.encrypted() {
            return Err(IngestError::Encrypted);
        }
        let name = entry.name().map_err(explain)?;
        if name.split(['/', '\\']).any(|part| part == "..")
            || name.starts_with(['/', '\\'])
            || name.contains([':', '\0'])
        {
            return Err(IngestError::Unsafe("压缩包内有指向外部的路径".into()));
        }
        inflated = inflated.saturating_add(entry.size());
        packed = packed.saturating_add(entry.compressed_size());
        if entry.size() > limits.ratio_from_bytes && entry.size() / entry.compressed_size().max(1) > limits.ratio {
            return Err(IngestError::Unsafe(format!(
                "压缩比异常（{} MB 的内容压缩到 {} KB），疑似压缩炸弹",
                entry.size() >> 20,
                entry.compressed_size() >> 10
            )));
        }
    }
    if inflated > limits.inflated_bytes {
        return Err(IngestError::Unsafe(format!(
            "解压后有 {} MB，超过上限 {} MB；请分成几份或改用 CSV",
            inflated >> 20,
            limits.inflated_bytes >> 20
        )));
    }
    if packed > file_bytes {
        return Err(IngestError::Unsafe("压缩包目录与文件大小不符".into()));
    }
    Ok(archive)
}

/// One part, stopped where the directory said it ends: a directory that lies inflates nothing more.
pub(crate) fn part<'a>(archive: &'a mut Archive, name: &str) -> Result<impl Read + 'a, IngestError> {
    let entry = archive.by_name(name).map_err(explain)?;
    let size = entry.size();
    Ok(entry.take(size.saturating_add(1)))
}

pub(crate) fn explain(error: ZipError) -> IngestError {
    match error {
        ZipError::Io(e) => broken(&e),
        ZipError::FileNotFound => IngestError::NotATable("是压缩包，但不是 Excel 工作簿（XLSX）"),
        ZipError::UnsupportedArchive(_) => IngestError::Damaged("使用了不支持的压缩方式".into()),
        _ => IngestError::Damaged("XLSX 压缩包不完整，可能只传了一部分".into()),
    }
}

/// Errors while inflating are damage, not trouble with our disk.
pub(crate) fn broken(_: &std::io::Error) -> IngestError {
    IngestError::Damaged("XLSX 内容解压失败，可能只传了一部分".into())
}
