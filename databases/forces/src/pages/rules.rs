//! Leave and the parameters of duty: what excuses, and what is prescribed.

use access::Resource;
use axum::{
    Form,
    extract::{Path, Query},
};
use records::flow::Code;
use web::{
    Ctx, Page,
    parts::{Field, Pair},
};

use super::{
    duties::{AnswerForm, PageQuery, mine_page},
    sheet::{
        Grid, Sheet, badge, choices, form, is_for_the_form, number, page_no, pager, prose, refused, text, whole,
        with_first,
    },
};
use crate::{
    acts::{
        duty::{self, SettingForm},
        leave::{self, LeaveForm},
    },
    model::duty::Parameter,
    store::duties as store,
};

pub(crate) async fn leaves(ctx: Ctx, Query(query): Query<PageQuery>) -> Page {
    leave_page(&ctx, page_no(&query.page), "").await
}

async fn leave_page(ctx: &Ctx, page: u64, problem: &str) -> Page {
    let total = store::count_leaves(&ctx.db, ctx.scope()).await?;
    let rows = store::leaves(&ctx.db, ctx.scope(), page).await?;
    let may = ctx.may("leave.decide", &Resource::any());
    let mut sheet = Sheet::of(ctx.shell(households::desk_layer(ctx)).here("请假")).problem(problem);
    for l in rows.iter().filter(|l| may && l.state == "asked") {
        for (act, title) in [("approve", "同意"), ("refuse", "不同意")] {
            let note = Field::text("note", "审批意见");
            let mut decide = form(
                ctx,
                "待审批的请假",
                format!("/desk/forces/leaves/{}/{act}", l.id),
                title,
            )
            .note(format!("{}：{} 至 {}，{}", l.helper_name, l.from_on, l.to_on, l.reason))
            .fields([if act == "refuse" { note.required() } else { note }]);
            if act == "refuse" {
                decide.class = "btn-outline-danger";
            }
            sheet.forms.push(decide);
        }
    }
    sheet.grids.push(Grid {
        label: "请假列表",
        total: format!("共 {total} 次"),
        heads: vec!["人员", "开始", "结束", "理由", "状态", "审批人", "审批意见"],
        rows: rows
            .into_iter()
            .map(|l| {
                let (title, tone) = match l.state.as_str() {
                    "approved" => ("已同意", "done"),
                    "refused" => ("未同意", "back"),
                    _ => ("待审批", "wait"),
                };
                vec![
                    text(l.helper_name),
                    whole(l.from_on),
                    whole(l.to_on),
                    prose(l.reason),
                    badge(title, tone),
                    text(l.decided_by),
                    prose(l.decided_note),
                ]
            })
            .collect(),
        empty: "没有请假。",
        pager: pager("/desk/forces/leaves", "", page, total),
        ..Grid::default()
    });
    sheet.show()
}

pub(crate) async fn ask_leave(ctx: Ctx, Form(typed): Form<LeaveForm>) -> Page {
    match leave::ask(ctx.app(), ctx.actor(), &typed).await {
        Ok(()) => ctx.done("已提交，等待审批。", "/desk/forces/leaves").await,
        Err(error) if is_for_the_form(&error) => refused(mine_page(&ctx, &error.message).await),
        Err(error) => Err(error.into()),
    }
}

pub(crate) async fn approve(ctx: Ctx, Path(id): Path<i64>, Form(typed): Form<AnswerForm>) -> Page {
    decided(ctx, id, true, typed).await
}

pub(crate) async fn refuse(ctx: Ctx, Path(id): Path<i64>, Form(typed): Form<AnswerForm>) -> Page {
    decided(ctx, id, false, typed).await
}

async fn decided(ctx: Ctx, id: i64, approve: bool, typed: AnswerForm) -> Page {
    match leave::decide(ctx.app(), ctx.actor(), id, approve, &typed.request_id, &typed.note).await {
        Ok(()) => ctx.done("已审批。", "/desk/forces/leaves").await,
        Err(error) if is_for_the_form(&error) => refused(leave_page(&ctx, 1, &error.message).await),
        Err(error) => Err(error.into()),
    }
}

pub(crate) async fn settings(ctx: Ctx) -> Page {
    settings_page(&ctx, "").await
}

async fn settings_page(ctx: &Ctx, problem: &str) -> Page {
    let rows = store::settings(&ctx.db).await?;
    let today = ctx.clock.today();
    let now = store::duty_on(&ctx.db, today).await?;
    let mut sheet = Sheet::of(ctx.shell(households::desk_layer(ctx)).here("走访要求")).problem(problem);
    sheet.facts = vec![
        Pair::new("帮扶责任人", format!("每月不少于 {} 次", now.visits_a_month)),
        Pair::new(
            "驻村工作队",
            match (now.team_days_a_month, now.team_days_a_year) {
                (0, year) => format!("每年在村不少于 {year} 天"),
                (month, 0) => format!("每月在村不少于 {month} 天"),
                (month, year) => format!("每月不少于 {month} 天，每年不少于 {year} 天"),
            },
        ),
        Pair::new("请假", format!("当月批准请假满 {} 天免走访", now.excuse_days)),
        Pair::new("提交时限", format!("走访后 {} 小时内", now.upload_hours)),
        Pair::new("停留时间", format!("每次不少于 {} 分钟", now.stay_minutes)),
    ];
    sheet.grids.push(Grid {
        title: "设置记录",
        label: "设置记录",
        heads: vec!["参数", "生效日期", "数值", "依据"],
        rows: rows
            .into_iter()
            .map(|(s, basis)| {
                vec![
                    text(s.parameter.title()),
                    whole(s.from.to_string()),
                    number(s.value),
                    text(basis),
                ]
            })
            .collect(),
        empty: "没有改动过，按默认要求执行。",
        ..Grid::default()
    });
    if ctx.may("duty.set", &Resource::any()) {
        sheet.forms.push(
            form(ctx, "调整", "/desk/forces/duties", "保存")
                .note("过去的月份仍按当时的要求判断。")
                .fields([
                    Field::select("parameter", "参数", with_first("请选择", choices::<Parameter>())).required(),
                    Field::input("date", "from_on", "生效日期")
                        .value(today.to_string())
                        .required(),
                    Field::input("number", "value", "数值")
                        .hint("0 为不作要求。")
                        .required(),
                    Field::text("basis", "依据").required(),
                ]),
        );
    }
    sheet.show()
}

pub(crate) async fn set(ctx: Ctx, Form(typed): Form<SettingForm>) -> Page {
    match duty::set(ctx.app(), ctx.actor(), &typed).await {
        Ok(()) => ctx.done("已保存。", "/desk/forces/duties").await,
        Err(error) if is_for_the_form(&error) => refused(settings_page(&ctx, &error.message).await),
        Err(error) => Err(error.into()),
    }
}
