//! What must hold before an act, besides who may do it. Takes what the store knows of the project on that day and
//! the filled form, and answers with everything that is missing, each in a sentence with the way out.

use std::collections::BTreeSet;

use kernel::{Date, Money, Month};

use super::{
    Filled, Parameters, ProjectAct, ProjectMode, ProjectState,
    ceilings::{over_plan, share},
    declare::Questions,
    tender::{self, FourSystems, TenderKind, TenderMethod},
};

/// What the county's draw says of a project.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DrawStand {
    /// The town and batch have no draw with this project, or it is announced only.
    #[default]
    None,
    /// Drawn; the inspection's result.
    Drawn(Option<bool>),
    /// Not drawn; whether all that were drawn have passed.
    NotDrawn { others_passed: bool },
}

/// What is known of a project before an act.
#[derive(Clone, Debug)]
pub struct Facts {
    pub today: Date,
    /// The day the act happened.
    pub on: Date,
    /// The day of the step before.
    pub last_on: Option<Date>,
    pub mode: ProjectMode,
    pub planned: Money,
    pub entered_by: i64,
    pub actor: i64,
    pub surveyed: bool,
    pub blank_public_fields: Vec<&'static str>,
    pub blank_questions: Vec<&'static str>,
    pub questions: Questions,
    pub beneficiaries: i64,
    pub notice_on: Option<Date>,
    pub tender_method: Option<TenderMethod>,
    pub awarded_on: Option<Date>,
    pub award: Money,
    pub has_contract: bool,
    pub duty_paper: bool,
    pub integrity_paper: bool,
    pub reps: usize,
    pub started_on: Option<Date>,
    pub completed_on: Option<Date>,
    /// Days of reported progress.
    pub milestone_days: Vec<Date>,
    /// A photo of the work is kept.
    pub photographed: bool,
    pub inspected: BTreeSet<Month>,
    pub village_team: Vec<String>,
    pub draw: DrawStand,
    /// The day on which the project's batch was drawn.
    pub drawn_on: Option<Date>,
    pub due: Money,
    pub paid: Money,
    pub retained: Money,
    pub changes_waiting: i64,
    pub reapproved: bool,
    pub assets: i64,
    pub assets_unregistered: i64,
    pub yields_received: i64,
    pub yields_paid: i64,
    pub suspended_from: Option<ProjectState>,
}

/// What stands against the act; empty when it may go.
pub fn missing(act: ProjectAct, facts: &Facts, form: &Filled, p: &Parameters) -> Vec<String> {
    use ProjectAct as A;
    let mut out = Vec::new();
    if facts.on > facts.today {
        out.push(format!("办理日期不能晚于今天（{}）。", facts.today));
    }
    if facts.last_on.is_some_and(|last| facts.on < last) {
        let last = facts.last_on.map(|d| d.to_string()).unwrap_or_default();
        out.push(format!("办理日期不能早于上一步（{last}）。"));
    }
    match act {
        A::Argue => argue(facts, form, &mut out),
        A::Declare | A::Enlist => declare(act, facts, form, &mut out),
        A::Review | A::Approve => {
            if facts.entered_by == facts.actor {
                out.push("项目由您录入，须由另一人评审、批准。".into());
            }
        }
        A::NoticeBefore => out.extend(facts.blank_public_fields.iter().map(|f| format!("公示内容缺“{f}”。"))),
        A::Tender => tender_guard(facts, form, p, &mut out),
        A::Contract => contract(facts, form, p, &mut out),
        A::Start => start(facts, form, &mut out),
        A::StartDirect => {
            if facts.mode != ProjectMode::Direct {
                out.push("只有直接到户项目可以不经招标。".into());
            }
            noticed(facts, p, &mut out);
            if facts.beneficiaries == 0 {
                out.push("还没有登记受益户。".into());
            }
            pledges(facts, &mut out);
        }
        A::Complete => complete(facts, &mut out),
        A::AcceptVillage => {
            for (field, title) in [
                ("team_committee", "两委"),
                ("team_finance", "民主理财小组"),
                ("team_reps", "村民代表"),
            ] {
                if form.names(field).is_empty() {
                    out.push(format!("村级验收须有{title}参加，请填写姓名。"));
                }
            }
        }
        A::AcceptTown => accept_town(facts, form, p, &mut out),
        A::AcceptCounty => accept_county(facts, form, &mut out),
        A::Settle => settle(facts, &mut out),
        A::RegisterAsset if facts.assets == 0 || facts.assets_unregistered > 0 => {
            out.push("请先登记形成的资产，并办完产权登记。".into());
        }
        A::Evaluate => {
            if facts.mode != ProjectMode::Direct && facts.assets == 0 {
                out.push("还没有登记形成的资产。".into());
            }
            if form.count("score", "得分").map_or(true, |n| n > 100) {
                out.push("得分应为 0 至 100。".into());
            }
        }
        A::Distribute => {
            if facts.mode != ProjectMode::Carrier {
                out.push("只有载体带动项目分配收益。".into());
            } else if facts.yields_received == 0 {
                out.push("资产还没有收益到账。".into());
            }
        }
        A::Operate if facts.mode == ProjectMode::Carrier && facts.yields_paid == 0 => {
            out.push("载体带动项目须至少有一次收益足额发到户。".into());
        }
        A::Operate if facts.mode == ProjectMode::Direct => out.push("直接到户项目评估后结项，不转入运营。".into()),
        A::Resume if facts.suspended_from == Some(ProjectState::Building) => {
            out.push("暂停时已经开工，请办理“复工”。".into());
        }
        A::ResumeWork if facts.suspended_from != Some(ProjectState::Building) => {
            out.push("暂停时尚未开工，请办理“恢复（重新公示）”。".into());
        }
        A::Cancel if facts.paid > Money::ZERO => out.push("已有付款，退回以后才能取消。".into()),
        _ => {}
    }
    out
}

