//! The tabs of a household.

use access::Role;
use kernel::{AppResult, Money};
use web::{
    Ctx,
    parts::{Field, Pair},
};

use super::{
    blocks::{Block, Cell, Form, Press, Table, request_id},
    household::View,
};
use crate::{
    age_on, codes, household,
    model::{
        income::{Counts, IncomeClass, IncomeKind, KINDS},
        lines::{Lines, Purpose},
        terms,
    },
    store::change,
};

/// Those who may see health and disability (roles, "Bank no., phone, health").
pub(super) fn sees_health(role: Role) -> bool {
    matches!(
        role,
        Role::FundUnitAdmin
            | Role::CdiAdmin
            | Role::CdiOfficeAdmin
            | Role::VillageAdmin
            | Role::Audit
            | Role::TownPoverty
            | Role::ResidentTeam
            | Role::Helper
    )
}

pub(super) fn choose<'a>(list: impl IntoIterator<Item = &'a &'static str>) -> Vec<(String, String)> {
    list.into_iter().map(|w| ((*w).to_owned(), (*w).to_owned())).collect()
}

fn pick(list: &[(&'static str, &'static str)]) -> Vec<(String, String)> {
    list.iter().map(|(v, t)| ((*v).to_owned(), (*t).to_owned())).collect()
}

pub(super) fn enter(ctx: &Ctx, view: &View, what: &'static str, title: &str, fields: Vec<Field>, button: &str) -> Form {
    let fields = fields
        .into_iter()
        .map(|field| {
            let sent = view.filled.of(&field.name).to_owned();
            if sent.is_empty() || view.filled.of("what") != what {
                field
            } else {
                field.value(sent)
            }
        })
        .collect();
    Form {
        id: what.to_owned(),
        title: title.to_owned(),
        action: format!("/desk/households/{}/enter", view.id),
        hidden: vec![("what", what.to_owned()), request_id(ctx, what)],
        fields,
        button: button.to_owned(),
        class: "btn-primary",
        folded: view.filled.of("what") != what,
        ..Form::default()
    }
}

pub(super) async fn basics(ctx: &Ctx, view: &View) -> AppResult<Vec<Block>> {
    let r = &view.record;
    let day = |day: &Option<String>| day.clone().unwrap_or_else(|| "无".into());
    let mut facts = vec![
        Pair::new("户主", view.name(&r.head_name)),
        Pair::whole("户编号", &r.household_no),
        Pair::new("所在村", &view.place),
        Pair::new("家庭住址", &r.address),
        Pair::new("人口", format!("{} 人", r.present().count())),
        Pair::new(
            "家庭成员",
            r.present()
                .map(|m| format!("{}（{}）", view.name(&m.name), codes::kin_title(&m.kin)))
                .collect::<Vec<_>>()
                .join("、"),
        ),
        Pair::new(
            "户状态",
            r.status.map_or("申请中".into(), |s| codes::title(&codes::STATUSES, s)),
        ),
        Pair::new("户属性", codes::title(&codes::ATTRS, r.attr)),
        Pair::new("识别标准", codes::title(&codes::STANDARDS, r.std)),
        Pair::new(
            "监测类别",
            r.monitor_class
                .map_or("无".into(), |c| codes::title(&codes::MONITOR_CLASSES, c)),
        ),
    ];
    if !view.masked {
        facts.push(Pair::new("主要致贫原因", &r.main_cause));
        facts.push(Pair::new("其他致贫原因", r.other_causes.join("、")));
        facts.push(Pair::new("致贫原因说明", &r.cause_note));
        facts.push(Pair::new("风险类型", r.risk_types.join("、")));
    }
    facts.extend([
        Pair::whole("建档日期", day(&r.registered_on)),
        Pair::whole("脱贫日期", r.exited_on.clone().unwrap_or_else(|| "未脱贫".into())),
        Pair::whole("政策延续至", day(&r.consolidation_until)),
        Pair::whole("返贫日期", day(&r.relapsed_on)),
        Pair::whole("清退日期", day(&r.removed_on)),
    ]);
    let mut blocks = vec![Block::Pairs(facts)];
    let (from, to) = terms::income_window(ctx.clock.today());
    let sums = r.totals(&from.to_string(), &to.to_string());
    if !view.masked && !r.incomes.is_empty() {
        blocks.push(Block::Note(
            "info",
            format!(
                "近十二个月（{from} 至 {to}）人均纯收入 {} 元；统计口径 {} 元。",
                sums.poverty_per_head(),
                sums.stat_per_head()
            ),
        ));
    }
    let helpers = match household(&ctx.db, ctx.scope(), view.id).await? {
        Some(found) if view.past.is_none() => found.helpers,
        _ => Vec::new(),
    };
    if view.past.is_none() {
        blocks.push(Block::Table(Table {
            title: "结对帮扶".into(),
            heads: vec!["帮扶责任人", "开始", "结束"],
            rows: helpers
                .into_iter()
                .map(|h| {
                    vec![
                        Cell::text(h.helper_name),
                        Cell::class(h.from_on, "mid whole"),
                        Cell::class(h.to_on.unwrap_or_else(|| "至今".into()), "mid whole"),
                    ]
                })
                .collect(),
            empty: "尚未结对。",
            list: false,
        }));
    }
    Ok(blocks)
}

