//! Programmes (资金项目): the list, the facts of one with its money and history, and their change. The second of two clerks sees
//! what the first changed, and both changes put together.

use std::collections::BTreeMap;

use access::{Resource, Role};
use axum::extract::{Path, Query};
use directory::orgs;
use kernel::{AppError, AppResult, ErrorKind};
use records::history::{self, Difference};
use serde::Deserialize;
use web::{
    Ctx, Page, Shell, html,
    parts::{Field, Filter, Pair, TimelineItem},
};

use super::{
    filled::Filled,
    lists,
    payments::within_reach,
    programme_money::tiles_and_grids,
    sheet::{ActForm, Cell, Grid, Link, Note, Sheet, layer},
};
use crate::{
    Programme,
    amend::{self, Amended, Asked, FIELDS, Facts, KIND, NAME_MODES, amend, record_id},
    chain::{FUND_CLASSES, title_of},
};

const LIST: &str = "/desk/funds/programmes";
const CYCLES: [&str; 4] = ["月", "季", "年", "一次"];
const PAYEES: [(&str, &str); 4] = [
    ("person", "个人"),
    ("household", "户"),
    ("village", "村"),
    ("project", "项目"),
];

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ListQuery {
    org: String,
    class: String,
    text: String,
    page: String,
}

impl ListQuery {
    fn query(&self) -> String {
        web::query_of([("org", &self.org), ("class", &self.class), ("text", &self.text)])
    }

    fn keeps(&self, p: &Programme) -> bool {
        let text = self.text.trim();
        (self.org.is_empty() || self.org == p.org)
            && (self.class.is_empty() || self.class == p.fund_class.to_string())
            && (text.is_empty() || [&p.code, &p.name, &p.basis].iter().any(|t| t.contains(text)))
    }
}

fn shell(ctx: &Ctx) -> Shell {
    ctx.shell(layer(ctx)).crumb("资金总览", "/desk/funds/board")
}

async fn offices(ctx: &Ctx) -> AppResult<BTreeMap<String, String>> {
    let known = orgs(&ctx.db, ctx.config.area).await?;
    Ok(known.into_iter().map(|o| (o.id, o.name)).collect())
}

fn mode_title(p: &Programme) -> String {
    title_of(&NAME_MODES, Facts::of(p).get("public_name_mode"))
}

pub(crate) async fn list(ctx: Ctx, Query(query): Query<ListQuery>) -> Page {
    let sheet = sheet(&ctx, &query).await?;
    html(sheet.as_list(&ctx, LIST, &query.page, &query.query()).await?)
}

/// `GET /desk/funds/programmes.xlsx`
pub(crate) async fn export(ctx: Ctx, Query(query): Query<ListQuery>) -> Page {
    let grid = sheet(&ctx, &query).await?.grids.remove(0);
    lists::send(&ctx, "资金项目", grid, "programme:list").await
}

async fn sheet(ctx: &Ctx, query: &ListQuery) -> AppResult<Sheet> {
    let all = within_reach(ctx).await?;
    let names = offices(ctx).await?;
    let office = |id: &str| names.get(id).cloned().unwrap_or_else(|| id.to_owned());
    let mut own: Vec<(String, String)> = all.iter().map(|p| (p.org.clone(), office(&p.org))).collect();
    own.sort();
    own.dedup();
    own.insert(0, (String::new(), "全部".to_owned()));
    let mut classes = vec![("", "全部")];
    classes.extend(FUND_CLASSES);
    let rows: Vec<&Programme> = all.iter().filter(|p| query.keeps(p)).collect();
    Ok(Sheet {
        shell: shell(ctx).here("资金项目"),
        filter: Some(Filter {
            action: LIST.into(),
            fields: vec![
                Field::select("org", "主管部门", own).value(&query.org),
                Field::select("class", "资金类别", classes).value(&query.class),
                Field::input("search", "text", "代码、名称或依据").value(&query.text),
            ],
        }),
        grids: vec![Grid {
            total: format!("共 {} 个", rows.len()),
            heads: vec![
                "项目代码",
                "项目名称",
                "主管部门",
                "资金类别",
                "发放对象",
                "补助标准（元）",
                "补助单位",
                "发放周期",
                "姓名公开方式",
            ],
            rows: rows
                .iter()
                .map(|p| {
                    vec![
                        Cell::link(&p.code, format!("{LIST}/{}", p.code)),
                        Cell::text(&p.name),
                        Cell::text(office(&p.org)),
                        Cell::text(title_of(&FUND_CLASSES, &p.fund_class.to_string())),
                        Cell::text(title_of(&PAYEES, &p.payee_kind)),
                        Cell::money(p.rate_fen),
                        Cell::text(&p.unit),
                        Cell::text(&p.cycle),
                        Cell::text(mode_title(p)),
                    ]
                })
                .collect(),
            empty: "没有符合条件的资金项目。",
            ..Grid::default()
        }],
        ..Sheet::default()
    })
}