fn argue(facts: &Facts, form: &Filled, out: &mut Vec<String>) {
    if !facts.surveyed {
        out.push("还没有登记入户调研。".into());
    }
    for (key, title) in [("group", "村民小组会"), ("reps", "村民代表大会")] {
        let number = |part: &str| form.count(&format!("{key}_{part}"), title).ok();
        match (number("due"), number("present"), number("agree")) {
            (Some(due), Some(present), Some(agree)) if due > 0 => {
                if present > due || agree > present {
                    out.push(format!("{title}的人数不对：实到不多于应到，赞成不多于实到。"));
                } else if present * 3 < due * 2 {
                    out.push(format!("{title}实到 {present} 人，不足应到 {due} 人的三分之二。"));
                } else if agree * 2 <= present {
                    out.push(format!("{title}赞成 {agree} 人，没有超过实到 {present} 人的一半。"));
                }
            }
            _ => out.push(format!("请填写{title}的应到、实到和赞成人数。")),
        }
        match form.date(&format!("{key}_on"), title) {
            Ok(day) if day > facts.on => out.push(format!("{title}的日期晚于办理日期。")),
            Ok(_) => {}
            Err(e) => out.push(e.message),
        }
    }
}

fn declare(act: ProjectAct, facts: &Facts, form: &Filled, out: &mut Vec<String>) {
    out.extend(facts.blank_questions.iter().map(|q| format!("“五问”缺“{q}”。")));
    let answered = !form.get("answer").is_empty();
    let asked = |list: &[String]| list.iter().cloned().map(|q| q + "（处理后再办理）").collect::<Vec<_>>();
    out.extend(asked(&facts.questions.unreal));
    if !answered {
        let open = facts.questions.unsuitable.iter().chain(&facts.questions.doubled);
        out.extend(open.map(|q| format!("{q}请在“对系统提问的说明”中回答。")));
    }
    if act == ProjectAct::Enlist {
        if form.names("checkers").len() < 2 {
            out.push("实地核查至少两个部门参加。".into());
        }
        match form.date("checked_on", "实地核查日期") {
            Ok(day) if day > facts.on => out.push("实地核查日期晚于入库日期。".into()),
            Ok(_) => {}
            Err(e) => out.push(e.message),
        }
    }
}

fn noticed(facts: &Facts, p: &Parameters, out: &mut Vec<String>) {
    let days = p.get("notice_days");
    if facts.notice_on.is_none_or(|from| (facts.on - from).whole_days() < days) {
        out.push(format!("立项公示不满 {days} 天。"));
    }
}

fn tender_guard(facts: &Facts, form: &Filled, p: &Parameters, out: &mut Vec<String>) {
    use records::flow::Code;
    if facts.mode == ProjectMode::Direct {
        out.push("直接到户项目不招标，请办理“到户实施”。".into());
    }
    noticed(facts, p, out);
    match (
        TenderKind::parse(form.get("kind")),
        TenderMethod::parse(form.get("method")),
    ) {
        (Some(kind), Some(method)) => out.extend(tender::objection(kind, method, facts.planned, p)),
        _ => out.push("请选择采购类别和招标方式。".into()),
    }
}

fn pledges(facts: &Facts, out: &mut Vec<String>) {
    if !facts.duty_paper {
        out.push("还没有上传《项目实施绩效责任书》。".into());
    }
    if !facts.integrity_paper {
        out.push("还没有上传《项目实施廉政承诺书》。".into());
    }
    if !(3..=5).contains(&facts.reps) {
        out.push(format!("村民代表监督员须为 3 至 5 名，现有 {} 名。", facts.reps));
    }
}

