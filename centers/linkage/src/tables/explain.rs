//! Levels in the words of an office.

use super::{
    LearnedLevel,
    learn::Chances,
    levels::{LEVELS, Pattern, level},
    schema::{Kind, Schema},
    weigh::Weights,
};

fn words(kind: Kind, found: u8) -> &'static str {
    match (kind, found) {
        (_, level::MISSING) => "缺",
        (_, level::SAME) => "相同",
        (_, level::SWAPPED) => "两栏互换",
        (Kind::NameZh, level::ONE_SLIP) => "同音不同字",
        (Kind::NameZh, level::TWO_SLIPS) => "形近或音近",
        (Kind::NameZh, level::NEAR) => "字序不同或少一字",
        (Kind::NameZh, level::FAR) => "姓或名相同",
        (Kind::Date, level::TWO_SLIPS) => "月日互换",
        (Kind::Date, level::NEAR) => "年月日中两项相同或缺日",
        (Kind::Date, level::FAR) => "年份相同",
        (_, level::ONE_SLIP) => "差一处",
        (_, level::TWO_SLIPS) => "差两处",
        (_, level::NEAR) => "相近或只写了一部分",
        (_, level::FAR) => "略有相似",
        _ => "不同",
    }
}

pub(super) fn reasons(schema: &Schema, pattern: Pattern) -> String {
    let told = schema.field.iter().enumerate().map(|(at, field)| {
        let found = pattern.level(at);
        format!("{}：{}", field.name, words(field.kind, found))
    });
    told.collect::<Vec<_>>().join("；")
}

pub(super) fn learned(schema: &Schema, chances: &Chances, weights: &Weights) -> Vec<LearnedLevel> {
    let mut out = Vec::new();
    for (at, field) in schema.field.iter().enumerate() {
        for found in (1..LEVELS as u8).rev() {
            let (m, u) = (chances.m[at][found as usize], chances.u[at][found as usize]);
            let swappable = schema.swap.iter().flatten().any(|name| *name == field.name);
            if found == level::SWAPPED && !swappable {
                continue;
            }
            out.push(LearnedLevel {
                field: field.name.clone(),
                level: words(field.kind, found),
                m,
                u,
                bits: weights.bits(at, found),
            });
        }
    }
    out
}
