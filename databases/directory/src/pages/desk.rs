//! The desk: what waits, and every door that is open to this role.

use access::Resource;
use askama::Template;
use web::{Ctx, Layer, MenuGroup, MenuItem, Page, Shell, html};

use crate::waiting::{self, Waiting};

#[derive(Template)]
#[template(path = "pages/desk.html")]
struct DeskPage {
    shell: Shell,
    greeting: String,
    waiting: Vec<Waiting>,
    doors: Vec<MenuGroup>,
}

pub(crate) async fn show(ctx: Ctx) -> Page {
    let layer = if ctx.actor().role.supervises() {
        Layer::Supervision
    } else {
        Layer::Management
    };
    let shell = Shell {
        title: "工作台".to_owned(),
        ..ctx.shell(layer)
    };
    let place = shell
        .user
        .as_ref()
        .map(|user| user.area_title.clone())
        .unwrap_or_default();
    let actor = ctx.actor();
    html(DeskPage {
        greeting: format!(
            "{}，您好。您以“{}”的身份登录，管理范围：{place}。",
            actor.name,
            actor.role.title()
        ),
        waiting: waiting::for_actor(ctx.app(), actor).await?,
        doors: doors(&ctx),
        shell,
    })
}

/// The entries of both working layers that the policies open to this actor, less the desk itself.
fn doors(ctx: &Ctx) -> Vec<MenuGroup> {
    let mut groups: Vec<MenuGroup> = Vec::new();
    for entry in ctx.modules.iter().flat_map(|module| module.menu) {
        let is_work = entry.layer != Layer::Public && entry.href != "/desk";
        if !is_work || !ctx.may(entry.action, &Resource::any()) {
            continue;
        }
        let item = MenuItem {
            title: entry.title.to_owned(),
            href: entry.href.to_owned(),
            active: false,
        };
        match groups.iter_mut().find(|group| group.title == entry.group) {
            Some(group) if group.entries.iter().any(|known| known.href == item.href) => {}
            Some(group) => group.entries.push(item),
            None => groups.push(MenuGroup {
                title: entry.group.to_owned(),
                entries: vec![item],
            }),
        }
    }
    groups
}
