//! What changed between two versions, and how two clerks' changes go together.

use serde_json::{Map, Value};

/// One field that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The field's name in the record.
    pub field: String,
    /// The field's title on screen.
    pub title: String,
    /// Empty when the field was not filled.
    pub before: String,
    pub after: String,
}

/// Two changes of one record put together.
#[derive(Clone, Debug, PartialEq)]
pub struct Merge {
    /// Their record with my changes where they changed nothing.
    pub merged: Value,
    /// Fields both changed to different values: `before` is theirs, `after` mine. A person chooses.
    pub clashes: Vec<Difference>,
}

/// The fields that differ, in the order of `titles`; fields without a title are left out.
pub fn differences(before: &Value, after: &Value, titles: &[(&str, &str)]) -> Vec<Difference> {
    titles
        .iter()
        .filter(|(field, _)| before.get(field) != after.get(field))
        .map(|(field, title)| Difference {
            field: (*field).to_owned(),
            title: (*title).to_owned(),
            before: shown(before.get(field)),
            after: shown(after.get(field)),
        })
        .filter(|d| d.before != d.after)
        .collect()
}

/// Puts `mine` and `theirs`, both made from `base`, together, field by field.
pub fn merge(base: &Value, theirs: &Value, mine: &Value) -> Merge {
    let empty = Map::new();
    let (base, theirs, mine) = (
        base.as_object().unwrap_or(&empty),
        theirs.as_object().unwrap_or(&empty),
        mine.as_object().unwrap_or(&empty),
    );
    let mut merged = theirs.clone();
    let mut clashes = Vec::new();
    for (field, value) in mine {
        let (was, now) = (base.get(field), theirs.get(field));
        if Some(value) == was || Some(value) == now {
            continue;
        }
        if now != was {
            clashes.push(Difference {
                field: field.clone(),
                title: field.clone(),
                before: shown(now),
                after: shown(Some(value)),
            });
            continue;
        }
        merged.insert(field.clone(), value.clone());
    }
    Merge {
        merged: Value::Object(merged),
        clashes,
    }
}

/// A value as a person reads it.
fn shown(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Bool(true)) => "是".to_owned(),
        Some(Value::Bool(false)) => "否".to_owned(),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::Array(items)) => {
            let items: Vec<String> = items.iter().map(|item| shown(Some(item))).collect();
            items.join("；")
        }
        Some(Value::Object(fields)) => {
            let fields: Vec<String> = fields
                .values()
                .map(|field| shown(Some(field)))
                .filter(|t| !t.is_empty())
                .collect();
            fields.join(" ")
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{differences, merge};

    #[test]
    fn differences_name_the_fields_a_person_knows() {
        let before = json!({"cause": "因病", "members": ["张三"], "internal": 1});
        let after = json!({"cause": "因残", "members": ["张三", "李四"], "internal": 2});
        let found = differences(
            &before,
            &after,
            &[("cause", "致贫原因"), ("members", "成员"), ("note", "说明")],
        );
        let lines: Vec<(&str, &str, &str)> = found
            .iter()
            .map(|d| (d.title.as_str(), d.before.as_str(), d.after.as_str()))
            .collect();
        assert_eq!(lines, [("致贫原因", "因病", "因残"), ("成员", "张三", "张三；李四")]);
    }

    #[test]
    fn changes_of_different_fields_go_together_and_a_clash_is_left_to_a_person() {
        let base = json!({"cause": "因病", "phone": "a", "note": ""});
        let theirs = json!({"cause": "因残", "phone": "a", "note": "新"});
        let mine = json!({"cause": "因学", "phone": "b", "note": ""});
        let merge = merge(&base, &theirs, &mine);
        assert_eq!(merge.merged, json!({"cause": "因残", "phone": "b", "note": "新"}));
        assert_eq!(merge.clashes.len(), 1);
        assert_eq!(
            (merge.clashes[0].before.as_str(), merge.clashes[0].after.as_str()),
            ("因残", "因学")
        );
    }
}
