//! A laboratory in this process.

use std::time::Duration;

use presence_lab::LabOptions;

/// See [`presence_lab::Lab`].
pub struct Lab(presence_lab::Lab);

impl Lab {
    /// A server, and the line to it.
    pub async fn start() -> Self {
        Self::with(LabOptions::default()).await
    }

    /// A server that orders frames around joins as a busy Phoenix does.
    pub async fn reordering(seed: u64) -> Self {
        let reorder_joins = Some(seed);
        Self::with(LabOptions {
            reorder_joins,
            ..LabOptions::default()
        })
        .await
    }

    async fn with(options: LabOptions) -> Self {
        Self(presence_lab::Lab::start(options).await.unwrap())
    }

    /// The endpoint for a client.
    pub fn endpoint(&self) -> String {
        self.0.endpoint()
    }

    /// Stops the server and starts another.
    pub async fn restart(&self) {
        self.0.restart().await.unwrap();
    }

    /// Cuts all connections.
    pub async fn cut(&self) {
        self.0.cut();
    }

    /// Lets nothing through.
    pub async fn stall(&self) {
        self.0.set_stalled(true);
    }

    /// Lets everything through again.
    pub async fn resume(&self) {
        self.0.set_stalled(false);
    }

    /// A token of a user that is valid for some seconds from now.
    pub async fn token(&self, user_id: &str, seconds: u64) -> String {
        self.0.token(user_id, seconds).unwrap()
    }
}

/// Waits for a while.
pub async fn sleep(duration: Duration) {
    tokio::time::sleep(duration).await;
}
