//! The sixteen forms. Each takes what is known of a project and says its parts; without a project every value is
//! blank and tables have empty lines to write on.

use kernel::{AppResult, Money};
use records::flow::Code;
use store::Query;

use super::{FormKind, Part, cells};
use crate::{
    six_fields,
    store::{
        assets::{self, Asset, Share, Yield},
        facts::{StepRow, standing, steps},
        ledgers::{self, Ledger},
        project::{Beneficiary, Project, beneficiaries, funds},
    },
};

/// What the forms print.
#[derive(Default)]
pub(crate) struct Source {
    row: Option<Project>,
    place: String,
    six: Vec<(String, String)>,
    households: Vec<Beneficiary>,
    steps: Vec<StepRow>,
    tender: Vec<Ledger>,
    watch: Vec<Ledger>,
    judged: Vec<Ledger>,
    payments: Ledger,
    due: String,
    paid: String,
    retained: String,
    assets: Vec<Asset>,
    yields: Vec<(Yield, Vec<Share>)>,
}

const SIX: [&str; 6] = [
    "项目名称",
    "实施地点",
    "建设内容",
    "实施期限",
    "实施单位及责任人",
    "资金来源及额度",
];

impl Source {
    pub(crate) fn blank() -> Source {
        Source {
            six: SIX.iter().map(|t| ((*t).to_owned(), String::new())).collect(),
            ..Source::default()
        }
    }

    pub(crate) async fn of(db: &impl Query, row: Project, place: String) -> AppResult<Source> {
        let id = row.id;
        let fund_rows = funds(db, id).await?;
        let money = standing(db, &row).await?;
        let assets = assets::assets_of(db, id).await?;
        let mut yields = Vec::new();
        for a in &assets {
            for y in assets::yields(db, a.id).await? {
                let shares = assets::shares(db, y.id).await?;
                yields.push((y, shares));
            }
        }
        Ok(Source {
            six: six_fields(&row, &fund_rows)
                .into_iter()
                .map(|(t, v)| (t.to_owned(), v))
                .collect(),
            households: beneficiaries(db, id).await?,
            steps: steps(db, id).await?,
            tender: ledgers::tendering(db, id).await?.into(),
            watch: ledgers::watching(db, id).await?.into(),
            judged: ledgers::judging(db, id).await?.into(),
            payments: ledgers::payments(db, id).await?,
            due: money.due.to_string(),
            paid: money.paid.to_string(),
            retained: money.retained.to_string(),
            row: Some(row),
            place,
            assets,
            yields,
        })
    }

    fn value(&self, of: impl Fn(&Project) -> String) -> String {
        self.row.as_ref().map(of).unwrap_or_default()
    }

    fn pairs(&self, pairs: &[(&str, String)]) -> Part {
        Part::Pairs(pairs.iter().map(|(t, v)| ((*t).to_owned(), v.clone())).collect())
    }

    fn six(&self) -> Part {
        Part::Pairs(self.six.clone())
    }

    fn said(&self, state: &str, field: &str) -> String {
        let step = self.steps.iter().rev().find(|s| s.to_state == state);
        step.map(|s| s.said(field)).unwrap_or_default()
    }

    fn on(&self, state: &str) -> String {
        let step = self.steps.iter().rev().find(|s| s.to_state == state);
        step.map(|s| s.on_day.clone()).unwrap_or_default()
    }

    /// A table with its rows; blank forms and empty tables get lines to write on.
    fn table(&self, head: &[&str], rows: Vec<Vec<String>>) -> Part {
        let rows = if rows.is_empty() {
            vec![vec!["　".to_owned(); head.len()]; 5]
        } else {
            rows
        };
        Part::Table {
            head: cells(head.iter().copied()),
            rows,
        }
    }

    fn ledger(&self, from: &[Ledger], n: usize, head: &[&str]) -> Part {
        self.table(head, from.get(n).map(|l| l.rows.clone()).unwrap_or_default())
    }

