//! Markdown through `pulldown-cmark`, the CommonMark parser that rustdoc uses.

use super::Document;
use super::outline::Outline;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

pub(super) fn read(text: &str) -> Document {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let mut outline = Outline::default();
    let mut title = None;
    let mut heading: Option<(u8, String)> = None;
    let mut program: Option<String> = None;
    let mut in_metadata = false;
    for event in Parser::new_ext(text, options) {
        match event {
            Event::Start(Tag::MetadataBlock(_)) => in_metadata = true,
            Event::End(TagEnd::MetadataBlock(_)) => in_metadata = false,
            _ if in_metadata => {}
            Event::Start(Tag::Heading { level, .. }) => {
                heading = Some((level as u8, String::new()))
            }
            Event::End(TagEnd::Heading(_)) => {
                if let Some((level, words)) = heading.take() {
                    if level == 1 && title.is_none() {
                        title = Some(words.trim().to_owned());
                    }
                    outline.heading(level, &words);
                }
            }
            Event::Start(Tag::CodeBlock(_)) => program = Some(String::new()),
            Event::End(TagEnd::CodeBlock) => {
                outline.preformatted(&program.take().unwrap_or_default())
            }
            Event::Text(words) | Event::Code(words) => match (&mut heading, &mut program) {
                (Some((_, title)), _) => title.push_str(&words),
                (None, Some(text)) => text.push_str(&words),
                (None, None) => outline.words(&words),
            },
            Event::SoftBreak | Event::HardBreak | Event::End(TagEnd::TableCell) => {
                outline.words(" ")
            }
            Event::Start(
                Tag::Paragraph | Tag::Item | Tag::TableRow | Tag::TableHead | Tag::List(_),
            )
            | Event::End(
                TagEnd::Paragraph
                | TagEnd::Item
                | TagEnd::TableRow
                | TagEnd::TableHead
                | TagEnd::List(_),
            ) => outline.end_paragraph(),
            _ => {}
        }
    }
    Document {
        title,
        sections: outline.finish(),
        pairs: Vec::new(),
    }
}
