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
];
