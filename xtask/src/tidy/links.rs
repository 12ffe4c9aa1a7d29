//! Links between documents lead somewhere, and decision records are numbered without gaps.

use super::Objections;
use crate::tree::Tree;

pub(super) fn check(tree: &Tree) -> Objections {
    let mut out = Objections::new();
    for path in tree.ending(&[".md"]) {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for (index, line) in tree.text(path).lines().enumerate() {
            for link in links(line) {
                if !tree.root.join(folder).join(&link).exists() {
                    out.push(format!("{path}:{}: `{link}` does not exist", index + 1));
                }
            }
        }
    }
    let records = tree
        .files
        .iter()
        .filter_map(|path| path.strip_prefix("docs/adr/"))
        .filter(|name| name.ends_with(".md"));
    for (index, name) in records.enumerate() {
        if !name.starts_with(&format!("{:04}-", index + 1)) {
            out.push(format!("docs/adr/{name}: expected number {:04}", index + 1));
        }
    }
    out
}

/// Targets of `[text](target)` inside the checkout.
fn links(line: &str) -> Vec<String> {
    line.split("](")
        .skip(1)
        .filter_map(|rest| rest.split_once(')'))
        .map(|(target, _)| target.split('#').next().unwrap_or_default().to_owned())
        .filter(|target| !target.is_empty() && !target.contains(':') && !target.contains(' '))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::links;

    #[test]
    fn links_to_other_places_and_anchors_are_left_alone() {
        assert_eq!(
            links("see [a](docs/a.md#top), [b](https://example.org) and [c](#here)"),
            ["docs/a.md"]
        );
    }
}
