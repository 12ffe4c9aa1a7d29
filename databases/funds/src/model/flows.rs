//! The workflows of money (workflow 3.4): a document's money, its shares, batches to people, reimbursements.
//!
//! Who enters never reviews: each review asks for a second person, and the stores besides refuse whoever entered the
//! record. Amounts and days are guards of the stores; here they stand in words.

use access::Role::{self, Finance, FundUnitAdmin, TownAgriStation, TownPoverty, VillageAdmin, VillageSupervision};
use records::flow::{Flow, Needs, step};

records::codes! {
    /// Where the money of a document (指标) stands.
    pub enum IndicatorState {
        Announced = "announced" "指标已下达",
        Arrived = "arrived" "资金已到位",
        Filed = "filed" "已向市级报备",
        CarriedOver = "carried_over" "已结转",
        Recovered = "recovered" "结余已收回",
    }
}

records::codes! {
    /// What is done with the money of a document.
    pub enum IndicatorAct {
        Arrive = "arrive" "登记到位",
        File = "file" "向市级财政报备",
        CarryOver = "carry_over" "结余结转下年",
        Recover = "recover" "收回结余",
    }
}

const FINANCE: &[Role] = &[Finance];
const OFFICES: &[Role] = &[FundUnitAdmin, Finance];
const USERS: &[Role] = &[FundUnitAdmin, TownPoverty];

const REVIEW: Needs = Needs::NOTHING.second_person().not_concerned();
const RETURNED: Needs = Needs::NOTHING.reason();
const DECIDED: Needs = Needs::NOTHING.reason().basis();

/// Money of one document.
pub const INDICATOR: Flow<IndicatorState, IndicatorAct> = {
    use IndicatorAct as A;
    use IndicatorState as S;
    Flow {
        name: "fund-indicator",
        title: "资金指标",
        steps: &[
            step(
                A::Arrive,
                &[S::Announced],
                S::Arrived,
                OFFICES,
                Needs::NOTHING,
                "到位日期不早于 1900 年、不晚于今天",
            ),
            step(
                A::File,
                &[S::Arrived],
                S::Filed,
                FINANCE,
                Needs::NOTHING.basis(),
                "未经市级财政的资金到位后 10 个工作日内报备；逾期仍可补报并留痕",
            ),
            step(
                A::CarryOver,
                &[S::Arrived, S::Filed],
                S::CarriedOver,
                FINANCE,
                DECIDED,
                "有结余",
            ),
            step(
                A::Recover,
                &[S::Arrived, S::Filed, S::CarriedOver],
                S::Recovered,
                FINANCE,
                DECIDED,
                "有结余；结转满两年的应收回",
            ),
        ],
    }
};

records::codes! {
    /// Where a share (分配) stands.
    pub enum AllocationState {
        Planned = "planned" "分配方案",
        Allocated = "allocated" "已分配",
        Requested = "requested" "已申请拨付",
        Disbursed = "disbursed" "已拨付",
        Used = "used" "已使用",
        PaidToCard = "paid_to_card" "已打卡到户",
        Confirmed = "confirmed" "已确认",
        Withdrawn = "withdrawn" "已撤回",
        Recovered = "recovered" "已收回",
    }
}

records::codes! {
    /// What is done with a share.
    pub enum AllocationAct {
        Decide = "decide" "决定分配",
        Refuse = "refuse" "不同意方案",
        Withdraw = "withdraw" "撤回分配",
        Request = "request" "申请拨付",
        Disburse = "disburse" "拨付",
        PassOn = "pass_on" "转拨下一环节",
        SendBack = "send_back" "退回拨款",
        Use = "use" "登记使用",
        PayToCard = "pay_to_card" "打卡发放",
        Confirm = "confirm" "确认到位",
        Recover = "recover" "收回",
    }
}

