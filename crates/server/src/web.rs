//! The browser side, embedded in the binary: pages by route, assets by their hashed names.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
struct WebBuild;

/// What every page but the widget may load, and who may frame it: only pages of this server.
const PAGE_POLICY: &str = "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; connect-src 'self' ws: wss:; frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'";
/// The widget's panel lives in an iframe on any site.
const PANEL_POLICY: &str = "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; connect-src 'self' ws: wss:; base-uri 'none'; form-action 'self'";

/// Serves a file of the build, or the page that the route belongs to.
pub async fn serve(uri: Uri) -> Response {
    let path = uri.path().trim_start_matches('/');
    if let Some(file) = (!path.is_empty()).then(|| WebBuild::get(path)).flatten() {
        let cache = if path.starts_with("assets/") {
            "public, max-age=31536000, immutable"
        } else {
            "no-cache"
        };
        return file_response(file, cache, None);
    }
    let (page, policy) = match path.split('/').next().unwrap_or_default() {
        "widget" => ("panel.html", PANEL_POLICY),
        "p" | "c" | "g" => ("panel.html", PAGE_POLICY),
        // The demo page stands for somebody else's site.
        "demo" => ("demo.html", PANEL_POLICY),
        "assets" => return (StatusCode::NOT_FOUND, "There is no such file.").into_response(),
        _ if path == "api/reference" => ("reference.html", PAGE_POLICY),
        _ => ("index.html", PAGE_POLICY),
    };
    match WebBuild::get(page) {
        Some(file) => file_response(file, "no-cache", Some(policy)),
        None => (
            StatusCode::NOT_FOUND,
            "This build holds no web pages. Build web/ first (make build).",
        )
            .into_response(),
    }
}

fn file_response(
    file: EmbeddedFile,
    cache: &'static str,
    policy: Option<&'static str>,
) -> Response {
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
    if let Some(policy) = policy {
        headers.insert(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(policy),
        );
    }
    response
}
