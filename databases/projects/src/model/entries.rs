//! What is written beside a project between its steps: bids, inspections, payments, risks. Each kind knows who may
//! write it, when, and what its form asks.

use access::Role;

use super::{
    ProjectState,
    forms::{Ask, ask, may},
    life::WAY,
};

records::codes! {
    /// A kind of entry.
    pub enum EntryKind {
        Bid = "bid" "登记投标",
        Award = "award" "登记定标",
        Change = "change" "登记合同变更",
        ApproveChange = "approve_change" "批准合同变更",
        Rep = "rep" "聘请村民代表监督员",
        Milestone = "milestone" "登记实施节点",
        Inspection = "inspection" "登记督促检查",
        Payment = "payment" "登记拨付",
        Risk = "risk" "登记风险",
        CloseRisk = "close_risk" "销号风险",
        Beneficiary = "beneficiary" "增加受益户",
        DrawResult = "draw_result" "登记抽查结果",
        Asset = "asset" "登记形成的资产",
        Text = "text" "登记合同文本",
        VoidText = "void_text" "作废合同文本",
        Price = "price" "登记清单单价",
        DropPrice = "drop_price" "删去清单单价",
    }
}

/// Risks are watched all the way, and while a project stands still.
const AT_RISK: [ProjectState; WAY.len() + 1] = {
    let mut all = [ProjectState::Suspended; WAY.len() + 1];
    let mut n = 0;
    while n < WAY.len() {
        all[n] = WAY[n];
        n += 1;
    }
    all
};

