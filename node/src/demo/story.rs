//! The story itself.

use std::path::Path;

use protocol::code::AgencyKind;
use serde_json::{Value, json};

use super::{
    DemoError, children,
    evidence::{self, Before},
    people,
    stage::{Agency, Part},
    tap::{OpenTap, Recording},
    telephone::Telephone,
    tell::Teller,
};
use crate::{
    view::{ActDone, CardView, CaseSaved, ConsentView, CustodyView, ExchangeView, FingerprintView, PeerView, Referred},
    world::World,
};

/// The three agencies and the taps between them.
pub struct Cast {
    cmo: Agency,
    dt: Agency,
    hc: Agency,
    taps: Vec<OpenTap>,
    recording: Recording,
}

const CMO: Part =
    Part { name: "CMO", kind: AgencyKind::Reception, staff: ["Keo Rattana", "Lim Chanthou", "Chea Bopha"] };
const DT: Part = Part { name: "DT", kind: AgencyKind::Shelter, staff: ["Sorn Maly", "Heng Visal", "Nhem Sothy"] };
const HC: Part = Part { name: "HC", kind: AgencyKind::Health, staff: ["Ouk Sopheap", "Tep Kanha", "Yin Ratha"] };

/// What DT is to know of a boy who needs a bed.
const FOR_SHELTER: [&str; 6] = ["identity", "functioning", "family", "protection", "mental_health", "care_arrangement"];
/// What the health centre is to know.
const FOR_HEALTH: [&str; 3] = ["identity", "functioning", "health"];

impl Cast {
    /// Makes the three agencies, opens the taps, starts the nodes.
    ///
    /// # Errors
    /// [`DemoError`].
    pub async fn assemble(stage: &Path, teller: &mut Teller) -> Result<Self, DemoError> {
        teller.step("Three agencies are made, each with its own keys and its own folder");
        let (mut cmo, mut dt, mut hc) =
            (Agency::make(stage, &CMO)?, Agency::make(stage, &DT)?, Agency::make(stage, &HC)?);
        for (agency, what) in
            [(&cmo, "reception office at the border"), (&dt, "long-term shelter"), (&hc, "health centre")]
        {
            teller.say(format!("{:<4} {what:<32} {}…", agency.name, agency.id.short()));
        }
        let recording = Recording::default();
        let taps = vec![
            cmo.tap(&[&dt, &hc], &recording)?,
            dt.tap(&[&cmo, &hc], &recording)?,
            hc.tap(&[&cmo, &dt], &recording)?,
        ];
        for agency in [&mut cmo, &mut dt, &mut hc] {
            agency.start().await?;
        }
        teller.say("A recording proxy stands between every two nodes, and keeps each HTTP body for the checks.");
        Ok(Self { cmo, dt, hc, taps, recording })
    }

    /// Keeps the nodes up until the person has had enough: lets the agencies' people in, leaves them something to do,
    /// and says how to talk to each.
    ///
    /// # Errors
    /// [`DemoError`] if somebody can't be let in, or the terminal's signal can't be heard.
    pub async fn stay(&self, stage: &Path) -> Result<(), DemoError> {
        let telephone = Telephone::new(World::system());
        people::leave_work(&self.cmo).await?;
        println!("\nThe three nodes go on running, and the story goes on in a browser: what happened is there, and");
        println!("new offers wait for DT and HC.");
        for agency in [&self.cmo, &self.dt, &self.hc] {
            let people = people::enrol(agency, &telephone).await?;
            people::hand_over(agency, &people[0]).await?;
            println!("\n  {:<4} {}", agency.name, agency.url());
            for person in &people {
                println!("       {:<10} {:<28} {}", person.sign_in, person.does(), person.name);
            }
        }
        println!("\nSign in with one of these names, the passphrase `{}`, and the code below. Each", people::WORDS);
        println!("person may use a code once; an app for codes takes {}, too.", telephone.secret());
        println!("A newcomer at DT begins here: {}{}", self.dt.url(), people::newcomer(&self.dt).await?);
        println!("\nIn another terminal:");
        for agency in [&self.cmo, &self.dt, &self.hc] {
            println!("  spean --dir {} inbox", agency.dir.display());
        }
        println!("Everything lies in {}. Ctrl-C ends the demo.\n", stage.display());
        tokio::select! {
            stopped = tokio::signal::ctrl_c() => stopped?,
            shown = telephone.show() => shown?,
        }
        println!();
        Ok(())
    }