pub(super) fn members(ctx: &Ctx, view: &View) -> Vec<Block> {
    let today = ctx.clock.today();
    let mut heads = vec!["姓名", "与户主关系", "性别", "年龄", "劳动能力", "在校状况", "技能"];
    if view.sees_health {
        heads.push("健康状况");
    }
    heads.extend(["入户日期", "备注", "身份证号"]);
    let rows = view.record.members.iter().map(|m| {
        let here = m.left_on.is_none() && m.death_date.is_none();
        let text = |t: &Option<String>| Cell::text(t.clone().unwrap_or_default());
        let mut row = vec![
            Cell::text(view.name(&m.name)),
            Cell::text(codes::kin_title(&m.kin)),
            Cell::class(codes::sex_title(m.sex), "mid"),
            Cell::class(
                if here {
                    age_on(&m.birth, today).to_string()
                } else {
                    String::new()
                },
                "num",
            ),
            text(&m.labour),
            text(&m.student),
            text(&m.skill),
        ];
        if view.sees_health {
            row.push(text(&m.health));
        }
        let note = match (&m.death_date, &m.left_on) {
            (Some(day), _) => format!("{day} 去世"),
            (None, Some(day)) => format!("{day} {}", m.left_reason.as_deref().unwrap_or("迁出本户")),
            (None, None) => String::new(),
        };
        row.push(Cell::class(m.joined_on.clone(), "mid whole"));
        row.push(Cell::text(note));
        row.push(if view.reveals && view.past.is_none() {
            Cell::link("申请查看", format!("/desk/people/{}/reveal", m.person_key))
        } else {
            Cell::class("不显示", "mid")
        });
        row
    });
    let mut blocks = vec![Block::Table(Table {
        title: "家庭成员".into(),
        heads,
        rows: rows.collect(),
        empty: "没有登记家庭成员。",
        list: false,
    })];
    if view.enters && view.record.status.is_some() {
        let mut join = enter(
            ctx,
            view,
            "join",
            "登记增加成员（新生、婚入、迁入）",
            vec![
                Field::select("why", "变动原因", pick(&change::JOINS)),
                Field::text("name", "姓名").required(),
                Field::text("id_no", "身份证号").required(),
                Field::select(
                    "kin",
                    "与户主关系",
                    codes::KIN_CHOICES[1..]
                        .iter()
                        .map(|c| ((*c).to_owned(), codes::kin_title(c))),
                ),
                Field::select("health", "健康状况", choose(&codes::HEALTH)),
                Field::select("labour", "劳动能力", choose(&codes::LABOUR)),
                Field::select("student", "在校状况", choose(&codes::STUDENT)),
                Field::input("date", "on", "变动日期").required(),
            ],
            "登记增加",
        );
        join.hint = "自然变动自发生之日起 30 天内登记，不需公示。".into();
        let people: Vec<_> = view
            .record
            .present()
            .map(|m| (m.person_key.to_string(), m.name.clone()))
            .collect();
        let mut leave = enter(
            ctx,
            view,
            "leave",
            "登记减少成员（去世、婚出、迁出）",
            vec![
                Field::select("person", "成员", people),
                Field::select("why", "变动原因", pick(&change::LEAVES)),
                Field::input("date", "on", "变动日期").required(),
            ],
            "登记减少",
        );
        leave.question = "确定登记减少这名成员？";
        blocks.push(Block::Form(join));
        blocks.push(Block::Form(leave));
    }
    blocks
}

