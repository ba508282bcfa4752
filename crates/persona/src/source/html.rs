//! HTML through `scraper` (html5ever): the parser browsers share, so broken pages read as a browser shows them.

use super::outline::{Outline, squeeze};
use super::{Document, ReadError};
use ego_tree::iter::Edge;
use scraper::node::{Element, Node};
use scraper::{Html, Selector};

/// Never shown as text, or only a way around the site.
const SKIPPED: [&str; 16] = [
    "head", "script", "style", "noscript", "template", "nav", "svg", "math", "iframe", "object",
    "button", "select", "textarea", "audio", "video", "form",
];
/// Class names by which generators mark navigation (DocBook, Sphinx, Bootstrap and others).
const SKIPPED_CLASSES: [&str; 9] = [
    "navheader",
    "navfooter",
    "navbar",
    "toc",
    "breadcrumb",
    "breadcrumbs",
    "sphinxsidebar",
    "footer",
    "headerlink",
];
const INLINE: [&str; 26] = [
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins",
    "kbd", "label", "mark", "q", "s", "samp", "small", "span", "strong", "tt", "u", "var",
];

/// Browsers stop nesting at 512 too. Building the tree takes time in proportion to tags times depth, so a small hostile page could
/// otherwise keep a core busy for hours.
const MAX_DEPTH: usize = 512;
/// Elements that never contain others, or that the parser closes by itself: these don't make a page deep.
const NOT_NESTING: [&str; 34] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr", "p", "li", "dt", "dd", "tr", "td", "th", "tbody", "thead", "tfoot", "colgroup",
    "option", "optgroup", "rp", "rt", "html", "head", "body", "caption", "frame",
];

pub(super) fn read(text: &str) -> Result<Document, ReadError> {
    if depth(text) > MAX_DEPTH {
        return Err(ReadError::HtmlTooDeep);
    }
    let page = Html::parse_document(text);
    let mut outline = Outline::default();
    // An explicit walk: pages nested thousands of elements deep must not exhaust the stack.
    let mut skipping = 0usize;
    let mut heading: Option<(u8, String)> = None;
    let mut preformatted: Option<String> = None;
    for edge in page.tree.root().traverse() {
        match edge {
            Edge::Open(node) => match node.value() {
                Node::Element(element) if is_skipped(element) => skipping += 1,
                Node::Element(element) if skipping == 0 => match element.name() {
                    "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                        outline.end_paragraph();
                        heading = Some((element.name().as_bytes()[1] - b'0', String::new()));
                    }
                    "pre" => preformatted = Some(String::new()),
                    "br" => push(&mut outline, &mut heading, &mut preformatted, "\n"),
                    "td" | "th" => push(&mut outline, &mut heading, &mut preformatted, " "),
                    name if heading.is_none()
                        && preformatted.is_none()
                        && !INLINE.contains(&name) =>
                    {
                        outline.end_paragraph()
                    }
                    _ => {}
                },
                Node::Text(words) if skipping == 0 => {
                    push(&mut outline, &mut heading, &mut preformatted, words)
                }
                _ => {}
            },
            Edge::Close(node) => match node.value() {
                Node::Element(element) if is_skipped(element) => {
                    skipping = skipping.saturating_sub(1)
                }
                Node::Element(element) if skipping == 0 => match element.name() {
                    "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                        if let Some((level, title)) = heading.take() {
                            outline.heading(level, &title);
                        }
                    }
                    "pre" => {
                        if let Some(text) = preformatted.take() {
                            outline.preformatted(&text);
                        }
                    }
                    // The cells of a row belong together: the row ends the paragraph, not the cell.
                    "td" | "th" => {}
                    name if heading.is_none()
                        && preformatted.is_none()
                        && !INLINE.contains(&name) =>
                    {
                        outline.end_paragraph()
                    }
                    _ => {}
                },
                _ => {}
            },
        }
    }
    Ok(Document {
        title: title(&page),
        sections: outline.finish(),
        pairs: Vec::new(),
    })
}

/// How deep the page nests at most, by counting tags.
fn depth(text: &str) -> usize {
    let (mut here, mut most) = (0usize, 0);
    for tag in text.split('<').skip(1) {
        let is_end = tag.starts_with('/');
        let name: String = tag
            .chars()
            .skip(usize::from(is_end))
            .take_while(char::is_ascii_alphanumeric)
            .take(12)
            .collect();
        if name.is_empty() || NOT_NESTING.contains(&name.to_ascii_lowercase().as_str()) {
            continue;
        }
        here = if is_end {
            here.saturating_sub(1)
        } else {
            here + 1
        };
        most = most.max(here);
    }
    most
}

fn push(
    outline: &mut Outline,
    heading: &mut Option<(u8, String)>,
    preformatted: &mut Option<String>,
    words: &str,
) {
    match (heading, preformatted) {
        (Some((_, title)), _) => title.push_str(words),
        (None, Some(text)) => text.push_str(words),
        (None, None) => outline.words(words),
    }
}

fn is_skipped(element: &Element) -> bool {
    SKIPPED.contains(&element.name())
        || element.attr("hidden").is_some()
        || element.attr("role") == Some("navigation")
        || element
            .classes()
            .any(|class| SKIPPED_CLASSES.contains(&class))
}

fn title(page: &Html) -> Option<String> {
    let selector = Selector::parse("title").ok()?;
    let title = squeeze(&page.select(&selector).next()?.text().collect::<String>());
    (!title.is_empty()).then_some(title)
}
