//! Projects by template. A row without a known number is a new project; one whose number is known corrects it while it
//! stands at the survey of demands. Each row is judged as the form is judged.

use std::collections::HashMap;

use access::Actor;
use async_trait::async_trait;
use intake::{
    contract::Contract,
    table::{Cell, Row, Table},
};
use kernel::{AppError, AppResult, RegionCode};
use records::{
    flow::Code,
    history,
    import::{self, Effect, Outlook, Register},
};
use trail::RecordedTx;
use web::App;

use crate::{
    model::{
        ProjectState,
        plan::{NewProject, read},
    },
    store::{
        enter::{amend_in, as_new, enter_in, entitled},
        list::{ProjectFilter, rows},
        project::{KIND, Project},
    },
};

pub(crate) struct ProjectImport;

/// What a row asks for; where the project exists, with its id and the version it was compared with.
pub(crate) struct Change {
    before: Option<(i64, i64)>,
    new: NewProject,
}

#[async_trait]
impl Register for ProjectImport {
    type Change = Change;
    const PATH: &'static str = "/desk/projects/import";
    const BACK: (&'static str, &'static str) = ("项目库", "/desk/projects");
    const NOTE: &'static str =
        "一行一个项目，公示六项和“五问”须填全。编号已有的，在“已摸底”状态可以修改；往下办理了的请先退回修改。";

    fn contract() -> AppResult<Contract> {
        import::contract("projects", include_str!("../data/import-projects.toml"))
    }

    async fn look(app: &App, actor: &Actor, table: &Table, out: &mut Outlook<Change>) -> AppResult<()> {
        let today = app.clock.today();
        let known = rows(&app.db, &actor.scope, &ProjectFilter::default(), 100_000, 0).await?;
        let by_no: HashMap<&str, &Project> = known.iter().map(|p| (p.no.as_str(), p)).collect();
        // Without a number: the same name, village and survey is the same project, so that a file sent twice is one.
        let by_name: HashMap<(&str, i64, String), &Project> = known
            .iter()
            .map(|p| ((p.name.as_str(), p.region, p.surveyed_on.clone()), p))
            .collect();
        for row in table.good() {
            let new = match read(|field| typed(row, field), today) {
                Ok(new) => new,
                Err(problems) => {
                    for (field, why) in problems {
                        out.aside(table.fault(row.line, field, why.trim_end_matches('。')));
                    }
                    continue;
                }
            };
            if !actor.scope.covers(new.region) {
                out.aside(table.fault(row.line, "region", "不在您的管理范围内"));
                continue;
            }
            if let Err(e) = entitled(&app.db, new.region, &new.households).await {
                out.aside(table.fault(row.line, "households", e.message.trim_end_matches('。')));
                continue;
            }
            let named = by_name.get(&(new.name.as_str(), new.region.as_i64(), new.surveyed_on.to_string()));
            let before = if new.no.is_empty() {
                named
            } else {
                by_no.get(new.no.as_str())
            };
            let Some(before) = before.copied() else {
                let what = format!("{}（{} 元）", new.name, new.planned());
                out.change(vec![row.line], Effect::New, what, Change { before: None, new });
                continue;
            };
            let now = as_new(&app.db, before).await?;
            let new = NewProject {
                no: before.no.clone(),
                ..new
            };
            if now == new {
                out.unchanged();
                continue;
            }
            if before.state() != ProjectState::Demand {
                let why = format!("目前{}，不能修改；请先退回修改", before.state().title());
                out.aside(table.fault(row.line, "no", why));
                continue;
            }
            let version = history::current(&app.db, KIND, before.id)
                .await?
                .map_or(0, |e| e.version);
            let what = format!("{}：{}", new.name, changed(&now, &new).join("，"));
            let before = Some((before.id, version));
            out.change(vec![row.line], Effect::Updated, what, Change { before, new });
        }
        Ok(())
    }

    async fn apply(app: &App, tx: &RecordedTx, changes: Vec<Change>) -> AppResult<()> {
        for Change { before, new } in changes {
            let name = new.name.clone();
            let done = match before {
                None => enter_in(app, tx, new).await.map(|_| ()),
                Some((project, version)) => amend_in(app, tx, project, version, new).await,
            };
            done.map_err(|e| AppError::new(e.kind, format!("{name}：{}", e.message)))?;
        }
        Ok(())
    }
}

/// A cell as the form would send it.
fn typed(row: &Row, field: &str) -> String {
    match row.cell(field) {
        Some(Cell::Text(text)) => text.clone(),
        Some(Cell::Day(day)) => day.to_string(),
        Some(Cell::Money(money)) => money.to_string().replace(',', ""),
        Some(Cell::Whole(code)) => RegionCode::from_i64(*code).map_or_else(String::new, |c| c.to_string()),
        Some(Cell::Yes(yes)) => if *yes { "1" } else { "" }.to_owned(),
        _ => String::new(),
    }
}

/// What a row would change, in words.
fn changed(now: &NewProject, new: &NewProject) -> Vec<String> {
    let words = |p: &NewProject| {
        [
            ("项目名称", p.name.clone()),
            ("类别", p.mode.title().to_owned()),
            ("实施地点", p.site.clone()),
            ("建设内容", p.content.clone()),
            ("真实需求", p.need.clone()),
            ("选址说明", p.site_note.clone()),
            ("调研日期", p.surveyed_on.to_string()),
            ("计划资金", format!("{} 元", p.planned())),
            ("实施单位", p.owner.clone()),
            ("责任人", p.responsible.clone()),
            ("实施期限", format!("{} 至 {}", p.start, p.end)),
            ("责任", p.duty.clone()),
            ("预期年收益", format!("{} 元", p.expected_yield)),
            ("带动机制", p.link.clone()),
            ("受益户", format!("{} 户", p.households.len())),
        ]
    };
    let both = words(now).into_iter().zip(words(new));
    let differing: Vec<String> = both
        .filter(|((_, before), (_, after))| before != after)
        .map(|((title, before), (_, after))| format!("{title} {before}→{after}"))
        .collect();
    if differing.is_empty() {
        vec!["资金来源、补助或受益户".to_owned()]
    } else {
        differing
    }
}
