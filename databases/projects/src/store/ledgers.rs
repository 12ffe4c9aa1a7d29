//! What was written beside a project, as tables to read and to print.

use kernel::{AppResult, Money};
use store::{FromQueryResult, Query, args};

/// A table of texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    pub title: &'static str,
    pub head: &'static [&'static str],
    pub rows: Vec<Vec<String>>,
    /// Ids of the rows, where an act answers one; else empty.
    pub ids: Vec<i64>,
}

#[derive(FromQueryResult)]
struct Line {
    id: i64,
    a: String,
    b: String,
    c: String,
    d: String,
    e: String,
    f: String,
}

/// A table: its title, its head, which columns are fen, which are codes, and its question.
struct Plan {
    title: &'static str,
    head: &'static [&'static str],
    fen: &'static [usize],
    sql: &'static str,
}

const CODES: [(&str, &str); 45] = [
    ("filed", "备案或归档"),
    ("claim", "报账所附"),
    ("kept", "承包人持有"),
    ("amend", "补充协议"),
    ("lot", "分标段"),
    ("ok", "正常"),
    ("slow", "进度偏慢"),
    ("quality", "质量须整改"),
    ("stop", "须停工整改"),
    ("start", "开工"),
    ("building", "施工中"),
    ("near", "接近完工"),
    ("done", "竣工"),
    ("works", "工程"),
    ("goods", "货物"),
    ("services", "服务"),
    ("open", "公开招标"),
    ("invited", "邀请招标"),
    ("compared", "比选"),
    ("direct", "直接委托"),
    ("contracted", "签约后"),
    ("completed", "竣工后"),
    ("acc_village", "村级验收后"),
    ("acc_town", "镇级复验后"),
    ("acc_county", "县级抽查后"),
    ("settled", "报账后"),
    ("notice_post", "公告后"),
    ("asset_registered", "资产登记后"),
    ("performance", "绩效评估后"),
    ("operating", "运营中"),
    ("distributing", "收益分配中"),
    ("market", "市场风险"),
    ("nature", "自然风险"),
    ("fund", "资金风险"),
    ("integrity", "廉政风险"),
    ("operate", "经营风险"),
    ("high", "高"),
    ("middle", "中"),
    ("low", "低"),
    ("1", "村级"),
    ("2", "镇级"),
    ("3", "县级"),
    ("disaster", "自然灾害"),
    ("policy", "政策调整"),
    ("pilot", "先行先试"),
];

/// A stored code in words; unknown ones stay as they are.
pub fn in_words(code: &str) -> &str {
    CODES.iter().find(|(c, _)| *c == code).map_or(code, |(_, title)| title)
}