/// One share of a document's money.
pub const ALLOCATION: Flow<AllocationState, AllocationAct> = {
    use AllocationAct as A;
    use AllocationState as S;
    Flow {
        name: "fund-allocation",
        title: "资金分配与拨付",
        steps: &[
            step(
                A::Decide,
                &[S::Planned],
                S::Allocated,
                FINANCE,
                REVIEW.basis(),
                "金额不超过指标结余；到位后 30 天内分配",
            ),
            step(A::Refuse, &[S::Planned], S::Withdrawn, FINANCE, RETURNED, ""),
            step(A::Withdraw, &[S::Allocated], S::Withdrawn, FINANCE, DECIDED, "分文未拨"),
            step(
                A::Request,
                &[S::Allocated, S::Disbursed, S::Used],
                S::Requested,
                USERS,
                Needs::NOTHING,
                "",
            ),
            step(
                A::Disburse,
                &[S::Requested],
                S::Disbursed,
                FINANCE,
                REVIEW,
                "金额不超过待拨数；收款账户专户储存、专账管理、专人核算",
            ),
            step(
                A::PassOn,
                &[S::Disbursed],
                S::Disbursed,
                &[Finance, TownPoverty],
                Needs::NOTHING,
                "环节序号加一；直接打卡为 0 个中间环节",
            ),
            step(
                A::SendBack,
                &[S::Requested, S::Disbursed],
                S::Allocated,
                FINANCE,
                RETURNED,
                "在账资金全数退回",
            ),
            step(
                A::Use,
                &[S::Disbursed, S::Used],
                S::Used,
                USERS,
                Needs::NOTHING.basis(),
                "金额不超过在账资金",
            ),
            step(
                A::PayToCard,
                &[S::Allocated, S::Requested, S::Disbursed, S::Used, S::PaidToCard],
                S::PaidToCard,
                FINANCE,
                Needs::NOTHING,
                "由发放批次送银行时办理，县级财政直接打卡",
            ),
            step(
                A::Confirm,
                &[S::Used, S::PaidToCard],
                S::Confirmed,
                OFFICES,
                REVIEW,
                "全部使用到位，没有在途和退票",
            ),
            step(
                A::Recover,
                &[S::Allocated, S::Requested, S::Disbursed, S::Used, S::PaidToCard],
                S::Recovered,
                FINANCE,
                DECIDED,
                "半年未启动、擅自改变用途、付清后有结余、验收不合格等",
            ),
        ],
    }
};

records::codes! {
    /// Where a payment batch (发放批次) stands.
    pub enum BatchState {
        Listed = "listed" "已造册",
        VillageChecked = "village_checked" "村镇已核实",
        Public = "public" "公示中",
        DeptApproved = "dept_approved" "部门已审批",
        Compared = "compared" "已比对",
        FinanceChecked = "finance_checked" "财政已审核",
        BankSent = "bank_sent" "已送银行",
        Paid = "paid" "已发放",
        Returned = "returned" "有退票待重发",
        Reissued = "reissued" "已重发",
        Disclosed = "disclosed" "已公开",
        Withdrawn = "withdrawn" "已作废",
    }
}

records::codes! {
    /// What is done with a payment batch.
    pub enum BatchAct {
        Check = "check" "村镇核实",
        Publish = "publish" "张榜公示",
        Approve = "approve" "部门审批",
        Compare = "compare" "发放前比对",
        Pass = "pass" "财政审核",
        Send = "send" "送银行",
        SettlePaid = "settle_paid" "回盘：全部到账",
        SettleReturned = "settle_returned" "回盘：有退票",
        Reissue = "reissue" "重新发放",
        Disclose = "disclose" "公开结果",
        SendBack = "send_back" "退回重造",
        Withdraw = "withdraw" "作废",
    }
}

/// A list of payees on its way to their cards.
pub const BATCH: Flow<BatchState, BatchAct> = {
    use BatchAct as A;
    use BatchState as S;
    Flow {
        name: "payment-batch",
        title: "惠民补贴发放批次",
        steps: &[
            step(
                A::Check,
                &[S::Listed],
                S::VillageChecked,
                &[VillageSupervision, TownAgriStation, TownPoverty],
                REVIEW,
                "核实人不是造册人",
            ),
            step(
                A::Publish,
                &[S::VillageChecked],
                S::Public,
                &[VillageAdmin, TownPoverty, FundUnitAdmin],
                Needs::NOTHING,
                "公示 7 个工作日",
            ),
            step(
                A::Approve,
                &[S::Public],
                S::DeptApproved,
                &[FundUnitAdmin],
                REVIEW,
                "公示满 7 个工作日；审批人不是造册人",
            ),
            step(
                A::Compare,
                &[S::DeptApproved],
                S::Compared,
                &[FundUnitAdmin, Finance],
                Needs::NOTHING,
                "有疑点的行暂缓发放；未接通比对时须写明放行理由",
            ),
            step(
                A::Pass,
                &[S::Compared],
                S::FinanceChecked,
                FINANCE,
                REVIEW,
                "可用资金足够；审核人不是造册人",
            ),
            step(
                A::Send,
                &[S::FinanceChecked],
                S::BankSent,
                FINANCE,
                Needs::NOTHING,
                "资金同时从分配数转为在途",
            ),
            step(
                A::SettlePaid,
                &[S::BankSent, S::Reissued],
                S::Paid,
                FINANCE,
                Needs::NOTHING,
                "银行回盘文件逐行相符",
            ),
            step(
                A::SettleReturned,
                &[S::BankSent, S::Reissued],
                S::Returned,
                FINANCE,
                Needs::NOTHING,
                "银行回盘文件逐行相符，退票写明原因",
            ),
            step(
                A::Reissue,
                &[S::Returned],
                S::Reissued,
                &[FundUnitAdmin, Finance],
                Needs::NOTHING,
                "退票后 10 个工作日内",
            ),
            step(
                A::Disclose,
                &[S::Paid],
                S::Disclosed,
                &[FundUnitAdmin, VillageAdmin],
                Needs::NOTHING,
                "",
            ),
            step(
                A::SendBack,
                &[
                    S::VillageChecked,
                    S::Public,
                    S::DeptApproved,
                    S::Compared,
                    S::FinanceChecked,
                ],
                S::Listed,
                &[FundUnitAdmin, Finance, TownPoverty, TownAgriStation, VillageSupervision],
                RETURNED,
                "",
            ),
            step(
                A::Withdraw,
                &[S::Listed],
                S::Withdrawn,
                &[FundUnitAdmin, VillageAdmin],
                RETURNED,
                "",
            ),
        ],
    }
};