async fn found(ctx: &Ctx, code: &str) -> AppResult<Programme> {
    let all = within_reach(ctx).await?;
    all.into_iter()
        .find(|p| p.code == code)
        .ok_or_else(|| AppError::not_found("没有找到这个资金项目。"))
}

fn may_edit(ctx: &Ctx, p: &Programme) -> bool {
    ctx.may("programme.edit", &Resource::any().of_department(p.org.clone()))
}

pub(crate) async fn show(ctx: Ctx, Path(code): Path<String>) -> Page {
    let p = found(&ctx, &code).await?;
    let names = offices(&ctx).await?;
    let mut links = vec![
        Link {
            title: "公开页面",
            href: format!("/programmes/{code}"),
            download: false,
        },
        Link {
            title: "资金指标",
            href: format!("/desk/funds/indicators?programme={code}"),
            download: false,
        },
    ];
    if may_edit(&ctx, &p) {
        links.push(Link {
            title: "修改",
            href: format!("{LIST}/{code}/edit"),
            download: false,
        });
    }
    let (tiles, grids) = tiles_and_grids(&ctx, &p).await?;
    html(Sheet {
        shell: shell(&ctx).crumb("资金项目", LIST).here(p.name.clone()),
        links,
        tiles,
        grids,
        pairs: vec![
            Pair::whole("项目代码", &p.code),
            Pair::new("主管部门", names.get(&p.org).unwrap_or(&p.org)),
            Pair::new("资金类别", title_of(&FUND_CLASSES, &p.fund_class.to_string())),
            Pair::new("发放对象", title_of(&PAYEES, &p.payee_kind)),
            Pair::whole("补助标准", format!("{} 元/{}", p.rate(), p.unit)),
            Pair::new("发放周期", &p.cycle),
            Pair::new("只发给在册户和低收入户", if p.targeted { "是" } else { "否" }),
            Pair::new("姓名公开方式", mode_title(&p)),
            Pair::new("政策依据", &p.basis),
            Pair::new("做了什么", &p.what_done),
            Pair::new("成效", &p.effect),
        ],
        timeline: past(&ctx, &p.code).await?,
        ..Sheet::default()
    })
}

async fn past(ctx: &Ctx, code: &str) -> AppResult<Vec<TimelineItem>> {
    let entries = history::entries(&ctx.db, KIND, record_id(code)).await?;
    let item = |(n, e): (usize, &history::Entry)| {
        let before = entries.get(n + 1).map(|b| &b.state);
        let changed = before.map_or_else(Vec::new, |b| history::differences(b, &e.state, &amend::titles()));
        let mut note: Vec<String> = changed.iter().map(shown).collect();
        if !e.reason.is_empty() {
            note.push(format!("理由：{}", e.reason));
        }
        let role = Role::from_id(&e.role).map_or("", Role::title);
        TimelineItem {
            time: e.at(),
            actor: format!("{}（{role}）", e.actor_name),
            act: if e.act == "edit" { "修改" } else { "此前的内容" }.to_owned(),
            note: note.join("；"),
            tone: "done",
        }
    };
    Ok(entries.iter().enumerate().map(item).collect())
}

fn shown(d: &Difference) -> String {
    format!("{}：{} → {}", d.title, told(d, &d.before), told(d, &d.after))
}

/// A value as people say it.
fn told(d: &Difference, value: &str) -> String {
    match (d.field.as_str(), value) {
        (_, "") => "空".to_owned(),
        ("public_name_mode", mode) => title_of(&NAME_MODES, mode),
        (_, value) => value.to_owned(),
    }
}

