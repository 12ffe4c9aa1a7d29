//! `GET /desk/means`: requests to the city's means-check system. Made here for households that have signed, released
//! by a second person, fetched as a file; the answers come back through the import.

use access::Resource;
use axum::{
    body::Body,
    extract::{Path, Query},
};
use directory::{AreaQuery, area_fields, regions};
use kernel::{AppError, AppResult, ErrorKind, Timestamp, name};
use serde::Deserialize;
use web::{
    Ctx, Page, download,
    parts::{Field, Pager, Pair, Step},
};

use super::{
    blocks::{Block, Blocks, Cell, Form, Table, request_id},
    filled::Filled,
    list::place_path,
};
use crate::{
    PAGE_ROWS, codes,
    reach::desk_layer,
    store::{
        Outcome,
        means::{self, Request},
    },
};

pub(super) const PATH: &str = "/desk/means";
const BASIS: &str = "《困难家庭经济状况核对实施办法》；本户家庭经济状况核对授权委托书";
const SHOWN: usize = 20;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    page: String,
}

impl Asked {
    fn page(&self) -> u64 {
        self.page.parse().unwrap_or(1).max(1)
    }
}

fn tone(request: &Request) -> &'static str {
    match request.state() {
        "待复核" => "wait",
        "待下载报送" => "doing",
        _ => "done",
    }
}

pub(crate) async fn list(ctx: Ctx, Query(asked): Query<Asked>) -> Page {
    let tree = regions(ctx.app()).await?;
    let page = asked.page();
    let total = means::count(&ctx.db, ctx.scope()).await?;
    let mut rows = Vec::new();
    for r in means::page_of(&ctx.db, ctx.scope(), page).await? {
        let (answered, _) = means::count_answers(&ctx.db, r.id).await?;
        rows.push(vec![
            Cell::link(r.no.clone(), format!("{PATH}/{}", r.id)),
            Cell::text(place_path(&tree, r.region)),
            Cell::class(r.households.to_string(), "num"),
            Cell::class(r.people.to_string(), "num"),
            Cell::class(format!("{answered} / {}", r.people), "num"),
            Cell::text(r.made_name.clone()),
            Cell::class(Timestamp(r.made_millis).to_string(), "mid whole"),
            Cell::tag(r.state(), tone(&r)),
        ]);
    }
    let blocks = vec![Block::Table(Table {
        heads: vec![
            "批次号",
            "范围",
            "户数",
            "人数",
            "已回结果（人）",
            "制作人",
            "制作时间",
            "状态",
        ],
        rows,
        empty: "还没有向市级核对系统提出过核对。",
        list: true,
        ..Table::default()
    })];
    let mut shown = Blocks::new(ctx.shell(desk_layer(&ctx)).here("家庭经济状况核对"), blocks);
    if ctx.may("means.request", &Resource::any()) {
        shown.actions.push(("制作核对请求".into(), format!("{PATH}/new")));
        shown.actions.push(("导入核对结果".into(), format!("{PATH}/import")));
    }
    shown.pager = Some(Pager {
        page,
        page_size: PAGE_ROWS,
        total_rows: total.unsigned_abs(),
        path: PATH.into(),
        ..Pager::default()
    });
    shown.show()
}

/// Area, purpose and ground; with `show=1` also whom the request would hold.
pub(crate) async fn ask(ctx: Ctx, Query(pairs): Query<Vec<(String, String)>>) -> Page {
    let mut filled = Filled::default();
    filled.texts.extend(pairs);
    new_page(&ctx, &filled, None).await
}

pub(crate) async fn make(ctx: Ctx, filled: Filled) -> Page {
    let made = async {
        let tree = regions(ctx.app()).await?;
        let area = area_of(&filled).area(&tree, ctx.scope());
        let (purpose, basis, seal) = (filled.of("purpose"), filled.of("basis"), filled.of("seal"));
        means::make(ctx.app(), ctx.actor(), filled.request_id(), area, purpose, basis, seal).await
    };
    match made.await {
        Ok(Some(id)) => {
            ctx.done("核对请求已制作，请另一名人员复核。", &format!("{PATH}/{id}"))
                .await
        }
        Ok(None) => ctx.done("已经制作过，没有重复制作。", PATH).await,
        Err(error) if matches!(error.kind, ErrorKind::Invalid | ErrorKind::Conflict) => {
            new_page(&ctx, &filled, Some(error.message)).await
        }
        Err(error) => Err(error.into()),
    }
}

