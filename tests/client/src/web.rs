//! A laboratory in another process, which is asked over HTTP.

use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::Deserialize;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestInit, Response, Window};

/// The address that presence-lab printed when it was started for this run.
const LABS: &str = match option_env!("PRESENCE_LAB_URL") {
    Some(url) => url,
    None => "",
};

/// See the crate `presence-lab`.
#[derive(Deserialize)]
pub struct Lab {
    id: u64,
    endpoint: String,
}

impl Lab {
    /// A server, and the line to it.
    pub async fn start() -> Self {
        Self::with("").await
    }

    /// A server that orders frames around joins as a busy Phoenix does.
    pub async fn reordering(seed: u64) -> Self {
        Self::with(&format!("&reorder_joins={seed}")).await
    }

    async fn with(options: &str) -> Self {
        let origin = scope().location().origin().unwrap();
        post(&format!("/labs?origin={origin}{options}")).await
    }

    /// The endpoint for a client.
    pub fn endpoint(&self) -> String {
        self.endpoint.clone()
    }

    /// Stops the server and starts another.
    pub async fn restart(&self) {
        self.act("restart").await;
    }

    /// Cuts all connections.
    pub async fn cut(&self) {
        self.act("cut").await;
    }

    /// Lets nothing through.
    pub async fn stall(&self) {
        self.act("stall").await;
    }

    /// Lets everything through again.
    pub async fn resume(&self) {
        self.act("resume").await;
    }

    async fn act(&self, action: &str) {
        let _: serde_json::Value = post(&format!("/labs/{}/{action}", self.id)).await;
    }

    /// A token of a user that is valid for some seconds from now.
    pub async fn token(&self, user_id: &str, seconds: u64) -> String {
        let id = self.id;
        text(&format!(
            "/labs/{id}/token?user_id={user_id}&seconds={seconds}"
        ))
        .await
    }
}

/// The page's window, or the scope of a worker, which has the same properties.
fn scope() -> Window {
    js_sys::global().unchecked_into()
}

async fn post<T: DeserializeOwned>(path: &str) -> T {
    serde_json::from_str(&text(path).await).unwrap()
}

async fn text(path: &str) -> String {
    assert_ne!(LABS, "", "PRESENCE_LAB_URL was not set at compile time");
    let init = RequestInit::new();
    init.set_method("POST");
    let fetched = scope().fetch_with_str_and_init(&format!("{LABS}{path}"), &init);
    let response: Response = JsFuture::from(fetched).await.unwrap().unchecked_into();
    let body = JsFuture::from(response.text().unwrap()).await.unwrap();
    let body = body.as_string().unwrap();
    assert!(response.ok(), "{path}: {body}");
    body
}

/// Waits for a while.
pub async fn sleep(duration: Duration) {
    gloo_timers::future::sleep(duration).await;
}
