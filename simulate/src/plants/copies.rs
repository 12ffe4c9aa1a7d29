//! E-14 and E-15: one picture for two projects, one project planned twice; and what only looks so.

use kernel::Date;

use super::{Planter, projects};
use crate::{days, truth::Expected, works::Work};

pub(super) fn plant(p: &mut Planter) {
    let (hits, misses) = (p.share(24, 4), p.share(24, 4));
    for i in 0..hits {
        same_picture(p, Expected::Hit, i);
        planned_twice(p, Expected::Hit, i);
    }
    for i in 0..misses {
        same_picture(p, Expected::Miss, i);
        planned_twice(p, Expected::Miss, i);
    }
}

fn of<'p>(p: &'p mut Planter<'_>, id: i64) -> Option<&'p mut Work> {
    p.works.done.iter_mut().find(|w| w.id == id)
}

/// E-14: the file stands in another project, too; or is another picture, here or there.
fn same_picture(p: &mut Planter, expected: Expected, i: u32) {
    let digest = 10_000 * (1 + u32::from(expected == Expected::Miss)) + 10 * i;
    let work = projects::good(p);
    let planned = work.start_plan;
    let on = work.at("building").map_or(planned, |day| *day);
    work.photos.push((digest, on));
    let (id, on_other) = (work.id, days::plus(on, 9 + i as i32));
    match (expected, i % 2) {
        (Expected::Miss, 0) => {
            work.photos.push((digest + 1, on_other));
            work.photos.push((digest + 2, on_other));
            projects::note(p, "E-14", expected, "", id, (on, on_other));
        }
        (_, _) => {
            let other = projects::good(p);
            let shift = u32::from(expected == Expected::Miss);
            other.photos.push((digest + shift, on_other));
            let other = other.id;
            projects::note(p, "E-14", expected, "", other, (on_other, on_other));
        }
    }
}

/// E-15: the same works at the same place within three years; or a second part, or other works there, or much later, or excused.
fn planned_twice(p: &mut Planter, expected: Expected, i: u32) {
    let look_alike = expected == Expected::Miss;
    let region = projects::place(p);
    let apart = if look_alike && i % 4 == 2 {
        1_130
    } else {
        400 + 31 * i as i32 % 300
    };
    let second = days::plus(p.spec.as_of, -230 - i as i32);
    let site = format!("村东机耕路{}号段", i + 1 + 1_000 * u32::from(look_alike));
    let mut ids = [0; 2];
    for (n, signed) in [days::plus(second, -apart), second].into_iter().enumerate() {
        ids[n] = put(p, region, signed, &site);
    }
    let Some(later) = of(p, ids[1]) else { return };
    match (look_alike, i % 4) {
        (true, 0) => later.name = format!("{}（二期）", later.name),
        (true, 1) => later.content = format!("{}桥涵维修", site),
        (true, 3) => {
            projects::excused(later, Expected::Exception);
        }
        _ => {}
    }
    let planned = later.start_plan;
    projects::note(p, "E-15", expected, "", ids[1], (planned, planned));
}

fn put(p: &mut Planter, region: kernel::RegionCode, signed_on: Date, site: &str) -> i64 {
    let firm = p.works.next_firm();
    let name = format!("第{firm}建设有限公司");
    let work = p.works.contract(region, firm, &name, signed_on, false);
    work.site = site.to_owned();
    work.content = format!("{site}硬化");
    work.id
}
