use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use axum::body::Bytes;
use keys::{AgencyId, keyring::KdfParams};
use serde_json::Value;

use super::*;
use crate::{
    api::{Answer, client},
    config::ConfigError,
    delivery::{
        inbound,
        worker::{Due, Failure, OutboxError, Sealed, Settled},
    },
    founding::{self, InitRequest, first_policy},
    service::Actor,
    view::*,
};

/// Use cases of which only the status exists.
struct Bare {
    vault: Vault,
    /// Told when the last owner is gone.
    dropped: Arc<AtomicBool>,
    /// For how many seconds nobody was here.
    unattended: Arc<AtomicU64>,
}

impl Drop for Bare {
    fn drop(&mut self) {
        self.dropped.store(true, Ordering::SeqCst);
    }
}

fn none<T>() -> Answer<T> {
    let title = "not in this test".to_owned();
    Err(Problem { code: "internal".into(), status: 500, title, hint: None, faults: Vec::new() })
}

/// Writes the functions of which this test has none.
macro_rules! without {
    ($($name:ident($($argument:ident: $kind:ty),*) -> $answer:ty;)*) => {$(
        async fn $name(&self, _: &Actor $(, _: $kind)*) -> Answer<$answer> {
            none()
        }
    )*};
}

impl UseCases for Bare {
    fn unattended(&self) -> Duration {
        Duration::from_secs(self.unattended.load(Ordering::SeqCst))
    }

    async fn audit_page(&self, _: &Actor, after: u64) -> Answer<AuditPage> {
        assert!(self.vault.settle().await.is_ok());
        Ok(AuditPage { entries: Vec::new(), next: Some(after + 1) })
    }

    without! {
        case_add(r: Value) -> CaseSaved;
        case_edit(id: &str, r: Value) -> CaseSaved;
        case_list(after: Option<&str>) -> CaseList;
        case_show(id: &str) -> CaseView;
        case_search(r: SearchRequest) -> CaseList;
        custody(id: &str) -> CustodyView;
        consent_grant(id: &str, r: Value) -> ConsentView;
        consent_list(id: &str) -> ConsentList;
        consent_show(id: &str) -> ConsentView;
        consent_review(id: &str, r: ReviewConsent) -> ConsentView;
        reviews() -> ReviewList;
        consent_withdraw(id: &str) -> ConsentView;
        decisions() -> DecisionList;
        decision_show(id: &str) -> DecisionView;
        decide(id: &str) -> DecisionDone;
        decision_drop(id: &str) -> DecisionLine;
        preview(r: ReferRequest) -> Preview;
        refer(r: ReferRequest) -> Referred;
        inbox() -> ExchangeList;
        outbox() -> ExchangeList;
        exchange_list(after: Option<&str>) -> ExchangeList;
        exchange_show(id: &str) -> ExchangeView;
        accept(id: &str, r: AssignRequest) -> ActDone;
        decline(id: &str, r: ReasonRequest) -> ActDone;
        withdraw(id: &str, r: ReasonRequest) -> ActDone;
        give_back(id: &str, r: ReasonRequest) -> ActDone;
        note(id: &str, r: NoteRequest) -> ActDone;
        progress(id: &str, r: ProgressRequest) -> ActDone;
        complete(id: &str, r: CompleteRequest) -> ActDone;
        peer_add(r: AddPeer) -> PeerView;
        peer_list() -> PeerList;
        peer_show(id: &str) -> PeerView;
        peer_refresh(id: &str) -> RefreshView;
        peer_evidence(id: &str) -> EvidenceList;
        peer_verify(id: &str, r: VerifyPeer) -> PeerView;
        peer_suspend(id: &str) -> PeerView;
        case_assign(id: &str, r: AssignRequest) -> AssignedView;
        exchange_assign(id: &str, r: AssignRequest) -> AssignedView;
        broken_glass() -> BrokenGlassList;
        person_invite(r: InviteRequest) -> Invitation;
        person_list() -> PersonList;
        person_roles(who: &str, r: ChangeRoles) -> PersonView;
        person_remove(who: &str) -> PersonView;
        person_recover(who: &str) -> Invitation;
        person_sessions(who: &str) -> SessionList;
        person_end_sessions(who: &str) -> EndedSessions;
        requests() -> RequestList;
        request_confirm(id: &str, r: ConfirmRequest) -> Confirmed;
        request_drop(id: &str) -> RequestView;
        teams() -> TeamList;
        team_add(r: NameTeam) -> TeamView;
        team_rename(team: &str, r: NameTeam) -> TeamView;
        team_remove(team: &str) -> TeamView;
        team_members(team: &str, r: ChangeTeam) -> TeamView;
        token_create(r: CreateToken) -> NewToken;
        token_list() -> TokenList;
        token_revoke(id: &str) -> TokenView;
        key_list() -> KeyList;
        key_slots() -> SlotList;
        key_history(peer: &str) -> KeyList;
        key_prepare() -> KeyChange;
        key_activate(r: RotateKey) -> KeyChange;
        root_rotate(r: RotateRootKey) -> KeyChange;
        recovery_ask(r: AskRecovery) -> RecoveryAsked;
        recovery_finish(r: FinishRecovery) -> KeyChange;
        key_revoke(k: &str, r: RevokeOwnKey) -> KeyChange;
        card() -> CardView;
        fingerprint() -> FingerprintView;
        status() -> StatusView;
        kit() -> KitView;
        kit_drill(r: KitDrill) -> KitView;
        backup(r: BackupRequest) -> BackupView;
        clock_confirm() -> ClockView;
        audit_verify() -> AuditReport;
        audit_export(r: ExportRequest) -> ExportFile;
    }
}