impl EntryKind {
    /// Who may write it.
    pub fn by(self) -> &'static [Role] {
        use Role as R;
        match self {
            Self::Bid | Self::Award | Self::Change | Self::DrawResult | Self::ApproveChange => &[R::FundUnitAdmin],
            Self::Payment => &[R::Finance, R::FundUnitAdmin],
            Self::Text | Self::VoidText | Self::Price | Self::DropPrice => {
                &[R::Finance, R::FundUnitAdmin, R::TownPoverty]
            }
            Self::Rep | Self::Beneficiary => &[R::VillageAdmin, R::TownPoverty],
            Self::Milestone => &[R::VillageAdmin, R::TownPoverty, R::FundUnitAdmin, R::ResidentTeam],
            Self::Inspection => &[R::TownPoverty, R::FundUnitAdmin, R::VillageSupervision, R::ThirdParty],
            Self::Risk | Self::CloseRisk => &[R::TownPoverty, R::FundUnitAdmin, R::VillageSupervision],
            Self::Asset => &[R::VillageAdmin, R::TownAgriStation, R::AgriAdmin],
        }
    }

    /// The states in which it is written.
    pub fn when(self) -> &'static [ProjectState] {
        use ProjectState as S;
        match self {
            Self::Bid | Self::Award => &[S::Tender],
            Self::Change | Self::ApproveChange => &[S::Contracted, S::Building, S::Completed],
            Self::Rep => &[
                S::Approved,
                S::Filed,
                S::NoticePre,
                S::Tender,
                S::Contracted,
                S::Building,
            ],
            Self::Milestone => &[S::Contracted, S::Building, S::Completed],
            Self::Inspection => &[S::Contracted, S::Building, S::Completed],
            Self::Payment | Self::Text | Self::VoidText | Self::Price | Self::DropPrice => &[
                S::Contracted,
                S::Building,
                S::Completed,
                S::AccVillage,
                S::AccTown,
                S::AccCounty,
                S::Settled,
                S::NoticePost,
                S::AssetRegistered,
                S::Performance,
                S::Distributing,
                S::Operating,
            ],
            Self::Beneficiary => &[
                S::Demand,
                S::Argued,
                S::Declared,
                S::TownCompiled,
                S::Reviewed,
                S::Library,
                S::Approved,
                S::Filed,
                S::NoticePre,
                S::Building,
                S::Operating,
            ],
            Self::DrawResult => &[S::AccTown],
            Self::Asset => &[S::Settled, S::NoticePost, S::AssetRegistered],
            Self::Risk | Self::CloseRisk => &AT_RISK,
        }
    }

    /// The inputs of its form.
    pub fn asks(self) -> Vec<Ask> {
        match self {
            Self::Bid => vec![
                ask("bidder", "投标人", "text", ""),
                ask("uscc", "统一社会信用代码", "text", "18 位"),
                ask("price", "报价（元）", "money", ""),
                may("agent", "委托代理人", "text", ""),
                may("ip", "上传标书的 IP 地址", "text", ""),
                may("mac", "上传标书的 MAC 地址", "text", ""),
            ],
            Self::Award => vec![
                ask("uscc", "中标人统一社会信用代码", "text", "须在投标人之中"),
                ask("on", "定标日期", "date", ""),
            ],
            Self::Change => vec![
                ask("sign", "增减", "select:plus=增加|minus=减少", ""),
                ask("amount", "变更金额（元）", "money", ""),
                ask("note", "变更原因", "area", ""),
            ],
            Self::ApproveChange => vec![ask("basis", "批准文号", "text", "由登记人以外的另一人批准")],
            Self::Rep => vec![
                ask("name", "姓名", "text", "每个项目 3 至 5 名"),
                ask("on", "聘请日期", "date", ""),
            ],
            Self::Milestone => vec![
                ask(
                    "stage",
                    "阶段",
                    "select:start=开工|building=施工中|near=接近完工|done=竣工",
                    "",
                ),
                ask("on", "日期", "date", ""),
                ask("note", "进展说明", "area", "图片在“检查与照片”页上传"),
            ],
            Self::Inspection => vec![
                ask("on", "检查日期", "date", ""),
                ask("inspectors", "检查人员", "text", ""),
                ask(
                    "result",
                    "检查结论",
                    "select:ok=正常|slow=进度偏慢|quality=质量须整改|stop=须停工整改",
                    "",
                ),
                ask("note", "检查情况", "area", ""),
            ],
            Self::Payment => vec![
                ask("amount", "拨付金额（元）", "money", ""),
                ask("on", "拨付日期", "date", ""),
                may("note", "备注", "text", ""),
            ],
            Self::Risk => vec![
                ask(
                    "kind",
                    "风险类别",
                    "select:market=市场风险|nature=自然风险|quality=质量安全|fund=资金风险|integrity=廉政风险|operate=经营风险",
                    "",
                ),
                ask("level", "等级", "select:high=高|middle=中|low=低", ""),
                ask("note", "风险描述", "area", ""),
                ask("measure", "防范措施", "area", ""),
                ask("owner", "责任人", "text", ""),
                ask("due_on", "处置期限", "date", ""),
            ],
            Self::CloseRisk => vec![ask("note", "处置结果", "area", "")],
            Self::Text => vec![
                ask(
                    "kind",
                    "文本来源",
                    "select:filed=备案或归档的合同|claim=报账所附的合同|kept=承包人持有的合同|amend=补充（变更）协议|lot=分标段或分项合同",
                    "照原件登记，不改动项目的合同",
                ),
                ask("no", "合同编号", "text", ""),
                ask("contractor", "承包人", "text", ""),
                ask("uscc", "统一社会信用代码", "text", "18 位"),
                ask(
                    "amount",
                    "合同金额（元）",
                    "money",
                    "补充协议填增加的金额，不增加的填 0；减少的在“登记合同变更”办理",
                ),
                ask("signed_on", "签订日期", "date", ""),
                may("note", "说明", "text", "在哪里看到、由谁提供"),
            ],
            Self::VoidText => vec![ask(
                "note",
                "作废原因",
                "area",
                "由登记人以外的另一人办理；文本仍保留可查",
            )],
            Self::Price => vec![
                ask("item", "清单项目", "text", "如：C25 混凝土路面"),
                may("spec", "规格型号", "text", "与单价有关的规格写全，如：厚 18 厘米"),
                ask("unit", "单位", "text", "如：平方米"),
                ask("quantity", "数量", "text", "最多两位小数"),
                ask("price", "单价（元）", "money", "同一项目、规格和单位再登记一次即为更正"),
            ],
            Self::DropPrice => vec![ask("note", "删去的原因", "area", "")],
            Self::Beneficiary => vec![ask("households", "户编号", "area", "每行一户，须在本镇")],
            Self::DrawResult => vec![
                ask("result", "抽查结果", "select:pass=合格|fail=不合格", ""),
                ask("note", "抽查情况", "area", ""),
            ],
            Self::Asset => vec![
                ask("name", "资产名称", "text", ""),
                ask(
                    "class",
                    "类别",
                    "select:operating=经营性|public=公益性|household=到户类",
                    "",
                ),
                ask("cost", "原值（元）", "money", ""),
                ask("on", "形成日期", "date", ""),
            ],
        }
    }
}
