//! Where the bench keeps what is dear to make: simulated files, snapshots, the Python environment.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use crate::Outcome;

/// `$YANGGUANG_CACHE/bench`, by default in the user's cache folder.
pub(crate) fn cache() -> Outcome<PathBuf> {
    let base = env::var_os("YANGGUANG_CACHE")
        .map(PathBuf::from)
        .or_else(|| env::var_os("XDG_CACHE_HOME").map(|cache| PathBuf::from(cache).join("yangguang")))
        .or_else(|| env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache/yangguang")))
        .ok_or("neither YANGGUANG_CACHE nor HOME is set")?;
    let folder = base.join("bench");
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// The repository.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A Python with the packages of `requirements.txt`, made once.
pub(crate) fn python() -> Outcome<PathBuf> {
    let folder = cache()?.join("python");
    let python = folder.join("bin/python");
    let wanted = Path::new(env!("CARGO_MANIFEST_DIR")).join("requirements.txt");
    let stamp = folder.join("installed.txt");
    if std::fs::read(&stamp).ok() == Some(std::fs::read(&wanted)?) {
        return Ok(python);
    }
    eprintln!("making a Python environment in {}", folder.display());
    succeed(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
    succeed(
        Command::new(&python)
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"])
            .arg(&wanted),
    )?;
    std::fs::copy(&wanted, &stamp)?;
    Ok(python)
}

/// Refuses when the disk under a folder has less than this free; `what` is what would be written.
pub(crate) fn need(folder: &Path, bytes: u64, what: &str) -> Outcome<()> {
    let output = Command::new("df")
        .args(["--output=avail", "-B1"])
        .arg(folder)
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let free: u64 = text.lines().last().unwrap_or_default().trim().parse()?;
    enough(free, bytes, what).map_err(|problem| format!("{problem}: {}", folder.display()).into())
}

fn enough(free: u64, wanted: u64, what: &str) -> Result<(), String> {
    const GIB: f64 = (1 << 30) as f64;
    if free >= wanted {
        return Ok(());
    }
    Err(format!(
        "{what} need {:.1} GiB, and the disk has {:.1} GiB free; make room, or ask for fewer people with --most",
        wanted as f64 / GIB,
        free as f64 / GIB
    ))
}

fn succeed(command: &mut Command) -> Outcome<()> {
    let status = command.status()?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{:?} failed ({status})", command.get_program()).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_before_anything_is_written() {
        assert_eq!(enough(10, 10, "files"), Ok(()));
        let told = enough(3 << 30, 28 << 30, "files for 80 million people").unwrap_err();
        assert!(
            told.contains("need 28.0 GiB") && told.contains("3.0 GiB free"),
            "{told}"
        );
        let folder = std::env::temp_dir();
        assert!(need(&folder, 1, "a byte").is_ok());
        assert!(need(&folder, u64::MAX, "everything").is_err());
    }
}
