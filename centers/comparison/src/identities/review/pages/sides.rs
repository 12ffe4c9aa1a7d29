//! The row and the people it may be about, field by field: what each says, and how far it agrees.

use access::Resource;
use directory::regions;
use kernel::{AppResult, PersonKey, RegionCode};
use web::Ctx;

use super::super::store::{self, Case};
use crate::snapshot::EvidenceRow;

/// One field of the comparison.
pub(super) struct Line {
    pub(super) label: &'static str,
    pub(super) row: String,
    pub(super) sides: Vec<Side>,
}

/// What the register says of one person, and how far the row agrees.
pub(super) struct Side {
    pub(super) label: &'static str,
    pub(super) value: String,
    /// Where a number is asked for, with a purpose.
    pub(super) reveal: Option<String>,
    pub(super) finding: String,
    /// `same`, `differs` or nothing.
    pub(super) mark: &'static str,
    pub(super) sign: &'static str,
}

/// A person of the register as the page shows them.
#[derive(Default)]
pub(super) struct Known {
    name: String,
    sex: &'static str,
    birth: String,
    place: String,
    family: String,
    reveal: Option<String>,
}

/// Who a key is; nothing when the register no longer has them.
pub(super) async fn known(ctx: &Ctx, key: i64) -> AppResult<Known> {
    let Some(person) = households::person(&ctx.db, PersonKey(key)).await? else {
        return Ok(Known::default());
    };
    let tree = regions(ctx.app()).await?;
    let family = match person.household_id {
        Some(household) => store::family(&ctx.db, household, key).await?,
        None => Vec::new(),
    };
    let region = RegionCode::from_i64(person.region);
    let may = region
        .is_some_and(|region| ctx.scope().covers(region) && ctx.may("person.reveal", &Resource::in_region(region)));
    Ok(Known {
        sex: match person.sex {
            1 => "男",
            2 => "女",
            _ => "",
        },
        place: region.map(|code| tree.path_in_county(code)).unwrap_or_default(),
        birth: person.birth,
        name: person.name,
        family: family.join("、"),
        reveal: may.then(|| format!("/desk/people/{key}/reveal")),
    })
}

const SIDES: [&str; 2] = ["登记册中的人", "另一位相近的人"];

/// The fields in the order in which a clerk compares them.
pub(super) fn lines(case: &Case, record: Option<&EvidenceRow>, people: &[Known]) -> Vec<Line> {
    let reasons = case.reasons();
    let said = [reasons.first, reasons.second];
    let field = |id: &str| {
        let found = record.and_then(|r| r.fields.iter().find(|f| f.id == id));
        found.map_or_else(String::new, |f| f.text.clone())
    };
    let place = [field("address"), field("region")];
    let place = place.into_iter().find(|text| !text.is_empty()).unwrap_or_default();
    type Of = fn(&Known) -> String;
    let all: [(&'static str, String, Of, &[&str]); 6] = [
        ("姓名", case.name.clone(), |k| k.name.clone(), &["姓", "名"]),
        ("证件号码", field("id_no"), |_| "登记册有号码".to_owned(), &["证号"]),
        ("出生日期", field("birth"), |k| k.birth.clone(), &["出生日期"]),
        ("性别", field("sex"), |k| k.sex.to_owned(), &["性别"]),
        ("住地", place, |k| k.place.clone(), &["住地"]),
        ("同户的人", field("head_name"), |k| k.family.clone(), &["家庭"]),
    ];
    let line = |(label, row, value, parts): (&'static str, String, Of, &[&str])| {
        let sides = people.iter().zip(&said).zip(SIDES).map(|((person, said), of)| {
            let (finding, mark) = found(said, parts);
            Side {
                label: of,
                value: value(person),
                reveal: person.reveal.clone().filter(|_| label == "证件号码"),
                sign: match mark {
                    "same" => "✓ ",
                    "differs" => "≠ ",
                    _ => "",
                },
                finding,
                mark,
            }
        });
        Line {
            label,
            sides: sides.collect(),
            row,
        }
    };
    all.into_iter().map(line).collect()
}

/// What the comparison found of these parts, in words, and whether it speaks for or against.
fn found(reasons: &[(String, String, f32)], parts: &[&str]) -> (String, &'static str) {
    let of: Vec<&(String, String, f32)> = reasons.iter().filter(|r| parts.contains(&r.0.as_str())).collect();
    let bits: f32 = of.iter().map(|r| r.2).sum();
    let unknown = of.iter().all(|r| r.1 == "缺");
    let words = match of.as_slice() {
        [] => String::new(),
        [one] if unknown && one.0 != "证号" => "无从对照".to_owned(),
        [one] => one.1.clone(),
        many if many.iter().all(|r| r.1 == "相同") => "相同".to_owned(),
        many => {
            let said: Vec<String> = many.iter().map(|r| format!("{}{}", r.0, r.1)).collect();
            said.join("，")
        }
    };
    let mark = match bits {
        _ if unknown => "",
        b if b > 0.5 => "same",
        b if b < -0.5 => "differs",
        _ => "",
    };
    (words, mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(part: &str, finding: &str, bits: f32) -> (String, String, f32) {
        (part.into(), finding.into(), bits)
    }

    #[test]
    fn what_speaks_for_or_against_is_marked_and_what_says_nothing_is_not() {
        let reasons = [
            part("姓", "相同", 4.0),
            part("名", "同音不同字", 6.0),
            part("出生日期", "不同", -8.0),
            part("性别", "缺", 0.0),
        ];
        assert_eq!(found(&reasons, &["姓", "名"]), ("姓相同，名同音不同字".into(), "same"));
        assert_eq!(found(&reasons, &["出生日期"]), ("不同".into(), "differs"));
        assert_eq!(found(&reasons, &["性别"]), ("无从对照".into(), ""));
        assert_eq!(found(&reasons, &["家庭"]), (String::new(), ""));
    }
}