pub(super) fn incomes(ctx: &Ctx, view: &View) -> AppResult<Vec<Block>> {
    if view.masked {
        return Ok(vec![Block::Note("info", "收入明细不在您的查看范围内。".into())]);
    }
    let r = &view.record;
    let today = ctx.clock.today();
    let (from, to) = terms::income_window(today);
    let sums = r.totals(&from.to_string(), &to.to_string());
    let lines = Lines::of_installation(&ctx.config.data_dir)?;
    let line = lines.line(Purpose::Exit, view.region, today);
    let mut facts = vec![Pair::whole("计算期间", format!("{from} 至 {to}"))];
    for class in IncomeClass::ALL {
        facts.push(Pair::whole(class.title(), format!("{} 元", sums.of_class(class))));
    }
    facts.push(Pair::whole("生产经营成本", format!("{} 元", sums.cost)));
    facts.push(Pair::whole("人均纯收入", format!("{} 元", sums.poverty_per_head())));
    facts.push(Pair::whole("统计口径人均", format!("{} 元", sums.stat_per_head())));
    facts.push(Pair::new(
        "退出标准线",
        line.map_or("未登记".into(), |l| format!("{} 元（{}）", l.amount, l.source)),
    ));
    let mut blocks = vec![Block::Pairs(facts)];
    if !sums.left_out.is_empty() {
        let named: Vec<_> = sums
            .left_out
            .iter()
            .map(|l| format!("{} {} 元：{}", l.title, l.amount, l.reason))
            .collect();
        blocks.push(Block::Note(
            "warning",
            format!("没有计入人均纯收入：{}。", named.join("；")),
        ));
    }
    let rows = r.incomes.iter().map(|line| {
        let kind = IncomeKind::of(&line.kind);
        let who = line
            .person_key
            .and_then(|key| r.members.iter().find(|m| m.person_key == key))
            .map_or("全户".into(), |m| m.name.clone());
        let counted = match (&line.excluded_reason, kind.map(|k| k.counts)) {
            (Some(reason), _) => format!("不计入：{reason}"),
            (None, Some(Counts::StatOnly(reason) | Counts::Neither(reason))) => format!("不计入：{reason}"),
            _ => "计入".into(),
        };
        let mut last = Cell::text(line.recorder.clone());
        if view.enters {
            last.acts.push(Press {
                action: format!("/desk/households/{}/enter", view.id),
                label: "撤销",
                hidden: vec![
                    ("what", "remove_income".into()),
                    ("id", line.id.to_string()),
                    ("reason", "录入有误".into()),
                    request_id(ctx, "remove"),
                ],
            });
        }
        vec![
            Cell::class(line.period.clone(), "mid whole"),
            Cell::text(kind.map_or("", |k| k.class.title())),
            Cell::text(kind.map_or(line.kind.as_str(), |k| k.title)),
            Cell::text(who),
            Cell::class(Money(line.gross_fen).to_string(), "amount"),
            Cell::class(Money(line.cost_fen).to_string(), "amount"),
            Cell::class(counted, "wrap"),
            Cell::text(line.evidence.clone()),
            last,
        ]
    });
    blocks.push(Block::Table(Table {
        title: "收入明细".into(),
        heads: vec![
            "期间",
            "类别",
            "小类",
            "成员",
            "毛收入（元）",
            "成本（元）",
            "是否计入",
            "证据",
            "记录人",
        ],
        rows: rows.collect(),
        empty: "还没有登记收入。",
        list: false,
    }));
    if view.enters {
        let people = std::iter::once((String::new(), "全户".to_owned()))
            .chain(r.present().map(|m| (m.person_key.to_string(), m.name.clone())));
        let mut form = enter(
            ctx,
            view,
            "income",
            "登记一笔收入",
            vec![
                Field::select(
                    "kind",
                    "小类",
                    KINDS
                        .iter()
                        .map(|k| (k.id, format!("{}：{}", k.class.title(), k.title))),
                ),
                Field::select("person", "成员", people),
                Field::text("period", "期间")
                    .value(to.to_string())
                    .hint("写成 2026-03、2026Q1 或 2026。"),
                Field::text("gross", "毛收入（元）").required(),
                Field::text("cost", "成本（元）").hint("生产经营性收入必填，没有成本填 0。"),
                Field::text("evidence", "证据").placeholder("工资流水、收购单"),
                Field::text("excluded", "不计入的理由").hint("一般留空。"),
            ],
            "登记收入",
        );
        form.hint = "赡养费可先用“赡养费计算”算好再登记。".into();
        blocks.push(Block::Form(form));
    }
    Ok(blocks)
}

