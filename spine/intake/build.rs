//! Embeds the contracts of `datasets/` into the binary, so that it works on a machine without the source tree.

use std::{env, fmt::Write, fs, path::Path};

fn main() {
    let root = Path::new(&env::var("CARGO_MANIFEST_DIR").unwrap_or_default()).join("../../datasets");
    println!("cargo:rerun-if-changed={}", root.display());
    let mut names: Vec<_> = fs::read_dir(&root)
        .map(|entries| {
            entries
                .flatten()
                .map(|e| e.path())
                .filter(|p| p.extension().is_some_and(|x| x == "toml"))
                .collect()
        })
        .unwrap_or_default();
    names.sort();
    let mut out = String::from("pub(super) const EMBEDDED: &[(&str, &str)] = &[\n");
    for path in names {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let _ = writeln!(
            out,
            "    ({stem:?}, include_str!({:?})),",
            path.canonicalize().unwrap_or(path.clone())
        );
        println!("cargo:rerun-if-changed={}", path.display());
    }
    out.push_str("];\n");
    let target = Path::new(&env::var("OUT_DIR").unwrap_or_default()).join("datasets.rs");
    if fs::read_to_string(&target).ok().as_deref() != Some(out.as_str()) {
        fs::write(target, out).unwrap_or_else(|e| panic!("cannot write the list of data sets: {e}"));
    }
}
