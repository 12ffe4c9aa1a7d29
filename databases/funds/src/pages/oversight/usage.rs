//! `GET /desk/funds/usage`: the job that collects the use of money: last run, files, rows, faults, and a button.

use access::Resource;
use kernel::{AppError, Money, Timestamp};
use web::{Ctx, Page, download, html};

use super::{shell, tabs};
use crate::{
    pages::{
        filled::Filled,
        sheet::{ActForm, Cell, Grid, Link, Note, Sheet, Tile, UploadField},
    },
    usage::{LastRun, contract, inbox, take_in, usage_files},
};

const LIST: &str = "/desk/funds/usage";

pub(crate) async fn show(ctx: Ctx) -> Page {
    let rows = usage_files(&ctx.db, ctx.scope()).await?;
    let last = ctx.app().part::<LastRun>().ok().and_then(|l| l.at());
    let read = last.map(|at| at.to_string());
    let read = read.as_deref().map(|at| {
        let (day, time) = at.split_once(' ').unwrap_or((at, ""));
        (day.to_owned(), time.to_owned())
    });
    let waiting = std::fs::read_dir(inbox(ctx.app())).map_or(0, |files| {
        files
            .filter_map(Result::ok)
            .filter(|f| f.file_type().is_ok_and(|t| t.is_file()))
            .count()
    });
    let mut forms = Vec::new();
    if ctx.may("fund.record", &Resource::any()) {
        forms.push(ActForm {
            title: "立即归集".into(),
            hint: "读取归集目录中的全部文件；每份文件全部登记，或一行也不登记。".into(),
            action: format!("{LIST}/run"),
            request_id: format!("run-{:x}", ctx.next_id()),
            button: "立即归集".into(),
            class: "btn-primary",
            ..ActForm::default()
        });
        forms.push(ActForm {
            title: "放入文件".into(),
            hint: "没有接通目录的部门可在这里放入，放入后立即归集。".into(),
            action: format!("{LIST}/drop?csrf={}", ctx.csrf()),
            request_id: format!("drop-{:x}", ctx.next_id()),
            upload: Some(UploadField {
                name: "file",
                label: "资金使用情况",
                accept: ".xlsx,.xls,.csv",
                hint: "不超过 16 MB。",
            }),
            button: "放入并归集".into(),
            class: "btn-outline-primary",
            ..ActForm::default()
        });
    }
    html(Sheet {
        shell: shell(&ctx, "使用情况归集"),
        tabs: tabs(LIST),
        links: vec![Link {
            title: "下载模板",
            href: format!("{LIST}/template.xlsx"),
            download: true,
        }],
        notes: vec![Note {
            tone: "info",
            text: "各部门把资金使用情况文件放入归集目录（数据目录下 inbox/funds），平台每 10 分钟读取一次，登记到对应分配。".into(),
        }],
        tiles: vec![
            Tile {
                title: "最近一次读取",
                // The day stands below, so that the time is whole on a phone.
                value: read.as_ref().map_or_else(|| "尚未读取".into(), |(_, time)| time.clone()),
                foot: read.as_ref().map_or_else(|| "每 10 分钟一次".into(), |(day, _)| format!("{day}，每 10 分钟一次")),
                alert: false,
            },
            Tile {
                title: "目录中待归集",
                value: format!("{waiting} 份"),
                foot: String::new(),
                alert: false,
            },
            Tile {
                title: "已退回",
                value: format!("{} 份", rows.iter().filter(|f| f.state == "refused").count()),
                foot: format!("已归集 {} 份", rows.iter().filter(|f| f.state == "taken").count()),
                alert: rows.first().is_some_and(|f| f.state == "refused"),
            },
        ],
        grids: vec![Grid {
            title: "归集记录".into(),
            total: format!("最近 {} 份", rows.len()),
            heads: vec!["时间", "文件", "经手", "结果", "行数", "金额（元）", "问题"],
            rows: rows
                .iter()
                .map(|f| {
                    vec![
                        Cell::whole(Timestamp(f.at_millis).to_string()),
                        Cell::text(&f.file_name),
                        Cell::text(&f.by_name),
                        if f.state == "taken" {
                            Cell::state("已归集", "done")
                        } else {
                            Cell::state("已退回", "back")
                        },
                        Cell::number(f.rows),
                        Cell::text(Money(f.amount_fen).to_string()),
                        Cell::text(f.faults.replace('\n', "；")),
                    ]
                })
                .collect(),
            empty: "还没有归集过文件。",
            ..Grid::default()
        }],
        forms,
        ..Sheet::default()
    })
}

pub(crate) async fn template(_ctx: Ctx) -> Page {
    const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let book = contract()?.template_xlsx().map_err(AppError::internal)?;
    Ok(download("资金使用情况模板.xlsx", XLSX, book))
}

pub(crate) async fn run(ctx: Ctx, _filled: Filled) -> Page {
    let ran = take_in(ctx.app(), ctx.actor()).await?;
    let text = format!("已读取：归集 {} 份，退回 {} 份。", ran.taken, ran.refused);
    ctx.done(text, LIST).await
}

pub(crate) async fn put(ctx: Ctx, filled: Filled) -> Page {
    let (name, bytes) = filled.file.as_ref().ok_or_else(|| AppError::invalid("请选择文件。"))?;
    let folder = inbox(ctx.app());
    std::fs::create_dir_all(&folder).map_err(AppError::internal)?;
    // A name from outside never becomes a path.
    let plain: String = name
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'))
        .take(60)
        .collect();
    let plain = plain.trim_start_matches('.');
    let name = format!("{:x}-{plain}", ctx.next_id());
    let half = folder.join(format!("{name}.part"));
    std::fs::write(&half, bytes).map_err(AppError::internal)?;
    std::fs::rename(&half, folder.join(name)).map_err(AppError::internal)?;
    let ran = take_in(ctx.app(), ctx.actor()).await?;
    let text = format!("已读取：归集 {} 份，退回 {} 份。", ran.taken, ran.refused);
    ctx.done(text, LIST).await
}