    /// Stops the nodes, then the taps.
    pub async fn leave(mut self) {
        for agency in [&mut self.cmo, &mut self.dt, &mut self.hc] {
            agency.stop().await;
        }
        for tap in self.taps {
            // A tap that broke down has nothing left to close.
            let _ = tap.close().await;
        }
    }
}

/// Tells the story from the cards to the search of disk and wire.
///
/// # Errors
/// [`DemoError`] if it breaks off.
pub async fn tell(cast: &mut Cast, teller: &mut Teller) -> Result<(), DemoError> {
    meet(cast, teller).await?;
    let sokha = shelter(cast, teller).await?;
    health(cast, teller).await?;
    decline(cast, teller).await?;
    give_back(cast, teller).await?;
    withdraw(cast, teller).await?;
    complete(cast, teller, &sokha).await?;
    evidence::search(&cast.recording, &[&cast.cmo, &cast.dt, &cast.hc], teller)?;
    Ok(())
}

async fn meet(cast: &Cast, teller: &mut Teller) -> Result<(), DemoError> {
    teller.step("They exchange cards, and compare the digits by telephone");
    let all = [&cast.cmo, &cast.dt, &cast.hc];
    for here in all {
        for there in all.into_iter().filter(|there| there.id != here.id) {
            let card: CardView = there.get("agency/card").await?;
            let _: PeerView = here.post("peers", json!({ "card": card.text })).await?;
            let spoken: FingerprintView = there.get("agency/fingerprint").await?;
            let verify = json!({ "fingerprint": spoken.digits, "how": "telephone" });
            let peer: PeerView = here.post(&format!("peers/{}/verify", there.id), verify).await?;
            if peer.trust != "verified" {
                return Err(DemoError::Stage("trust"));
            }
        }
    }
    let digits: FingerprintView = cast.dt.get("agency/fingerprint").await?;
    teller.say(format!("DT reads out its own digits: {}", digits.digits));
    teller.say("Each agency shows its own number; only verified agencies are sent a child's data.");
    Ok(())
}

/// A child at CMO, the consent, and the offer.
async fn offer(
    cast: &Cast,
    child: &str,
    consent: Value,
    request: impl FnOnce(&str) -> crate::view::ReferRequest,
) -> Result<(String, Referred, ConsentView), DemoError> {
    let saved: CaseSaved = cast.cmo.post("cases", children::record(child)?).await?;
    let consent: ConsentView = cast.cmo.post(&format!("cases/{}/consents", saved.id), consent).await?;
    let referred: Referred = cast.cmo.post("referrals", request(&saved.id)).await?;
    Ok((saved.id, referred, consent))
}

async fn at(agency: &Agency, id: &str, state: &'static str) -> Result<ExchangeView, DemoError> {
    agency.until(&format!("exchanges/{id}"), state, |view: &ExchangeView| view.summary.state == state).await
}

async fn erased(agency: &Agency, id: &str) -> Result<ExchangeView, DemoError> {
    agency.until(&format!("exchanges/{id}"), "the erasure", |view: &ExchangeView| view.summary.erased).await
}

async fn shelter(cast: &Cast, teller: &mut Teller) -> Result<(String, String), DemoError> {
    teller.step("CMO offers ទន្លេ សុខា (Tonle Sokha), a boy of about 13 who came alone, to DT's shelter");
    let consent = children::best_interest("DT", &FOR_SHELTER, "shelter");
    let summary =
        "Boy travelling alone, sent back yesterday. Needs a safe bed tonight; his family is being looked for.";
    let (case, referred, _) = offer(cast, "F04", consent, |case| {
        children::referral(case, "DT", "shelter.transitional", "high", "shelter", summary)
    })
    .await?;
    let offered = at(&cast.dt, &referred.exchange, "offered").await?;
    let triage = offered.triage.clone().unwrap_or_default();
    teller.say(format!("The offer's number for the telephone is {}.", referred.reference));
    teller.sees("DT", evidence::outline(&triage));
    teller.hidden("DT", "name, birth, family, phone, where he is: none of it has left CMO");
    teller.check("the offer, as DT reads it, identifies nobody", evidence::identifies_nobody(&triage, "F04")?);
    teller.check("DT has no released data before it accepts", offered.released.is_none());

    teller.step("DT accepts; CMO's node releases what was agreed to, by itself");
    let _: ActDone = cast.dt.post(&format!("exchanges/{}/accept", referred.exchange), json!({})).await?;
    let released = at(&cast.dt, &referred.exchange, "released").await?;
    let record = released.released.clone().unwrap_or_default();
    let categories = evidence::categories(&record);
    teller.sees("DT", format!("{} — in {}", evidence::name(&record), categories.join(", ")));
    teller.check(
        "every category that DT got was agreed to",
        categories.iter().all(|c| FOR_SHELTER.contains(&c.as_str())),
    );
    teller.check("DT got the name", evidence::name(&record).contains("សុខា"));
    teller.check(
        "DT got no health, legal or tracing data",
        !categories.iter().any(|c| ["health", "legal", "tracing"].contains(&c.as_str())),
    );
    let control = evidence::opened_again(&cast.recording, &cast.dt).await?;
    teller.check("control: the same packet, opened with DT's key, holds the name", control);
    Ok((case, referred.exchange))
}

