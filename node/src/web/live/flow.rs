//! One stream: what it waits for, and what it says.

use std::{collections::BTreeMap, convert::Infallible, sync::Arc};

use axum::response::sse::Event;
use serde::Serialize;
use tokio::{
    sync::{oneshot, watch},
    time::{Duration, Instant, sleep_until},
};

use super::{Closing, Times, places::Place};
use crate::{
    service::{About, Actor, Fresh, Mark, Service, people::SessionToken},
    web::{
        App,
        session::Waiter,
        words::{Moment, Words},
    },
};

/// After how many milliseconds a browser asks again whose stream broke.
const RETRY: Duration = Duration::from_secs(5);

/// The content of a `news` event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Told {
    /// For each place of the menu that counts: how much waits there, written out; empty for nothing.
    counts: BTreeMap<&'static str, String>,
    /// What stands before the window's title.
    title: String,
    /// How much is new since the page was made: a sound is for more than before.
    fresh: u64,
    /// What leads to it; empty for nothing.
    bar: String,
    /// Until when the page is up to date; empty if it is not.
    foot: String,
}

impl Told {
    fn says_what(&self, other: &Self) -> bool {
        let what = |told: &Self| (told.counts.clone(), told.title.clone(), told.fresh, told.bar.clone());
        what(self) == what(other)
    }
}

/// Why a stream wakes.
enum Woken {
    /// Something changed, or nothing was said yet.
    News,
    /// It was quiet for long, or the session's time may be over.
    Beat,
    /// Somebody's session was ended.
    Sessions,
    /// A newer page of the same session has the place.
    Elsewhere,
    /// The listener stops.
    Closing,
}

/// The state of a stream between two events.
pub(super) struct Flow {
    service: Arc<Service>,
    token: SessionToken,
    w: Words,
    mark: Mark,
    about: Option<About>,
    times: Times,
    news: watch::Receiver<()>,
    sessions: watch::Receiver<()>,
    out: oneshot::Receiver<()>,
    closing: Option<watch::Receiver<bool>>,
    /// What was said last.
    told: Option<Told>,
    /// Nothing is said before.
    quiet_until: Instant,
    next_beat: Instant,
    _place: Place,
}

impl Flow {
    pub(super) fn new(
        app: &App,
        waiter: Waiter,
        (mark, about): (Mark, Option<About>),
        (place, out): (Place, oneshot::Receiver<()>),
        closing: Option<Closing>,
    ) -> Self {
        let (service, now) = (Arc::clone(&app.service), Instant::now());
        Self {
            news: service.news_bell(),
            sessions: service.sessions_bell(),
            service,
            token: waiter.token,
            w: waiter.w,
            mark,
            about,
            times: app.streams.times,
            out,
            closing: closing.map(|closing| closing.0),
            told: None,
            quiet_until: now,
            next_beat: now,
            _place: place,
        }
    }

    /// The next event, and the stream after it; none after the last.
    pub(super) async fn step(flow: Option<Self>) -> Option<(Result<Event, Infallible>, Option<Self>)> {
        let mut flow = flow?;
        loop {
            let woken = if flow.told.is_none() { Woken::News } else { flow.woken().await };
            // Asked anew each time: roles may have changed since.
            let Ok((actor, left)) = flow.service.session_as_it_is(&flow.token) else {
                return Some((Ok(last("over")), None));
            };
            flow.next_beat = Instant::now() + flow.times.beat.min(Duration::from_secs(left));
            match woken {
                Woken::News => {
                    let told = flow.told_to(&actor);
                    // Also if nothing is said: an office that is busy with what this person may not see costs as much.
                    flow.quiet_until = Instant::now() + flow.times.pause;
                    if flow.told.as_ref().is_some_and(|before| before.says_what(&told)) {
                        // Nothing is sent: also a minute's change of the foot would tell that something happened.
                        continue;
                    }
                    let event = first(flow.told.is_none()).event("news").json_data(&told);
                    flow.told = Some(told);
                    // Texts and numbers always become JSON.
                    let event = event.unwrap_or_default();
                    return Some((Ok(event), Some(flow)));
                }
                Woken::Beat => {
                    let current = flow.told.as_ref().is_some_and(|told| told.fresh == 0);
                    let foot = if current { flow.foot() } else { String::new() };
                    // As JSON, since browsers drop an event without data.
                    let event = Event::default().event("beat").json_data(foot).unwrap_or_default();
                    return Some((Ok(event), Some(flow)));
                }
                Woken::Sessions => {}
                Woken::Elsewhere => return Some((Ok(last("elsewhere")), None)),
                Woken::Closing => return None,
            }
        }
    }

    async fn woken(&mut self) -> Woken {
        loop {
            let quiet = Instant::now() < self.quiet_until;
            tokio::select! {
                biased;
                _ = &mut self.out => return Woken::Elsewhere,
                () = closed(&mut self.closing) => return Woken::Closing,
                _ = self.sessions.changed() => return Woken::Sessions,
                _ = self.news.changed(), if !quiet => return Woken::News,
                // What came meanwhile is seen then: many changes are one event.
                () = sleep_until(self.quiet_until), if quiet => {}
                () = sleep_until(self.next_beat) => return Woken::Beat,
            }
        }
    }

    fn told_to(&self, actor: &Actor) -> Told {
        let (service, w) = (&self.service, self.w);
        let waiting = service.waiting_for(actor);
        let to_confirm = service.waiting_to_confirm(actor);
        let all = waiting.unwrap_or_default() + to_confirm.unwrap_or_default();
        let number = |n: u64| if n == 0 { String::new() } else { w.number(n) };
        let places = [("inbox", waiting), ("people", to_confirm)];
        let Fresh { offers, changes } = match &self.about {
            Some(about) => service.fresh(actor, self.mark, about).unwrap_or_default(),
            None => Fresh::default(),
        };
        let bar = match (offers, changes, &self.about) {
            (0, 0, _) => String::new(),
            (.., Some(About::One(_))) => w.t("news-changed-one").into_owned(),
            (0, ..) => w.t("news-changed").into_owned(),
            (offers, ..) => w.counted("news-new", offers),
        };
        Told {
            counts: places.into_iter().filter_map(|(place, n)| Some((place, number(n?)))).collect(),
            title: if all == 0 { String::new() } else { format!("({}) ", w.number(all)) },
            fresh: offers + changes,
            foot: if bar.is_empty() { self.foot() } else { String::new() },
            bar,
        }
    }

    fn foot(&self) -> String {
        let now = self.service.glance().now;
        self.w.t1("news-live", "hour", Moment::here(now).hour(self.w, now))
    }
}

/// An event after which nothing follows.
fn last(name: &str) -> Event {
    Event::default().event(name).data("-")
}

fn first(is: bool) -> Event {
    if is { Event::default().retry(RETRY) } else { Event::default() }
}

async fn closed(closing: &mut Option<watch::Receiver<bool>>) {
    match closing {
        // An error: the listener is gone.
        Some(closing) => drop(closing.wait_for(|closing| *closing).await),
        None => std::future::pending().await,
    }
}
