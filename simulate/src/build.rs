//! The stages of a simulated county, in order.

use std::collections::{BTreeMap, HashSet};

use kernel::{Money, Month, RegionCode, RegionLevel};

use crate::{
    county::{Application, Cadre, CadreKin, County, FamilyIx, Pairing, Person, PersonIx},
    days,
    dice::Dice,
    divisions::{self, Region, VillagePlan},
    facts::Facts,
    families, funding, offices,
    payments::{self, AccountBook, Land},
    plants::{self, Planter},
    programmes::{self as p, PROGRAMMES},
    registry::{self, Disabled, Registry},
    spec::{COUNTY_PEOPLE, Spec},
    truth::Expected,
};

/// What department tables need besides the public registers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Background {
    pub(crate) land: Vec<u32>,
    /// Person, kind, grade, issued on; sorted by person.
    pub(crate) disabled: Vec<(u32, u8, u8, kernel::Date)>,
    /// Of the registers' beginnings: how many entries were planted and have department rows already.
    pub(crate) planted_cadres: usize,
    pub(crate) planted_kin: usize,
    /// People whose ordinary row in a table is replaced by planted ones.
    pub(crate) replaced: std::collections::HashSet<(&'static str, u32)>,
    /// Who is paid anything, by position.
    pub(crate) paid: Vec<bool>,
}

/// Which story to plant.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Story {
    Huimin,
    Fuyuan,
}

/// Builds the county for a spec. The same spec gives the same county.
pub fn build(spec: &Spec) -> County {
    let (regions, villages) = divisions::plan(spec.scale, spec.seed);
    tell(spec, regions, &villages, Story::Huimin)
}

/// The people of that county alone, without what is planted in their registers: much quicker where nothing else is needed.
pub fn people(spec: &Spec) -> Vec<Person> {
    families::settle(spec, &divisions::plan(spec.scale, spec.seed).1).0
}

pub(crate) fn tell(spec: &Spec, regions: Vec<Region>, villages: &[VillagePlan], story: Story) -> County {
    let (people, mut families) = families::settle(spec, villages);
    let registry = match story {
        Story::Huimin => registry::register(spec, &people, &mut families),
        Story::Fuyuan => crate::fuyuan::register(spec, &people, &mut families),
    };
    let mut book = AccountBook::new(spec.seed, people.len());
    let mut planter = Planter::new(spec, &people, &mut families, registry, &mut book);
    match story {
        Story::Huimin => planter.plant_all(),
        Story::Fuyuan => planter.plant_fuyuan(),
    }
    let mut dice = Dice::new(spec.seed, "build");
    applications(&mut planter, &mut dice, story);
    let Planter {
        registry,
        mut facts,
        mut truth,
        mut cadres,
        mut kin,
        applications,
        dead,
        mut used,
        mut later,
        entered,
        helpers,
        works,
        moneys,
        ..
    } = planter;
    let Registry {
        households,
        entitlements,
        disabled,
    } = registry;
    let (planted_cadres, planted_kin) = (cadres.len(), kin.len());
    ordinary_cadres(
        spec,
        &mut dice,
        &people,
        &families,
        &regions,
        &used,
        &mut cadres,
        &mut kin,
    );

    let mut payments = payments::pay(spec, &people, &entitlements, &mut book);
    if story == Story::Huimin {
        plants::rosters::hold_back(spec, &mut payments);
    }
    let silenced = later.silenced.iter().copied();
    let barred = dead
        .iter()
        .filter(|d| d.2 != Expected::Hit)
        .map(|d| d.0)
        .chain(silenced)
        .collect();
    let reserve = plants::benefits::duplicates_to_come(spec);
    let land = match story {
        Story::Huimin => payments::pay_land(spec, &people, &families, &mut payments, &mut book, reserve, &barred),
        Story::Fuyuan => Land(vec![420; families.len()]),
    };
    let mut accounts = book.accounts;
    let mut things = works.truth;
    if story == Story::Huimin {
        let changing = later.new_account.iter().map(|(person, _, _)| *person).collect();
        let mut after = plants::after::After {
            spec,
            people: &people,
            families: &families,
            households: &households,
            cadres: &cadres,
            kin: &kin,
            applications: &applications,
            used: &mut used,
            facts: &mut facts,
            later: &mut later,
            truth: &mut truth,
        };
        after.change(&mut payments, &mut accounts);
        plants::rosters::one_account(spec, &people, &mut payments, &mut accounts, &changing);
        plants::after_payments(spec, &people, &mut accounts, &mut payments, &dead, after.truth);
        after.tell(&payments, &accounts, &land.0);
        let made = plants::rosters::Made {
            people: &people,
            payments: &payments,
            accounts: &accounts,
            dead: &dead,
            facts: &facts,
        };
        things.extend(made.tell());
        let few = plants::evenly::few_residents(spec, &people, &families, &households, &payments);
        things.extend(plants::evenly::tell(&few));
    }
    payments.sort_by_key(|x| (x.paid_on, x.programme, x.payee, x.benefit_month, x.arrears));
    truth.sort_by_key(|t| (t.rule, t.via, t.expected, t.person, t.programme, t.from));
    let mut budgets = Vec::new();
    if story == Story::Huimin {
        let told = plants::budgets::tell(spec, &payments);
        budgets = told.0;
        things.extend(told.1);
    }
    let pairings = pairings(
        spec,
        &mut dice,
        &people,
        &households,
        &cadres,
        &kin,
        &helpers,
        &families,
        &entered.moved,
    );
    let (indicators, allocations, projects) = funding::fund(spec, &regions, &people, &payments);
    let orgs = offices::orgs(&regions);
    let disabled = disabled
        .iter()
        .map(|d: &Disabled| (d.person, d.kind, d.grade, d.issued_on))
        .collect();
    let mut paid = vec![false; people.len()];
    for x in &payments {
        paid[x.payee as usize] = true;
    }
    let background = Background {
        land: land.0,
        disabled,
        planted_cadres,
        planted_kin,
        paid,
        replaced: later.replaced,
    };
    County {
        spec: *spec,
        regions,
        orgs,
        people,
        families,
        households,
        programmes: PROGRAMMES.to_vec(),
        indicators,
        allocations,
        projects,
        payments,
        accounts,
        cadres,
        cadre_kin: kin,
        applications,
        pairings,
        entered,
        works: works.done,
        things,
        budgets,
        documents: moneys.documents,
        assets: moneys.assets,
        truth,
        facts: Facts(facts),
        background,
    }
}

