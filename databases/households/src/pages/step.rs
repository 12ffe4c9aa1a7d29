//! The tab 办理流程: where a household's procedure stands, what this role may do now, what was done.

use access::Resource;
use kernel::{AppError, AppResult, Timestamp, period::parse_date};
use records::{flow::Code, papers};
use web::{
    Ctx,
    parts::{Field, Pair, Step, TimelineItem},
};

use super::{
    authorise::authorisation,
    blocks::{Block, Cell, Form, Table, request_id},
    household::View,
};
use crate::{
    codes,
    competence::{OTHERS_ACT, answers_for_households},
    model::{
        exit::{REFUSALS, shortfalls},
        flows::{self, Act, Kind},
        guards::titles_of,
        lines::{Lines, Purpose},
        sign::{self, CONFIRMATIONS},
        terms,
    },
    store::{CaseCheckPart, KIND, cases, gathered},
};

/// The tab 办理流程.
pub(super) async fn section(ctx: &Ctx, view: &View) -> AppResult<Vec<Block>> {
    let mut blocks = Vec::new();
    let r = &view.record;
    let here = Resource::in_region(view.region);
    let mut acts = view.past.is_none() && ctx.may("household.step", &here);
    if acts && !answers_for_households(&ctx.db, ctx.actor()).await? {
        acts = false;
        blocks.push(Block::Note("info", OTHERS_ACT.into()));
    }
    let own = ctx
        .actor()
        .person
        .is_some_and(|own| r.present().any(|m| m.person_key == own.0));
    if own {
        blocks.push(Block::Note(
            "warning",
            "这一户涉及您本人，按规定须回避，请由他人办理。".into(),
        ));
    }
    let Some(case) = &r.case else {
        blocks.push(Block::Note("info", "本户没有办理过识别、退出等事项。".into()));
        if acts && !own {
            blocks.extend(openings(ctx, view));
        }
        if view.enters {
            blocks.extend(authorisation(ctx, view).await?);
        }
        return Ok(blocks);
    };
    let kind = Kind::parse(&case.kind).ok_or_else(|| AppError::internal("unknown kind of case"))?;
    let mut facts = vec![
        Pair::new("事项", kind.title()),
        Pair::new("目前状态", flows::state_title(kind, &case.state)),
        Pair::new("来源", codes::word(&codes::ORIGINS, &case.origin)),
        Pair::whole("提出日期", &case.opened_on),
        Pair::whole("本状态起", &case.since_on),
        Pair::new("办理情况", if case.open { "正在办理" } else { "已办结" }),
    ];
    if let Some(until) = r.consolidation_until.as_ref().filter(|_| kind == Kind::Exit) {
        facts.push(Pair::whole(
            "政策延续至",
            format!("{until}（{} 个月）", terms::CONSOLIDATION_MONTHS),
        ));
    }
    blocks.push(Block::Pairs(facts));
    if kind == Kind::Monitoring && case.open {
        let clue = parse_date(&case.opened_on).unwrap_or(ctx.clock.today());
        let days = (ctx.clock.today() - clue).whole_days();
        if days > terms::MONITOR_TOTAL_DAYS {
            blocks.push(Block::Note(
                "warning",
                format!(
                    "自发现线索已 {days} 天，按规定应在 {} 天内办结，请抓紧办理。",
                    terms::MONITOR_TOTAL_DAYS
                ),
            ));
        }
    }
    if let Ok(check) = ctx.part::<CaseCheckPart>() {
        let note = check.0.last(&ctx.db, view.id).await?;
        if ctx.may("case.check_view", &here) {
            blocks.push(Block::Table(Table {
                heads: vec!["数据比对", ""],
                rows: vec![vec![Cell::text(note.text), Cell::link("查看或重新比对", note.href)]],
                ..Table::default()
            }));
        }
    }
    let steps = cases::steps(&ctx.db, view.id).await?;
    blocks.push(Block::Steps(line(kind, &case.state, &steps, case.id)));
    if view.past.is_none() {
        if kind == Kind::Exit && case.open {
            blocks.push(conditions(ctx, view).await?);
        }
        if acts && !own {
            if case.open || matches!(case.state.as_str(), "exited" | "removed") {
                for act in flows::open_to(kind, &case.state, ctx.actor().role) {
                    if case.open || matches!(act, Act::Close | Act::Reinstate) {
                        blocks.push(Block::Form(act_form(ctx, view, kind, &case.state, act)?));
                    }
                }
            }
            if !case.open {
                blocks.extend(openings(ctx, view));
            }
        }
        blocks.extend(notices(ctx, view, case.id).await?);
        // Signatures run out: registered households sign anew without anything being under way.
        if view.enters {
            blocks.extend(authorisation(ctx, view).await?);
        }
    }
    let signs = cases::signatures(&ctx.db, case.id).await?;
    if !signs.is_empty() {
        let slots = sign::slots(&ctx.config.data_dir)?;
        let rows = signs.into_iter().map(|s| {
            let title = slots
                .iter()
                .find(|slot| slot.no == s.slot)
                .map_or("", |slot| slot.title.as_str());
            vec![
                Cell::text(format!("{} {title}", s.slot)),
                Cell::text(view.name(&s.signer)),
                Cell::class(Timestamp(s.signed_millis).to_string(), "mid whole"),
                Cell::text(sign::device_title(&s.device)),
                Cell::text(
                    CONFIRMATIONS
                        .iter()
                        .filter(|(id, _)| s.confirmed.split(',').any(|c| c == *id))
                        .map(|(_, t)| *t)
                        .collect::<Vec<_>>()
                        .join("、"),
                ),
            ]
        });
        blocks.push(Block::Table(Table {
            title: "五签字五确认".into(),
            heads: vec!["签字位", "签字人", "时间", "设备", "确认事项"],
            rows: rows.collect(),
            ..Table::default()
        }));
    }
    blocks.push(Block::Timeline("办理经过".into(), steps.iter().map(timeline).collect()));
    let files = papers::of(&ctx.db, KIND, view.id).await?;
    if !files.is_empty() {
        blocks.push(Block::Table(Table {
            title: "附件".into(),
            heads: vec!["步骤", "文件", "上传人"],
            rows: files
                .into_iter()
                .map(|p| {
                    let act = p.step.split(':').next_back().unwrap_or_default();
                    vec![
                        Cell::text(Act::parse(act).map_or("", Code::title)),
                        Cell::link(p.file_name, format!("/desk/households/{}/papers/{}", view.id, p.digest)),
                        Cell::text(p.actor_name),
                    ]
                })
                .collect(),
            ..Table::default()
        }));
    }
    Ok(blocks)
}

