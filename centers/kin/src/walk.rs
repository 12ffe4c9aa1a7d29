//! Reads what lies around people: declarations of cadres and helpers, and the households of the register.

use std::collections::{BTreeMap, HashMap, HashSet};

use forces::{DeclaredKin, declared_among};
use households::{
    Person,
    kin::{Housemate, housemates},
    people,
};
use kernel::{AppResult, PersonKey, name};
use web::App;

use crate::{
    book::{Lists, lists},
    model::{
        graph::{Graph, Someone},
        link::{Link, Source, Trust},
        step::{Sex, Step, joined, reversed, way_of},
    },
};

/// Everyone within so many steps of a person.
pub async fn around(app: &App, centre: i64, steps: usize) -> AppResult<Graph> {
    let book = lists(app).await?;
    let mut known = Known::default();
    known.meet(app, HashSet::from([centre])).await?;
    let mut graph = Graph::of(centre);
    graph.people.insert(centre, known.someone(&book, centre));
    for _ in 0..steps {
        let edge = graph.edge().to_vec();
        if edge.is_empty() {
            break;
        }
        graph.step(links_of(app, &book, &mut known, &edge).await?);
        for key in graph.edge().to_vec() {
            graph.people.insert(key, known.someone(&book, key));
        }
    }
    Ok(graph)
}

/// What is known of the people met: as registered, or as somebody wrote them down.
#[derive(Default)]
struct Known {
    registered: HashMap<i64, Person>,
    asked: HashSet<i64>,
    written: HashMap<i64, (String, Sex)>,
}

impl Known {
    async fn meet(&mut self, app: &App, keys: HashSet<i64>) -> AppResult<()> {
        let mut new: Vec<i64> = keys.into_iter().filter(|key| self.asked.insert(*key)).collect();
        new.sort_unstable();
        for part in new.chunks(500) {
            for person in people(&app.db, part.iter().map(|k| PersonKey(*k))).await? {
                self.registered.insert(person.person_key, person);
            }
        }
        Ok(())
    }

    fn write(&mut self, key: i64, name: &str, sex: Sex) {
        self.written.entry(key).or_insert_with(|| (name.to_owned(), sex));
    }

    fn sex(&self, key: i64) -> Sex {
        let written = || self.written.get(&key).map_or(Sex::Unknown, |w| w.1);
        self.registered.get(&key).map_or_else(written, |p| Sex::of(p.sex))
    }

    fn someone(&self, book: &Lists, key: i64) -> Someone {
        let person = self.registered.get(&key);
        let cadre = book.cadre(key);
        let written = || {
            let by_others = self.written.get(&key).map(|w| w.0.clone());
            let by_others = by_others.or_else(|| book.about(key).next().map(|d| d.name.clone()));
            cadre.map(|c| c.name.clone()).or(by_others).unwrap_or_default()
        };
        Someone {
            key,
            name: person.map_or_else(written, |p| p.name.clone()),
            sex: self.sex(key),
            birth: person.map(|p| p.birth.clone()).unwrap_or_default(),
            region: person.map_or(0, |p| p.region),
            posts: cadre.map(|c| c.posts.clone()).unwrap_or_default(),
        }
    }

    /// How far a written name can be trusted, held against the register.
    fn trust(&self, key: i64, written: &str, numbers_pass: bool) -> (Trust, String) {
        match self.registered.get(&key) {
            _ if !numbers_pass => (Trust::Doubtful, "申报的证件号未通过校验".to_owned()),
            Some(person) if !name::agree(&person.name, written) => {
                (Trust::Doubtful, format!("申报姓名“{written}”与登记不同"))
            }
            Some(_) => (Trust::Good, String::new()),
            None => (Trust::Fair, String::new()),
        }
    }
}

