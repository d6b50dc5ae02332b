//! The description of this interface (`OpenAPI` 3.1), made of the handlers and of the types that they take and give.

use std::sync::LazyLock;

use axum::{
    body::Bytes,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use utoipa::{
    Modify, OpenApi, PartialSchema as _, ToSchema as _,
    openapi::{
        Content, Ref, ResponseBuilder,
        path::Operation,
        security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme},
    },
};

use super::{cases, consents, exchanges, node};
use crate::{
    api::problem::MEDIA_TYPE,
    view::{Fault, Problem},
};

/// What any request may be refused with, and when.
const REFUSALS: [(&str, &str); 8] = [
    ("400", "The body is not JSON."),
    ("401", "No token that is good was sent."),
    ("403", "A rule forbids it: roles, need-to-know, consent, trust."),
    ("404", "Nothing has this id."),
    ("409", "Not in this state, or not while the first request with this idempotency key goes on."),
    ("413", "The body is too large."),
    ("422", "Something that was sent is not acceptable: `faults` names each place."),
    ("429", "Too many requests: `Retry-After` says how long to wait."),
];
/// Of these the cause lies with the node.
const NOT_NOW: (&str, &str) = ("503", "Not now: the node is locked, or its disk full. `type` tells which.");

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Spean",
        description = "The use cases of one agency's node, for programs that hold a token (`spean token create`). Refusals are \
                       problems (RFC 9457); `type` is one of the codes of `docs/errors.md`. Times are seconds since 1970 UTC.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
        contact()
    ),
    servers((url = "/api/v1")),
    paths(
        node::status,
        cases::list, cases::add, cases::search, cases::show,
        consents::list, consents::grant, consents::withdraw,
        exchanges::refer, exchanges::preview, exchanges::inbox, exchanges::outbox, exchanges::list, exchanges::show,
        exchanges::accept, exchanges::decline, exchanges::withdraw, exchanges::give_back, exchanges::note,
        exchanges::progress, exchanges::complete,
    ),
    modifiers(&Common)
)]
pub(super) struct Document;

/// What all operations have in common.
struct Common;

impl Modify for Common {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_default();
        components.schemas.insert(Problem::name().into(), Problem::schema());
        components.schemas.insert(Fault::name().into(), Fault::schema());
        components.add_security_scheme("token", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
        document.security = Some(vec![SecurityRequirement::new::<_, _, String>("token", [])]);
        for (path, item) in &mut document.paths.paths {
            for operation in [&mut item.get, &mut item.post].into_iter().flatten() {
                refusals(operation);
                name(operation, path);
            }
        }
    }
}

fn refusals(operation: &mut Operation) {
    let problem = || Content::new(Some(Ref::from_schema_name(Problem::name())));
    for (status, when) in REFUSALS.into_iter().chain([NOT_NOW]) {
        let response = ResponseBuilder::new().description(when).content(MEDIA_TYPE, problem()).build();
        operation.responses.responses.insert(status.into(), response.into());
    }
}

/// Functions of several files have one name; operations need one each.
fn name(operation: &mut Operation, path: &str) {
    let tag = operation.tags.as_ref().and_then(|tags| tags.first()).map_or("", String::as_str);
    let own = operation.operation_id.take().unwrap_or_else(|| path.to_owned());
    operation.operation_id = Some(format!("{tag}_{own}"));
}

/// The document, as it is served.
static TEXT: LazyLock<Bytes> = LazyLock::new(|| Document::openapi().to_json().unwrap_or_default().into());

/// `GET /openapi.json`: this description, for whoever asks: it says nothing of this node.
pub(super) async fn show() -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], TEXT.clone()).into_response()
}