pub(super) fn guarantees(ctx: &Ctx, view: &View) -> Vec<Block> {
    let r = &view.record;
    let mut blocks = Vec::new();
    match &r.guarantees {
        Some(g) => {
            let mut facts = vec![
                Pair::whole("核查日期", &g.assessed_on),
                Pair::new("核查人", &g.assessor),
            ];
            for (title, ok) in g.checks().all() {
                facts.push(Pair::new(title, if ok { "达标" } else { "未达标" }));
            }
            facts.push(Pair::new("核查依据", &g.evidence));
            blocks.push(Block::Pairs(facts));
        }
        None => blocks.push(Block::Note("info", "还没有核查“两不愁三保障”和饮水安全。".into())),
    }
    if let Some(c) = &r.conditions {
        let mut facts = vec![Pair::whole("年度", c.year.to_string())];
        for (name, title, unit) in codes::CONDITIONS {
            if let Some(value) = c.facts.get(name).filter(|v| !v.is_empty()) {
                let unit = if unit.contains('/') { "" } else { unit };
                facts.push(Pair::new(title, format!("{value} {unit}").trim().to_owned()));
            }
        }
        blocks.push(Block::Pairs(facts));
    }
    if view.enters {
        let yes_no = [("1", "达标"), ("0", "未达标")];
        let check = |name: &str, title: &str| Field::radio(name, title, yes_no).required();
        blocks.push(Block::Form(enter(
            ctx,
            view,
            "guarantees",
            "登记一次核查",
            vec![
                Field::input("date", "on", "核查日期").value(ctx.clock.today().to_string()),
                Field::text("assessor", "核查人").required(),
                check("food", "不愁吃"),
                check("clothes", "不愁穿"),
                check("education", "义务教育（6—15 岁全部在校或依法免除）"),
                check("medical", "基本医疗（每名成员参保）"),
                check("housing", "住房安全（A、B 级或已安置）"),
                check("water", "饮水安全"),
                Field::text("evidence", "核查依据").placeholder("入户查看、鉴定报告、参保名册"),
            ],
            "登记核查",
        )));
        let before = r.conditions.clone().unwrap_or_default();
        let mut fields = vec![Field::input("number", "year", "年度").value(ctx.clock.today().year().to_string())];
        for (name, title, unit) in codes::CONDITIONS {
            let value = before.facts.get(name).cloned().unwrap_or_default();
            fields.push(Field::text(name, title).value(value).placeholder(unit));
        }
        blocks.push(Block::Form(enter(
            ctx,
            view,
            "conditions",
            "登记生产生活条件（每年一次，已带出上年）",
            fields,
            "登记条件",
        )));
    }
    blocks
}
