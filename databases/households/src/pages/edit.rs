//! `GET/POST /desk/households/{id}/edit`: corrections of the file. The second of two clerks sees what the first
//! changed, and both changes put together.

use axum::extract::Path;
use kernel::{AppError, AppResult, ErrorKind};
use web::{Ctx, Page, parts::Field};

use super::{
    blocks::{Block, Blocks, Cell, Form, Table, request_id},
    filled::Filled,
    household::reached,
};
use crate::{
    codes,
    reach::desk_layer,
    store::{
        Outcome,
        change::{Basics, Corrected, correct},
        missing, reading,
    },
};

pub(crate) async fn form(ctx: Ctx, Path(id): Path<i64>) -> Page {
    reached(&ctx, id, "household.enter").await?;
    let record = reading::record(&ctx.db, id).await?.ok_or_else(missing)?;
    let version = reading::version(&ctx.db, id).await?;
    page(&ctx, id, &Basics::of(&record), version, "", Vec::new())
}

pub(crate) async fn post(ctx: Ctx, Path(id): Path<i64>, filled: Filled) -> Page {
    reached(&ctx, id, "household.enter").await?;
    let mine = read(&filled);
    let version = filled.number("version");
    let reason = filled.of("reason").to_owned();
    let done = match &mine {
        Ok(mine) => correct(ctx.app(), ctx.actor(), id, filled.request_id(), version, mine, &reason).await,
        Err(error) => Err(AppError::invalid(error.message.clone())),
    };
    match done {
        Ok(Corrected::Done(Outcome::Done)) => ctx.done("档案已更正。", &format!("/desk/households/{id}")).await,
        Ok(Corrected::Done(Outcome::Already)) => {
            ctx.done("已经更正过，没有重复更正。", &format!("/desk/households/{id}"))
                .await
        }
        Ok(Corrected::Moved {
            version,
            by,
            theirs,
            merged,
            clashes,
        }) => {
            let mut blocks = vec![Block::Note(
                "warning",
                format!("在您填写期间，{by}修改了这一户，您的更正还没有保存。下面已把两边的修改合并，请核对后再保存。"),
            )];
            let table = |title: &str, heads, rows: Vec<records::history::Difference>| {
                Block::Table(Table {
                    title: title.into(),
                    heads,
                    rows: rows
                        .into_iter()
                        .map(|d| {
                            vec![
                                Cell::text(d.title),
                                Cell::class(d.before, "wrap"),
                                Cell::class(d.after, "wrap"),
                            ]
                        })
                        .collect(),
                    ..Table::default()
                })
            };
            if !theirs.is_empty() {
                blocks.push(table("对方的修改", vec!["项目", "修改前", "修改后"], theirs));
            }
            if !clashes.is_empty() {
                blocks.push(table(
                    "两边改得不一样，请选定（下面先用对方的）",
                    vec!["项目", "对方填写", "您填写"],
                    clashes,
                ));
            }
            page(&ctx, id, &merged, version, &reason, blocks)
        }
        Err(error) if matches!(error.kind, ErrorKind::Invalid | ErrorKind::Conflict) => {
            let record = reading::record(&ctx.db, id).await?.ok_or_else(missing)?;
            let shown = mine.unwrap_or_else(|_| Basics::of(&record));
            page(
                &ctx,
                id,
                &shown,
                version,
                &reason,
                vec![Block::Note("danger", error.message)],
            )
        }
        Err(error) => Err(error.into()),
    }
}

fn read(filled: &Filled) -> AppResult<Basics> {
    let known = |name: &str| {
        codes::CAUSES
            .iter()
            .find(|c| **c == filled.of(name))
            .map(|c| (*c).to_owned())
    };
    Ok(Basics {
        attr: filled.number("attr"),
        std: filled.number("std"),
        main_cause: known("cause").ok_or_else(|| AppError::invalid("主要致贫原因：请选择。"))?,
        other_causes: [known("cause2"), known("cause3")].into_iter().flatten().collect(),
        cause_note: filled.text("cause_note", "原因说明", 300)?,
        risk_types: filled
            .names("risks")
            .into_iter()
            .filter(|r| codes::RISKS.contains(&r.as_str()))
            .collect(),
        address: filled.text("address", "家庭住址", 100)?,
    })
}

fn page(ctx: &Ctx, id: i64, basics: &Basics, version: i64, reason: &str, mut blocks: Vec<Block>) -> Page {
    let refused = !blocks.is_empty();
    let numbered = |list: &[(i64, &'static str)]| -> Vec<(String, String)> {
        list.iter().map(|(v, t)| (v.to_string(), (*t).to_owned())).collect()
    };
    let causes = || {
        std::iter::once((String::new(), "—".to_owned()))
            .chain(codes::CAUSES.iter().map(|c| ((*c).to_owned(), (*c).to_owned())))
    };
    let other = |n: usize| basics.other_causes.get(n).cloned().unwrap_or_default();
    blocks.push(Block::Form(Form {
        id: "edit".into(),
        action: format!("/desk/households/{id}/edit"),
        hidden: vec![("version", version.to_string()), request_id(ctx, "correct")],
        fields: vec![
            Field::select("cause", "主要致贫原因", causes())
                .value(&basics.main_cause)
                .required(),
            Field::select("cause2", "其他原因", causes()).value(other(0)),
            Field::select("cause3", "其他原因（二）", causes()).value(other(1)),
            Field::select("attr", "户属性", numbered(&codes::ATTRS)).value(basics.attr.to_string()),
            Field::select("std", "识别标准", numbered(&codes::STANDARDS)).value(basics.std.to_string()),
            Field::text("address", "家庭住址").value(&basics.address),
            Field::text("risks", "风险类型")
                .value(basics.risk_types.join("、"))
                .hint(format!("可填：{}。", codes::RISKS.join("、"))),
            Field::area("cause_note", "原因说明").value(&basics.cause_note),
            Field::area("reason", "更正理由").value(reason).required(),
        ],
        button: "保存更正".into(),
        class: "btn-primary",
        ..Form::default()
    }));
    let shell = ctx
        .shell(desk_layer(ctx))
        .crumb("帮扶户", "/desk/households")
        .crumb("本户", format!("/desk/households/{id}"))
        .here("更正档案");
    let page = Blocks::new(shell, blocks);
    if refused { page.refused() } else { page.show() }
}