/// Codes, reason, basis and particulars of a step in words.
pub(super) fn particulars(step: &cases::StepRow) -> Vec<String> {
    let mut note = Vec::new();
    let codes = titles_of(&step.reason_codes);
    if !codes.is_empty() {
        note.push(format!("原因：{}", codes.join("、")));
    }
    for (label, text) in [("理由", &step.reason), ("依据", &step.basis), ("", &step.detail)] {
        if !text.is_empty() {
            note.push(if label.is_empty() {
                text.clone()
            } else {
                format!("{label}：{text}")
            });
        }
    }
    note
}

/// Whether a step led back.
pub(super) fn tone(step: &cases::StepRow) -> &'static str {
    if matches!(step.act.as_str(), "send_back" | "refuse" | "veto" | "withdraw") {
        "back"
    } else {
        "done"
    }
}

fn timeline(step: &cases::StepRow) -> TimelineItem {
    let kind = Kind::parse(&step.kind);
    let act = Act::parse(&step.act).map_or("办理", Code::title);
    let mut note = particulars(step);
    let entered = Timestamp(step.at_millis);
    let same_day = entered.date().to_string() == step.on_day;
    if !same_day {
        note.push(format!("{entered} 录入"));
    }
    TimelineItem {
        time: if same_day {
            entered.to_string()
        } else {
            step.on_day.clone()
        },
        actor: step.actor_name.clone(),
        act: format!(
            "{}：{act} → {}",
            kind.map_or("", Code::title),
            kind.map_or("", |k| flows::state_title(k, &step.to_state))
        ),
        note: note.join("；"),
        tone: tone(step),
    }
}