/// Innocent applications for house renovation up to the published 9,555 (scaled).
fn applications(planter: &mut Planter, dice: &mut Dice, story: Story) {
    let total = match story {
        Story::Fuyuan => 9_555,
        Story::Huimin => planter.spec.scale.share(9_555, 10),
    } as usize;
    let mut candidates: Vec<(FamilyIx, u8)> = planter
        .registry
        .households
        .iter()
        .filter(|h| !planter.used[h.family as usize])
        .map(|h| (h.family, h.attr))
        .collect();
    dice.shuffle(&mut candidates);
    let (first, last) = planter.window();
    for (family, attr) in candidates {
        if planter.applications.len() >= total {
            break;
        }
        let person = planter.families[family as usize].head;
        let who = &planter.people[person as usize];
        let applied_on = days::random(dice, first.first_day(), last.plus(-6).last_day());
        let grown = days::age(who.birth, applied_on) >= 18;
        if !grown || who.death.is_some_and(|d| d <= days::plus(applied_on, 130)) {
            continue;
        }
        let approved = dice.percent(62);
        planter.used[family as usize] = true;
        let amount = Money(i64::from(PROGRAMMES[p::HOUSING as usize].rate_fen));
        planter.applications.push(Application {
            person,
            applied_on,
            aid_category: plants::aid_category(attr),
            amount,
            approved,
            grade: if family % 3 == 0 { "C" } else { "D" },
        });
        if approved {
            let month = Month::of(applied_on).plus(3);
            planter.entitle(p::HOUSING, person, month, month, 100);
        }
    }
    planter.applications.sort_by_key(|a| (a.applied_on, a.person));
}

