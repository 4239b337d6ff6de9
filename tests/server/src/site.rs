//! Static files: the folders of `--serve`, or a page about the server.
//!
//! Invariant: only files in mounted folders, and targets of symbolic links there, are served; and
//! browsers revalidate each of them.

use std::path::PathBuf;
use std::str::FromStr;

use axum::http::header::CACHE_CONTROL;
use axum::http::HeaderValue;
use axum::response::Html;
use axum::routing::get;
use axum::Router;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

/// A folder and the URL path under which it is served.
#[derive(Debug, Clone, PartialEq)]
pub struct Mount {
    url_path: String,
    folder: PathBuf,
}

impl FromStr for Mount {
    type Err = String;

    /// Reads `/urlpath=folder`; `/=folder` is the whole site.
    fn from_str(text: &str) -> Result<Self, String> {
        let (url_path, folder) = text
            .split_once('=')
            .ok_or("expected /urlpath=folder".to_owned())?;
        let segments = url_path
            .strip_prefix('/')
            .ok_or(format!("{url_path:?} does not start with a slash"))?;
        let plain = |c: char| c.is_ascii_alphanumeric() || "-._~@".contains(c);
        let is_segment = |s: &str| !s.is_empty() && s.chars().all(plain) && s != "." && s != "..";
        if !segments.is_empty() && !segments.split('/').all(is_segment) {
            return Err(format!("{url_path:?} is not a plain URL path"));
        }
        let folder = PathBuf::from(folder);
        if !folder.is_dir() {
            return Err(format!("{} is not a folder", folder.display()));
        }
        Ok(Self {
            url_path: url_path.to_owned(),
            folder,
        })
    }
}

/// The routes of all mounts. A later mount replaces an earlier one at the same path.
pub(crate) fn router<S: Clone + Send + Sync + 'static>(mounts: &[Mount]) -> Router<S> {
    let mut router = Router::new();
    let mut has_root = false;
    for (index, mount) in mounts.iter().enumerate() {
        let later = &mounts[index + 1..];
        if later.iter().any(|other| other.url_path == mount.url_path) {
            continue;
        }
        let files = ServeDir::new(&mount.folder);
        if mount.url_path == "/" {
            has_root = true;
            router = router.fallback_service(files);
        } else {
            router = router.nest_service(&mount.url_path, files);
        }
    }
    if !has_root {
        router = router.route("/", get(|| async { Html(include_str!("index.html")) }));
    }
    router.layer(SetResponseHeaderLayer::overriding(
        CACHE_CONTROL,
        HeaderValue::from_static("no-cache"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mount_is_a_url_path_and_a_folder_that_exists() {
        assert!("/=src".parse::<Mount>().is_ok());
        assert!("/a/b.c=src".parse::<Mount>().is_ok());
        for (text, complaint) in [
            ("src", "expected /urlpath=folder"),
            ("a=src", "\"a\" does not start with a slash"),
            ("/a//b=src", "\"/a//b\" is not a plain URL path"),
            ("/{a}=src", "\"/{a}\" is not a plain URL path"),
            ("/..=src", "\"/..\" is not a plain URL path"),
            ("/=no/such/folder", "no/such/folder is not a folder"),
        ] {
            assert_eq!(text.parse::<Mount>().unwrap_err(), complaint);
        }
    }
}
