//! Labs for tests in a browser, over HTTP: `POST /labs` starts one, `POST /labs/N/cut` and the like
//! change it. It prints its address, and ends with its standard input.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Path, Query, State};
use axum::http::header::ACCESS_CONTROL_ALLOW_ORIGIN;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::post;
use axum::Router;
use presence_lab::{Lab, LabOptions};
use serde::Deserialize;
use serde_json::json;
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

type Labs = Arc<Mutex<HashMap<u64, Arc<Lab>>>>;
type Answer = Result<String, (StatusCode, String)>;

#[tokio::main]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    let routes = Router::new()
        .route("/labs", post(start))
        .route("/labs/{id}/token", post(token))
        .route("/labs/{id}/{action}", post(act))
        .with_state(Labs::default());
    axum::serve(listener, routes)
        .with_graceful_shutdown(end_of_input())
        .await
}

async fn end_of_input() {
    // Whatever it reads, and an error too, is the end of the process that started this one.
    let _ = tokio::io::stdin().read_to_end(&mut Vec::new()).await;
}

async fn start(State(labs): State<Labs>, Query(options): Query<LabOptions>) -> impl IntoResponse {
    let answer = async {
        let lab = Lab::start(options).await.map_err(failed)?;
        let endpoint = lab.endpoint();
        let mut labs = labs.lock().unwrap_or_else(PoisonError::into_inner);
        let id = labs.len() as u64;
        labs.insert(id, Arc::new(lab));
        Ok(json!({ "id": id, "endpoint": endpoint }).to_string())
    };
    for_any_page(answer.await)
}

async fn act(
    State(labs): State<Labs>,
    Path((id, action)): Path<(u64, String)>,
) -> impl IntoResponse {
    let answer = async {
        let lab = find(&labs, id)?;
        match &*action {
            "restart" => lab.restart().await.map_err(failed)?,
            "cut" => lab.cut(),
            "stall" => lab.set_stalled(true),
            "resume" => lab.set_stalled(false),
            _ => return Err((StatusCode::NOT_FOUND, action)),
        }
        Ok("{}".into())
    };
    for_any_page(answer.await)
}

#[derive(Deserialize)]
struct TokenRequest {
    user_id: String,
    seconds: u64,
}

async fn token(
    State(labs): State<Labs>,
    Path(id): Path<u64>,
    Query(request): Query<TokenRequest>,
) -> impl IntoResponse {
    let answer = find(&labs, id).and_then(|lab| {
        let token = lab.token(&request.user_id, request.seconds);
        token.map_err(failed)
    });
    for_any_page(answer)
}

fn find(labs: &Labs, id: u64) -> Result<Arc<Lab>, (StatusCode, String)> {
    let labs = labs.lock().unwrap_or_else(PoisonError::into_inner);
    let lab = labs.get(&id).cloned();
    lab.ok_or((StatusCode::NOT_FOUND, format!("no lab {id}")))
}

fn failed(error: io::Error) -> (StatusCode, String) {
    (StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
}

/// The page of the tests has an origin of its own.
fn for_any_page(answer: Answer) -> impl IntoResponse {
    ([(ACCESS_CONTROL_ALLOW_ORIGIN, "*")], answer)
}