/// The usual way of the procedure, with the states passed.
fn line(kind: Kind, state: &str, steps: &[cases::StepRow], case: i64) -> Vec<Step> {
    let ends = ["not_listed", "withdrawn", "reinstated"];
    let all = flows::states(kind);
    let at = all.iter().position(|(id, _)| *id == state).unwrap_or(0);
    all.iter()
        .enumerate()
        .skip(1)
        .filter(|(_, (id, _))| !ends.contains(id) || *id == state)
        .map(|(n, (id, title))| Step {
            title: (*title).to_owned(),
            state: match n.cmp(&at) {
                std::cmp::Ordering::Less => "done",
                std::cmp::Ordering::Equal => "current",
                std::cmp::Ordering::Greater => "todo",
            },
            detail: steps
                .iter()
                .find(|s| s.case_id == case && s.to_state == *id && n <= at)
                .map(|s| s.on_day.clone())
                .unwrap_or_default(),
        })
        .collect()
}

async fn conditions(ctx: &Ctx, view: &View) -> AppResult<Block> {
    let today = ctx.clock.today();
    let lines = Lines::of_installation(&ctx.config.data_dir)?;
    let note = "（签字时填写）收入可持续依据".to_owned();
    let (facts, _) = gathered::exit_facts(ctx.app(), view.id, &view.record, today, note).await?;
    let found = shortfalls(&facts, lines.line(Purpose::Exit, view.region, today), today);
    if found.is_empty() {
        return Ok(Block::Note(
            "success",
            "退出条件已满足：收入、保障、产业、技能和疑点均无问题。".into(),
        ));
    }
    let texts: Vec<_> = found.into_iter().map(|s| s.text).collect();
    Ok(Block::Note("warning", format!("退出条件还差：{}", texts.join(""))))
}

fn openings(ctx: &Ctx, view: &View) -> Vec<Block> {
    let kinds: &[Kind] = match view.record.status {
        Some(0 | 3) => &[Kind::Exit, Kind::Removal],
        Some(1) => &[Kind::Return, Kind::Monitoring, Kind::Removal],
        Some(2) => &[Kind::Removal],
        Some(5) => &[Kind::Clearing, Kind::Removal],
        _ => &[],
    };
    kinds
        .iter()
        .filter(|kind| flows::open_to(**kind, flows::first_state(**kind), ctx.actor().role).contains(&Act::Apply))
        .map(|kind| {
            let reason = Field::area("reason", "理由");
            let origins = codes::ORIGINS.iter().map(|(v, t)| (*v, *t));
            Block::Form(Form {
                id: format!("open-{}", kind.id()),
                title: format!("提出{}", kind.title()),
                hint: flows::guard(*kind, flows::first_state(*kind), Act::Apply).to_owned(),
                action: format!("/desk/households/{}/open", view.id),
                hidden: vec![("kind", kind.id().to_owned()), request_id(ctx, "open")],
                fields: vec![
                    Field::select("origin", "来源", origins),
                    if *kind == Kind::Removal {
                        reason.required()
                    } else {
                        reason
                    },
                    Field::input("date", "on", "提出日期").value(ctx.clock.today().to_string()),
                ],
                button: format!("提出{}", kind.title()),
                class: "btn-primary",
                folded: true,
                ..Form::default()
            })
        })
        .collect()
}