fn contract(facts: &Facts, form: &Filled, p: &Parameters, out: &mut Vec<String>) {
    let Some(awarded) = facts.awarded_on else {
        out.push("还没有登记定标结果。".into());
        return;
    };
    match form.date("signed_on", "签订日期") {
        Ok(day) if day < awarded => out.push(format!("签订日期早于定标（{awarded}）。")),
        Ok(day) if day > facts.on => out.push("签订日期晚于办理日期。".into()),
        Ok(day) if (day - awarded).whole_days() > p.get("contract_days") && form.get("late_why").is_empty() => {
            out.push(format!("定标后超过 {} 天才签订，请写明原因。", p.get("contract_days")));
        }
        Ok(_) => {}
        Err(e) => out.push(e.message),
    }
    match form.some_money("amount", "合同金额") {
        Ok(amount) if amount != facts.award => {
            out.push(format!(
                "合同金额 {amount} 元与中标价 {} 元不一致；变更请另行登记。",
                facts.award
            ));
        }
        Ok(amount) => {
            let most = share(amount, p.get("retention"));
            if !form.get("retention").is_empty() {
                match form.money("retention", "质保金") {
                    Ok(kept) if kept > most => out.push(format!("质保金不超过合同金额的 10%（{most} 元）。")),
                    Ok(_) => {}
                    Err(e) => out.push(e.message),
                }
            }
        }
        Err(e) => out.push(e.message),
    }
    if !facts.duty_paper || !facts.integrity_paper {
        out.push("《项目实施绩效责任书》《项目实施廉政承诺书》都上传后才能签订。".into());
    }
}

fn start(facts: &Facts, form: &Filled, out: &mut Vec<String>) {
    let four = FourSystems {
        legal_person: !form.get("legal_person").is_empty(),
        contract: facts.has_contract,
        supervisor: !form.get("supervisor").is_empty(),
        tender: facts.tender_method.is_some(),
    };
    out.extend(four.missing().iter().map(|m| format!("四制不齐：缺“{m}”。")));
    pledges(facts, out);
}

fn complete(facts: &Facts, out: &mut Vec<String>) {
    if facts.milestone_days.is_empty() {
        out.push("还没有登记实施节点。请在“检查与照片”页登记。".into());
    }
    if !facts.photographed {
        out.push("还没有实施图片。请在“检查与照片”页上传。".into());
    }
    let months = uninspected(facts.started_on, facts.on, &facts.inspected);
    if !months.is_empty() {
        let list: Vec<String> = months.iter().map(Month::to_string).collect();
        out.push(format!("缺 {} 的督促检查记录（每月至少一次）。", list.join("、")));
    }
}

/// Whole months of building without an inspection. The month in which work began or ends counts when at least half
/// of it was worked.
pub fn uninspected(started: Option<Date>, until: Date, inspected: &BTreeSet<Month>) -> Vec<Month> {
    let Some(started) = started else { return Vec::new() };
    let mut month = Month::of(started);
    let mut out = Vec::new();
    while month <= Month::of(until) {
        let from = month.first_day().max(started);
        let to = month.last_day().min(until);
        if (to - from).whole_days() >= 15 && !inspected.contains(&month) {
            out.push(month);
        }
        month = month.plus(1);
    }
    out
}

fn accept_town(facts: &Facts, form: &Filled, p: &Parameters, out: &mut Vec<String>) {
    let team = form.names("team_town");
    if team.len() < 2 {
        out.push("镇级复验至少两人。".into());
    }
    let twice: Vec<&String> = team.iter().filter(|n| facts.village_team.contains(n)).collect();
    if !twice.is_empty() {
        let names: Vec<&str> = twice.iter().map(|n| n.as_str()).collect();
        out.push(format!("{} 已参加村级验收，复验请换人。", names.join("、")));
    }
    match (form.count("asked", "测评人数"), form.count("satisfied", "满意人数")) {
        (Ok(asked), Ok(satisfied)) if asked > 0 && satisfied <= asked => {
            if satisfied * 10_000 < p.get("satisfaction") * asked {
                out.push(format!(
                    "满意度 {}%，不足 {}%。",
                    satisfied * 100 / asked,
                    p.get("satisfaction") / 100
                ));
            }
        }
        _ => out.push("请填写满意度测评的人数和满意人数。".into()),
    }
}

fn accept_county(facts: &Facts, form: &Filled, out: &mut Vec<String>) {
    match facts.draw {
        DrawStand::None => out.push("本镇本批还没有抽样。请先在“县级抽查”页公布种子并抽取。".into()),
        DrawStand::Drawn(None) => out.push("本项目已被抽中，请先登记抽查结果。".into()),
        DrawStand::Drawn(Some(false)) => out.push("本项目抽查不合格，请退回整改。".into()),
        DrawStand::Drawn(Some(true)) if form.names("team_county").len() < 8 => {
            out.push("抽中的项目由八部门验收组验收，请逐一填写。".into());
        }
        DrawStand::NotDrawn { others_passed: false } => out.push("本批抽中的项目还没有全部合格。".into()),
        _ => {}
    }
    if let Some(drawn) = facts.drawn_on.filter(|drawn| facts.on < *drawn) {
        out.push(format!("办理日期早于本批抽取的日期（{drawn}）。"));
    }
}

fn settle(facts: &Facts, out: &mut Vec<String>) {
    if facts.paid > facts.due {
        out.push(format!("已付 {} 元，超过应付 {} 元。", facts.paid, facts.due));
    }
    if facts.changes_waiting > 0 {
        out.push("还有合同变更没有批准。".into());
    }
    if over_plan(facts.planned, facts.due) && !facts.reapproved {
        out.push(format!(
            "应付 {} 元超过计划 {} 元的 10%，须重新批准。",
            facts.due, facts.planned
        ));
    }
}
