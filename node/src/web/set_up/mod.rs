//! First run: an agency is made in the browser, in six steps, before there is a node.
//!
//! Owns what is asked and in which order, and who may answer: the one browser that used the link. Keeps all answers in
//! memory until the last step, where [`Drawn::make`] makes the agency at once; a set-up that ends before leaves nothing.
//! Knows nothing of how agencies are made or nodes run: that is the [`Founder`]'s.
//!
//! | path | page |
//! | --- | --- |
//! | `/begin/{token}` | the link: lets one browser in, and takes the token out of the address |
//! | `/set-up/language`, `…/agency`, `…/passphrase`, `…/people` | what is asked |
//! | `/set-up/kit`, `…/kit/check` | the recovery kit, to be printed; what proves that it was |
//! | `/set-up/end` | the first administrator; here the agency is made |

mod answers;
mod ask;
mod door;
mod end;
mod kit;
mod steps;

use std::{
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use axum::{Router, extract::Request, routing::get};
use keys::{Entropy, Secret};
use protocol::code::AgencyKind;
use subtle::ConstantTimeEq as _;
use tower::ServiceExt as _;
use zeroize::Zeroizing;

use self::answers::Answers;
use super::assets;
use crate::{
    config::{NetworkName, PublicUrl},
    view::{InviteRequest, Problem},
};

/// What a [`Founder`] will have done.
pub type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Makes an agency of what was asked.
pub trait Founder: Send + Sync + 'static {
    /// Whether this passphrase may protect the keys.
    fn takes(&self, passphrase: &str) -> bool;
    /// Draws the keys of an agency, and makes nothing yet.
    fn draw(&self, agency: &Agency) -> Boxed<'_, Result<Arc<dyn Drawn>, Problem>>;
}

/// An agency whose keys are drawn. Dropped, it never was.
pub trait Drawn: Send + Sync + 'static {
    /// Its recovery kit.
    fn kit(&self) -> Kit;
    /// Makes it, in one step, and lets its node run behind the same door. The path where its first administrator goes on.
    fn make(&self, last: Last) -> Boxed<'_, Result<String, NotMade>>;
}

/// What the agency will be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agency {
    /// Its name.
    pub name: String,
    /// What it does.
    pub kind: AgencyKind,
    /// Two capital letters.
    pub country: String,
    /// The network.
    pub network: NetworkName,
    /// Where other agencies reach it, if that is known.
    pub public: Option<PublicUrl>,
}

/// What stands on the recovery kit.
pub struct Kit {
    /// The agency's id.
    pub agency: String,
    /// The digits that others compare.
    pub fingerprint: String,
    /// The secret, group by group.
    pub groups: Zeroizing<Vec<String>>,
}

/// What was answered beside the agency itself.
pub struct Last {
    /// Of the keys.
    pub passphrase: Zeroizing<String>,
    /// One person may look after keys and work with cases.
    pub together: bool,
    /// The first administrator.
    pub administrator: InviteRequest,
}

/// Why no agency runs.
#[derive(Debug)]
pub enum NotMade {
    /// Nothing was made; it may be tried again.
    Nothing(Problem),
    /// The agency is made, and its node did not start.
    Node(Problem),
}

/// A set-up that goes on.
pub struct SetUp {
    founder: Box<dyn Founder>,
    /// Lets one browser in, once.
    link: Zeroizing<String>,
    /// By which that browser is known.
    cookie: Zeroizing<String>,
    inside: Mutex<Inside>,
    /// Held while keys are drawn or the agency is made: both are done once.
    making: tokio::sync::Mutex<()>,
}

struct Inside {
    /// The link was used.
    taken: bool,
    /// When its browser last asked for something.
    touched: Instant,
    answers: Answers,
    /// Where the agency's first administrator goes on, once it is made.
    made: Option<String>,
}

impl SetUp {
    /// Begins one. Nobody has used its link yet.
    pub fn new(founder: impl Founder, entropy: &mut dyn Entropy) -> Self {
        let mut token =
            || Zeroizing::new(data_encoding::BASE64URL_NOPAD.encode(Secret::<32>::random(entropy).expose()));
        let inside = Inside { taken: false, touched: Instant::now(), answers: Answers::default(), made: None };
        Self {
            founder: Box::new(founder),
            link: token(),
            cookie: token(),
            inside: Mutex::new(inside),
            making: tokio::sync::Mutex::new(()),
        }
    }

    /// The path of its link. Whoever has it makes the agency: it is printed once, and logged nowhere.
    #[must_use]
    pub fn link(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("/begin/{}", *self.link))
    }

    /// Returns when nobody went on for `limit`; then all answers are forgotten.
    pub async fn idle(&self, limit: Duration) {
        loop {
            let passed = self.inside().touched.elapsed();
            if passed < limit {
                tokio::time::sleep(limit.saturating_sub(passed)).await;
                continue;
            }
            let _making = self.making.lock().await;
            let mut inside = self.inside();
            if inside.touched.elapsed() >= limit {
                inside.answers = Answers::default();
                return;
            }
        }
    }

    /// Returns when nothing is being made, and lets nothing more be made.
    pub async fn close(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.making.lock().await
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets the browser in that comes with the link's token, if it is the first.
    fn enter(&self, token: &str) -> bool {
        let mut inside = self.inside();
        if inside.taken || !same(token, &self.link) {
            return false;
        }
        inside.taken = true;
        inside.touched = Instant::now();
        true
    }

    /// Whether this is the cookie of the browser that was let in.
    fn knows(&self, cookie: &str) -> bool {
        let mut inside = self.inside();
        let known = inside.taken && same(cookie, &self.cookie);
        if known {
            inside.touched = Instant::now();
        }
        known
    }
}

fn same(typed: &str, kept: &str) -> bool {
    typed.as_bytes().ct_eq(kept.as_bytes()).into()
}

/// The listener's one door: it leads to the set-up, and to the node's own pages as soon as there is one.
#[derive(Clone, Default)]
pub struct Front(Arc<Mutex<Option<Router>>>);

impl Front {
    /// From now on requests go to these pages.
    pub fn lead_to(&self, pages: Router) {
        *self.now() = Some(pages);
    }

    fn now(&self) -> MutexGuard<'_, Option<Router>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// All pages of a set-up, and of what comes after it.
pub fn set_up(set_up: Arc<SetUp>, front: Front) -> Router {
    let routes = Router::new()
        .route("/begin/{token}", get(door::begin))
        .route("/set-up/language", get(steps::language).post(steps::speak))
        .route("/set-up/agency", get(steps::agency).post(steps::name))
        .route("/set-up/passphrase", get(steps::passphrase).post(steps::protect))
        .route("/set-up/people", get(steps::people).post(steps::decide))
        .route("/set-up/kit", get(kit::show))
        .route("/set-up/kit/check", get(kit::ask).post(kit::check))
        .route("/set-up/end", get(end::ask).post(end::make))
        .route("/hide", get(door::hidden))
        .route("/lang/{tag}", get(door::switch))
        .merge(assets::routes())
        .fallback(door::elsewhere)
        .with_state(set_up);
    Router::new().fallback(move |request: Request| {
        let routes = front.now().clone().unwrap_or_else(|| routes.clone());
        async move {
            match routes.oneshot(request).await {
                Ok(response) => response,
                Err(never) => match never {},
            }
        }
    })
}