fn area_of(filled: &Filled) -> AreaQuery {
    AreaQuery {
        town: filled.of("town").to_owned(),
        community: filled.of("community").to_owned(),
        village: filled.of("village").to_owned(),
    }
}

async fn new_page(ctx: &Ctx, filled: &Filled, problem: Option<String>) -> Page {
    let tree = regions(ctx.app()).await?;
    let asked = area_of(filled);
    let refused = problem.is_some();
    let mut blocks: Vec<Block> = problem.into_iter().map(|text| Block::Note("danger", text)).collect();
    let mut fields = area_fields(&tree, ctx.scope(), ctx.config.area, &asked);
    let basis = if filled.of("basis").is_empty() {
        BASIS
    } else {
        filled.of("basis")
    };
    fields.push(
        Field::text("purpose", "核对目的")
            .value(filled.of("purpose"))
            .placeholder("2026 年救助对象年度复核")
            .required(),
    );
    fields.push(Field::text("basis", "法律依据").value(basis).required());
    blocks.push(Block::Form(Form {
        id: "ask".into(),
        title: "核对范围".into(),
        hint: "只包括在册和正在申请、且成年成员全部签了有效授权书的户；缺签的列出名单，不报送。".into(),
        action: format!("{PATH}/new"),
        hidden: vec![("show", "1".into())],
        fields,
        button: "预览".into(),
        class: "btn-primary",
        get: true,
        ..Form::default()
    }));
    if filled.of("show") == "1" {
        let area = asked.area(&tree, ctx.scope());
        let proposal = means::propose(&ctx.db, ctx.scope(), area, ctx.clock.today()).await?;
        let kinds: Vec<&str> = means::KINDS.iter().map(|(_, title)| *title).collect();
        blocks.push(Block::Pairs(vec![
            Pair::new(
                "将报送",
                format!("{} 户，{} 人", proposal.households, proposal.people.len()),
            ),
            Pair::new("缺签不报送", format!("{} 户", proposal.left_out.len())),
            Pair::new("核对项目", kinds.join("、")),
        ]));
        if !proposal.left_out.is_empty() {
            blocks.push(Block::Table(Table {
                title: "缺签的户".into(),
                heads: vec!["户主", "所在村", "没有有效授权书的成年成员"],
                rows: proposal
                    .left_out
                    .iter()
                    .take(SHOWN)
                    .map(|l| {
                        vec![
                            Cell::link(&l.head_name, format!("/desk/households/{}?tab=flow", l.household_id)),
                            Cell::text(place_path(&tree, l.region)),
                            Cell::text(l.unsigned.join("、")),
                        ]
                    })
                    .collect(),
                ..Table::default()
            }));
        }
        if proposal.people.is_empty() {
            blocks.push(Block::Note(
                "warning",
                "所选范围内没有签齐授权书的户。请先在户的“办理流程”里登记授权书。".into(),
            ));
        } else {
            blocks.push(Block::Table(Table {
                title: format!("将报送的人员（列出前 {SHOWN} 人）"),
                heads: vec!["姓名", "与户主关系", "户主", "所在村", "授权有效期至"],
                rows: proposal
                    .people
                    .iter()
                    .take(SHOWN)
                    .map(|p| {
                        vec![
                            Cell::text(&p.name),
                            Cell::text(codes::kin_title(&p.kin)),
                            Cell::text(&p.head_name),
                            Cell::text(place_path(&tree, p.region)),
                            Cell::class(&p.valid_to, "mid whole"),
                        ]
                    })
                    .collect(),
                ..Table::default()
            }));
            let mut hidden = vec![
                ("show", "1".to_owned()),
                ("seal", proposal.seal.clone()),
                request_id(ctx, "means"),
            ];
            for field in ["town", "community", "village", "purpose", "basis"] {
                hidden.push((field, filled.of(field).to_owned()));
            }
            blocks.push(Block::Form(Form {
                id: "make".into(),
                action: format!("{PATH}/new"),
                hint: "制作后由另一名人员复核，复核后才能下载。身份证号只在下载的文件里出现，平台不另存。".into(),
                hidden,
                button: format!("制作 {} 人的核对请求", proposal.people.len()),
                class: "btn-primary",
                ..Form::default()
            }));
        }
    }
    let shell = ctx
        .shell(desk_layer(ctx))
        .crumb("家庭经济状况核对", PATH)
        .here("制作核对请求");
    let page = Blocks::new(shell, blocks);
    if refused { page.refused() } else { page.show() }
}

