//! Who may do what: one table of use cases and roles, asked by every use case before it does anything.
//!
//! `docs/roles.md` is written from it. The socket's operator and the node itself may do all; a person what one of their
//! roles allows. Key administrators and auditors see nothing of a child.

use super::{
    Actor, Service, ServiceError,
    people::{Role, Roles},
};

/// Roles that share a right.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Circle {
    /// Whoever works with children.
    Cases,
    /// Whoever answers for the work of others.
    Supervisors,
    /// Whoever looks after keys and people.
    Keys,
    /// Whoever must know who the people are.
    Overseers,
    /// Whoever checks what was done.
    Auditors,
    /// Everybody who signed in.
    Everybody,
    /// Whoever runs the node, and nobody who signed in: whoever sees a token can act in its owner's name.
    Operator,
}

impl Circle {
    const fn roles(self) -> Roles {
        match self {
            Self::Cases => Roles::of(&[Role::SocialWorker, Role::Supervisor]),
            Self::Supervisors => Roles::of(&[Role::Supervisor]),
            Self::Keys => Roles::of(&[Role::KeyAdministrator]),
            Self::Overseers => Roles::of(&[Role::Supervisor, Role::KeyAdministrator]),
            Self::Auditors => Roles::of(&[Role::Auditor]),
            Self::Everybody => Roles::ALL,
            Self::Operator => Roles::NONE,
        }
    }

    const fn ask(self) -> &'static str {
        match self {
            Self::Cases => "a social worker or your supervisor",
            Self::Supervisors => "your supervisor",
            Self::Keys => "your key administrator",
            Self::Overseers => "your supervisor or your key administrator",
            Self::Auditors => "your auditor",
            Self::Everybody => "your key administrator for a role",
            Self::Operator => "whoever runs the node",
        }
    }
}

/// One line for each use case: its name, its code in the audit log, who may, and what it is.
macro_rules! use_cases {
    ($($name:ident $code:literal $circle:ident $what:literal;)+) => {
        /// What can be asked of the service.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum UseCase {
            $(#[doc = $what] $name,)+
        }

        impl UseCase {
            /// All of them, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The code, under which a refusal stands in the audit log.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)+
                }
            }

            /// What it is, in a few words.
            #[must_use]
            pub const fn what(self) -> &'static str {
                match self {
                    $(Self::$name => $what,)+
                }
            }

            const fn circle(self) -> Circle {
                match self {
                    $(Self::$name => Circle::$circle,)+
                }
            }
        }
    };
}

use_cases! {
    CaseAdd "case.add" Cases "Add a case";
    CaseEdit "case.edit" Cases "Change a case";
    CaseList "case.list" Cases "List cases";
    CaseSearch "case.search" Cases "Search cases by name";
    CaseShow "case.open" Cases "Open a case";
    Custody "custody.show" Cases "See who holds what about a child";
    ConsentGrant "consent.grant" Cases "Record a consent";
    ConsentList "consent.list" Cases "List the consents of a case";
    ConsentWithdraw "consent.withdraw" Cases "Withdraw a consent";
    ConsentReview "consent.review" Supervisors "Look again at what was decided where nobody could consent";
    DecisionAsk "decision.ask" Cases "Ask a supervisor to decide about a child together";
    DecisionList "decision.list" Cases "See what waits for a supervisor's decision";
    DecisionTake "decision.take" Supervisors "Decide what somebody else asked, as the second person";
    DecisionDrop "decision.drop" Cases "Take back or refuse what waits for a decision";
    DraftKeep "draft.keep" Cases "Keep what one is writing about a child, for oneself";
    Preview "offer.preview" Cases "Preview a referral";
    Refer "offer.send" Cases "Send a referral";
    Inbox "exchange.inbox" Cases "List what other agencies ask";
    Outbox "exchange.outbox" Cases "List what this agency asked";
    ExchangeList "exchange.list" Cases "List all exchanges";
    ExchangeShow "exchange.open" Cases "Open an exchange";
    Accept "exchange.accept" Cases "Accept an offer";
    Decline "exchange.decline" Cases "Decline an offer";
    Withdraw "exchange.withdraw" Cases "Withdraw a referral";
    GiveBack "exchange.return" Cases "Return an accepted case";
    Note "exchange.note" Cases "Write to the other agency";
    Progress "exchange.progress" Cases "Tell how the service goes on";
    Complete "exchange.complete" Cases "Tell how the service ended";
    Assign "case.assign" Supervisors "Give a case or exchange to people";
    BreakGlass "case.break-glass" Cases "Open what is not one's own, with a reason, for an hour";
    Colleagues "board.colleagues" Cases "See who could look after a child";
    Carriers "board.carriers" Supervisors "See who carries how much";
    Answers "board.answers" Supervisors "See how offers were answered, by month";
    BrokenGlass "case.broken-glass" Supervisors "See what was opened so";
    PeerList "peer.list" Everybody "List other agencies";
    PeerShow "peer.show" Everybody "See one agency and its digits";
    PeerEvidence "peer.evidence" Everybody "See what is kept of an agency that said two things";
    PeerAdd "peer.add" Keys "Introduce an agency by its card";
    PeerRefresh "peer.refresh" Keys "Fetch an agency's newest record now";
    PeerVerify "peer.verify" Keys "Verify an agency by its digits";
    PeerSuspend "peer.suspend" Keys "Suspend an agency";
    AgencyCard "agency.card" Everybody "Show the own card and digits";
    KeyList "key.list" Keys "See the own keys and until when they count";
    KitDrill "key.kit-drill" Keys "Prove that the recovery kit is right";
    KeyRotate "key.rotate" Keys "Make the next signing key, and put it into use";
    RootRotate "key.root" Keys "Put the main key of the recovery kit into use (with a second key administrator)";
    RootRecover "key.recover" Keys "Get a new main key from the guardians (with a second key administrator)";
    KeyRevoke "key.revoke" Keys "Revoke a signing key (with a second key administrator)";
    Status "status.show" Everybody "See how the node is";
    Backup "backup.make" Operator "Make a backup (the operator only)";
    ClockConfirm "clock.confirm" Keys "Confirm the computer's clock";
    AuditRead "audit.read" Auditors "Read the audit log";
    AuditVerify "audit.verify" Auditors "Check the whole audit log";
    AuditExport "audit.export" Auditors "Ask for a signed part of the audit log, for somebody outside, and fetch it";
    PersonList "person.list" Overseers "List the people of the agency";
    PersonInvite "person.invite" Keys "Invite a person";
    PersonRoles "person.roles" Keys "Give a person other roles (never oneself)";
    PersonRemove "person.remove" Keys "Remove a person (never oneself)";
    PersonRecover "person.recover" Keys "Let in anew a person who lost telephone, passphrase or passkey (never oneself)";
    PersonSessions "person.sessions" Keys "List and end the sessions of a person";
    RequestList "request.list" Keys "See what waits for a second person";
    RequestConfirm "request.confirm" Keys "Confirm what another key administrator asked";
    RequestDrop "request.drop" Keys "Take back or refuse what waits so";
    TeamList "team.list" Overseers "List the teams and who is in them";
    TeamKeep "team.change" Supervisors "Make, rename and remove teams";
    TeamMembers "team.members" Supervisors "Say who is in which team";
    TokenCreate "token.create" Operator "Make a token (the operator only)";
    TokenList "token.list" Keys "List tokens";
    TokenRevoke "token.revoke" Keys "Revoke a token";
    OwnTokens "token.own" Everybody "List and revoke one's own tokens";
    OwnSessions "person.own-sessions" Everybody "List and end one's own sessions";
    OwnMeans "person.own-means" Everybody "See and change by what one signs in oneself (passkeys, passphrase)";
}

