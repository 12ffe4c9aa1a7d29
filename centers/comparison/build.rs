//! Embeds the rule files of `rules/<group>/` into the binary, by path, so that it works on a machine without the
//! source tree.

use std::{env, fmt::Write, fs, path::Path};

fn main() {
    let root = Path::new(&env::var("CARGO_MANIFEST_DIR").unwrap_or_default()).join("../../rules");
    println!("cargo:rerun-if-changed={}", root.display());
    let files = |folder: &Path| {
        fs::read_dir(folder)
            .map(|e| e.flatten().map(|e| e.path()).collect::<Vec<_>>())
            .unwrap_or_default()
    };
    let mut paths: Vec<_> = files(&root)
        .iter()
        .flat_map(|group| files(group))
        .filter(|p| p.extension().is_some_and(|x| x == "toml"))
        .collect();
    paths.sort();
    let mut out = String::from("pub(super) const EMBEDDED: &[(&str, &str)] = &[\n");
    for path in paths {
        let group = path
            .parent()
            .and_then(Path::file_name)
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let _ = writeln!(
            out,
            "    (\"rules/{group}/{file}\", include_str!({:?})),",
            path.canonicalize().unwrap_or(path.clone())
        );
        println!("cargo:rerun-if-changed={}", path.display());
    }
    out.push_str("];\n");
    let target = Path::new(&env::var("OUT_DIR").unwrap_or_default()).join("rules.rs");
    if fs::read_to_string(&target).ok().as_deref() != Some(out.as_str()) {
        fs::write(target, out).unwrap_or_else(|e| panic!("cannot write the list of rules: {e}"));
    }
}
