//! Objects by content: snapshots, attachments, delivered files. An object never changes; its name is its hash.

use std::{
    fmt,
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use kernel::{AppError, AppResult};
use sha2::{Digest as _, Sha256};

/// The SHA-256 of an object, as 64 hex digits.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest(String);

impl Digest {
    pub fn of(bytes: &[u8]) -> Digest {
        Digest(hex::encode(Sha256::digest(bytes)))
    }

    /// From stored text; `None` unless it is 64 lower-case hex digits, so that no path can hide in it.
    pub fn from_hex(text: &str) -> Option<Digest> {
        (text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')))
            .then(|| Digest(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A folder of objects. Writing goes to a temporary file, is synced, then renamed: whole or not at all.
#[derive(Clone, Debug)]
pub struct Objects {
    root: PathBuf,
}

impl Objects {
    /// Opens (and makes) the folder and removes temporary files a crash left behind.
    pub fn open(root: &Path) -> io::Result<Objects> {
        let temporary = root.join("tmp");
        std::fs::create_dir_all(&temporary)?;
        for entry in std::fs::read_dir(&temporary)? {
            std::fs::remove_file(entry?.path())?;
        }
        Ok(Objects { root: root.to_owned() })
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where unfinished files may be written; emptied at start.
    pub fn temporary(&self) -> PathBuf {
        self.root.join("tmp")
    }

    /// Where the object lies, whether or not it exists.
    pub fn path(&self, digest: &Digest) -> PathBuf {
        self.root.join(&digest.0[..2]).join(&digest.0)
    }

    pub fn exists(&self, digest: &Digest) -> bool {
        self.path(digest).is_file()
    }

    /// Keeps `bytes` and returns their name. The same bytes twice are one object.
    pub fn put(&self, bytes: &[u8]) -> io::Result<Digest> {
        let digest = Digest::of(bytes);
        if !self.exists(&digest) {
            let mut file = tempfile_in(&self.temporary())?;
            file.1.write_all(bytes)?;
            file.1.sync_all()?;
            self.adopt(&file.0, &digest)?;
        }
        Ok(digest)
    }

    /// Moves a finished, synced file into place under a name its writer computed.
    pub fn adopt(&self, file: &Path, digest: &Digest) -> io::Result<()> {
        let target = self.path(digest);
        let folder = self.root.join(&digest.0[..2]);
        std::fs::create_dir_all(&folder)?;
        std::fs::rename(file, &target)?;
        std::fs::File::open(&folder)?.sync_all()
    }

    /// Reads an object and checks that its bytes still have its name. For objects put as raw bytes.
    pub fn read(&self, digest: &Digest) -> AppResult<Vec<u8>> {
        let mut bytes = Vec::new();
        std::fs::File::open(self.path(digest))
            .and_then(|mut f| f.read_to_end(&mut bytes))
            .map_err(|e| AppError::not_found("文件不存在或已移除。").caused_by(e))?;
        if Digest::of(&bytes) != *digest {
            return Err(AppError::internal(format!("object {digest} was altered on disk")));
        }
        Ok(bytes)
    }
}

fn tempfile_in(folder: &Path) -> io::Result<(PathBuf, std::fs::File)> {
    let mut random = [0_u8; 8];
    getrandom::fill(&mut random).map_err(io::Error::other)?;
    let path = folder.join(hex::encode(random));
    let file = std::fs::File::create_new(&path)?;
    Ok((path, file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_altered_object_is_refused() {
        let folder = std::env::temp_dir().join(format!("yangguang-objects-{}", std::process::id()));
        let objects = Objects::open(&folder).unwrap();
        let digest = objects.put(b"evidence").unwrap();
        assert_eq!(objects.read(&digest).unwrap(), b"evidence");
        std::fs::write(objects.path(&digest), b"other").unwrap();
        assert!(objects.read(&digest).is_err());
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn names_carry_no_path() {
        assert!(Digest::from_hex("../../etc/passwd").is_none());
    }
}