async fn health(cast: &Cast, teller: &mut Teller) -> Result<(), DemoError> {
    teller.step("CMO refers ពពក ដារា (Popok Dara) to the health centre; his aunt agreed, for health only");
    let consent = children::caregiver("HC", &FOR_HEALTH, "health_treatment");
    let summary = "Young boy, needs to be seen about his breathing this week; uses a wheelchair.";
    let (_, referred, _) = offer(cast, "F02", consent, |case| {
        children::referral(case, "HC", "health.consultation", "medium", "health_treatment", summary)
    })
    .await?;
    let _: ExchangeView = at(&cast.hc, &referred.exchange, "offered").await?;
    let _: ActDone = cast.hc.post(&format!("exchanges/{}/accept", referred.exchange), json!({})).await?;
    let released = at(&cast.hc, &referred.exchange, "released").await?;
    let record = released.released.unwrap_or_default();
    let categories = evidence::categories(&record);
    teller.sees("HC", format!("{} — in {}", evidence::name(&record), categories.join(", ")));
    teller.hidden("HC", "family, address, protection concerns: not agreed to, so never sent");
    teller.check("the health centre got the health category", categories.iter().any(|c| c == "health"));
    teller.check("the health centre did not get the family's address", evidence::lacks_addresses(&record, "F02")?);
    let stranger = cast.dt.get::<ExchangeView>(&format!("exchanges/{}", referred.exchange)).await;
    teller.check("DT knows nothing of this referral", stranger.is_err());
    Ok(())
}

async fn decline(cast: &mut Cast, teller: &mut Teller) -> Result<(), DemoError> {
    teller.step("CMO offers សូរិយា វិចិត្រ (Soriya Vichet) to DT; DT has no bed, and declines");
    let consent = children::best_interest("DT", &FOR_SHELTER, "shelter");
    let summary = "Boy whose grandmother can't care for him just now. Needs a place for some weeks.";
    let (_, referred, _) = offer(cast, "F08", consent, |case| {
        children::referral(case, "DT", "shelter.transitional", "medium", "shelter", summary)
    })
    .await?;
    let _: ExchangeView = at(&cast.dt, &referred.exchange, "offered").await?;
    let before = Before::keep(&mut cast.dt, &referred.exchange).await?;
    let decline = json!({ "reason": "no_capacity", "text": "Full until the end of the month." });
    let _: ActDone = cast.dt.post(&format!("exchanges/{}/decline", referred.exchange), decline).await?;
    let left = erased(&cast.dt, &referred.exchange).await?;
    let told = erased(&cast.cmo, &referred.exchange).await?;
    teller.sees("CMO", format!("declined (no_capacity); {}", evidence::receipt(&told)));
    teller.sees("DT", "that an offer was declined, and when; not of whom");
    teller.check("DT's node shows nothing of the offer any more", left.triage.is_none() && left.released.is_none());
    let (control, gone) = before.compare(&mut cast.dt).await?;
    teller.check("control: with the keys as they were, a copy of DT's disk from before opens the offer", control);
    teller.check("with DT's keys as they are now, the same copy opens nothing of it", gone);
    Ok(())
}

