//! The browser side, embedded in the binary: pages by route, assets by their hashed names.

use crate::app::App;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
struct WebBuild;

/// What every page may load.
const ANY_PAGE: &str = "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; base-uri 'none'; form-action 'self'";
/// Who may frame every page but the widget: only pages of this server.
const FRAMED_BY_OURS: &str = "; frame-src 'self'; frame-ancestors 'self'";
/// The widget's panel lives in an iframe on any site.
const FRAMED_BY_ANY: &str = "";

/// Where a page may connect to: this server, and the LiveKit cluster that its client asks over HTTPS too.
fn policy(cluster: Option<&str>, framed: &str) -> String {
    let cluster = cluster.map(|address| format!(" {address}"));
    let cluster = cluster.unwrap_or_default();
    format!("{ANY_PAGE}; connect-src 'self' ws: wss:{cluster}{framed}")
}

/// Serves a file of the build, or the page that the route belongs to.
pub async fn serve(State(app): State<App>, uri: Uri) -> Response {
    let path = uri.path().trim_start_matches('/');
    if let Some(file) = (!path.is_empty()).then(|| WebBuild::get(path)).flatten() {
        let cache = if path.starts_with("assets/") {
            "public, max-age=31536000, immutable"
        } else {
            "no-cache"
        };
        return file_response(file, cache, None);
    }
    let (page, framed) = match path.split('/').next().unwrap_or_default() {
        "widget" => ("panel.html", FRAMED_BY_ANY),
        "p" | "c" | "g" => ("panel.html", FRAMED_BY_OURS),
        // The demo page stands for somebody else's site.
        "demo" => ("demo.html", FRAMED_BY_ANY),
        "assets" => return (StatusCode::NOT_FOUND, "There is no such file.").into_response(),
        _ if path == "api/reference" => ("reference.html", FRAMED_BY_OURS),
        _ => ("index.html", FRAMED_BY_OURS),
    };
    match WebBuild::get(page) {
        Some(file) => file_response(
            file,
            "no-cache",
            Some(policy(app.media.cluster().as_deref(), framed)),
        ),
        None => (
            StatusCode::NOT_FOUND,
            "This build holds no web pages. Build web/ first (make build).",
        )
            .into_response(),
    }
}

fn file_response(file: EmbeddedFile, cache: &'static str, policy: Option<String>) -> Response {
    let mut response = Response::new(Body::from(file.data));
    let headers = response.headers_mut();
    if let Ok(kind) = HeaderValue::from_str(file.metadata.mimetype()) {
        headers.insert(header::CONTENT_TYPE, kind);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    // An address that a header cannot hold leaves the page without what it may not have anyway: nothing is loaded from there.
    if let Some(Ok(policy)) = policy.map(HeaderValue::try_from) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_connects_to_this_server_and_its_cluster_and_only_ours_frame_it() {
        let built_in = policy(None, FRAMED_BY_OURS);
        assert!(built_in.contains("connect-src 'self' ws: wss:; frame-src 'self'"));
        assert!(built_in.ends_with("frame-ancestors 'self'"));
        let cluster = policy(Some("https://livekit.example.org"), FRAMED_BY_ANY);
        assert!(cluster.ends_with("connect-src 'self' ws: wss: https://livekit.example.org"));
    }
}