    fn households(&self) -> Part {
        let rows = self.households.iter().enumerate().map(|(n, b)| {
            vec![
                (n + 1).to_string(),
                b.head_name.clone(),
                b.household_no.clone(),
                b.population.to_string(),
                String::new(),
            ]
        });
        self.table(&["序号", "户主", "户编号", "人口", "签字"], rows.collect())
    }
}

fn text(lines: &[&str]) -> Part {
    Part::Text(cells(lines.iter().copied()))
}

fn sign(slots: &[&str]) -> Part {
    Part::Sign(cells(slots.iter().copied()))
}

const fn form(id: &'static str, title: &'static str, about: &'static str, parts: fn(&Source) -> Vec<Part>) -> FormKind {
    FormKind {
        id,
        title,
        about,
        parts,
    }
}

/// All forms, in the order in which a project needs them.
pub(crate) const FORMS: [FormKind; 16] = [
    form(
        "application",
        "扶贫到户项目申请书",
        "农户因户制宜申报直接到户项目",
        |s| {
            vec![
                s.pairs(&[
                    ("申请村（组）", s.place.clone()),
                    ("申请项目", s.value(|p| p.name.clone())),
                    ("申请理由和真实需求", s.value(|p| p.need.clone())),
                    ("申请内容", s.value(|p| p.content.clone())),
                ]),
                Part::Head("申请户".into()),
                s.households(),
                text(&["本户自愿申请实施以上项目，所填情况真实，并按要求实施、接受验收。"]),
                sign(&["申请人（户主）", "村民小组意见", "村委会意见", "乡镇意见"]),
            ]
        },
    ),
    form("survey", "项目需求调研表", "每年十一月入户摸底", |s| {
        vec![
            s.pairs(&[
                ("村（组）", s.place.clone()),
                ("调研日期", s.value(|p| p.surveyed_on.clone())),
                ("真实需求", s.value(|p| p.need.clone())),
                ("选址：兼顾用地和农活、防闲置", s.value(|p| p.site_note.clone())),
                ("拟实施项目", s.value(|p| p.name.clone())),
            ]),
            s.households(),
            sign(&["调研人", "村干部", "第一书记（驻村工作队）"]),
        ]
    }),
    form(
        "meetings",
        "项目论证会议记录表",
        "村民小组会和村民代表大会",
        |s| {
            let row = |key: &str, title: &str| {
                let said = |part: &str| s.said("argued", &format!("{key}_{part}"));
                vec![
                    title.to_owned(),
                    said("on"),
                    said("due"),
                    said("present"),
                    said("agree"),
                ]
            };
            vec![
                s.six(),
                s.table(
                    &["会议", "日期", "应到", "实到", "赞成"],
                    vec![row("group", "村民小组会"), row("reps", "村民代表大会")],
                ),
                s.pairs(&[("纪要", s.said("argued", "minutes"))]),
                sign(&["主持人", "记录人", "村民代表"]),
            ]
        },
    ),
    form(
        "declaration",
        "项目申报表",
        "村申报、镇审查编制、县评审",
        |s| {
            vec![
                s.six(),
                s.pairs(&[
                    ("类别", s.value(|p| p.mode().title().to_owned())),
                    ("责任", s.value(|p| p.duty.clone())),
                    ("带动机制", s.value(|p| p.link.clone())),
                    (
                        "受益户数",
                        if s.row.is_some() {
                            format!("{} 户", s.households.len())
                        } else {
                            String::new()
                        },
                    ),
                    ("镇审查意见", s.said("town_compiled", "opinion")),
                    ("县评审意见", s.said("reviewed", "opinion")),
                ]),
                sign(&["村（盖章）", "乡镇（盖章）", "县农办（盖章）", "县党委政府（盖章）"]),
            ]
        },
    ),
    form(
        "notice",
        "项目公示表",
        "立项后、竣工后公示六项内容",
        |s| {
            vec![
                text(&["现将以下项目予以公示，如有异议，请在公示期内向村委会、乡镇政府或县扶贫部门反映。"]),
                s.six(),
                s.pairs(&[
                    ("公示起始日期", s.on("notice_pre")),
                    ("公示地点", s.said("notice_pre", "places")),
                ]),
                sign(&["公示单位（盖章）", "村务监督委员会"]),
            ]
        },
    ),
    form("duty", "项目实施绩效责任书", "开工前签订", |s| {
        vec![
            s.six(),
            text(&[
                "一、按批准的内容、标准和期限实施，不擅自变更。",
                "二、资金专款专用，按进度申请拨付，不超过规定上限。",
                "三、接受每月督促检查、村民代表监督和三级验收。",
                "四、项目完成后移交资产，确保收益足额到户。",
            ]),
            s.pairs(&[
                ("具体责任", s.value(|p| p.duty.clone())),
                (
                    "绩效目标",
                    s.value(|p| format!("预期年收益 {} 元", Money(p.expected_yield_fen))),
                ),
            ]),
            sign(&["实施单位（盖章）", "责任人", "乡镇（盖章）", "县扶贫部门（盖章）"]),
        ]
    }),
    form(
        "integrity",
        "项目实施廉政承诺书",
        "开工前公开承诺",
        |s| {
            vec![
                s.pairs(&[
                    ("项目名称", s.value(|p| p.name.clone())),
                    ("项目编号", s.value(|p| p.no.clone())),
                ]),
                text(&[
                    "一、不插手招标投标，不指定承包人和供应商。",
                    "二、不接受承包人、供应商的财物、宴请和旅游。",
                    "三、不虚报工程量，不截留、挪用、挤占项目资金。",
                    "四、本人及近亲属不从项目中谋取利益，主动接受监督。",
                ]),
                sign(&["承诺人", "监督人", "廉政谈话人"]),
            ]
        },
    ),
    form("tender", "项目招标情况表", "投标、定标和合同", |s| {
        vec![
            s.ledger(
                &s.tender,
                0,
                &["类别", "方式", "组织日期", "定标日期", "中标人", "中标价（元）"],
            ),
            Part::Head("投标人".into()),
            s.ledger(
                &s.tender,
                1,
                &["投标人", "统一社会信用代码", "报价（元）", "委托代理人"],
            ),
            Part::Head("合同".into()),
            s.ledger(
                &s.tender,
                2,
                &[
                    "合同编号",
                    "承包人",
                    "统一社会信用代码",
                    "金额（元）",
                    "质保金（元）",
                    "签订日期",
                ],
            ),
            sign(&["招标人", "评标组长", "监督人"]),
        ]
    }),
    form(
        "representatives",
        "村民代表监督记录表",
        "村聘三至五名代表日常监管",
        |s| {
            vec![
                s.pairs(&[
                    ("项目名称", s.value(|p| p.name.clone())),
                    ("实施地点", s.value(|p| p.site.clone())),
                ]),
                s.ledger(&s.watch, 2, &["姓名", "聘请日期"]),
                Part::Head("监督记录".into()),
                s.table(&["日期", "看到的情况", "提出的意见", "答复", "签字"], Vec::new()),
            ]
        },
    ),
    form("inspection", "月度督促检查表", "每月至少一次", |s| {
        vec![
            s.pairs(&[
                ("项目名称", s.value(|p| p.name.clone())),
                ("实施单位", s.value(|p| p.owner.clone())),
            ]),
            s.ledger(&s.watch, 1, &["月份", "检查日期", "检查人员", "结论", "情况"]),
            sign(&["检查人", "实施单位"]),
        ]
    }),
    form(
        "acceptance",
        "项目验收表",
        "村级验收、镇级复验、县级抽查",
        |s| {
            vec![
                s.six(),
                s.ledger(
                    &s.judged,
                    0,
                    &["级别", "日期", "参加人员", "意见", "满意度", "抽查种子"],
                ),
                s.pairs(&[("竣工日期", s.on("completed"))]),
                sign(&["村两委", "民主理财小组", "村民代表", "乡镇复验组", "县验收组"]),
            ]
        },
    ),
    form(
        "satisfaction",
        "满意度测评表",
        "镇级复验时同步测评",
        |s| {
            vec![
                s.pairs(&[
                    ("项目名称", s.value(|p| p.name.clone())),
                    ("测评人数", s.said("acc_town", "asked")),
                    ("满意人数", s.said("acc_town", "satisfied")),
                ]),
                s.table(
                    &["序号", "问题", "满意", "基本满意", "不满意"],
                    vec![
                        cells(["1", "项目是否是群众需要的", "", "", ""]),
                        cells(["2", "工程质量", "", "", ""]),
                        cells(["3", "公开公示", "", "", ""]),
                        cells(["4", "干部作风和廉洁", "", "", ""]),
                        cells(["5", "受益情况", "", "", ""]),
                    ],
                ),
                sign(&["测评人", "被测评人（可不署名）"]),
            ]
        },
    ),
    form(
        "reimbursement",
        "报账申请单",
        "附验收报告、税务发票、实施合同",
        |s| {
            vec![
                s.pairs(&[
                    ("项目名称", s.value(|p| p.name.clone())),
                    ("实施单位", s.value(|p| p.owner.clone())),
                    ("计划资金（元）", s.value(|p| p.planned().to_string())),
                    ("应付（元）", s.due.clone()),
                    ("已拨付（元）", s.paid.clone()),
                    ("质保金（元）", s.retained.clone()),
                    ("审核文号", s.said("settled", "audit")),
                ]),
                s.table(&["拨付日期", "金额（元）", "当时阶段", "备注"], s.payments.rows.clone()),
                text(&["附件：□ 验收报告　□ 税务发票　□ 项目实施合同　□ 其他"]),
                sign(&["填报", "村", "乡镇", "县扶贫部门", "县财政局"]),
            ]
        },
    ),
    form(
        "handover",
        "资产移交登记表",
        "资产形成、确权、登记和移交",
        |s| {
            let rows = s.assets.iter().map(|a| {
                vec![
                    a.name.clone(),
                    a.class().title().to_owned(),
                    Money(a.cost_fen).to_string(),
                    a.owner_name.clone(),
                    a.certificate.clone(),
                    a.receiver.clone(),
                ]
            });
            vec![
                s.pairs(&[("项目名称", s.value(|p| p.name.clone())), ("所在村", s.place.clone())]),
                s.table(
                    &["资产", "类别", "原值（元）", "所有者", "证号", "接收人"],
                    rows.collect(),
                ),
                sign(&["移交单位", "接收单位", "监交人"]),
            ]
        },
    ),
    form(
        "yield",
        "收益分配方案表",
        "收益分给应享受户，村民会议通过后公示",
        |s| {
            let mut parts = vec![s.pairs(&[("项目名称", s.value(|p| p.name.clone())), ("所在村", s.place.clone())])];
            let head = ["序号", "户主或用途", "份数", "金额（元）", "签字"];
            for (y, shares) in &s.yields {
                parts.push(Part::Head(format!(
                    "{}，到账 {} 元",
                    y.period,
                    Money(y.received_fen.unwrap_or(0))
                )));
                let rows = shares.iter().map(|l| {
                    vec![
                        l.place.to_string(),
                        l.name.clone(),
                        l.weight.to_string(),
                        Money(l.amount_fen).to_string(),
                        String::new(),
                    ]
                });
                parts.push(s.table(&head, rows.collect()));
            }
            if s.yields.is_empty() {
                parts.push(s.table(&head, Vec::new()));
            }
            parts.push(sign(&["村委会", "村务监督委员会", "村民代表"]));
            parts
        },
    ),
    form("performance", "项目绩效评价表", "项目完成后评价", |s| {
        vec![
            s.six(),
            s.ledger(&s.judged, 1, &["得分", "结论", "日期"]),
            Part::Head("容错免责（如有）".into()),
            s.ledger(&s.judged, 2, &["事由", "证据材料", "决定机关", "文号", "日期"]),
            sign(&["评价组", "县扶贫部门（盖章）"]),
        ]
    }),
];
