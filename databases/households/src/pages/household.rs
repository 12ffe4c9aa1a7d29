//! `GET /desk/households/{id}`: one household, its members and who helps it.

use access::Resource;
use askama::Template;
use axum::extract::Path;
use directory::regions;
use kernel::{AppError, RegionCode, name};
use web::{Ctx, Page, Shell, html, parts::Pair};

use super::list::place_path;
use crate::{
    age_on, codes, household,
    reach::{desk_layer, sees_masked_names},
};

#[derive(Template)]
#[template(path = "pages/household.html")]
struct HouseholdPage {
    shell: Shell,
    facts: Vec<Pair>,
    members: Vec<MemberLine>,
    helpers: Vec<HelperLine>,
    payments_href: Option<String>,
}

struct MemberLine {
    name: String,
    kin: &'static str,
    sex: &'static str,
    age: String,
    joined_on: String,
    note: String,
    reveal_href: Option<String>,
}

struct HelperLine {
    name: String,
    from_on: String,
    to_on: String,
}

pub(crate) async fn show(ctx: Ctx, Path(id): Path<i64>) -> Page {
    let missing = || AppError::not_found("没有找到这一户，或不在您的管理范围内。");
    let found = household(&ctx.db, ctx.scope(), id).await?.ok_or_else(missing)?;
    let region = RegionCode::from_i64(found.row.region).unwrap_or(RegionCode::NATION);
    ctx.require("household.view", &Resource::in_region(region))?;
    let masked = sees_masked_names(ctx.actor().role);
    let shown = |name: &str| if masked { name::mask(name) } else { name.to_owned() };
    let may_reveal = ctx.may("person.reveal", &Resource::in_region(region));
    let today = ctx.clock.now().date();
    let tree = regions(ctx.app()).await?;
    let row = found.row;
    let facts = vec![
        Pair::new("户主", shown(&row.head_name)),
        Pair::whole("户编号", &row.household_no),
        Pair::new("所在村", place_path(&tree, row.region)),
        Pair::new("人口", format!("{} 人", row.population)),
        Pair::new("户状态", codes::title(&codes::STATUSES, row.status)),
        Pair::new("户属性", codes::title(&codes::ATTRS, row.attr)),
        Pair::new(
            "监测类别",
            row.monitor_class
                .map_or("无".into(), |c| codes::title(&codes::MONITOR_CLASSES, c)),
        ),
        Pair::new("主要致贫原因", row.main_cause),
        Pair::whole("建档日期", row.registered_on.unwrap_or_default()),
        Pair::whole("脱贫日期", row.exited_on.unwrap_or_else(|| "未脱贫".into())),
        Pair::whole("清退日期", row.removed_on.unwrap_or_else(|| "无".into())),
    ];
    let members = found.members.into_iter().map(|m| {
        let here = m.left_on.is_none() && m.death_date.is_none();
        MemberLine {
            name: shown(&m.name),
            kin: codes::kin_title(&m.kin),
            sex: codes::sex_title(m.sex),
            age: if here {
                age_on(&m.birth, today).to_string()
            } else {
                String::new()
            },
            joined_on: m.joined_on,
            note: match (m.death_date, m.left_on) {
                (Some(day), _) => format!("{day} 去世"),
                (None, Some(day)) => format!("{day} 迁出本户"),
                (None, None) => String::new(),
            },
            reveal_href: may_reveal.then(|| format!("/desk/people/{}/reveal", m.person_key)),
        }
    });
    html(HouseholdPage {
        members: members.collect(),
        helpers: found
            .helpers
            .into_iter()
            .map(|h| HelperLine {
                name: h.helper_name,
                from_on: h.from_on,
                to_on: h.to_on.unwrap_or_else(|| "至今".into()),
            })
            .collect(),
        facts,
        payments_href: ctx
            .may("payment.list", &Resource::in_region(region))
            .then(|| format!("/desk/payments?household={id}")),
        shell: ctx
            .shell(desk_layer(&ctx))
            .crumb("帮扶户", "/desk/households")
            .here(format!("{}户", shown(&row.head_name))),
    })
}
