//! The routes of the screens, each with who may ask for it.
//!
//! A route can't be added without that: [`Routes`] takes both together. Who may is still asked by the service, in each
//! use case; what stands here is what people are told (`docs/roles.md`), and what a test compares with what happens.

use axum::{Router, handler::Handler, http::Method, routing};

use super::App;
use crate::service::{UseCase, people::Roles};

/// Who may ask for a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Whoever reaches the listener, signed in or not.
    Nothing,
    /// Everybody who is signed in.
    Session,
    /// Whoever is signed in and may do this.
    May(UseCase),
}

impl Needs {
    /// Whether somebody who is signed in with these roles gets it (`together` as in [`UseCase::allows`]).
    #[must_use]
    pub fn allow(self, roles: Roles, together: bool) -> bool {
        match self {
            Self::Nothing | Self::Session => true,
            Self::May(what) => what.allows(roles, together),
        }
    }
}

/// One route: what is asked how, and by whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// `GET` shows, `POST` does.
    pub method: Method,
    /// As axum writes it, parameters in braces.
    pub path: &'static str,
    /// Who may.
    pub needs: Needs,
}

/// Routes and who may ask for them, together.
#[derive(Default)]
pub(super) struct Routes {
    router: Router<App>,
    list: Vec<Route>,
}

impl Routes {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// A page.
    pub(super) fn get<H, T>(self, path: &'static str, needs: Needs, page: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.add(Method::GET, path, needs, routing::get(page))
    }

    /// A form that is sent.
    pub(super) fn post<H, T>(self, path: &'static str, needs: Needs, act: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.add(Method::POST, path, needs, routing::post(act))
    }

    /// A form and its page, for the same people.
    pub(super) fn form<H, T, G, S>(self, path: &'static str, needs: Needs, page: H, act: G) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
        G: Handler<S, App>,
        S: 'static,
    {
        self.get(path, needs, page).post(path, needs, act)
    }

    /// These and those.
    pub(super) fn merge(mut self, other: Self) -> Self {
        self.router = self.router.merge(other.router);
        self.list.extend(other.list);
        self
    }

    fn add(mut self, method: Method, path: &'static str, needs: Needs, handler: routing::MethodRouter<App>) -> Self {
        self.router = self.router.route(path, handler);
        self.list.push(Route { method, path, needs });
        self
    }

    pub(super) fn router(self) -> Router<App> {
        self.router
    }

    pub(super) fn list(self) -> Vec<Route> {
        self.list
    }
}
