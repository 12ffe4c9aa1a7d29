//! What each act asks for on its form. The page prints the list, the store reads it by the same names.

use super::ProjectAct;

/// One input of an act.
#[derive(Clone, Copy, Debug)]
pub struct Ask {
    pub name: &'static str,
    pub label: &'static str,
    /// `text`, `date`, `number`, `money`, `area`, or `select:` with `id=标题` pairs separated by `|`.
    pub kind: &'static str,
    pub required: bool,
    pub hint: &'static str,
}

pub(super) const fn ask(name: &'static str, label: &'static str, kind: &'static str, hint: &'static str) -> Ask {
    Ask {
        name,
        label,
        kind,
        required: true,
        hint,
    }
}

pub(super) const fn may(name: &'static str, label: &'static str, kind: &'static str, hint: &'static str) -> Ask {
    Ask {
        name,
        label,
        kind,
        required: false,
        hint,
    }
}

const TEAM: [Ask; 3] = [
    ask("team_committee", "两委参加人员", "area", "每行一人"),
    ask("team_finance", "民主理财小组参加人员", "area", "每行一人"),
    ask("team_reps", "村民代表参加人员", "area", "每行一人"),
];

/// The inputs of an act besides its day, reason and basis.
pub fn asks(act: ProjectAct) -> Vec<Ask> {
    use ProjectAct as A;
    match act {
        A::Argue => vec![
            ask("group_on", "村民小组会日期", "date", ""),
            ask("group_due", "小组会应到人数", "number", ""),
            ask("group_present", "小组会实到人数", "number", ""),
            ask("group_agree", "小组会赞成人数", "number", ""),
            ask("reps_on", "村民代表大会日期", "date", ""),
            ask("reps_due", "代表大会应到人数", "number", ""),
            ask("reps_present", "代表大会实到人数", "number", ""),
            ask("reps_agree", "代表大会赞成人数", "number", ""),
            may("minutes", "会议纪要摘要", "area", ""),
        ],
        A::Declare => vec![may(
            "answer",
            "对系统提问的说明",
            "area",
            "存在相近项目时，说明为何不是重复立项",
        )],
        A::Compile | A::Review => vec![ask("opinion", "审查意见", "area", "")],
        A::Enlist => vec![
            ask("checked_on", "实地核查日期", "date", ""),
            ask("checkers", "核查部门和人员", "area", "每行一项，至少两个部门"),
            may(
                "answer",
                "对系统提问的说明",
                "area",
                "存在相近项目时，说明为何不是重复立项",
            ),
        ],
        A::NoticeBefore | A::NoticeAfter => vec![ask(
            "places",
            "公示地点",
            "text",
            "例如：县政府网站、镇公示栏、村公示栏",
        )],
        A::Tender => vec![
            ask("kind", "采购类别", "select:works=工程|goods=货物|services=服务", ""),
            ask(
                "method",
                "招标方式",
                "select:open=公开招标|invited=邀请招标|compared=比选|direct=直接委托",
                "",
            ),
        ],
        A::Contract => vec![
            ask("no", "合同编号", "text", ""),
            ask("amount", "合同金额（元）", "money", ""),
            ask("signed_on", "签订日期", "date", ""),
            may("retention", "质保金（元）", "money", "不超过合同金额的 10%"),
            may("late_why", "签订晚于定标 30 天的原因", "text", ""),
        ],
        A::Start => vec![
            ask("legal_person", "项目法人（责任单位）", "text", ""),
            ask("supervisor", "监理单位", "text", "小型项目写明代行监理的人员"),
        ],
        A::AcceptVillage => {
            let mut all = TEAM.to_vec();
            all.push(ask("opinion", "验收意见", "area", ""));
            all
        }
        A::AcceptTown => vec![
            ask("team_town", "复验人员（驻村干部、站所）", "area", "每行一人"),
            ask("asked", "满意度测评人数", "number", ""),
            ask("satisfied", "其中满意人数", "number", ""),
            ask("opinion", "复验意见", "area", ""),
        ],
        A::AcceptCounty => vec![
            may("team_county", "八部门验收组", "area", "抽中的项目须填，每行“部门 姓名”"),
            ask("opinion", "抽查意见", "area", "未抽中的写明“本批抽查合格”"),
        ],
        A::Settle => vec![ask("audit", "审计或报账审核文号", "text", "")],
        A::Evaluate => vec![
            ask("score", "得分", "number", "0 至 100"),
            ask("verdict", "评价结论", "area", ""),
        ],
        A::Exempt => vec![
            ask(
                "cause",
                "免责事由",
                "select:disaster=自然灾害|market=市场风险|policy=政策调整|pilot=先行先试|other=其他非主观原因",
                "",
            ),
            ask("evidence", "证据材料", "area", "列出证明材料的名称、出具单位"),
            ask("decided_by", "决定机关", "text", ""),
        ],
        _ => Vec::new(),
    }
}
