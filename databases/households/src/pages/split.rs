//! `GET/POST /desk/households/{id}/split`: members into a household of their own, or all into another household.

use axum::extract::Path;
use kernel::{AppError, AppResult, ErrorKind};
use web::{Ctx, Page, parts::Field};

use super::{
    blocks::{Block, Blocks, Form, request_id},
    filled::Filled,
    household::reached,
};
use crate::{
    codes,
    model::record::Record,
    reach::desk_layer,
    store::{
        missing, reading,
        split::{Grounds, merge, split},
    },
};

pub(crate) async fn form(ctx: Ctx, Path(id): Path<i64>) -> Page {
    reached(&ctx, id, "household.enter").await?;
    let record = reading::record(&ctx.db, id).await?.ok_or_else(missing)?;
    page(&ctx, id, &record, &Filled::default(), None)
}

pub(crate) async fn post(ctx: Ctx, Path(id): Path<i64>, filled: Filled) -> Page {
    reached(&ctx, id, "household.enter").await?;
    match carry_out(&ctx, id, &filled).await {
        Ok((to, text)) => ctx.done(text, &to).await,
        Err(error) if matches!(error.kind, ErrorKind::Invalid | ErrorKind::Conflict) => {
            let record = reading::record(&ctx.db, id).await?.ok_or_else(missing)?;
            page(&ctx, id, &record, &filled, Some(error.message))
        }
        Err(error) => Err(error.into()),
    }
}

async fn carry_out(ctx: &Ctx, id: i64, filled: &Filled) -> AppResult<(String, &'static str)> {
    let grounds = Grounds {
        on: filled.day_or("on", "日期", ctx.clock.today())?,
        reason: filled.text("reason", "理由", 300)?,
        basis: filled.text("basis", "依据", 200)?,
    };
    let here = format!("/desk/households/{id}");
    if filled.of("what") == "merge" {
        merge(
            ctx.app(),
            ctx.actor(),
            id,
            filled.request_id(),
            filled.of("into"),
            &grounds,
        )
        .await?;
        return Ok((here, "已并户，本户档案转为历史。"));
    }
    let people: Vec<i64> = filled
        .texts
        .iter()
        .filter(|(_, value)| value.as_str() == "1")
        .filter_map(|(name, _)| name.strip_prefix("go_")?.parse().ok())
        .collect();
    let head = filled.number("head");
    if head == 0 {
        return Err(AppError::invalid("新户户主：请选择。"));
    }
    let new = split(ctx.app(), ctx.actor(), id, filled.request_id(), &people, head, &grounds).await?;
    Ok((
        new.map_or(here, |new| format!("/desk/households/{new}")),
        "已分户，两户档案都保留历史。",
    ))
}

fn page(ctx: &Ctx, id: i64, record: &Record, filled: &Filled, refused: Option<String>) -> Page {
    let refusing = refused.is_some();
    let mut blocks: Vec<Block> = refused.into_iter().map(|t| Block::Note("danger", t)).collect();
    let movable: Vec<_> = record.present().filter(|m| m.person_key != record.head_key).collect();
    let grounds = || {
        [
            Field::text("basis", "依据")
                .value(filled.of("basis"))
                .required()
                .placeholder("公安分户证明、婚姻登记、村级决议"),
            Field::input("date", "on", "日期").value(ctx.clock.today().to_string()),
            Field::area("reason", "理由").value(filled.of("reason")).required(),
        ]
    };
    if movable.is_empty() {
        blocks.push(Block::Note("info", "本户只有户主一人，不能分户。".into()));
    } else {
        let mut fields: Vec<Field> = movable
            .iter()
            .map(|m| {
                let name = format!("go_{}", m.person_key);
                let sent = filled.of(&name).to_owned();
                Field::checkbox(&name, &format!("{}（{}）分出", m.name, codes::kin_title(&m.kin))).value(sent)
            })
            .collect();
        let heads = movable.iter().map(|m| (m.person_key.to_string(), m.name.clone()));
        fields.push(Field::select("head", "新户户主", heads).value(filled.of("head")));
        fields.extend(grounds());
        blocks.push(Block::Form(Form {
            id: "split".into(),
            title: "分户".into(),
            hint: "为享受待遇而分户的不予办理；分出的户沿用本户状态，两户档案互相注明。".into(),
            action: format!("/desk/households/{id}/split"),
            hidden: vec![("what", "split".into()), request_id(ctx, "split")],
            fields,
            button: "分户".into(),
            class: "btn-primary",
            question: "确定分户？",
            ..Form::default()
        }));
    }
    let mut fields = vec![Field::text("into", "并入的户编号").value(filled.of("into")).required()];
    fields.extend(grounds());
    blocks.push(Block::Form(Form {
        id: "merge".into(),
        title: "并户".into(),
        hint: "本户全部成员并入另一户，本户档案转为历史。".into(),
        action: format!("/desk/households/{id}/split"),
        hidden: vec![("what", "merge".into()), request_id(ctx, "merge")],
        fields,
        button: "并户".into(),
        question: "确定并户？",
        folded: filled.of("what") != "merge",
        ..Form::default()
    }));
    let shell = ctx
        .shell(desk_layer(ctx))
        .crumb("帮扶户", "/desk/households")
        .crumb(format!("{}户", record.head_name), format!("/desk/households/{id}"))
        .here("分户、并户");
    let page = Blocks::new(shell, blocks);
    if refusing { page.refused() } else { page.show() }
}
