//! Pages of `docs/` that code writes: the tables of the flows, the routes with their roles.

/// Holds a page of `docs/` against what the code says; `UPDATE_SNAPSHOTS=1` renews it, and a reviewer reads the difference.
///
/// # Panics
/// When they differ.
pub fn agree(page: &str, made: &str) {
    let path = format!("{}/../../docs/{page}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&path, made).expect("a page of docs can be written");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        kept, made,
        "run the tests once with UPDATE_SNAPSHOTS=1 to renew docs/{page}"
    );
}
