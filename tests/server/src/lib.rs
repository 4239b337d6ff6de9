//! A small server that speaks the Phoenix Channels V2 protocol with Presence,
//! for demos and integration tests. In production the server is Phoenix itself.
//!
//! | module | what it holds |
//! |---|---|
//! | [`frame`] | the V2 frame |
//! | [`refs`] | the generator of `phx_ref`s |
//! | [`presence`] | the tracker, states and diffs |
//! | [`hub`] | the tracker and the subscribers of each topic, under one lock |
//! | [`channel`] | one joined topic of one socket |
//! | [`rooms`] | the demo application |
//! | [`socket`] | one client's connection |
//! | [`identity`] | the user and the role of a socket |
//! | [`view`] | the part of a room that each member receives |
//! | [`outbox`] | the bounded queue of messages to one client |
//! | `accept` | TCP and HTTP |
//! | [`auth`] | tokens and origins |
//! | [`connect`] | the WebSocket endpoint, and who may connect |
//! | `upgrade` | the WebSocket handshake |
//! | [`cluster`] | the exchange of presences with other nodes |
//! | `admin` | the endpoint that disconnects a user |
//! | [`user_sockets`] | the open sockets of each user |
//! | [`site`] | static files |
//! | `serve` | start and shutdown |
//! | [`reorder`] | the order of frames around a join, for tests of clients |
//! | [`demo`] | what the demo page needs beside Presence |
//! | [`options`] | limits and other settings |
//!
//! ```
//! # tokio::runtime::Runtime::new().unwrap().block_on(async {
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
//! let shutdown = async { /* for instance: tokio::signal::ctrl_c().await */ };
//! presence_server::run(listener, Default::default(), shutdown).await?;
//! # std::io::Result::Ok(()) }).unwrap();
//! ```

#![forbid(unsafe_code)]

mod accept;
mod admin;
pub mod auth;
pub mod channel;
pub mod cluster;
pub mod connect;
pub mod demo;
pub mod frame;
pub mod hub;
pub mod identity;
pub mod options;
pub mod outbox;
pub mod presence;
pub mod refs;
pub mod reorder;
pub mod rooms;
mod serve;
pub mod site;
pub mod socket;
mod upgrade;
pub mod user_sockets;
pub mod view;

pub use options::{Limits, Options};
pub use serve::run;
