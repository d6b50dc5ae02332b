//! What came while the node was locked: received as if it came now, one after the other, in the order in which it came.

use std::{sync::Arc, time::Duration};

use crate::{
    observe::safe,
    service::{Inbound, Service},
    vault::{Vault, VaultError},
};

/// When what could not be taken is tried again.
const AGAIN: Duration = Duration::from_secs(5);

/// Returns when nothing waits any more. Stopped at any await, it loses nothing: what was taken and not yet forgotten
/// is a duplicate when it is taken again. The senders have all of it too, and learn how it ended when they try again.
pub(super) async fn open_all(service: Arc<Service>, vault: Vault) {
    let mut opened: u64 = 0;
    loop {
        match open_next(&service, &vault).await {
            Ok(Next::Opened) => opened += 1,
            Ok(Next::None) => break,
            Ok(Next::NoRoom) => tokio::time::sleep(AGAIN).await,
            Err(_) => {
                tracing::error!("what came while the node was locked could not be read; it is tried again");
                tokio::time::sleep(AGAIN).await;
            }
        }
    }
    if opened > 0 {
        tracing::info!(opened = %safe(&opened), "opened what came while the node was locked");
    }
}

enum Next {
    Opened,
    NoRoom,
    None,
}

async fn open_next(service: &Arc<Service>, vault: &Vault) -> Result<Next, VaultError> {
    let Some(arrival) = vault.next_arrival(None).await? else { return Ok(Next::None) };
    if let Some((from, envelope)) = arrival.inside {
        let service = Arc::clone(service);
        // On a task of its own, as at the peer port: stopping the node does not cut it in the middle.
        let taken = tokio::spawn(async move { service.receive(from, &envelope).await }).await;
        if let Ok(Inbound::NoRoom) = taken {
            return Ok(Next::NoRoom);
        }
    } else {
        tracing::warn!("dropped what no intake key opens: its sender has it still");
    }
    vault.arrival_done(arrival.number).await?;
    Ok(Next::Opened)
}
