//! The open sockets of each user, so that they can be disconnected.
//!
//! Invariant: a socket is listed from its start to its end.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

/// The open sockets of each user.
#[derive(Debug, Default)]
pub struct UserSockets {
    by_user: Mutex<HashMap<String, Vec<Arc<CancellationToken>>>>,
}

/// A listed socket; dropping it removes it from the list.
#[derive(Debug)]
pub(crate) struct ListedSocket {
    users: Arc<UserSockets>,
    user_id: String,
    disconnect: Arc<CancellationToken>,
}

impl UserSockets {
    /// Disconnects all sockets of a user: `Endpoint.broadcast(id, "disconnect", %{})` in Phoenix.
    /// Returns their number.
    pub fn disconnect(&self, user_id: &str) -> usize {
        let by_user = self.lock();
        let sockets = by_user.get(user_id).map_or(&[][..], Vec::as_slice);
        for socket in sockets {
            socket.cancel();
        }
        sockets.len()
    }

    pub(crate) fn list(self: &Arc<Self>, user_id: &str) -> ListedSocket {
        let disconnect = Arc::new(CancellationToken::new());
        let mut by_user = self.lock();
        let sockets = by_user.entry(user_id.to_owned()).or_default();
        sockets.push(Arc::clone(&disconnect));
        ListedSocket {
            users: Arc::clone(self),
            user_id: user_id.to_owned(),
            disconnect,
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Vec<Arc<CancellationToken>>>> {
        self.by_user.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ListedSocket {
    /// Waits until the user is disconnected.
    pub(crate) async fn disconnected(&self) {
        self.disconnect.cancelled().await;
    }
}

impl Drop for ListedSocket {
    fn drop(&mut self) {
        let mut by_user = self.users.lock();
        if let Some(sockets) = by_user.get_mut(&self.user_id) {
            sockets.retain(|socket| !Arc::ptr_eq(socket, &self.disconnect));
            if sockets.is_empty() {
                by_user.remove(&self.user_id);
            }
        }
    }
}