records::codes! {
    /// Where a reimbursement (报账) stands.
    pub enum ReimbursementState {
        Draft = "draft" "起草",
        Filled = "filled" "已填报",
        VillageSigned = "village_signed" "村已签",
        TownSigned = "town_signed" "镇已签",
        PovertySigned = "poverty_signed" "扶贫部门已签",
        FinanceSigned = "finance_signed" "财政已签",
        Paid = "paid" "已支付",
        Refused = "refused" "不予报账",
    }
}

records::codes! {
    /// What is done with a reimbursement: five signatures of three levels and two departments (三级两部门).
    pub enum ReimbursementAct {
        Submit = "submit" "填报签字",
        VillageSign = "village_sign" "村级签字",
        TownSign = "town_sign" "镇级签字",
        PovertySign = "poverty_sign" "扶贫部门签字",
        FinanceSign = "finance_sign" "财政部门签字",
        Pay = "pay" "支付",
        SendBack = "send_back" "退回补正",
        Refuse = "refuse" "不予报账",
    }
}

/// Money for works, paid after the fact.
pub const REIMBURSEMENT: Flow<ReimbursementState, ReimbursementAct> = {
    use ReimbursementAct as A;
    use ReimbursementState as S;
    Flow {
        name: "reimbursement",
        title: "三级两部门会审报账",
        steps: &[
            step(
                A::Submit,
                &[S::Draft],
                S::Filled,
                &[VillageAdmin, TownPoverty, FundUnitAdmin],
                Needs::NOTHING,
                "工程类须有验收报告、税务发票、实施合同；分配方案内、金额不超过可用数",
            ),
            step(
                A::VillageSign,
                &[S::Filled],
                S::VillageSigned,
                &[VillageAdmin, VillageSupervision],
                REVIEW,
                "",
            ),
            step(
                A::TownSign,
                &[S::VillageSigned],
                S::TownSigned,
                &[TownPoverty, TownAgriStation],
                REVIEW,
                "",
            ),
            step(
                A::PovertySign,
                &[S::TownSigned],
                S::PovertySigned,
                &[FundUnitAdmin],
                REVIEW,
                "主管部门",
            ),
            step(
                A::FinanceSign,
                &[S::PovertySigned],
                S::FinanceSigned,
                FINANCE,
                REVIEW,
                "收到后 5 个工作日内答复",
            ),
            step(
                A::Pay,
                &[S::FinanceSigned],
                S::Paid,
                FINANCE,
                Needs::NOTHING,
                "五方签字齐全",
            ),
            step(
                A::SendBack,
                &[
                    S::Filled,
                    S::VillageSigned,
                    S::TownSigned,
                    S::PovertySigned,
                    S::FinanceSigned,
                ],
                S::Draft,
                &[
                    VillageAdmin,
                    VillageSupervision,
                    TownPoverty,
                    TownAgriStation,
                    FundUnitAdmin,
                    Finance,
                ],
                RETURNED,
                "五方签字作废重签",
            ),
            step(
                A::Refuse,
                &[S::Filled, S::VillageSigned, S::TownSigned, S::PovertySigned],
                S::Refused,
                &[FundUnitAdmin, Finance],
                RETURNED,
                "不在计划内、无签字盖章、缺证据",
            ),
        ],
    }
};
