//! The files git knows or would add, and their text: what every check reads.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The checkout and its files, paths relative to its root with `/`.
pub(crate) struct Tree {
    pub(crate) root: PathBuf,
    pub(crate) files: Vec<String>,
}

impl Tree {
    pub(crate) fn open() -> Result<Tree, String> {
        let root = root();
        let listed = Command::new("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .current_dir(&root)
            .output()
            .map_err(|e| format!("git does not start: {e}"))?;
        if !listed.status.success() {
            return Err(format!(
                "git ls-files failed: {}",
                String::from_utf8_lossy(&listed.stderr)
            ));
        }
        let mut files: Vec<String> = String::from_utf8_lossy(&listed.stdout)
            .split('\0')
            .filter(|path| !path.is_empty() && root.join(path).is_file())
            .map(str::to_owned)
            .collect();
        files.sort();
        files.dedup();
        Ok(Tree { root, files })
    }

    /// Files with one of these endings.
    pub(crate) fn ending<'a>(&'a self, endings: &'a [&'a str]) -> impl Iterator<Item = &'a str> {
        self.files
            .iter()
            .map(String::as_str)
            .filter(|path| endings.iter().any(|ending| path.ends_with(ending)))
    }

    /// The text of a file; empty when it is not UTF-8 (pictures, fonts, deliberately dirty samples).
    pub(crate) fn text(&self, path: &str) -> String {
        fs::read(self.root.join(path))
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .unwrap_or_default()
    }
}

/// The folder above `xtask/`.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap_or(Path::new("."))
        .to_path_buf()
}
