//! What crosses the local interface: requests and answers of the service, as serde types.
//!
//! The service makes them, the JSON API carries them, the command line and (later) the screens show them.
//! This module knows nothing of storage, keys or the wire. Codes are those of `protocol::code`; times are
//! seconds since 1970 UTC ([`::keys::Timestamp`]); ids are text.

mod agency;
mod audit;
mod backup;
mod case;
mod consent;
mod decision;
mod draft;
mod exchange;
mod keys;
mod kit;
mod need;
mod people;
mod problem;
mod team;
mod token;

pub use self::keys::{
    AskRecovery, FinishRecovery, KeyChange, KeyLine, KeyList, LogLine, RecoveryAsked, RevokeOwnKey, RotateKey,
    RotateRootKey, SlotLine, SlotList,
};
pub use agency::{
    AddPeer, CardView, ClockView, EvidenceList, EvidenceView, FingerprintView, LockedView, LockingView, OwnKey,
    OwnKeys, PeerList, PeerView, ProofView, RefreshView, StatusView, Trouble, UnlockRequest, UnlockedView, VerifyPeer,
};
pub use audit::{
    AuditEntryView, AuditPage, AuditReport, CheckedExport, ExportFile, ExportList, ExportRequest, ExportView,
};
pub use backup::{BackupRequest, BackupView, CheckedBackup, RestoredView};
pub use case::{
    AlikeCase, AlikeCases, CaseList, CaseSaved, CaseSummary, CaseView, CustodyLine, CustodyView, SearchRequest,
};
pub use consent::{ConsentList, ConsentView, DecidedView, ReviewConsent, ReviewLine, ReviewList, WithdrawConsent};
pub use decision::{DecisionDone, DecisionLine, DecisionList, DecisionView};
pub use draft::{DraftLine, DraftList, DraftView};
pub use exchange::{
    ActDone, CompleteRequest, Delivery, EventView, ExchangeList, ExchangeSummary, ExchangeView, NoteRequest, Preview,
    PreviewAsk, ProgressRequest, ReasonRequest, ReceiptView, ReferRequest, Referred, Side,
};
pub use kit::{KitDrill, KitView};
pub use need::{
    AnswerCount, AssignRequest, AssignedView, BrokenGlass, BrokenGlassList, Carrier, CarrierList, OpenRequest,
    OpenedView,
};
pub use people::{
    ChangeRoles, CodesView, ConfirmRequest, Confirmed, EndedSessions, Invitation, InvitationView, InviteRequest,
    MeansView, PasskeyView, PersonList, PersonView, RequestList, RequestView, SessionList, SessionView,
};
pub use problem::{Fault, Problem};
pub use team::{ChangeTeam, Colleagues, NameTeam, TeamList, TeamPeople, TeamPerson, TeamView};
pub use token::{CreateToken, NewToken, TokenList, TokenView};
