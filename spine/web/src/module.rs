//! What a module contributes: one [`Module`] value with its tables, policies, routes and menu.

use axum::{
    Router,
    handler::Handler,
    http::Method,
    middleware,
    routing::{MethodRouter, on},
};
use store::SqlMigration;

use crate::{App, caller};

/// One of the three layers (三层).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Layer {
    /// 公众层: everyone, no sign-in.
    Public,
    /// 管理层: the offices at work.
    Management,
    /// 监督层: discipline inspection, audit.
    Supervision,
}

impl Layer {
    pub fn title(self) -> &'static str {
        match self {
            Layer::Public => "公众层",
            Layer::Management => "管理层",
            Layer::Supervision => "监督层",
        }
    }
}

/// One line of the menu; shown to those whom the policies permit the action.
#[derive(Clone, Copy, Debug)]
pub struct MenuEntry {
    pub layer: Layer,
    /// First level, e.g. 比对中心.
    pub group: &'static str,
    pub title: &'static str,
    pub href: &'static str,
    /// The action whose permission opens it.
    pub action: &'static str,
}

/// A module of the platform.
#[derive(Clone)]
pub struct Module {
    /// The crate's name.
    pub name: &'static str,
    pub migrations: &'static [SqlMigration],
    /// Cedar text; see crate `access`.
    pub policy: &'static str,
    pub menu: &'static [MenuEntry],
    pub routes: fn(Routes) -> Routes,
}

/// A route as the golden test sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteInfo {
    pub module: &'static str,
    pub method: Method,
    pub path: &'static str,
    pub action: &'static str,
}

/// Collects routes. A route cannot be added without the action that policies must permit.
pub struct Routes {
    module: &'static str,
    pub(crate) router: Router<App>,
    pub(crate) infos: Vec<RouteInfo>,
}

impl Routes {
    pub(crate) fn of(module: &'static str) -> Routes {
        Routes {
            module,
            router: Router::new(),
            infos: Vec::new(),
        }
    }

    /// A page. Reading changes nothing.
    pub fn get<H, T>(self, path: &'static str, action: &'static str, handler: H) -> Routes
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.add(Method::GET, path, action, on(axum::routing::MethodFilter::GET, handler))
    }

    /// An act.
    pub fn post<H, T>(self, path: &'static str, action: &'static str, handler: H) -> Routes
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.add(
            Method::POST,
            path,
            action,
            on(axum::routing::MethodFilter::POST, handler),
        )
    }

    /// An act whose body is a large file: the handler streams it and sets its own limit.
    pub fn post_upload<H, T>(self, path: &'static str, action: &'static str, handler: H) -> Routes
    where
        H: Handler<T, App>,
        T: 'static,
    {
        let route = on(axum::routing::MethodFilter::POST, handler).layer(axum::extract::DefaultBodyLimit::disable());
        self.add(Method::POST, path, action, route)
    }

    fn add(mut self, method: Method, path: &'static str, action: &'static str, route: MethodRouter<App>) -> Routes {
        let guarded = route.layer(middleware::from_fn(move |request, next| {
            caller::guard(action, request, next)
        }));
        self.router = self.router.route(path, guarded);
        self.infos.push(RouteInfo {
            module: self.module,
            method,
            path,
            action,
        });
        self
    }
}
