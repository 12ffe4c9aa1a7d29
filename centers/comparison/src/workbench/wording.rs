//! The parts of a rule that people write and may write anew: its name, its condition, its explanation in two languages.

use std::collections::BTreeMap;

use crate::rules::Rule;

/// New texts by the id of their part.
pub type Wording = BTreeMap<String, String>;

/// A part of a rule.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    /// Characters it may have.
    pub(super) most: usize,
}

const fn part(id: &'static str, title: &'static str, most: usize) -> Part {
    Part { id, title, most }
}

/// The id of the condition.
pub(super) const CONDITION: &str = "condition";
/// The id of the name.
pub(super) const NAME: &str = "name";

/// All parts, in the order of the form.
pub(super) const PARTS: [Part; 12] = [
    part(NAME, "名称", 40),
    part(CONDITION, "比对条件（SQL）", 20_000),
    part("zh.source", "来源", 2_000),
    part("zh.method", "方法", 2_000),
    part("zh.exclusions", "不列入的", 2_000),
    part("zh.false_positives", "常见误报", 2_000),
    part("zh.worked", "举例", 2_000),
    part("en.source", "Source", 4_000),
    part("en.method", "Method", 4_000),
    part("en.exclusions", "Exclusions", 4_000),
    part("en.false_positives", "False positives", 4_000),
    part("en.worked", "Example", 4_000),
];

/// Title of a part.
pub(super) fn part_title(id: &str) -> &'static str {
    PARTS.iter().find(|p| p.id == id).map_or("", |p| p.title)
}

fn slot<'a>(rule: &'a mut Rule, id: &str) -> Option<&'a mut String> {
    if id == NAME {
        return Some(&mut rule.name);
    }
    if id == CONDITION {
        return Some(&mut rule.condition);
    }
    let (language, field) = id.split_once('.')?;
    let essay = match language {
        "zh" => &mut rule.explanation.zh,
        "en" => &mut rule.explanation.en,
        _ => return None,
    };
    Some(match field {
        "source" => &mut essay.source,
        "method" => &mut essay.method,
        "exclusions" => &mut essay.exclusions,
        "false_positives" => &mut essay.false_positives,
        "worked" => &mut essay.worked,
        _ => return None,
    })
}

/// All parts as they are.
pub(super) fn wording_of(rule: &Rule) -> Wording {
    let mut rule = rule.clone();
    let ids = PARTS.iter().map(|p| p.id);
    ids.filter_map(|id| Some((id.to_owned(), tidy(slot(&mut rule, id)?))))
        .collect()
}

/// Puts texts in the place of what is there.
pub(super) fn put(rule: &mut Rule, wording: &Wording) {
    for (id, text) in wording {
        if let Some(place) = slot(rule, id) {
            text.clone_into(place);
        }
    }
}

/// As a form sends it and a file holds it: one kind of line end, no space at the ends.
pub(super) fn tidy(text: &str) -> String {
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    let lines: Vec<&str> = lines.trim().lines().map(str::trim_end).collect();
    lines.join("\n")
}

/// The parts of `typed` that say something else than `now`, and what `now` says there.
pub(super) fn altered(now: &Wording, typed: &Wording) -> (Wording, Wording) {
    let new: Wording = typed
        .iter()
        .filter(|(id, text)| now.get(*id).is_some_and(|is| is != *text))
        .map(|(id, text)| (id.clone(), text.clone()))
        .collect();
    let was = new.keys().filter_map(|id| Some((id.clone(), now.get(id)?.clone())));
    let was = was.collect();
    (new, was)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rules;

    #[test]
    fn every_part_of_a_rule_can_be_read_and_written() {
        let rules = Rules::embedded().unwrap();
        let mut rule = (**rules.get("A-01").unwrap()).clone();
        let now = wording_of(&rule);
        assert_eq!(now.len(), PARTS.len());
        assert!(now.values().all(|text| !text.is_empty()));
        let typed: Wording = now.iter().map(|(id, text)| (id.clone(), format!("{text}改"))).collect();
        let (new, was) = altered(&now, &typed);
        assert_eq!((new.len(), was), (PARTS.len(), now));
        put(&mut rule, &new);
        assert_eq!(wording_of(&rule), typed);
    }

    #[test]
    fn line_ends_of_a_browser_are_no_change() {
        let rules = Rules::embedded().unwrap();
        let now = wording_of(rules.get("A-01").unwrap());
        let sent = now
            .iter()
            .map(|(id, text)| (id.clone(), tidy(&text.replace('\n', " \r\n"))));
        assert!(altered(&now, &sent.collect()).0.is_empty());
    }
}
