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

fn succeed(command: &mut Command) -> Outcome<()> {
    let status = command.status()?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{:?} failed ({status})", command.get_program()).into())
    }
}
