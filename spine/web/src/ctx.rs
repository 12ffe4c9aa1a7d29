//! What a handler is given: who asks, what they may do, the frame of their page.

use std::ops::Deref;

use access::{Actor, Resource, Scope};
use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use kernel::{AppError, AppResult};

use crate::{App, Caller, Crumb, Flash, Layer, MenuGroup, MenuItem, Page, Shell, UserBox, WebError, assets, sessions};

/// The context of one request.
#[derive(Clone)]
pub struct Ctx {
    caller: Caller,
    flash: Option<Flash>,
}

impl Deref for Ctx {
    type Target = App;
    fn deref(&self) -> &App {
        &self.caller.app
    }
}

impl FromRequestParts<App> for Ctx {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, _app: &App) -> Result<Self, WebError> {
        let caller = parts
            .extensions
            .get::<Caller>()
            .cloned()
            .ok_or_else(|| AppError::internal("route outside the caller middleware"))?;
        let mut flash = None;
        if caller.actor.is_signed_in() && parts.method == axum::http::Method::GET {
            let kept: Option<(String, String)> = caller
                .session
                .remove(sessions::FLASH)
                .await
                .map_err(|e| AppError::internal(e.to_string()))?;
            flash = kept.map(|(kind, text)| Flash {
                kind: flash_kind(&kind),
                text,
            });
        }
        Ok(Ctx { caller, flash })
    }
}

impl Ctx {
    pub(crate) fn for_errors(caller: Caller) -> Ctx {
        Ctx { caller, flash: None }
    }

    pub fn app(&self) -> &App {
        &self.caller.app
    }

    pub fn actor(&self) -> &Actor {
        &self.caller.actor
    }

    pub fn scope(&self) -> &Scope {
        &self.caller.actor.scope
    }

    /// The token for forms whose body is streamed; layouts print it for the others.
    pub fn csrf(&self) -> &str {
        &self.caller.csrf
    }

    /// Whether htmx asked for a fragment instead of a page.
    pub fn wants_fragment(&self) -> bool {
        self.caller.wants_fragment
    }

    pub fn may(&self, action: &str, resource: &Resource) -> bool {
        self.policies.permits(self.actor(), action, resource)
    }

    /// Refuses unless a policy permits it; 404 outside the actor's area.
    pub fn require(&self, action: &str, resource: &Resource) -> AppResult<()> {
        self.policies.require(self.actor(), action, resource)
    }

    /// The frame of a page, without title and crumbs: `ctx.shell(Layer::Management).crumb("..", "/..").here("..")`.
    pub fn shell(&self, layer: Layer) -> Shell {
        let path = self.caller.path.clone();
        let actor = self.actor();
        let user = actor.is_signed_in().then(|| UserBox {
            name: actor.name.clone(),
            role_title: actor.role.title().to_owned(),
            area_title: self.caller.area_title.clone(),
        });
        let (app_css, app_js) = (assets::url("app.css"), assets::url(script(layer)));
        let shell = Shell {
            layer: layer.title(),
            layers: self.layers(layer),
            user,
            menu: self.menu(layer, &path),
            crumbs: first_crumb(layer),
            csrf: self.caller.csrf.clone(),
            flash: self.flash.clone(),
            app_css,
            app_js,
            product: self.config.product.clone(),
            path,
            ..Shell::default()
        };
        shell.with_elder_cookie(self.caller.elder_cookie.as_deref())
    }

    /// The layer this person works in; pages that stand in both show themselves there.
    pub fn own_layer(&self) -> Layer {
        if self.actor().role.supervises() {
            Layer::Supervision
        } else {
            Layer::Management
        }
    }

    /// Goes to another page after an act, with a message shown once.
    pub async fn done(&self, text: impl Into<String>, to: &str) -> Page {
        self.flash("success", text).await?;
        Ok(Redirect::to(to).into_response())
    }

    /// Keeps a message (`success`, `info`, `warning`, `danger`) for the next page.
    pub async fn flash(&self, kind: &str, text: impl Into<String>) -> AppResult<()> {
        if self.actor().is_signed_in() {
            let kept = (kind.to_owned(), text.into());
            self.caller
                .session
                .insert(sessions::FLASH, kept)
                .await
                .map_err(|e| AppError::internal(e.to_string()))?;
        }
        Ok(())
    }

