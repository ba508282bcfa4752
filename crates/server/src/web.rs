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

/// Serves a file of the build, or the page that the route belongs to. Where there is no page, the page that says so, with
/// status 404.
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
    if path.starts_with("assets/") {
        return (StatusCode::NOT_FOUND, "There is no such file.").into_response();
    }
    let (page, framed) = page_at(path);
    match WebBuild::get(page) {
        Some(file) => {
            let policy = policy(app.media.cluster().as_deref(), framed);
            let mut response = file_response(file, "no-cache", Some(policy));
            if !is_page(path) {
                *response.status_mut() = StatusCode::NOT_FOUND;
            }
            response
        }
        None => (
            StatusCode::NOT_FOUND,
            "This build holds no web pages. Build web/ first (make build).",
        )
            .into_response(),
    }
}

/// The page that draws what is at this address, also that there is nothing, and who may frame it.
fn page_at(path: &str) -> (&'static str, &'static str) {
    match path.split('/').next().unwrap_or_default() {
        "widget" => ("panel.html", FRAMED_BY_ANY),
        "p" | "c" | "g" => ("panel.html", FRAMED_BY_OURS),
        // The demo page stands for somebody else's site.
        "demo" => ("demo.html", FRAMED_BY_ANY),
        _ if path == "api/reference" => ("reference.html", FRAMED_BY_OURS),
        _ => ("index.html", FRAMED_BY_OURS),
    }
}

/// Where there are pages; `*` stands for an id. Whether there is something of that id, the page itself finds out.
const PAGES: [&str; 23] = [
    "",
    "api/reference",
    "c/*",
    "dashboard",
    "dashboard/conversations",
    "dashboard/conversations/*",
    "dashboard/handoffs",
    "dashboard/mailbox",
    "dashboard/people",
    "dashboard/personas",
    "dashboard/personas/*",
    "dashboard/personas/*/knowledge",
    "dashboard/personas/*/rules",
    "dashboard/personas/*/share",
    "dashboard/personas/*/try",
    "demo",
    "g",
    "invite",
    "p/*",
    "reset",
    "setup",
    "sign-in",
    "widget/*",
];

fn is_page(path: &str) -> bool {
    let path = path.strip_suffix('/').unwrap_or(path);
    PAGES.iter().any(|page| {
        let (mut known, mut asked) = (page.split('/'), path.split('/'));
        loop {
            match (known.next(), asked.next()) {
                (None, None) => return true,
                (Some("*"), Some(id)) if !id.is_empty() => {}
                (Some(known), Some(asked)) if known == asked => {}
                _ => return false,
            }
        }
    })
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
    fn an_address_is_a_page_or_it_is_not() {
        for page in [
            "",
            "dashboard/",
            "p/x",
            "c/x/",
            "dashboard/personas/x/rules",
        ] {
            assert!(is_page(page), "{page}");
        }
        for nothing in [
            "nothing",
            "dashboards",
            "dashboard/nothing",
            "dashboard/personas/x/nothing",
            "p",
            "p/",
            "p//",
            "c/x/y",
            "wp-login.php",
            "*",
        ] {
            assert!(!is_page(nothing), "{nothing}");
        }
    }

    /// A route that the pages know and the server does not would be shown with status 404.
    #[test]
    fn every_route_of_the_pages_is_known_here() {
        let router = include_str!("../../../web/src/dashboard/router.tsx");
        let routes: Vec<String> = router
            .split("path: \"")
            .skip(1)
            .filter_map(|rest| Some(rest.split_once('"')?.0.trim_matches('/')))
            .map(|route| {
                let segments = route.split('/');
                let segments = segments.map(|one| if one.starts_with('$') { "*" } else { one });
                segments.collect::<Vec<_>>().join("/")
            })
            .collect();
        assert!(routes.len() > 15, "the routes were not found: {routes:?}");
        for route in routes {
            let known = PAGES
                .iter()
                .any(|page| *page == route || page.ends_with(&format!("/{route}")));
            assert!(known || route.is_empty(), "{route}");
        }
    }

    #[test]
    fn a_page_connects_to_this_server_and_its_cluster_and_only_ours_frame_it() {
        let built_in = policy(None, FRAMED_BY_OURS);
        assert!(built_in.contains("connect-src 'self' ws: wss:; frame-src 'self'"));
        assert!(built_in.ends_with("frame-ancestors 'self'"));
        let cluster = policy(Some("https://livekit.example.org"), FRAMED_BY_ANY);
        assert!(cluster.ends_with("connect-src 'self' ws: wss: https://livekit.example.org"));
    }
}
