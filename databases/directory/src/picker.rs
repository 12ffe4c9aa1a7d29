//! Choosing an area in three steps (town, community, village) as fields of a GET form: what lies outside the
//! reader's scope is not offered and not accepted.

use access::Scope;
use kernel::{RegionCode, RegionLevel};
use serde::Deserialize;
use web::parts::Field;

use crate::RegionTree;

/// The area part of a list's query; put it into the query struct with `#[serde(flatten)]`.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct AreaQuery {
    #[serde(default)]
    pub town: String,
    #[serde(default)]
    pub community: String,
    #[serde(default)]
    pub village: String,
}

impl AreaQuery {
    /// The deepest choice that exists, lies inside the choices above it, and is within reach.
    pub fn area(&self, tree: &RegionTree, scope: &Scope) -> Option<RegionCode> {
        let mut area: Option<RegionCode> = None;
        for (text, level) in [
            (&self.town, RegionLevel::Town),
            (&self.community, RegionLevel::Community),
            (&self.village, RegionLevel::Village),
        ] {
            let Ok(code) = text.parse::<RegionCode>() else { continue };
            let inside = area.is_none_or(|above| above.contains(code));
            if code.level() == level && inside && tree.get(code).is_some() && reaches(scope, code) {
                area = Some(code);
            }
        }
        area
    }
}

/// The selects to show: towns, then communities of the chosen town, then villages of the chosen community.
/// `top` is the county or city of the installation.
pub fn area_fields(tree: &RegionTree, scope: &Scope, top: RegionCode, query: &AreaQuery) -> Vec<Field> {
    let chosen = query.area(tree, scope).or(scope.region()).unwrap_or(top);
    let steps = [
        (RegionLevel::Town, "town", "镇（街）"),
        (RegionLevel::Community, "community", "社区（村）"),
        (RegionLevel::Village, "village", "自然村"),
    ];
    let mut fields = Vec::new();
    for (level, name, label) in steps {
        let above = if level == RegionLevel::Town {
            top
        } else {
            chosen.at(above(level))
        };
        if level != RegionLevel::Town && above.level() != self::above(level) {
            break;
        }
        let offered: Vec<_> = tree
            .inside(above, level)
            .into_iter()
            .filter(|r| reaches(scope, r.code))
            .collect();
        if offered.is_empty() {
            break;
        }
        let fixed = scope.region().is_some_and(|own| own.level() >= level);
        let all = (!fixed).then(|| (String::new(), "全部".to_owned()));
        let options = all
            .into_iter()
            .chain(offered.iter().map(|r| (r.code.to_string(), r.name.clone())));
        let value = if chosen.level() >= level {
            chosen.at(level).to_string()
        } else {
            String::new()
        };
        fields.push(Field::select(name, label, options).value(value));
    }
    fields
}

fn above(level: RegionLevel) -> RegionLevel {
    match level {
        RegionLevel::Village => RegionLevel::Community,
        RegionLevel::Community => RegionLevel::Town,
        _ => RegionLevel::County,
    }
}

/// The division lies in the scope, or the scope lies inside the division.
fn reaches(scope: &Scope, code: RegionCode) -> bool {
    scope.within(code).region().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Region;

    fn tree() -> RegionTree {
        let region = |code: &str| Region::invented(code.parse().unwrap(), format!("区划{code}"));
        RegionTree::new(
            [
                "371621",
                "371621101",
                "371621101201",
                "371621101201001",
                "371621101202",
                "371621102",
                "371621102201",
            ]
            .map(region)
            .into(),
        )
    }

    fn area(text: &str) -> Scope {
        Scope::area(text.parse().unwrap())
    }

    fn shown(scope: &Scope, query: &AreaQuery) -> Vec<(String, usize, String)> {
        let top = "371621".parse().unwrap();
        area_fields(&tree(), scope, top, query)
            .into_iter()
            .map(|f| (f.name, f.options.len(), f.value))
            .collect()
    }

    #[test]
    fn each_step_opens_the_next() {
        let none = AreaQuery::default();
        assert_eq!(shown(&area("371621"), &none), [("town".into(), 3, String::new())]);
        let town = AreaQuery {
            town: "371621101".into(),
            ..none
        };
        let names: Vec<_> = shown(&area("371621"), &town).into_iter().map(|f| f.0).collect();
        assert_eq!(names, ["town", "community"]);
    }

    #[test]
    fn a_community_sees_its_own_way_only_and_cannot_leave_it() {
        let elsewhere = AreaQuery {
            town: "371621102".into(),
            community: "371621102201".into(),
            ..AreaQuery::default()
        };
        assert_eq!(elsewhere.area(&tree(), &area("371621101201")), None);
        let fields = shown(&area("371621101201"), &elsewhere);
        assert_eq!(fields[0], ("town".into(), 1, "371621101".into()));
        assert_eq!(fields[1], ("community".into(), 1, "371621101201".into()));
    }
}
