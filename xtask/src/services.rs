//! PostgreSQL for the tests: a cluster of its own on the loopback address, outside the checkout, without fsync.
//!
//! It holds nothing to keep: when it is not running, a start makes it anew, so that leftovers of killed tests go.

use std::{
    env, fs,
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use crate::{machine::is_root, shell::quiet, shell::which};

const PORT: u16 = 54329;

/// `initdb` and `pg_ctl`.
pub(crate) struct Programs {
    initdb: PathBuf,
    pg_ctl: PathBuf,
}

/// Looks in PATH, then where Debian puts them.
pub(crate) fn programs() -> Result<Programs, String> {
    let mut folders: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin"))
        .collect();
    folders.sort();
    let find = |name: &str| {
        which(name)
            .or_else(|| {
                folders
                    .iter()
                    .rev()
                    .map(|folder| folder.join(name))
                    .find(|file| file.is_file())
            })
            .ok_or_else(|| format!("no {name}: install PostgreSQL, or run `cargo xtask test`, which does"))
    };
    Ok(Programs {
        initdb: find("initdb")?,
        pg_ctl: find("pg_ctl")?,
    })
}

/// Starts the cluster unless something answers already; says whether it did.
pub(crate) fn start() -> Result<bool, String> {
    if answers() {
        println!("PostgreSQL answers on 127.0.0.1:{PORT}");
        return Ok(false);
    }
    let programs = programs()?;
    let folder = folder();
    let data = folder.join("data");
    fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    if is_root() {
        // PostgreSQL refuses to run as root; Debian's package brings this user.
        quiet(Command::new("chown").arg("postgres").arg(&folder))?;
    }
    if data.exists() && is_ours(&folder) {
        fs::remove_dir_all(&data).map_err(|e| format!("{}: {e}", data.display()))?;
    }
    if !data.exists() {
        as_owner(
            &programs.initdb,
            &[
                "-D",
                &text(&data),
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
            ],
        )?;
    }
    let options = format!(
        "-p {PORT} -k {} -h 127.0.0.1 -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200",
        text(&folder)
    );
    let log = text(&folder.join("log"));
    as_owner(
        &programs.pg_ctl,
        &[
            "-D",
            &text(&data),
            "-l",
            &log,
            "-o",
            &options,
            "-w",
            "-t",
            "60",
            "start",
        ],
    )
    .map_err(|e| format!("{e}\nsee {log}"))?;
    if !answers() {
        return Err(format!(
            "PostgreSQL started but does not answer on 127.0.0.1:{PORT}; see {log}"
        ));
    }
    println!("PostgreSQL started on 127.0.0.1:{PORT}, data in {}", data.display());
    Ok(true)
}

pub(crate) fn stop() -> Result<(), String> {
    let data = folder().join("data");
    if !answers() || !data.exists() {
        println!("no PostgreSQL of ours is running");
        return Ok(());
    }
    as_owner(&programs()?.pg_ctl, &["-D", &text(&data), "-m", "fast", "-w", "stop"])?;
    println!("PostgreSQL stopped");
    Ok(())
}

/// Outside the checkout, so that a deleted clone leaves no server without its files.
fn folder() -> PathBuf {
    env::var_os("YANGGUANG_POSTGRES_DIR").map_or_else(default_folder, PathBuf::from)
}

fn default_folder() -> PathBuf {
    PathBuf::from("/var/tmp/yangguang-postgres")
}

/// Only the folder we chose ourselves may be emptied; one that a person named may hold more than tests.
fn is_ours(folder: &Path) -> bool {
    folder == default_folder()
}

fn answers() -> bool {
    TcpStream::connect_timeout(&SocketAddr::from(([127, 0, 0, 1], PORT)), Duration::from_secs(2)).is_ok()
}

/// Runs as this user, or as `postgres` when this user is root.
fn as_owner(program: &Path, words: &[&str]) -> Result<(), String> {
    if !is_root() {
        return detached(Command::new(program).args(words));
    }
    let line: Vec<String> = std::iter::once(text(program))
        .chain(words.iter().map(|word| (*word).to_owned()))
        .map(quoted)
        .collect();
    detached(
        Command::new("su")
            .args(["postgres", "-s", "/bin/sh", "-c", &line.join(" ")])
            .current_dir("/"),
    )
}

/// The server keeps the streams it inherits, so a pipe would never close: it gets none.
fn detached(command: &mut Command) -> Result<(), String> {
    use std::process::Stdio;
    let name = command.get_program().to_string_lossy().into_owned();
    let status = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::inherit())
        .status()
        .map_err(|e| format!("`{name}` does not start: {e}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("`{name}` failed ({status})"))
    }
}

fn quoted(word: String) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_word_with_blanks_and_quotes_stays_one_word() {
        assert_eq!(quoted("a b".into()), "'a b'");
        assert_eq!(quoted("it's".into()), r"'it'\''s'");
    }
}