async fn give_back(cast: &Cast, teller: &mut Teller) -> Result<(), DemoError> {
    teller.step("DT accepts ផ្កាយ វិបុល (Phkay Vibol), then must give the case back");
    let consent = children::best_interest("DT", &FOR_SHELTER, "shelter");
    let summary = "Oldest of three siblings found on the street. Should stay with his sisters.";
    let (case, referred, _) = offer(cast, "F05", consent, |case| {
        children::referral(case, "DT", "shelter.transitional", "high", "shelter", summary)
    })
    .await?;
    let _: ExchangeView = at(&cast.dt, &referred.exchange, "offered").await?;
    let _: ActDone = cast.dt.post(&format!("exchanges/{}/accept", referred.exchange), json!({})).await?;
    let _: ExchangeView = at(&cast.dt, &referred.exchange, "released").await?;
    let reason = json!({ "reason": "needs_exceed_us" });
    let _: ActDone = cast.dt.post(&format!("exchanges/{}/return", referred.exchange), reason).await?;
    let left = erased(&cast.dt, &referred.exchange).await?;
    let told = erased(&cast.cmo, &referred.exchange).await?;
    teller.sees("CMO", format!("returned (needs_exceed_us); {}", evidence::receipt(&told)));
    teller.check("what was released to DT is gone from DT", left.released.is_none() && left.triage.is_none());
    let custody: CustodyView = cast.cmo.get(&format!("cases/{case}/custody")).await?;
    teller.check(
        "CMO's custody ledger says that nobody holds it",
        custody.lines.iter().all(|line| line.state == "erased"),
    );
    Ok(())
}

async fn withdraw(cast: &Cast, teller: &mut Teller) -> Result<(), DemoError> {
    teller.step("ផ្កាយ ស្រីណា (Phkay Sreyna) was released to DT; then the consent is withdrawn");
    let consent = children::best_interest("DT", &FOR_SHELTER, "shelter");
    let summary = "Girl, sister of a boy who was offered before. Needs a place with him.";
    let (case, referred, consent) = offer(cast, "F06", consent, |case| {
        children::referral(case, "DT", "shelter.transitional", "high", "shelter", summary)
    })
    .await?;
    let _: ExchangeView = at(&cast.dt, &referred.exchange, "offered").await?;
    let _: ActDone = cast.dt.post(&format!("exchanges/{}/accept", referred.exchange), json!({})).await?;
    let _: ExchangeView = at(&cast.dt, &referred.exchange, "released").await?;
    let _: ConsentView = cast.cmo.post(&format!("consents/{}/withdraw", consent.id), json!({})).await?;
    let left = erased(&cast.dt, &referred.exchange).await?;
    let told = erased(&cast.cmo, &referred.exchange).await?;
    teller.sees("CMO", format!("withdrawn (consent_withdrawn); {}", evidence::receipt(&told)));
    teller.check("what DT held is erased, without anybody at DT doing anything", left.released.is_none());
    let custody: CustodyView = cast.cmo.get(&format!("cases/{case}/custody")).await?;
    teller.check("CMO has DT's signed receipt", custody.lines.iter().all(|line| line.erased_at.is_some()));
    Ok(())
}

async fn complete(cast: &Cast, teller: &mut Teller, sokha: &(String, String)) -> Result<(), DemoError> {
    teller.step("Sokha arrives at DT; weeks later his family is found, and the referral is completed");
    let (case, exchange) = sokha;
    let arrived = json!({ "status": "arrived", "date": "2026-06-01", "text": "Ate well, and slept." });
    let _: ActDone = cast.dt.post(&format!("exchanges/{exchange}/progress"), arrived).await?;
    let note = json!({ "text": "He speaks of a market with a big clock. We think it is in Serei Saophoan." });
    let _: ActDone = cast.dt.post(&format!("exchanges/{exchange}/note"), note).await?;
    let outcome = json!({ "outcome": "reunified" });
    let _: ActDone = cast.dt.post(&format!("exchanges/{exchange}/complete"), outcome).await?;
    let done = at(&cast.cmo, exchange, "completed").await?;
    let kinds: Vec<&str> = done.events.iter().map(|event| event.kind.as_str()).collect();
    teller.sees("CMO", kinds.join(" → "));
    let all = ["offer", "accept", "release", "progress", "note", "complete"];
    teller.check("CMO has the whole story of the exchange", all.iter().all(|kind| kinds.contains(kind)));
    let custody: CustodyView = cast.cmo.get(&format!("cases/{case}/custody")).await?;
    for line in &custody.lines {
        teller.sees("CMO", format!("{} holds {} ({})", line.peer, line.holds.join(", "), line.state));
    }
    teller
        .check("CMO knows who holds what about Sokha", custody.lines.len() == 1 && custody.lines[0].state == "holding");
    Ok(())
}