/// All relations of these people, read from them on.
async fn links_of(app: &App, book: &Lists, known: &mut Known, keys: &[i64]) -> AppResult<Vec<Link>> {
    let from: HashSet<i64> = keys.iter().copied().collect();
    let mates = housemates(&app.db, keys).await?;
    let helpers = declared_among(&app.db, keys).await?;
    let declared: Vec<_> = keys
        .iter()
        .flat_map(|&key| book.by(key).chain(book.about(key)))
        .collect();
    let mut met: HashSet<i64> = mates.iter().map(|m| m.person_key).collect();
    met.extend(helpers.iter().flat_map(|d| [d.helper_key, d.relative_key]));
    met.extend(declared.iter().flat_map(|d| [d.cadre, d.relative]));
    known.meet(app, met).await?;
    let mut links = Vec::new();
    for d in declared {
        let Some(way) = way_of(&d.code, known.sex(d.relative)) else {
            continue;
        };
        known.write(d.cadre, &d.cadre_name, Sex::Unknown);
        known.write(d.relative, &d.name, way.last().map_or(Sex::Unknown, |s| s.sex()));
        let (trust, note) = known.trust(d.relative, &d.name, d.numbers_pass);
        both_ways(
            &mut links,
            &from,
            (d.cadre, d.relative),
            way,
            known.sex(d.cadre),
            (Source::Declared, trust, note),
        );
    }
    for d in helpers {
        let DeclaredKin {
            helper_key,
            relative_key,
            ..
        } = d;
        let Some(way) = way_of(&d.code, known.sex(relative_key)) else {
            continue;
        };
        known.write(helper_key, &d.helper_name, Sex::Unknown);
        known.write(
            relative_key,
            &d.relative_name,
            way.last().map_or(Sex::Unknown, |s| s.sex()),
        );
        let (trust, note) = known.trust(relative_key, &d.relative_name, true);
        let ends = (helper_key, relative_key);
        both_ways(
            &mut links,
            &from,
            ends,
            way,
            known.sex(helper_key),
            (Source::Helper, trust, note),
        );
    }
    household_links(&mut links, &from, &mates, known);
    Ok(links)
}

/// A declaration read from the one who made it, and back from the one it names.
fn both_ways(
    links: &mut Vec<Link>,
    from: &HashSet<i64>,
    (a, b): (i64, i64),
    way: Vec<Step>,
    sex: Sex,
    (source, trust, note): (Source, Trust, String),
) {
    let back = reversed(&way, sex);
    for (from_key, to, way) in [(a, b, way), (b, a, back)] {
        if from.contains(&from_key) && a != b {
            links.push(Link {
                from: from_key,
                to,
                way,
                sources: vec![source],
                trust,
                note: note.clone(),
            });
        }
    }
}

/// Members of one household are kin by what each is to the head.
fn household_links(links: &mut Vec<Link>, from: &HashSet<i64>, mates: &[Housemate], known: &Known) {
    let mut homes: BTreeMap<i64, Vec<&Housemate>> = BTreeMap::new();
    for mate in mates {
        let home = homes.entry(mate.household_id).or_default();
        // Who left and came back counts as he stands now: rows come in the order of joining.
        match home.iter_mut().find(|m| m.person_key == mate.person_key) {
            Some(before) => *before = mate,
            None => home.push(mate),
        }
    }
    for home in homes.values() {
        let head = home.iter().find(|m| matches!(m.kin.as_str(), "01" | "02"));
        let head_sex = head.map_or(Sex::Unknown, |h| known.sex(h.person_key));
        for a in home.iter().filter(|m| from.contains(&m.person_key)) {
            let Some(of_head) = way_of(&a.kin, known.sex(a.person_key)) else {
                continue;
            };
            let to_head = reversed(&of_head, head_sex);
            for b in home.iter().filter(|m| m.person_key != a.person_key) {
                let Some(from_head) = way_of(&b.kin, known.sex(b.person_key)) else {
                    continue;
                };
                let way: Vec<Step> = to_head.iter().chain(&from_head).copied().collect();
                if way.is_empty() {
                    continue;
                }
                let now = a.left_on.is_none() && b.left_on.is_none();
                links.push(Link {
                    from: a.person_key,
                    to: b.person_key,
                    way: joined(&way),
                    sources: vec![if now { Source::Household } else { Source::Former }],
                    trust: if now { Trust::Good } else { Trust::Fair },
                    note: String::new(),
                });
            }
        }
    }
}
