//! Cases, and who holds what of them.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::Value;

use super::{
    ApiError,
    actor::By,
    body::{Asked, Body},
    use_cases::UseCases,
};
use crate::view::{CaseList, CaseSaved, CaseView, CustodyView, SearchRequest};

pub(super) fn routes<U: UseCases>() -> Router<Arc<U>> {
    Router::new()
        .route("/cases", get(list::<U>).post(add::<U>))
        .route("/cases/search", post(search::<U>))
        .route("/cases/{id}", get(show::<U>).put(edit::<U>))
        .route("/cases/{id}/custody", get(custody::<U>))
}

/// `POST /cases`: adds a case. Not repeatable: twice makes two cases.
async fn add<U: UseCases>(
    State(node): State<Arc<U>>,
    By(actor): By,
    Body(record): Body<Value>,
) -> Result<Json<CaseSaved>, ApiError> {
    Ok(Json(node.case_add(&actor, record).await?))
}

/// `PUT /cases/{id}`: replaces a case.
async fn edit<U: UseCases>(
    State(node): State<Arc<U>>,
    By(actor): By,
    Path(id): Path<String>,
    Body(record): Body<Value>,
) -> Result<Json<CaseSaved>, ApiError> {
    Ok(Json(node.case_edit(&actor, &id, record).await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Page {
    /// The last line of the page before.
    #[serde(default)]
    pub(super) after: Option<String>,
}

/// `GET /cases?after=ID`: a page of cases.
async fn list<U: UseCases>(
    State(node): State<Arc<U>>,
    By(actor): By,
    Asked(page): Asked<Page>,
) -> Result<Json<CaseList>, ApiError> {
    Ok(Json(node.case_list(&actor, page.after.as_deref()).await?))
}

/// `GET /cases/{id}`: a whole case.
async fn show<U: UseCases>(
    State(node): State<Arc<U>>,
    By(actor): By,
    Path(id): Path<String>,
) -> Result<Json<CaseView>, ApiError> {
    Ok(Json(node.case_show(&actor, &id).await?))
}

/// `POST /cases/search`: a name stands in the body, for URLs end up in logs.
async fn search<U: UseCases>(
    State(node): State<Arc<U>>,
    By(actor): By,
    Body(request): Body<SearchRequest>,
) -> Result<Json<CaseList>, ApiError> {
    Ok(Json(node.case_search(&actor, request).await?))
}

/// `GET /cases/{id}/custody`: who holds what about the child.
async fn custody<U: UseCases>(
    State(node): State<Arc<U>>,
    By(actor): By,
    Path(id): Path<String>,
) -> Result<Json<CustodyView>, ApiError> {
    Ok(Json(node.custody(&actor, &id).await?))
}
