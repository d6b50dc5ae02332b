//! A process that is a node, until it is told to stop: how it begins, and what it does when it was locked.

use std::pin::{Pin, pin};

use zeroize::Zeroizing;

use super::{Node, Opening, StartError, locked_node, process, start};
use crate::{
    api::UseCases,
    config::{Config, Folder},
    delivery::{inbound::Inbox, worker::Outbox},
    observe,
    world::World,
};

/// How a node begins.
pub enum Beginning {
    /// Unlocked, with this passphrase.
    Open(Zeroizing<Vec<u8>>),
    /// Unlocked, with what lies in a file that the settings name; locked if that is not it.
    OpenOrLocked(Zeroizing<Vec<u8>>),
    /// Locked.
    Locked,
    /// Locked, after it had locked itself because nobody was there.
    Unattended,
}

/// Runs the node of `folder` until SIGTERM or SIGINT; `ready` is called once it listens, and again after it was locked,
/// by command or because nobody was there.
///
/// # Errors
/// [`StartError`]; [`StartError::StoreHangs`] also later, for only a new process can write again then.
pub fn serve<U: UseCases, I: Inbox, O: Outbox>(
    folder: &Folder,
    beginning: Beginning,
    open: impl Opening<U, I, O> + Copy,
    ready: impl Fn(&Node<U>, bool),
) -> Result<(), StartError> {
    let level = Config::load(&folder.config())?.log.level;
    // An error only says that this process logs already.
    let _ = observe::begin(level);
    observe::hide_panic_messages();
    process::keep_memory_private();
    process::run(serving(folder, beginning, open, ready))
}

async fn serving<U: UseCases, I: Inbox, O: Outbox>(
    folder: &Folder,
    beginning: Beginning,
    open: impl Opening<U, I, O> + Copy,
    ready: impl Fn(&Node<U>, bool),
) -> Result<(), StartError> {
    // Before the start: a signal during it stops the node in order as soon as it runs.
    let stopped = pin!(process::stop_signal()?);
    let world = World::system();
    let (node, locked) = match beginning {
        Beginning::Open(passphrase) => (start(folder, passphrase, world, open).await?, false),
        Beginning::OpenOrLocked(secret) => match start(folder, secret, world.clone(), open).await {
            Ok(node) => (node, false),
            Err(StartError::Keyring(keys::keyring::KeyringError::WrongPassphrase)) => {
                tracing::warn!("the file that `unlock_with` names does not open the keyring: the node starts locked");
                (locked_node(folder, world, open, false).await?, true)
            }
            Err(error) => return Err(error),
        },
        Beginning::Locked => (locked_node(folder, world, open, false).await?, true),
        Beginning::Unattended => (locked_node(folder, world, open, true).await?, true),
    };
    ready(&node, locked);
    if cfg!(debug_assertions) {
        tracing::warn!("a debug build, which is for tests: trying passphrases costs next to nothing");
    }
    going_on(folder, node, stopped, open, ready).await
}

/// Until the node is stopped.
pub(super) async fn going_on<U: UseCases, I: Inbox, O: Outbox>(
    folder: &Folder,
    mut node: Node<U>,
    mut stopped: Pin<&mut impl Future<Output = &'static str>>,
    open: impl Opening<U, I, O> + Copy,
    ready: impl Fn(&Node<U>, bool),
) -> Result<(), StartError> {
    loop {
        let unattended = tokio::select! {
            signal = &mut stopped => {
                tracing::info!(signal, "the node stops");
                node.stop().await;
                return Ok(());
            }
            () = node.hangs() => {
                // Dropping it would wait for the disk.
                std::mem::forget(node);
                return Err(StartError::StoreHangs);
            }
            () = node.gate.lock_asked() => false,
            () = node.left_alone() => true,
        };
        tracing::info!(unattended, "the node is locked");
        node.stop().await;
        process::begin_anew(folder.path(), unattended);
        node = locked_node(folder, World::system(), open, unattended).await?;
        ready(&node, true);
    }
}