/// No packets in either direction.
struct Silent;

impl Inbox for Silent {
    async fn receive(&self, _: AgencyId, _: Bytes) -> inbound::Answer {
        inbound::Answer::Refused
    }

    async fn public_record(&self, _: AgencyId, _: u64) -> Option<Bytes> {
        None
    }
}

impl Outbox for Silent {
    type Item = ();
    type Token = ();

    async fn due(&self) -> Result<Vec<Due<()>>, OutboxError> {
        Ok(Vec::new())
    }

    async fn seal(&self, _: &Due<()>) -> Result<Sealed<()>, OutboxError> {
        Ok(Sealed::Gone)
    }

    async fn done(&self, _: &Due<()>, (): (), _: Bytes) -> Result<Settled, OutboxError> {
        Ok(Settled::Ended)
    }

    async fn failed(&self, _: &Due<()>, _: &Failure, _: u32) {}

    async fn learned(&self, _: AgencyId, _: Bytes) -> Result<bool, OutboxError> {
        Ok(true)
    }
}

const PASSPHRASE: &[u8] = b"correct horse battery staple";

struct Agency {
    _parent: tempfile::TempDir,
    folder: Folder,
}

impl Agency {
    fn new() -> Self {
        let parent = tempfile::tempdir().unwrap();
        let dir = parent.path().join("node");
        let request = InitRequest {
            dir: dir.clone(),
            kit: Some(parent.path().join("kit")),
            guardians: None,
            name: "Test Centre".into(),
            country: "KH".into(),
            policy: first_policy(protocol::code::AgencyKind::Reception),
            network: "trial".parse().unwrap(),
            listen: "127.0.0.1:0".parse().unwrap(),
            public: None,
            kdf: KdfParams::new(64, 1, 1).unwrap(),
        };
        founding::init(&request, PASSPHRASE, &World::system()).unwrap();
        Self { _parent: parent, folder: Folder::new(dir) }
    }

    fn edit_config(&self, from: &str, to: &str) {
        let text = std::fs::read_to_string(self.folder.config()).unwrap();
        assert!(text.contains(from));
        std::fs::write(self.folder.config(), text.replace(from, to)).unwrap();
    }

    async fn start(&self) -> Result<Node<Bare>, StartError> {
        self.start_with(PASSPHRASE, &Arc::default()).await
    }

    async fn start_with(&self, passphrase: &[u8], dropped: &Arc<AtomicBool>) -> Result<Node<Bare>, StartError> {
        self.start_left(passphrase, dropped, &Arc::default()).await
    }

    async fn start_left(
        &self,
        passphrase: &[u8],
        dropped: &Arc<AtomicBool>,
        unattended: &Arc<AtomicU64>,
    ) -> Result<Node<Bare>, StartError> {
        let (dropped, unattended) = (Arc::clone(dropped), Arc::clone(unattended));
        let open = move |opened: Opened| {
            let (dropped, unattended) = (Arc::clone(&dropped), Arc::clone(&unattended));
            std::future::ready(Ok(Parts {
                screens: axum::Router::new(),
                programs: axum::Router::new(),
                use_cases: Arc::new(Bare { vault: opened.vault, dropped, unattended }),
                inbox: Arc::new(Silent),
                outbox: Arc::new(Silent),
                outbox_wake: Arc::new(Notify::new()),
                background: vec![tokio::spawn(std::future::pending())],
            }))
        };
        start(&self.folder, Zeroizing::new(passphrase.to_vec()), World::system(), open).await
    }
}

fn code<T>(started: Result<T, StartError>) -> &'static str {
    started.err().expect("refused").code()
}

#[tokio::test]
async fn a_node_answers_stops_and_starts_again_from_the_same_folder() {
    let agency = Agency::new();
    for _ in 0..2 {
        let dropped = Arc::default();
        let node = agency.start_with(PASSPHRASE, &dropped).await.unwrap();
        let socket = node.socket().to_owned();
        let names = client::Names::default();
        let page = client::ask(&socket, names, client::Method::Get, "audit?after=4", None).await.unwrap();
        assert_eq!(page["next"], 5);
        node.stop().await;
        assert!(dropped.load(Ordering::SeqCst), "the store is closed before the lock is given back");
        let gone = client::ask(&socket, names, client::Method::Get, "status", None).await.unwrap_err();
        assert_eq!(gone.code, "node/not-running");
    }
}

