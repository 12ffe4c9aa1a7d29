//! One account: what it is, what waits, and the acts open to this administrator.

use access::AccountId;
use askama::Template;
use axum::extract::Path;
use kernel::Timestamp;
use web::{
    Ctx, Layer, Page, Shell, html,
    parts::{Act, Pair},
};

use crate::{
    accounts::{
        Account, AccountState, Post,
        change::{may, visible},
        sign_in::is_login_locked,
    },
    orgs, regions,
};

#[derive(Template)]
#[template(path = "pages/accounts/show.html")]
struct AccountPage {
    shell: Shell,
    pairs: Vec<Pair>,
    asked: Option<Vec<Pair>>,
    post_href: Option<String>,
    acts: Vec<Act>,
    grants: Vec<Act>,
    locked: bool,
    is_self: bool,
    trail_href: Option<String>,
}

pub(crate) async fn show(ctx: Ctx, Path(id): Path<i64>) -> Page {
    let account = visible(ctx.app(), ctx.actor(), AccountId(id)).await?;
    let locked = is_login_locked(ctx.app(), &account.login).await?;
    let is_self = ctx.actor().account == Some(account.id);
    let mut pairs = vec![Pair::whole("登录名", &account.login), Pair::new("姓名", &account.name)];
    pairs.extend(post_pairs(&ctx, &account.post).await?);
    let signed_in = account
        .signed_in_millis
        .map_or("从未登录".to_owned(), |at| Timestamp(at).to_string());
    pairs.push(Pair::new("状态", account.state.title()));
    pairs.push(Pair::new(
        "有效期至",
        account.valid_to.map_or("长期".to_owned(), |day| day.to_string()),
    ));
    pairs.push(Pair::new(
        "实名",
        if account.person.is_some() {
            "已登记"
        } else {
            "未登记"
        },
    ));
    pairs.push(Pair::new("最近登录", signed_in));
    let asked = match &account.asked {
        Some((post, by)) => {
            let by = crate::accounts::rows::account(&ctx.db, *by)
                .await?
                .map_or(String::new(), |a| a.name);
            let mut pairs = post_pairs(&ctx, post).await?;
            pairs.push(Pair::new("申请人", by));
            Some(pairs)
        }
        None => None,
    };
    let open = |action: &str| !is_self && may(ctx.app(), ctx.actor(), &account, action);
    html(AccountPage {
        shell: ctx
            .shell(Layer::Management)
            .crumb("账号管理", "/desk/accounts")
            .here(account.name.as_str()),
        post_href: (open("account.change") && account.state != AccountState::Refused)
            .then(|| format!("/desk/accounts/{id}/post")),
        acts: acts(&account, locked, &open),
        grants: grants(&account, &open),
        pairs,
        asked,
        locked,
        is_self,
        trail_href: ctx
            .may("trail.read", &access::Resource::any())
            .then(|| format!("/desk/trail?subject=account%3A{id}")),
    })
}

async fn post_pairs(ctx: &Ctx, post: &Post) -> Result<Vec<Pair>, kernel::AppError> {
    let org = match &post.org {
        Some(id) => orgs::org(&ctx.db, id).await?.map_or_else(|| id.clone(), |org| org.name),
        None => "无".to_owned(),
    };
    let place = regions(ctx.app()).await?.path(post.region);
    Ok(vec![
        Pair::new("岗位", post.role.title()),
        Pair::new("管理范围", place),
        Pair::new("单位", org),
    ])
}

fn acts(account: &Account, locked: bool, open: &impl Fn(&str) -> bool) -> Vec<Act> {
    let act = |verb: &str, label: &str, question: &str, class| Act {
        action: format!("/desk/accounts/{}/{verb}", account.id),
        label: label.to_owned(),
        question: question.to_owned(),
        class,
    };
    let mut acts = Vec::new();
    if open("account.reset") && account.state == AccountState::Active && !account.demo {
        let question = "重置后原密码作废，已登录的设备全部退出。确定重置吗？";
        acts.push(act("reset", "重置密码", question, "btn-outline-primary"));
    }
    if open("account.unlock") && locked {
        acts.push(act("unlock", "解除锁定", "", "btn-outline-primary"));
    }
    if open("account.close") && account.state == AccountState::Active {
        acts.push(act(
            "close",
            "停用账号",
            "停用后立即退出登录。确定停用吗？",
            "btn-outline-danger",
        ));
    }
    if open("account.close") && account.state == AccountState::Closed {
        acts.push(act("reopen", "启用账号", "", "btn-outline-primary"));
    }
    acts
}

fn grants(account: &Account, open: &impl Fn(&str) -> bool) -> Vec<Act> {
    if account.asked.is_none() || !open("account.grant") {
        return Vec::new();
    }
    let act = |verb: &str, label: &str, class| Act {
        action: format!("/desk/accounts/{}/{verb}", account.id),
        label: label.to_owned(),
        question: String::new(),
        class,
    };
    vec![
        act("grant", "同意授权", "btn-primary"),
        act("refuse", "不予授权", "btn-outline-danger"),
    ]
}