async fn reached(ctx: &Ctx, id: i64) -> AppResult<Request> {
    means::request(&ctx.db, ctx.scope(), id)
        .await?
        .ok_or_else(|| AppError::not_found("没有找到这一批核对，或不在您的管理范围内。"))
}

pub(crate) async fn one(ctx: Ctx, Path(id): Path<i64>, Query(asked): Query<Asked>) -> Page {
    one_page(&ctx, id, asked.page(), None).await
}

async fn one_page(ctx: &Ctx, id: i64, page: u64, problem: Option<String>) -> Page {
    let found = reached(ctx, id).await?;
    let tree = regions(ctx.app()).await?;
    let refused = problem.is_some();
    let mut blocks: Vec<Block> = problem.into_iter().map(|text| Block::Note("danger", text)).collect();
    let (answered, with_records) = means::count_answers(&ctx.db, id).await?;
    blocks.push(Block::Steps(steps(&found, answered)));
    let at = |millis: Option<i64>, who: &Option<String>| match millis {
        Some(millis) => format!("{} {}", Timestamp(millis), who.clone().unwrap_or_default()),
        None => String::new(),
    };
    blocks.push(Block::Pairs(vec![
        Pair::whole("批次号", &found.no),
        Pair::new("范围", place_path(&tree, found.region)),
        Pair::new("核对目的", &found.purpose),
        Pair::new("法律依据", &found.basis),
        Pair::new("户数、人数", format!("{} 户，{} 人", found.households, found.people)),
        Pair::new("制作", at(Some(found.made_millis), &Some(found.made_name.clone()))),
        Pair::new("复核", at(found.approved_millis, &found.approved_name)),
        Pair::new("最近下载", at(found.fetched_millis, &found.fetched_name)),
        Pair::new("文件校验值", found.digest.clone().unwrap_or_default()),
        Pair::new("结果", format!("已回 {answered} 人；有记录 {with_records} 项")),
    ]));
    let may = ctx.may("means.request", &Resource::any());
    if found.approved_millis.is_none() && ctx.may("means.approve", &Resource::any()) {
        let own = found.made_by == ctx.actor().account.map(|a| a.0);
        if own {
            blocks.push(Block::Note("info", "您制作的请求须由另一名有权限的人员复核。".into()));
        } else {
            blocks.push(Block::Form(Form {
                id: "approve".into(),
                title: "复核".into(),
                hint: "核对目的、依据和名单无误后通过；通过后可以下载报送市级系统。".into(),
                action: format!("{PATH}/{id}/approve"),
                hidden: vec![request_id(ctx, "approve")],
                button: "复核通过".into(),
                class: "btn-primary",
                ..Form::default()
            }));
        }
    }
    if found.approved_millis.is_some() && may {
        blocks.push(Block::Form(Form {
            id: "fetch".into(),
            title: "下载报送".into(),
            hint: "文件含身份证号，只用于报送市级核对系统，用后请删除。每次下载都记入操作记录。".into(),
            action: format!("{PATH}/{id}/file"),
            button: "下载请求文件".into(),
            class: "btn-primary",
            ..Form::default()
        }));
    }
    let rows = means::requested(&ctx.db, id, page).await?.into_iter().map(|p| {
        let result = if p.answered == 0 {
            Cell::tag("未回", "wait")
        } else {
            Cell::tag(format!("已回 {} 项，有记录 {} 项", p.answered, p.found), "done")
        };
        vec![
            Cell::link(
                shown_name(ctx, p.name),
                format!("/desk/households/{}?tab=incomes", p.household_id),
            ),
            Cell::text(codes::kin_title(&p.kin)),
            Cell::class(p.valid_to, "mid whole"),
            result,
        ]
    });
    blocks.push(Block::Table(Table {
        title: "人员".into(),
        heads: vec!["姓名", "与户主关系", "授权有效期至", "结果"],
        rows: rows.collect(),
        empty: "没有人员。",
        list: true,
    }));
    let shell = ctx
        .shell(desk_layer(ctx))
        .crumb("家庭经济状况核对", PATH)
        .here(found.no.clone());
    let mut shown = Blocks::new(shell, blocks);
    if may {
        shown.actions.push(("导入核对结果".into(), format!("{PATH}/import")));
    }
    shown.pager = Some(Pager {
        page,
        page_size: PAGE_ROWS,
        total_rows: found.people.unsigned_abs(),
        path: format!("{PATH}/{id}"),
        ..Pager::default()
    });
    if refused { shown.refused() } else { shown.show() }
}