const BIDS: Plan = Plan {
    title: "投标",
    head: &["投标人", "统一社会信用代码", "报价（元）", "委托代理人"],
    fen: &[2],
    sql: "SELECT id, bidder AS a, uscc AS b, CAST(price_fen AS TEXT) AS c, agent AS d, '' AS e, '' AS f FROM project_bid \
          WHERE project = $1 ORDER BY price_fen, uscc",
};
const CHANGES: Plan = Plan {
    title: "合同变更",
    head: &["变更金额（元）", "原因", "登记人", "登记日期", "批准人", "批准文号"],
    fen: &[0],
    sql: "SELECT id, CAST(amount_fen AS TEXT) AS a, reason AS b, entered_name AS c, entered_on AS d, \
          COALESCE(approved_name, '待批准') AS e, COALESCE(basis, '') AS f FROM project_change WHERE project = $1 ORDER BY id",
};
const MILESTONES: Plan = Plan {
    title: "实施节点",
    head: &["阶段", "日期", "进展", "登记人"],
    fen: &[],
    sql: "SELECT id, stage AS a, on_day AS b, note AS c, actor_name AS d, '' AS e, '' AS f FROM project_milestone \
          WHERE project = $1 ORDER BY on_day, id",
};
const INSPECTIONS: Plan = Plan {
    title: "督促检查",
    head: &["月份", "检查日期", "检查人员", "结论", "情况"],
    fen: &[],
    sql: "SELECT id, month AS a, on_day AS b, inspectors AS c, result AS d, note AS e, '' AS f FROM project_inspection \
          WHERE project = $1 ORDER BY on_day, id",
};
const REPS: Plan = Plan {
    title: "村民代表监督员",
    head: &["姓名", "聘请日期"],
    fen: &[],
    sql: "SELECT project AS id, name AS a, from_on AS b, '' AS c, '' AS d, '' AS e, '' AS f FROM project_rep \
          WHERE project = $1 ORDER BY from_on, name",
};
const ACCEPTANCES: Plan = Plan {
    title: "三级验收",
    head: &["级别", "日期", "参加人员", "意见", "满意度", "抽查种子"],
    fen: &[],
    sql: "SELECT place AS id, CAST(level AS TEXT) AS a, on_day AS b, team AS c, opinion AS d, CASE WHEN asked > 0 THEN \
          CAST(satisfied * 100 / asked AS TEXT) || '%' ELSE '' END AS e, seed AS f FROM project_acceptance \
          WHERE project = $1 ORDER BY place",
};
const PAYMENTS: Plan = Plan {
    title: "拨付",
    head: &["拨付日期", "金额（元）", "当时阶段", "备注"],
    fen: &[1],
    sql: "SELECT id, paid_on AS a, CAST(amount_fen AS TEXT) AS b, stage AS c, note AS d, '' AS e, '' AS f \
          FROM project_payment WHERE project = $1 ORDER BY paid_on, id",
};
const CONTRACT: Plan = Plan {
    title: "合同",
    head: &[
        "合同编号",
        "承包人",
        "统一社会信用代码",
        "金额（元）",
        "质保金（元）",
        "签订日期",
    ],
    fen: &[3, 4],
    sql: "SELECT project AS id, no AS a, contractor AS b, uscc AS c, CAST(amount_fen AS TEXT) AS d, \
          CAST(retained_fen AS TEXT) AS e, signed_on AS f FROM project_contract WHERE project = $1",
};
const TEXTS: Plan = Plan {
    title: "其他合同文本",
    head: &["来源", "合同编号", "承包人", "金额（元）", "签订日期", "登记"],
    fen: &[3],
    sql: "SELECT id, kind AS a, no AS b, contractor AS c, CAST(amount_fen AS TEXT) AS d, signed_on AS e, \
          CASE WHEN voided_on IS NULL THEN entered_name ELSE '已作废：' || void_note END AS f \
          FROM project_contract_text WHERE project = $1 ORDER BY signed_on, id",
};
const TENDER: Plan = Plan {
    title: "招标",
    head: &["类别", "方式", "组织日期", "定标日期", "中标人", "中标价（元）"],
    fen: &[5],
    sql: "SELECT project AS id, kind AS a, method AS b, opened_on AS c, COALESCE(awarded_on, '') AS d, \
          COALESCE(winner, '') AS e, COALESCE(CAST(award_fen AS TEXT), '') AS f FROM project_tender WHERE project = $1",
};
const PERFORMANCE: Plan = Plan {
    title: "绩效评估",
    head: &["得分", "结论", "日期"],
    fen: &[],
    sql: "SELECT project AS id, CAST(score AS TEXT) || ' 分' AS a, verdict AS b, on_day AS c, '' AS d, '' AS e, '' AS f \
          FROM project_performance WHERE project = $1",
};
const EXEMPTION: Plan = Plan {
    title: "容错免责",
    head: &["事由", "证据材料", "决定机关", "文号", "日期"],
    fen: &[],
    sql: "SELECT project AS id, cause AS a, evidence AS b, decided_by AS c, basis AS d, on_day AS e, '' AS f \
          FROM project_exemption WHERE project = $1",
};

async fn read(db: &impl Query, plan: &Plan, id: i64) -> AppResult<Ledger> {
    let lines: Vec<Line> = db.rows(plan.sql, args![id]).await?;
    let mut ledger = Ledger {
        title: plan.title,
        head: plan.head,
        ..Ledger::default()
    };
    for line in lines {
        ledger.ids.push(line.id);
        let cells = [line.a, line.b, line.c, line.d, line.e, line.f];
        let shown = cells
            .into_iter()
            .take(plan.head.len())
            .enumerate()
            .map(|(n, text)| match text.parse::<i64>() {
                Ok(fen) if plan.fen.contains(&n) => Money(fen).to_string(),
                _ => in_words(&text).to_owned(),
            });
        ledger.rows.push(shown.collect());
    }
    Ok(ledger)
}

/// Tender, bids, contract, its changes, and other texts of it.
pub async fn tendering(db: &impl Query, id: i64) -> AppResult<[Ledger; 5]> {
    Ok([
        read(db, &TENDER, id).await?,
        read(db, &BIDS, id).await?,
        read(db, &CONTRACT, id).await?,
        read(db, &CHANGES, id).await?,
        read(db, &TEXTS, id).await?,
    ])
}

/// Milestones, inspections, villagers who watch.
pub async fn watching(db: &impl Query, id: i64) -> AppResult<[Ledger; 3]> {
    Ok([
        read(db, &MILESTONES, id).await?,
        read(db, &INSPECTIONS, id).await?,
        read(db, &REPS, id).await?,
    ])
}

/// Acceptances, performance, exemption.
pub async fn judging(db: &impl Query, id: i64) -> AppResult<[Ledger; 3]> {
    Ok([
        read(db, &ACCEPTANCES, id).await?,
        read(db, &PERFORMANCE, id).await?,
        read(db, &EXEMPTION, id).await?,
    ])
}

/// What was paid.
pub async fn payments(db: &impl Query, id: i64) -> AppResult<Ledger> {
    read(db, &PAYMENTS, id).await
}
