//! What the tests need beyond Rust: a browser, PostgreSQL, Node, a Chinese font. Missing ones come from apt.

use std::{path::Path, process::Command};

use crate::{
    services,
    shell::{quiet, which},
};

struct Need {
    what: &'static str,
    packages: &'static [&'static str],
    present: fn() -> bool,
}

const NEEDS: &[Need] = &[
    Need {
        what: "Chromium",
        packages: &["chromium"],
        present: has_browser,
    },
    Need {
        what: "PostgreSQL",
        packages: &["postgresql"],
        present: || services::programs().is_ok(),
    },
    Need {
        what: "a Chinese font",
        packages: &["fonts-noto-cjk"],
        present: has_chinese_font,
    },
    Need {
        what: "Node 20 with npm",
        packages: &["nodejs", "npm"],
        present: has_node,
    },
];

/// Installs what is missing and says so.
pub(crate) fn prepare() -> Result<(), String> {
    let missing: Vec<&Need> = NEEDS.iter().filter(|need| !(need.present)()).collect();
    for need in NEEDS {
        let state = if missing.iter().any(|other| other.what == need.what) {
            "missing"
        } else {
            "present"
        };
        println!("   {}: {state}", need.what);
    }
    if missing.is_empty() {
        return Ok(());
    }
    let packages: Vec<&str> = missing.iter().flat_map(|need| need.packages).copied().collect();
    let by_hand = format!("install these yourself and run again: {}", packages.join(" "));
    if which("apt-get").is_none() {
        return Err(format!("this machine has no apt-get; {by_hand}"));
    }
    let as_root = as_root().ok_or_else(|| format!("neither root nor sudo; {by_hand}"))?;
    println!("   apt-get update");
    quiet(apt(as_root, &["update", "-q"]).env("DEBIAN_FRONTEND", "noninteractive"))?;
    println!("   apt-get install {}", packages.join(" "));
    let mut install = apt(as_root, &["install", "-q", "-y", "--no-install-recommends"]);
    quiet(install.args(&packages).env("DEBIAN_FRONTEND", "noninteractive"))?;
    match missing.iter().find(|need| !(need.present)()) {
        None => Ok(()),
        Some(need) => Err(format!(
            "{} is still missing after the installation; {by_hand}",
            need.what
        )),
    }
}

/// Whether this process is root.
pub(crate) fn is_root() -> bool {
    quiet(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

/// The words before `apt-get`: none for root, `sudo` where it may be used without asking.
fn as_root() -> Option<&'static [&'static str]> {
    if is_root() {
        return Some(&[]);
    }
    quiet(Command::new("sudo").args(["-n", "true"]))
        .is_ok()
        .then_some(&["sudo", "-n", "-E"])
}

fn apt(as_root: &[&str], words: &[&str]) -> Command {
    let mut all = as_root.iter().chain(&["apt-get"]).chain(words);
    let mut command = Command::new(all.next().expect("at least apt-get"));
    command.args(all);
    command
}

fn has_browser() -> bool {
    ["chromium", "chromium-browser", "google-chrome"]
        .iter()
        .any(|name| which(name).is_some())
}

fn has_node() -> bool {
    let version = quiet(Command::new("node").arg("--version")).unwrap_or_default();
    let major = version
        .trim_start_matches('v')
        .split('.')
        .next()
        .and_then(|major| major.parse::<u32>().ok());
    major.is_some_and(|major| major >= 20) && which("npm").is_some()
}

fn has_chinese_font() -> bool {
    quiet(Command::new("fc-list").arg(":lang=zh-cn")).is_ok_and(|fonts| !fonts.trim().is_empty())
        || Path::new("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc").exists()
}
