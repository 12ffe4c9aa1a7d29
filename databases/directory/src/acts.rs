//! The names of acts in the reader's words, as the record shows them.

/// What an act of the trail is called on screen; acts of modules without a title show their own name.
pub fn title(act: &str) -> &str {
    TITLES
        .iter()
        .find(|(name, _)| *name == act)
        .map_or(act, |(_, title)| title)
}

/// Name and title of every act this list knows.
pub(crate) const TITLES: &[(&str, &str)] = &[
    ("account.sign_in", "登录"),
    ("account.sign_in_failed", "登录失败"),
    ("account.lock", "多次失败，登录名锁定"),
    ("account.sign_out", "退出"),
    ("account.change_password", "修改密码"),
    ("account.create", "新建账号"),
    ("account.ask", "申请调整岗位"),
    ("account.grant", "授权岗位"),
    ("account.refuse", "不予授权"),
    ("account.close", "停用账号"),
    ("account.reopen", "启用账号"),
    ("account.reset", "重置密码"),
    ("account.unlock", "解除锁定"),
    ("account.load", "批量装入账号"),
    ("region.load", "装入行政区划"),
    ("org.load", "装入单位"),
    ("holiday.load", "装入节假日"),
    ("trail.verify", "校验操作记录"),
    ("demo.filled", "装入演示数据"),
    ("household.load", "批量装入人员和户"),
    ("household.export", "导出帮扶户"),
    ("person.reveal", "查看身份证号"),
    ("payment.load", "批量装入发放记录"),
    ("payment.export", "导出发放明细"),
    ("payment.state", "变更发放状态"),
    ("source.import", "开始导入部门数据"),
    ("source.imported", "导入部门数据结束"),
    ("source.interrupted", "导入中断"),
    ("source.rejects", "下载退回的行"),
    ("run.start", "申请比对"),
    ("run.authorise", "比对授权"),
    ("run.freeze", "冻结比对数据"),
    ("run.publish", "发布比对结果"),
    ("run.end", "结束比对"),
    ("finding.export", "导出预警"),
    ("finding.notice", "生成核查通知"),
    ("finding.sample", "抽取复核样本"),
    ("finding.reveal", "查看预警敏感内容"),
    ("own.look", "群众凭身份证号查询公开内容"),
    ("own.code", "发送本人验证码"),
    ("own.code_wrong", "本人验证码不符"),
    ("own.open", "本人查看全部明细"),
    ("own.close", "本人结束查询"),
];