    /// Makes the session one of this account: a new id, so that an id planted before is worth nothing.
    pub async fn sign_in(&self, account: access::AccountId) -> AppResult<()> {
        let session = &self.caller.session;
        let failed = |e: tower_sessions::session::Error| AppError::internal(e.to_string());
        let mut token = [0_u8; 24];
        getrandom::fill(&mut token).map_err(|e| AppError::internal(e.to_string()))?;
        // `flush` would keep the id of before for what is written next; `cycle_id` draws a new one.
        session.clear().await;
        session.cycle_id().await.map_err(failed)?;
        session.insert(sessions::ACCOUNT, account.0).await.map_err(failed)?;
        session
            .insert(sessions::CSRF, hex::encode(token))
            .await
            .map_err(failed)?;
        session.save().await.map_err(failed)
    }

    pub async fn sign_out(&self) -> AppResult<()> {
        self.caller
            .session
            .flush()
            .await
            .map_err(|e| AppError::internal(e.to_string()))
    }

    fn menu(&self, layer: Layer, path: &str) -> Vec<MenuGroup> {
        let mut groups: Vec<MenuGroup> = Vec::new();
        for entry in self.modules.iter().flat_map(|m| m.menu) {
            if entry.layer != layer || !self.may(entry.action, &Resource::any()) {
                continue;
            }
            let item = MenuItem::new(entry.title, entry.href, path);
            match groups.iter_mut().find(|g| g.title == entry.group) {
                Some(group) => group.entries.push(item),
                None => groups.push(MenuGroup {
                    title: entry.group.to_owned(),
                    entries: vec![item],
                }),
            }
        }
        only_the_nearest(groups.iter_mut().flat_map(|group| &mut group.entries));
        groups
    }

    fn layers(&self, here: Layer) -> Vec<MenuItem> {
        [Layer::Public, Layer::Management, Layer::Supervision]
            .into_iter()
            .filter_map(|layer| {
                let entry = self.modules.iter().flat_map(|m| m.menu).find(|entry| {
                    entry.layer == layer && (layer == here || self.may(entry.action, &Resource::any()))
                })?;
                let href = if layer == Layer::Public { "/" } else { entry.href };
                Some(MenuItem {
                    title: layer.title().to_owned(),
                    href: href.to_owned(),
                    active: layer == here,
                })
            })
            .collect()
    }
}

/// The reader is at one place: of entries that lie below one another the nearest is marked.
fn only_the_nearest<'a>(entries: impl Iterator<Item = &'a mut MenuItem>) {
    let mut active: Vec<&mut MenuItem> = entries.filter(|item| item.active).collect();
    let nearest = active.iter().map(|item| item.href.len()).max().unwrap_or(0);
    for item in &mut active {
        item.active = item.href.len() == nearest;
    }
}

/// Where roles start after signing in is decided by the first menu entry they may open.
fn first_crumb(layer: Layer) -> Vec<Crumb> {
    let (title, href) = match layer {
        Layer::Public => ("首页", "/"),
        Layer::Management => ("管理层", "/desk"),
        Layer::Supervision => ("监督层", "/desk"),
    };
    vec![Crumb {
        title: title.to_owned(),
        href: Some(href.to_owned()),
    }]
}

fn script(layer: Layer) -> &'static str {
    if layer == Layer::Public { "public.js" } else { "app.js" }
}

fn flash_kind(kind: &str) -> &'static str {
    match kind {
        "success" => "success",
        "warning" => "warning",
        "danger" => "danger",
        _ => "info",
    }
}

/// Sends a file to be kept: `attachment` with a UTF-8 name.
pub fn download(file_name: &str, mime: &'static str, body: impl Into<axum::body::Body>) -> Response {
    let encoded: String = file_name
        .bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() || b == b'.' || b == b'-' {
                (b as char).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect();
    (
        [
            (header::CONTENT_TYPE, mime.to_owned()),
            (
                header::CONTENT_DISPOSITION,
                format!("attachment; filename*=UTF-8''{encoded}"),
            ),
        ],
        body.into(),
    )
        .into_response()
}