/// Cadres and their relatives up to the published 3,947 and 29,901 (scaled), all without targeted benefits.
#[allow(clippy::too_many_arguments)]
fn ordinary_cadres(
    spec: &Spec,
    dice: &mut Dice,
    people: &[crate::county::Person],
    families: &[crate::county::Family],
    regions: &[Region],
    used: &[bool],
    cadres: &mut Vec<Cadre>,
    kin: &mut Vec<CadreKin>,
) {
    let share = |county: u64| (county * people.len() as u64 / u64::from(COUNTY_PEOPLE)) as usize;
    let (want_cadres, want_kin) = (share(3_947), share(29_901));
    let free: Vec<FamilyIx> = (0..families.len() as u32)
        .filter(|f| !families[*f as usize].touched && !used[*f as usize])
        .collect();
    let communities = regions.iter().filter(|r| r.level == 5).count().max(1);
    let mut taken = std::collections::HashSet::new();
    let mut tries = 0;
    while cadres.len() < want_cadres && !free.is_empty() && tries < want_cadres * 20 {
        tries += 1;
        let family = &families[*dice.pick(&free) as usize];
        let head = &people[family.head as usize];
        let age = days::age(head.birth, spec.as_of);
        if !(28..=64).contains(&age) || head.death.is_some() || !taken.insert(family.head) {
            continue;
        }
        let of_community = cadres.len() % (want_cadres / communities + 1) < 5;
        let (post, region) = if of_community {
            (
                *dice.pick(&["党支部书记", "村委会委员", "监委会主任"]),
                head.region.at(RegionLevel::Community),
            )
        } else {
            (*dice.pick(&["村民小组长", "监事会主任"]), head.region)
        };
        let from = days::plus(spec.as_of, -dice.between(300, 3_600));
        let to = dice.percent(15).then(|| days::random(dice, from, spec.as_of));
        cadres.push(Cadre {
            person: family.head,
            post,
            region,
            from,
            to,
        });
    }
    // Relatives: the cadre's own family, then cousins and siblings of the same surname near by.
    let mut pairs = std::collections::HashSet::new();
    let mut left = want_kin.saturating_sub(kin.len());
    for round in 0..12 {
        for cadre in cadres.iter() {
            let own = &families[people[cadre.person as usize].family as usize];
            if round == 0 {
                for member in own.members().filter(|m| *m != cadre.person) {
                    if left > 0 && !own.touched && pairs.insert((cadre.person, member)) {
                        let code = people[member as usize].kin;
                        kin.push(CadreKin {
                            cadre: cadre.person,
                            relative: member,
                            kin: code,
                            filed: false,
                        });
                        left -= 1;
                    }
                }
                continue;
            }
            if left == 0 {
                return;
            }
            let me = &people[cadre.person as usize];
            let at = people[cadre.person as usize].family as i64 + i64::from(dice.between(-60, 60));
            let Some(other) = families.get(at.max(0) as usize) else {
                continue;
            };
            let relative = other.head;
            let them = &people[relative as usize];
            if other.touched
                || used[at.max(0) as usize]
                || relative == cadre.person
                || !pairs.insert((cadre.person, relative))
            {
                continue;
            }
            let older = them.birth < me.birth;
            let gap = days::days_between(them.birth, me.birth).abs() / 365;
            let man = them.sex_code() == 1;
            let same = kernel::name::surname(&them.name) == kernel::name::surname(&me.name);
            let code = match (same, gap, older, man) {
                (true, ..=17, true, true) => 71,
                (true, ..=17, true, false) => 75,
                (true, ..=17, false, true) => 73,
                (true, ..=17, false, false) => 77,
                (true, _, true, true) => 83,
                (true, _, false, true) => 93,
                (_, 18.., true, true) => 55,
                (_, 18.., true, false) => 56,
                _ => 91,
            };
            kin.push(CadreKin {
                cadre: cadre.person,
                relative,
                kin: code,
                filed: dice.percent(10),
            });
            left -= 1;
        }
    }
}

/// Every household in the register, and for two years after its exit, has a cadre of its town as helper, who is no kin of it
/// unless planted.
#[allow(clippy::too_many_arguments)]
fn pairings(
    spec: &Spec,
    dice: &mut Dice,
    people: &[crate::county::Person],
    households: &[crate::county::Household],
    cadres: &[Cadre],
    kin: &[CadreKin],
    planted: &BTreeMap<u32, PersonIx>,
    families: &[crate::county::Family],
    moved: &[crate::county::Membership],
) -> Vec<Pairing> {
    let mut by_town: BTreeMap<RegionCode, Vec<u32>> = BTreeMap::new();
    for cadre in cadres.iter().filter(|c| c.to.is_none()) {
        by_town
            .entry(people[cadre.person as usize].region.at(RegionLevel::Town))
            .or_default()
            .push(cadre.person);
    }
    let own = |k: &CadreKin| (k.cadre, people[k.relative as usize].family);
    let mut related: HashSet<(PersonIx, FamilyIx)> = kin.iter().map(own).collect();
    for m in moved {
        // Entered into another household, they are kin there too.
        let declared = kin.iter().filter(|k| k.relative == m.person);
        related.extend(declared.map(|k| (k.cadre, households[m.household as usize].family)));
    }
    let mut out = Vec::new();
    let helped = |h: &crate::county::Household| {
        let still = |exit| Month::of(exit).plus(24) > spec.last_month();
        h.status != 4 && h.exited_on.is_none_or(still)
    };
    for (i, h) in households.iter().enumerate().filter(|(_, h)| helped(h)) {
        let family = &families[h.family as usize];
        if planted.contains_key(&(i as u32)) {
            continue;
        }
        let stranger =
            |helper: &PersonIx| people[*helper as usize].family != h.family && !related.contains(&(*helper, h.family));
        let Some(helpers) = by_town.get(&family.region.at(RegionLevel::Town)) else {
            continue;
        };
        let drawn = *dice.pick(helpers);
        // In place of a relative anybody of the town who is none.
        let helper = Some(drawn)
            .filter(stranger)
            .or_else(|| helpers.iter().copied().find(stranger));
        if let Some(helper) = helper {
            out.push(Pairing {
                household: i as u32,
                helper,
                from: days::plus(h.registered_on, 30),
            });
        }
    }
    // The planted ones last: the first of a town go to the demo's own helper.
    for (household, helper) in planted {
        out.push(Pairing {
            household: *household,
            helper: *helper,
            from: days::plus(households[*household as usize].registered_on, 30),
        });
    }
    out
}