fn act_form(ctx: &Ctx, view: &View, kind: Kind, state: &str, act: Act) -> AppResult<Form> {
    let mut fields = Vec::new();
    let backwards = matches!(
        act,
        Act::SendBack | Act::Refuse | Act::Withdraw | Act::Veto | Act::Reinstate
    );
    if matches!(act, Act::Survey | Act::Verify) {
        fields.push(
            Field::text("people", "入户人员")
                .required()
                .placeholder("李四、王五")
                .hint("至少两人，用顿号隔开。"),
        );
    }
    if act == Act::GroupReview || (act == Act::VillageReview && matches!(kind, Kind::Exit | Kind::Return)) {
        for (name, label) in [
            ("due", "应到人数"),
            ("present", "实到人数"),
            ("agree", "赞成"),
            ("against", "反对"),
            ("abstain", "弃权"),
        ] {
            fields.push(Field::input("number", name, label).required());
        }
    }
    if act == Act::Sign {
        let slots = sign::slots(&ctx.config.data_dir)?;
        let mine = slots.iter().filter(|s| s.roles.contains(&ctx.actor().role));
        fields.push(Field::select(
            "slot",
            "签字位",
            mine.map(|s| (s.no.to_string(), format!("{} {}", s.no, s.title))),
        ));
        fields.push(Field::text("signer", "签字人姓名").required());
        for (id, title) in CONFIRMATIONS {
            fields.push(Field::checkbox(&format!("confirm_{id}"), title).required());
        }
        if kind == Kind::Exit {
            fields.push(Field::area("sustainability", "收入可持续的依据").hint("首位签字人填写，至少 10 个字。"));
        }
    }
    if matches!(act, Act::PostNotice | Act::PostNotice1 | Act::PostNotice2) {
        fields.push(Field::text("place", "公示地点").value("村务公开栏").required());
    }
    if backwards && kind == Kind::Exit && act != Act::Withdraw {
        for (id, title) in REFUSALS {
            fields.push(Field::checkbox(&format!("code_{id}"), title));
        }
    }
    if act == Act::Reinstate {
        fields.push(
            Field::text("arrears", "补发的待遇和月份")
                .required()
                .placeholder("低保 2026-01 至 2026-03"),
        );
    }
    if backwards {
        fields.push(Field::area("reason", "理由").required());
    }
    fields.push(Field::text("basis", "依据").placeholder("纪要、文件、报告的名称或编号"));
    fields.push(Field::input("date", "on", "办理日期").value(ctx.clock.today().to_string()));
    let sent = view.filled.of("act") == act.id();
    if sent {
        fields = fields
            .into_iter()
            .map(|f| {
                let value = view.filled.of(&f.name).to_owned();
                if value.is_empty() { f } else { f.value(value) }
            })
            .collect();
    }
    Ok(Form {
        id: format!("act-{}", act.id()),
        title: act.title().to_owned(),
        hint: flows::guard(kind, state, act).to_owned(),
        action: format!("/desk/households/{}/step", view.id),
        hidden: vec![("act", act.id().to_owned()), request_id(ctx, act.id())],
        fields,
        files: true,
        button: act.title().to_owned(),
        class: if backwards { "" } else { "btn-primary" },
        question: if backwards {
            "确定办理？理由会记录在案。"
        } else {
            ""
        },
        folded: backwards && !sent,
        ..Form::default()
    })
}

async fn notices(ctx: &Ctx, view: &View, case: i64) -> AppResult<Vec<Block>> {
    let posted = cases::notices(&ctx.db, case).await?;
    if posted.is_empty() {
        return Ok(Vec::new());
    }
    let rows = posted.iter().map(|n| {
        let over = parse_date(&n.posted_on).map(|day| terms::notice_over(day, n.days).to_string());
        vec![
            Cell::text(n.title.clone()),
            Cell::class(n.posted_on.clone(), "mid whole"),
            Cell::class(format!("{} 天", n.days), "mid"),
            Cell::class(over.unwrap_or_default(), "mid whole"),
            Cell::text(n.place.clone()),
        ]
    });
    let mut blocks = vec![Block::Table(Table {
        title: "公示".into(),
        heads: vec!["公示", "开始", "期限", "期满可办", "地点"],
        rows: rows.collect(),
        ..Table::default()
    })];
    for o in cases::objections(&ctx.db, case).await? {
        match o.answer {
            Some(answer) => blocks.push(Block::Note(
                "info",
                format!(
                    "{} 异议：{}　答复（{}）：{answer}",
                    o.raised_on,
                    o.text,
                    o.answered_on.unwrap_or_default()
                ),
            )),
            None => {
                blocks.push(Block::Note(
                    "warning",
                    format!("{} 异议，尚未答复：{}", o.raised_on, o.text),
                ));
                if view.enters {
                    blocks.push(Block::Form(Form {
                        id: format!("answer-{}", o.id),
                        title: "答复异议".into(),
                        action: format!("/desk/households/{}/objection", view.id),
                        hidden: vec![("objection", o.id.to_string()), request_id(ctx, "answer")],
                        fields: vec![Field::area("text", "答复").required()],
                        button: "答复".into(),
                        class: "btn-primary",
                        ..Form::default()
                    }));
                }
            }
        }
    }
    let hanging = view
        .record
        .case
        .as_ref()
        .is_some_and(|c| c.open && c.state.starts_with("notice"));
    if view.enters && hanging {
        blocks.push(Block::Form(Form {
            id: "objection".into(),
            title: "登记异议".into(),
            action: format!("/desk/households/{}/objection", view.id),
            hidden: vec![request_id(ctx, "object")],
            fields: vec![Field::area("text", "异议内容").required()],
            button: "登记异议".into(),
            folded: true,
            ..Form::default()
        }));
    }
    Ok(blocks)
}