pub(crate) async fn form(ctx: Ctx, Path(code): Path<String>) -> Page {
    let p = editable(&ctx, &code).await?;
    let version = amend::version(&ctx.db, &p).await?;
    html(page(&ctx, &p, &Facts::of(&p), version, "", Vec::new()))
}

async fn editable(ctx: &Ctx, code: &str) -> AppResult<Programme> {
    let p = found(ctx, code).await?;
    ctx.require("programme.edit", &Resource::any().of_department(p.org.clone()))?;
    Ok(p)
}

pub(crate) async fn post(ctx: Ctx, Path(code): Path<String>, filled: Filled) -> Page {
    let p = editable(&ctx, &code).await?;
    let mine = Facts::sent(|field| filled.get(field).to_owned());
    let asked = Asked {
        request_id: filled.request_id(),
        code: &code,
        expected: filled.get("version").parse().unwrap_or(0),
        reason: filled.get("reason"),
    };
    let here = format!("{LIST}/{code}");
    let shown = match amend(ctx.app(), ctx.actor(), &asked, mine.clone()).await {
        Ok(Amended::Done) => return ctx.done("资金项目已修改。", &here).await,
        Ok(Amended::Already) => return ctx.done("已经修改过，没有重复修改。", &here).await,
        Ok(Amended::Moved {
            version,
            by,
            theirs,
            merged,
            clashes,
        }) => {
            let mut notes = vec![Note {
                tone: "warning",
                text: format!(
                    "在您填写期间，{by}修改了这个项目，您的修改还没有保存。下面已把两边的修改合并，请核对后再保存。"
                ),
            }];
            notes.extend(theirs.iter().map(|d| Note {
                tone: "info",
                text: format!("对方的修改　{}", self::shown(d)),
            }));
            notes.extend(clashes.iter().map(|d| Note {
                tone: "danger",
                text: format!(
                    "{}：两边改得不一样，对方填“{}”，您填“{}”。下面先用对方的，请选定。",
                    d.title,
                    told(d, &d.before),
                    told(d, &d.after)
                ),
            }));
            page(&ctx, &p, &merged, version, asked.reason, notes)
        }
        Err(e) if matches!(e.kind, ErrorKind::Invalid | ErrorKind::Conflict) => {
            let note = Note {
                tone: "danger",
                text: e.message,
            };
            page(&ctx, &p, &mine, asked.expected, asked.reason, vec![note])
        }
        Err(e) => return Err(e.into()),
    };
    Ok(web::refused(html(shown)?))
}

fn page(ctx: &Ctx, p: &Programme, facts: &Facts, version: i64, reason: &str, notes: Vec<Note>) -> Sheet {
    let field = |&(id, title, _, required): &(&'static str, &'static str, usize, bool)| {
        let field = match id {
            "cycle" => {
                let mut cycles: Vec<&str> = CYCLES.to_vec();
                if !cycles.contains(&facts.get("cycle")) {
                    cycles.push(facts.get("cycle"));
                }
                Field::select(id, title, cycles.into_iter().map(|c| (c, c)))
            }
            "public_name_mode" => {
                Field::select(id, title, NAME_MODES).hint("教育、残疾、健康和未成年人的项目应隐去或不公开姓名")
            }
            "rate" => Field::text(id, title).hint("只对以后造的册起作用"),
            "basis" | "what_done" | "effect" => Field::area(id, title).hint("公开页面上显示"),
            _ => Field::text(id, title),
        };
        let field = field.value(facts.get(id));
        if required { field.required() } else { field }
    };
    let mut fields: Vec<Field> = FIELDS.iter().map(field).collect();
    fields.push(Field::text("reason", "修改理由").value(reason).required());
    let here = format!("{LIST}/{}", p.code);
    Sheet {
        shell: shell(ctx)
            .crumb("资金项目", LIST)
            .crumb(p.name.clone(), here.clone())
            .here("修改资金项目"),
        notes,
        forms: vec![ActForm {
            title: format!("{} {}", p.code, p.name),
            action: format!("{here}/edit"),
            request_id: format!("programme-{:x}", ctx.next_id()),
            hidden: vec![("version", version.to_string())],
            fields,
            button: "保存".into(),
            class: "btn-primary",
            guard: true,
            ..ActForm::default()
        }],
        ..Sheet::default()
    }
}