fn shown_name(ctx: &Ctx, text: String) -> String {
    if crate::reach::sees_masked_names(ctx.actor().role) {
        name::mask(&text)
    } else {
        text
    }
}

fn steps(request: &Request, answered: i64) -> Vec<Step> {
    let done = [
        true,
        request.approved_millis.is_some(),
        request.fetched_millis.is_some(),
        answered > 0,
    ];
    let at = done.iter().position(|done| !done).unwrap_or(done.len());
    ["制作", "复核", "下载报送", "结果回填"]
        .into_iter()
        .enumerate()
        .map(|(n, title)| Step {
            title: title.to_owned(),
            state: match n.cmp(&at) {
                std::cmp::Ordering::Less => "done",
                std::cmp::Ordering::Equal => "current",
                std::cmp::Ordering::Greater => "todo",
            },
            detail: String::new(),
        })
        .collect()
}

pub(crate) async fn approve(ctx: Ctx, Path(id): Path<i64>, filled: Filled) -> Page {
    match means::approve(ctx.app(), ctx.actor(), filled.request_id(), id).await {
        Ok(Outcome::Done) => ctx.done("复核通过，可以下载报送。", &format!("{PATH}/{id}")).await,
        Ok(Outcome::Already) => ctx.done("已经复核过。", &format!("{PATH}/{id}")).await,
        Err(error) if matches!(error.kind, ErrorKind::Invalid | ErrorKind::Conflict) => {
            one_page(&ctx, id, 1, Some(error.message)).await
        }
        Err(error) => Err(error.into()),
    }
}

pub(crate) async fn file(ctx: Ctx, Path(id): Path<i64>) -> Page {
    match means::fetch(ctx.app(), ctx.actor(), id).await {
        Ok(fetched) => Ok(download(
            &fetched.file_name,
            "text/csv; charset=utf-8",
            Body::from(fetched.bytes),
        )),
        Err(error) if matches!(error.kind, ErrorKind::Invalid | ErrorKind::Conflict) => {
            one_page(&ctx, id, 1, Some(error.message)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// What the tab 收入 shows of the answers: all of them to those who may see them, the verdict to the others.
pub(super) async fn beside_incomes(ctx: &Ctx, household: i64, here: &Resource) -> AppResult<Vec<Block>> {
    let verdict = means::verdict(&ctx.db, household).await?;
    if verdict.answered == 0 {
        return Ok(Vec::new());
    }
    let day = verdict.as_of.clone().unwrap_or_default();
    let said = format!(
        "家庭经济状况核对：{} 个项目已回结果，{} 个项目有记录，数据截至 {day}。有记录不等于不符合条件，请结合入户情况核实。",
        verdict.answered, verdict.found
    );
    let mut blocks = vec![Block::Note("info", said)];
    if ctx.may("means.view", here) {
        let rows = means::answers_of(&ctx.db, household).await?.into_iter().map(|a| {
            vec![
                Cell::text(a.name),
                Cell::class(codes::word(&means::KINDS, &a.kind), "mid"),
                Cell::class(if a.found { "有" } else { "无" }, "mid"),
                Cell::class(a.detail, "wrap"),
                Cell::class(
                    a.amount_fen
                        .map_or_else(String::new, |fen| kernel::Money(fen).to_string()),
                    "amount",
                ),
                Cell::text(a.source),
                Cell::class(a.as_of, "mid whole"),
                Cell::class(a.no, "whole"),
            ]
        });
        blocks.push(Block::Table(Table {
            title: "家庭经济状况核对结果".into(),
            heads: vec![
                "姓名",
                "核对项目",
                "有无记录",
                "情况",
                "金额（元）",
                "数据来源",
                "数据日期",
                "批次号",
            ],
            rows: rows.collect(),
            ..Table::default()
        }));
        let act =
            trail::Act::new("means.view", format!("household:{household}")).for_purpose("查看家庭经济状况核对结果");
        ctx.trail.note(ctx.actor(), act).await?;
    }
    Ok(blocks)
}