impl UseCase {
    /// Whether it shows or changes what the agency knows of children.
    #[must_use]
    pub fn is_about_children(self) -> bool {
        match self.circle() {
            Circle::Cases | Circle::Supervisors => true,
            Circle::Keys | Circle::Overseers | Circle::Auditors | Circle::Everybody | Circle::Operator => false,
        }
    }

    /// Whom to ask who may, as part of a sentence.
    #[must_use]
    pub(crate) const fn ask(self) -> &'static str {
        self.circle().ask()
    }

    /// Whether a program may do it, if its token's roles allow it: not what asks for a person's judgement of an
    /// emergency or for a second person, and not what is about signing in.
    const fn is_for_programs(self) -> bool {
        let own = matches!(self, Self::OwnTokens | Self::OwnSessions | Self::OwnMeans);
        !own && !matches!(
            self,
            Self::BreakGlass
                | Self::DecisionAsk
                | Self::DecisionTake
                | Self::ConsentReview
                | Self::DraftKeep
                | Self::AuditExport
        )
    }

    /// Whether somebody with these roles may. `together`: the agency lets one person hold keys and cases; without that,
    /// whoever has both all the same (the setting was changed later) keeps the keys only.
    #[must_use]
    pub fn allows(self, roles: Roles, together: bool) -> bool {
        let apart = !together && roles.join_keys_and_cases() && self.is_about_children();
        roles.meet(self.circle().roles()) && !apart
    }
}

impl Service {
    /// Whether `actor` may do `what`: for what is shown in part to some. To refuse, use [`Service::may`].
    pub(super) fn allows(&self, actor: &Actor, what: UseCase) -> bool {
        match actor {
            Actor::Operator { .. } | Actor::Node => true,
            Actor::Person { roles, .. } => what.allows(*roles, self.settings.keys_and_cases_together),
            Actor::Program { roles, .. } => {
                what.is_for_programs() && what.allows(*roles, self.settings.keys_and_cases_together)
            }
        }
    }

    /// Lets `actor` go on with `what`, or refuses and writes that down.
    ///
    /// # Errors
    /// [`ServiceError::NotAllowed`].
    pub(super) async fn may(&self, actor: &Actor, what: UseCase) -> Result<(), ServiceError> {
        if self.allows(actor, what) {
            self.asked_by(actor, what);
            return Ok(());
        }
        self.audited(actor, what.code(), &[], Err(ServiceError::NotAllowed { ask: what.ask() })).await
    }
}

#[cfg(test)]
mod tests;
