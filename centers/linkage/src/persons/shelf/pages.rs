//! Entries of whole numbers in the order of the first of them, in blocks: a few are found by reading the blocks they are in.

use std::{
    collections::HashMap,
    fs::File,
    io::{self, Read, Seek, SeekFrom, Write},
    sync::Arc,
};

use super::{SECTIONS, WORDS};
use crate::hash::bytes;

const MAGIC: &[u8; 8] = b"ygshelf1";
/// Entries of a block.
const BLOCK: usize = 128;
/// Blocks kept in memory.
const MOST_KEPT: usize = 4_096;

pub(super) fn altered(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("the shelf was altered: {what}"))
}

/// A section: where it begins, and of each block its first number and its check.
#[derive(Clone, Debug, Default)]
struct Section {
    at: u64,
    entries: u64,
    fences: Vec<(u64, u64)>,
}

/// A file on its way to the disk.
pub(super) struct Pages<'w, W: Write> {
    out: &'w mut W,
    at: u64,
    sections: Vec<Section>,
}

impl<'w, W: Write> Pages<'w, W> {
    pub(super) fn new(out: &'w mut W) -> io::Result<Pages<'w, W>> {
        out.write_all(MAGIC)?;
        Ok(Pages {
            out,
            at: MAGIC.len() as u64,
            sections: Vec::new(),
        })
    }

    /// The next section; its entries are sorted here.
    pub(super) fn section<const N: usize>(&mut self, mut entries: Vec<[u64; N]>) -> io::Result<()> {
        assert_eq!(N, WORDS[self.sections.len()], "entries of this section");
        entries.sort_unstable();
        let mut section = Section {
            at: self.at,
            entries: entries.len() as u64,
            fences: Vec::with_capacity(entries.len() / BLOCK + 1),
        };
        let mut block = Vec::with_capacity(BLOCK * N * 8);
        for part in entries.chunks(BLOCK) {
            block.clear();
            part.iter().flatten().for_each(|word| block.extend(word.to_le_bytes()));
            section.fences.push((part[0][0], bytes(&block)));
            self.write(&block)?;
        }
        self.sections.push(section);
        Ok(())
    }

    /// Bytes that bear no check; returns where they begin.
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<u64> {
        let at = self.at;
        self.out.write_all(bytes)?;
        self.at += bytes.len() as u64;
        Ok(at)
    }

    /// Ends the file with a few numbers about the whole; returns the check of all.
    pub(super) fn finish(mut self, about: &[u64]) -> io::Result<u64> {
        let mut end: Vec<u64> = vec![about.len() as u64];
        end.extend(about);
        for section in &self.sections {
            end.extend([section.at, section.entries, section.fences.len() as u64]);
            end.extend(section.fences.iter().flat_map(|(first, check)| [*first, *check]));
        }
        let end: Vec<u8> = end.iter().flat_map(|word| word.to_le_bytes()).collect();
        self.write(&end)?;
        self.write(&(end.len() as u64).to_le_bytes())?;
        self.out.flush()?;
        Ok(bytes(&end))
    }
}

/// The file, opened.
pub(super) struct Opened {
    file: File,
    sections: Vec<Section>,
    /// Numbers about the whole.
    pub(super) about: Vec<u64>,
    kept: HashMap<(usize, usize), Arc<Vec<u64>>>,
}

impl Opened {
    /// # Errors
    /// A file that is not there, or not that of this check.
    pub(super) fn open(mut file: File, check: u64) -> io::Result<Opened> {
        let mut magic = [0; 8];
        file.read_exact(&mut magic)?;
        let size = file.seek(SeekFrom::End(-8))?;
        let mut length = [0; 8];
        file.read_exact(&mut length)?;
        let length = u64::from_le_bytes(length);
        if magic != *MAGIC || length > size || !length.is_multiple_of(8) {
            return Err(altered("its ends"));
        }
        file.seek(SeekFrom::Start(size - length))?;
        let mut end = vec![0; length as usize];
        file.read_exact(&mut end)?;
        if bytes(&end) != check {
            return Err(altered("its list of blocks"));
        }
        let mut words = words(&end).into_iter();
        let mut next = || words.next().ok_or_else(|| altered("its list of blocks"));
        let mut about = Vec::new();
        for _ in 0..next()? {
            about.push(next()?);
        }
        let mut sections = Vec::new();
        for _ in 0..SECTIONS {
            let (at, entries, blocks) = (next()?, next()?, next()?);
            let mut fences = Vec::new();
            for _ in 0..blocks {
                fences.push((next()?, next()?));
            }
            sections.push(Section { at, entries, fences });
        }
        Ok(Opened {
            file,
            sections,
            about,
            kept: HashMap::new(),
        })
    }

    /// Entries of a section that begin with this number.
    pub(super) fn entries(&mut self, section: usize, first: u64) -> io::Result<Vec<Vec<u64>>> {
        let fences = &self.sections[section].fences;
        let mut block = fences.partition_point(|fence| fence.0 < first).saturating_sub(1);
        let mut out = Vec::new();
        while self.sections[section]
            .fences
            .get(block)
            .is_some_and(|fence| fence.0 <= first)
        {
            let entries = self.block(section, block)?;
            let of = entries.chunks_exact(WORDS[section]).filter(|entry| entry[0] == first);
            out.extend(of.map(<[u64]>::to_vec));
            block += 1;
        }
        Ok(out)
    }

    fn block(&mut self, section: usize, block: usize) -> io::Result<Arc<Vec<u64>>> {
        if let Some(kept) = self.kept.get(&(section, block)) {
            return Ok(kept.clone());
        }
        let of = &self.sections[section];
        let from = block * BLOCK;
        let entries = (of.entries as usize).saturating_sub(from).min(BLOCK);
        let (size, check) = (WORDS[section] * 8, of.fences[block].1);
        let read = self.read(of.at + (from * size) as u64, entries * size)?;
        if bytes(&read) != check {
            return Err(altered("a block"));
        }
        if self.kept.len() >= MOST_KEPT {
            self.kept.clear();
        }
        let kept = Arc::new(words(&read));
        self.kept.insert((section, block), kept.clone());
        Ok(kept)
    }

    /// Bytes as they stand there.
    pub(super) fn read(&mut self, at: u64, len: usize) -> io::Result<Vec<u8>> {
        let mut out = vec![0; len];
        self.file.seek(SeekFrom::Start(at))?;
        self.file.read_exact(&mut out)?;
        Ok(out)
    }
}

fn words(bytes: &[u8]) -> Vec<u64> {
    let (words, _) = bytes.as_chunks::<8>();
    words.iter().map(|word| u64::from_le_bytes(*word)).collect()
}
