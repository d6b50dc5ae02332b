//! Tokens, by which programs ask: all of them for a key administrator, one's own for everybody. Listed and revoked;
//! only the operator makes them.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use serde::Deserialize;

use super::people::Done;
use crate::{
    service::{ServiceError, UseCase},
    view::{TokenList, TokenView},
    web::{
        App,
        page::{Banner, Frame, Pair, Tag, page},
        routes::{Needs, Routes},
        session::{Posted, Signed},
        words::{Moment, Words},
    },
};

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/tokens", Needs::May(UseCase::TokenList), list)
        .form("/tokens/{id}/revoke", Needs::May(UseCase::TokenRevoke), ask, revoke)
        .get("/settings/tokens", Needs::May(UseCase::OwnTokens), own)
        .form("/settings/tokens/{id}/revoke", Needs::May(UseCase::OwnTokens), ask_own, revoke_own)
}

#[derive(Template)]
#[template(path = "tokens.html")]
struct Tokens {
    f: Frame,
    back: &'static str,
    back_word: &'static str,
    lede: &'static str,
    rows: Vec<Row>,
}

/// A token, and the way to its end.
struct Row {
    name: String,
    tag: Tag,
    about: String,
    when: String,
    revoke: String,
}

#[derive(Template)]
#[template(path = "token_revoke.html")]
struct AskRevoke {
    f: Frame,
    back: &'static str,
    path: String,
    name: String,
    facts: Vec<Pair>,
}

/// Whose tokens a page is about.
#[derive(Clone, Copy)]
enum Of {
    All,
    Oneself,
}

impl Of {
    const fn path(self) -> &'static str {
        match self {
            Self::All => "/tokens",
            Self::Oneself => "/settings/tokens",
        }
    }

    const fn place(self) -> &'static str {
        match self {
            Self::All => "people",
            Self::Oneself => "settings",
        }
    }

    async fn tokens(self, app: &App, me: &Signed) -> Result<TokenList, Response> {
        let list = match self {
            Self::All => app.service.token_list(&me.actor).await,
            Self::Oneself => app.service.own_tokens(&me.actor).await,
        };
        list.map_err(|error| me.refused(&error))
    }
}

async fn list(State(app): State<App>, me: Signed, Query(Done { done }): Query<Done>) -> Result<Response, Response> {
    shown(&app, &me, Of::All, &done).await
}

async fn own(State(app): State<App>, me: Signed, Query(Done { done }): Query<Done>) -> Result<Response, Response> {
    shown(&app, &me, Of::Oneself, &done).await
}

async fn shown(app: &App, me: &Signed, of: Of, done: &str) -> Result<Response, Response> {
    let list = of.tokens(app, me).await?;
    let (w, moment) = (me.w(), me.moment());
    let mut f = me.frame("tokens-title", of.place());
    if done == "revoked" {
        let (title, text) = (w.t("token-done-revoked").into_owned(), w.t("token-done-revoked-text").into_owned());
        f.banners.push(Banner { kind: "good", icon: "done", title, text });
    }
    let (back, back_word, lede) = match of {
        Of::All => ("/people", "place-people", "tokens-lede"),
        Of::Oneself => ("/settings", "place-settings", "tokens-own-lede"),
    };
    let rows = list.tokens.iter().map(|token| row(w, &moment, of, token)).collect();
    Ok(page(StatusCode::OK, &Tokens { f, back, back_word, lede, rows }))
}

fn row(w: Words, moment: &Moment, of: Of, token: &TokenView) -> Row {
    let roles = w.codes("role", token.roles.iter().map(String::as_str));
    let used = match token.used {
        Some(day) => w.t1("token-used", "day", moment.near_day(w, day)),
        None => w.t("token-never-used").into_owned(),
    };
    let about = match of {
        Of::All => format!("{} · {roles} · {used}", owner(w, token)),
        Of::Oneself => format!("{} · {used}", w.line(&roles)),
    };
    Row {
        name: token.name.clone(),
        tag: if token.over {
            Tag { kind: "", icon: "gone", word: w.t("token-over").into_owned() }
        } else {
            Tag { kind: "good", icon: "key", word: w.t("token-good").into_owned() }
        },
        about,
        when: w.t1("token-until", "day", moment.near_day(w, token.ends)),
        revoke: format!("{}/{}/revoke", of.path(), token.id),
    }
}

fn owner(w: Words, token: &TokenView) -> String {
    if token.program { w.t1("token-program", "name", &token.owner) } else { token.owner.clone() }
}

async fn ask(State(app): State<App>, me: Signed, Path(id): Path<String>) -> Result<Response, Response> {
    asked(&app, &me, Of::All, &id).await
}

async fn ask_own(State(app): State<App>, me: Signed, Path(id): Path<String>) -> Result<Response, Response> {
    asked(&app, &me, Of::Oneself, &id).await
}

async fn asked(app: &App, me: &Signed, of: Of, id: &str) -> Result<Response, Response> {
    let list = of.tokens(app, me).await?;
    let found = list.tokens.into_iter().find(|token| token.id == id);
    let token = found.ok_or_else(|| me.refused(&ServiceError::NotFound { what: "token" }))?;
    let (w, moment) = (me.w(), me.moment());
    let facts = [
        ("token-whose", owner(w, &token)),
        ("token-opens", w.codes("role", token.roles.iter().map(String::as_str))),
        ("token-made", moment.moment(w, token.since)),
        ("token-by", token.by.clone()),
    ];
    let facts = facts.into_iter().map(|(key, value)| Pair { name: w.t(key).into_owned(), value }).collect();
    let f = me.frame("token-revoke-title", of.place());
    let path = format!("{}/{}/revoke", of.path(), token.id);
    Ok(page(StatusCode::OK, &AskRevoke { f, back: of.path(), path, name: token.name, facts }))
}

#[derive(Deserialize)]
struct Nothing {}

async fn revoke(
    State(app): State<App>,
    Path(id): Path<String>,
    Posted { me, form: Nothing {} }: Posted<Nothing>,
) -> Result<Response, Response> {
    app.service.token_revoke(&me.actor, &id).await.map_err(|error| me.refused(&error))?;
    Ok(Redirect::to("/tokens?done=revoked").into_response())
}

async fn revoke_own(
    State(app): State<App>,
    Path(id): Path<String>,
    Posted { me, form: Nothing {} }: Posted<Nothing>,
) -> Result<Response, Response> {
    app.service.own_token_revoke(&me.actor, &id).await.map_err(|error| me.refused(&error))?;
    Ok(Redirect::to("/settings/tokens?done=revoked").into_response())
}
