//! Request bodies and queries: JSON of a known shape, with errors that name the field and never its value.

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Query, Request},
    http::{StatusCode, request::Parts},
};
use serde::{Deserialize, de::DeserializeOwned};

use super::problem::ApiError;

/// Of a request: a case has at most 192 KiB encoded, and JSON with escapes up to six times as many.
pub const MAX_BODY: usize = 2 << 20;

/// A request that says nothing beyond its path; an unexpected field is refused all the same.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

/// A parsed JSON body.
pub(super) struct Body<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        parse(&bytes_of(request, state).await?).map(Self)
    }
}

/// The bytes of a body, if there are not too many.
pub(super) async fn bytes_of<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, ApiError> {
    Bytes::from_request(request, state).await.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => ApiError::of_request(
            "input/too-large",
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("the input is longer than {MAX_BODY} bytes"),
        ),
        status => ApiError::of_request("input/json", status, "the input could not be read to its end"),
    })
}

/// An empty body counts as `{}`, for acts that need no word.
pub(super) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    let bytes = if bytes.iter().all(u8::is_ascii_whitespace) { b"{}" } else { bytes };
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        of_json(&path, error.inner())
    })?;
    json.end().map_err(|error| of_json(".", &error))?;
    Ok(value)
}

/// Whether these bytes are such a body; for the fuzz targets.
pub(crate) fn is_body<T: DeserializeOwned>(bytes: &[u8]) -> bool {
    parse::<T>(bytes).is_ok()
}

fn of_json(path: &str, error: &serde_json::Error) -> ApiError {
    if !error.is_data() {
        let (line, column) = (error.line(), error.column());
        let title = format!("the input is not JSON: it goes wrong in line {line}, column {column}");
        return ApiError::of_request("input/json", StatusCode::BAD_REQUEST, title);
    }
    let what = without_value(&error.to_string());
    match missing_field(&what) {
        Some(field) if path == "." => ApiError::field(field, &what),
        Some(field) => ApiError::field(&format!("{path}.{field}"), &what),
        None => ApiError::field(path, &what),
    }
}

/// serde's text without its position, and without the value that it quotes: that may be a child's name.
fn without_value(text: &str) -> String {
    let text = text.rsplit_once(" at line ").map_or(text, |(what, _)| what);
    let quotes = ["invalid type: ", "invalid value: ", "invalid length "].iter().any(|start| text.starts_with(start));
    match text.rsplit_once(", expected ") {
        Some((_, expected)) if quotes => format!("expected {expected}"),
        None if quotes => "not of the expected kind".into(),
        _ => text.to_owned(),
    }
}

/// The field that is missing: serde's path ends one step before it.
fn missing_field(what: &str) -> Option<&str> {
    what.strip_prefix("missing field `")?.split('`').next()
}

/// A parsed query.
pub(super) struct Asked<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let query = Query::try_from_uri(&parts.uri).map_err(|rejection| {
            // Queries hold ids and numbers only, so the text may be shown; what it quotes is a name of a parameter.
            let text = rejection.to_string();
            let what = text.rsplit_once(": ").map_or(text.as_str(), |(_, what)| what);
            ApiError::of_request("input/field", StatusCode::UNPROCESSABLE_ENTITY, format!("in the query: {what}"))
        })?;
        Ok(Self(query.0))
    }
}

#[cfg(test)]
mod tests {
    use axum::response::IntoResponse as _;

    use super::*;
    use crate::view::{ReferRequest, SearchRequest};

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Nested {
        #[allow(dead_code)]
        inner: Vec<SearchRequest>,
    }

    async fn says<T: DeserializeOwned>(text: &str) -> crate::view::Problem {
        let response = parse::<T>(text.as_bytes()).err().expect("refused").into_response();
        let body = axum::body::to_bytes(response.into_body(), 1 << 16).await.unwrap();
        serde_json::from_slice(&body).unwrap()
    }

    #[tokio::test]
    async fn an_error_names_the_field_and_what_is_allowed_there() {
        let missing = says::<SearchRequest>("{}").await;
        assert_eq!((missing.code.as_str(), missing.faults[0].path.as_str()), ("input/field", "term"));
        let unknown = says::<Nested>(r#"{"inner": [{"term": "x"}, {"trem": "x"}]}"#).await;
        assert_eq!(unknown.faults[0].path, "inner[1].trem");
        assert!(unknown.title.contains("expected `term`"), "{}", unknown.title);
        let kind = says::<ReferRequest>(r#"{"case": 5}"#).await;
        assert_eq!(kind.title, "`case`: expected a string");
    }

    #[tokio::test]
    async fn an_error_never_repeats_the_value() {
        for text in [r#"{"group": "សុខា"}"#, r#"{"group": [["Sokha"]]}"#, r#"{"services": "Sokha, expected by all"}"#]
        {
            let problem = serde_json::to_string(&says::<ReferRequest>(text).await).unwrap();
            assert!(!problem.contains("Sokha") && !problem.contains("សុខា"), "{problem}");
        }
    }

    #[tokio::test]
    async fn what_is_not_json_is_refused_with_its_place() {
        for text in ["{", "{\"term\": \"x\"} x", "\u{feff}{}", "[1,]"] {
            let problem = says::<SearchRequest>(text).await;
            assert!(problem.title.starts_with("the input is not JSON") || problem.code == "input/field", "{text}");
        }
        assert!(says::<SearchRequest>("{\n \"term\": nul}").await.title.contains("line 2"));
    }

    #[test]
    fn an_empty_body_is_an_empty_object() {
        assert!(parse::<crate::view::WithdrawConsent>(b" \n").is_ok());
    }
}
