//! Bundles style and script into `OUT_DIR/assets` and lists them in `OUT_DIR/assets.rs`.
//!
//! With Node on the machine: `npm ci`, then `assets/bundle.mjs` (esbuild and the purge of Tabler).
//! Without it the build still succeeds, with the plain base style and without htmx: every page is a
//! plain form first. `YANGGUANG_REQUIRE_BUNDLE=1` (CI, packages) turns that fallback into an error.
//! Nothing is written into the source tree except `node_modules`, which git ignores.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// What the server may serve; the order is the order of `ASSETS`.
const FILES: &[(&str, &str)] = &[
    ("app.css", "text/css; charset=utf-8"),
    ("app.js", "text/javascript; charset=utf-8"),
    ("public.js", "text/javascript; charset=utf-8"),
    ("favicon.svg", "image/svg+xml"),
];

fn main() {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    // Only paths that exist: a missing path would make cargo run this script every time.
    for path in ["build.rs", "package.json", "package-lock.json", "assets", "templates"] {
        println!("cargo::rerun-if-changed={path}");
    }
    println!("cargo::rerun-if-env-changed=YANGGUANG_REQUIRE_BUNDLE");

    let assets = out.join("assets");
    let _ = fs::remove_dir_all(&assets);
    fs::create_dir_all(&assets).expect("OUT_DIR is writable");
    fs::copy(root.join("assets/favicon.svg"), assets.join("favicon.svg")).expect("assets/favicon.svg is readable");

    let required = env::var("YANGGUANG_REQUIRE_BUNDLE").is_ok_and(|value| value == "1");
    let bundled = match bundle(&root, &assets) {
        Ok(()) => true,
        Err(reason) if required => {
            println!("cargo::error=the asset bundle is required but could not be built: {reason}");
            return;
        }
        Err(reason) => {
            println!("cargo::warning=plain base style and no htmx, because {reason}");
            fall_back(&root, &assets);
            false
        }
    };
    fs::write(out.join("assets.rs"), listing(&assets, bundled)).expect("OUT_DIR is writable");
}

/// Installs the pinned packages when the lock file changed, then runs the bundler.
fn bundle(root: &Path, assets: &Path) -> Result<(), String> {
    run(Command::new("node").arg("--version").current_dir(root))?;
    let lock = fs::read(root.join("package-lock.json")).map_err(|e| e.to_string())?;
    let stamp = root.join("node_modules/.yangguang-lock");
    if fs::read(&stamp).ok().as_deref() != Some(lock.as_slice()) {
        run(Command::new("npm")
            .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
            .current_dir(root))?;
        fs::write(&stamp, &lock).map_err(|e| e.to_string())?;
    }
    run(Command::new("node")
        .arg("assets/bundle.mjs")
        .arg(assets)
        .current_dir(root))
}

fn run(command: &mut Command) -> Result<(), String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|e| format!("`{name}` does not start ({e})"))?;
    if output.status.success() {
        return Ok(());
    }
    let message = String::from_utf8_lossy(&output.stderr);
    let last = message
        .lines()
        .rev()
        .find(|line| !line.trim().is_empty())
        .unwrap_or("no message");
    Err(format!("`{name}` failed: {last}"))
}

/// The same class names in plain CSS, and our own script as it stands in the source tree.
fn fall_back(root: &Path, assets: &Path) {
    let read = |path: &str| fs::read_to_string(root.join("assets").join(path)).expect("assets are readable");
    let style = ["base.css", "app.css", "public.css", "print.css"].map(read).join("\n");
    fs::write(assets.join("app.css"), style).expect("OUT_DIR is writable");
    for script in ["app.js", "public.js"] {
        fs::write(assets.join(script), read("src/page.js")).expect("OUT_DIR is writable");
    }
}

/// Rust source of the asset list: path, MIME type, content hash, bytes.
fn listing(assets: &Path, bundled: bool) -> String {
    let mut code = format!(
        "/// False when the build machine had no Node: plain base style, no htmx.\n\
         pub const BUNDLED: bool = {bundled};\n\n\
         /// Embedded files: path, MIME type, content hash, bytes.\n\
         pub static ASSETS: &[(&str, &str, &str, &[u8])] = &[\n"
    );
    for (name, mime) in FILES {
        let path = assets.join(name);
        let bytes = fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let hash = fnv1a(&bytes);
        code += &format!("    ({name:?}, {mime:?}, \"{hash:016x}\", include_bytes!({path:?})),\n");
    }
    code + "];\n"
}

/// FNV-1a: enough to name a version of a file in a URL; it protects nothing.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