/// The page can be open to a whole network, the socket is the node's own user's.
#[tokio::test]
async fn who_guesses_on_the_unlock_page_does_not_keep_the_node_locked() {
    let agency = Agency::new();
    let open = |opened: Opened| {
        std::future::ready(Ok(Parts {
            screens: axum::Router::new(),
            programs: axum::Router::new(),
            use_cases: Arc::new(Bare { vault: opened.vault, dropped: Arc::default(), unattended: Arc::default() }),
            inbox: Arc::new(Silent),
            outbox: Arc::new(Silent),
            outbox_wake: Arc::new(Notify::new()),
            background: Vec::new(),
        }))
    };
    let node = start_locked(&agency.folder, World::system(), open).await.unwrap();
    let typed = |text: &[u8]| Zeroizing::new(text.to_vec());
    let guess = async |text: &[u8]| web::Gate::unlock(&*node.gate, typed(text)).await.unwrap_err().code;
    assert_eq!(guess(b"six invented words for tests").await, "keyring/wrong-passphrase");
    assert_eq!(guess(PASSPHRASE).await, "keyring/too-soon", "on the page guessing costs time");
    let operator = Actor::Operator { uid: 0, by: None, approved_by: None };
    let unlocked = api::Gate::unlock(&*node.gate, &operator, typed(PASSPHRASE)).await;
    assert_eq!(unlocked.map(|unlocked| unlocked.wrong_tries).map_err(|problem| problem.code), Ok(1));
    node.stop().await;
}

#[tokio::test]
async fn a_node_that_nobody_uses_locks_itself_only_if_it_is_set_and_only_when_the_time_is_over() {
    let agency = Agency::new();
    let unattended = Arc::new(AtomicU64::new(u64::from(u32::MAX)));
    let start = async || agency.start_left(PASSPHRASE, &Arc::default(), &unattended).await.unwrap();
    let node = start().await;
    assert!(!node.gate.is_left_alone().await, "it is not set");
    node.stop().await;

    agency.edit_config("idle_minutes = 0", "idle_minutes = 15");
    let node = start().await;
    unattended.store(15 * 60 - 1, Ordering::SeqCst);
    assert!(!node.gate.is_left_alone().await);
    unattended.store(15 * 60, Ordering::SeqCst);
    tokio::time::timeout(GRACE, node.left_alone()).await.expect("it is left alone");
    let entries = node.gate.use_cases().await.unwrap().vault.audit().read(None, 100).await.unwrap();
    assert_eq!(entries.iter().filter(|entry| entry.entry.action == "node.lock-idle").count(), 1);
    node.stop().await;
}

#[tokio::test]
async fn a_second_node_on_the_folder_and_a_wrong_passphrase_change_nothing() {
    let agency = Agency::new();
    assert_eq!(code(agency.start_with(b"wrong horse battery", &Arc::default()).await), "keyring/wrong-passphrase");
    let node = agency.start().await.unwrap();
    assert_eq!(code(agency.start().await), "node/folder-in-use");
    node.stop().await;
    agency.start().await.unwrap().stop().await;
}

#[tokio::test]
async fn a_port_or_socket_in_use_ends_the_start_with_nothing_left_running() {
    let agency = Agency::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    agency.edit_config("listen = \"127.0.0.1:0\"", &format!("listen = \"{address}\""));
    assert_eq!(code(agency.start().await), "node/port-in-use");
    drop(taken);
    let other = std::os::unix::net::UnixListener::bind(agency.folder.path().join("node.sock")).unwrap();
    assert_eq!(code(agency.start().await), "node/already-running");
    drop(other);
    let node = agency.start().await.unwrap();
    assert_eq!(node.address().to_string(), address);
    node.stop().await;
}

#[tokio::test]
async fn each_damaged_or_missing_file_of_the_folder_is_named() {
    let agency = Agency::new();
    let folder = &agency.folder;
    let (record, key) = (folder.public_record(), folder.transport_key());
    let text = std::fs::read(&record).unwrap();
    std::fs::write(&record, &text[..text.len() / 2]).unwrap();
    assert_eq!(code(agency.start().await), "node/own-record");
    std::fs::write(&record, text).unwrap();
    agency.edit_config("network = \"trial\"", "network = \"other\"");
    assert_eq!(code(agency.start().await), "node/own-record");
    agency.edit_config("network = \"other\"", "netwrok = \"trial\"");
    assert_eq!(code(agency.start().await), "node/settings");
    agency.edit_config("netwrok = ", "network = ");
    std::fs::rename(&key, key.with_extension("away")).unwrap();
    assert_eq!(code(agency.start().await), "node/transport-key");
    std::fs::rename(key.with_extension("away"), &key).unwrap();
    std::fs::remove_file(folder.keyring()).unwrap();
    assert_eq!(code(agency.start().await), "keyring/missing");
}

#[test]
fn start_errors_say_what_to_do() {
    let error = StartError::Config(ConfigError::Missing("x/config.toml".into()));
    assert_eq!(error.code(), "node/no-folder");
    assert!(error.problem().title.contains("spean init"));
}
