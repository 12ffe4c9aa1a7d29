//! The question of a finding, from the rule's text and the record's values.

use crate::engine::ProgrammeRow;

/// Puts values into a template; what is not known is left as an ellipsis.
pub(super) fn fill(template: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((key, after)) = after.split_once('}') else {
            break;
        };
        out.push_str(&value(key).filter(|v| !v.is_empty()).unwrap_or_else(|| "……".to_owned()));
        rest = after;
    }
    out + rest
}

/// A programme as people call it.
pub(super) fn title_of<'a>(programmes: &'a [ProgrammeRow], code: &'a str) -> &'a str {
    programmes
        .iter()
        .find(|p| p.code == code)
        .map_or(code, |p| p.name.as_str())
}
