use super::*;

fn source(kind: SourceKind, bytes: &[u8]) -> Source {
    Source {
        id: "s".into(),
        title: "t".into(),
        kind,
        bytes: bytes.to_vec(),
    }
}

fn section(headings: &[&str], text: &str) -> Section {
    Section {
        headings: headings
            .iter()
            .map(|heading| (*heading).to_owned())
            .collect(),
        page: None,
        text: text.to_owned(),
    }
}

#[test]
fn html_gives_text_under_its_headings_without_navigation_or_scripts() {
    let page = b"<title>Guide</title><nav>Home</nav><h1>Install</h1><p>First\n <b>step</b>.<p>Second.<script>x()</script>
        <h2>Disk &amp; memory<a class=headerlink>\xc2\xb6</a></h2><table><tr><td>RAM<td>2 GB</table><pre>a\n  b</pre><h1>Use</h1>Run it.";
    let document = read(&source(SourceKind::Html, page)).unwrap();
    assert_eq!(document.title.as_deref(), Some("Guide"));
    assert_eq!(
        document.sections,
        [
            section(&["Install"], "First step.\n\nSecond."),
            section(&["Install", "Disk & memory"], "RAM 2 GB\n\na\n  b"),
            section(&["Use"], "Run it."),
        ]
    );
}

#[test]
fn html_that_nests_without_end_is_refused_at_once_and_lists_without_end_tags_are_not() {
    let page = "<div>".repeat(100_000);
    assert_eq!(
        read(&source(SourceKind::Html, page.as_bytes())),
        Err(ReadError::HtmlTooDeep)
    );
    let page = format!("<ul>{}</ul>", "<li>One<p>Two<br>".repeat(1_000));
    assert_eq!(
        read(&source(SourceKind::Html, page.as_bytes()))
            .unwrap()
            .sections[0]
            .text
            .matches("One")
            .count(),
        1_000
    );
}

#[test]
fn markdown_gives_text_under_its_headings() {
    let text = b"---\nlayout: x\n---\n# Guide\nOne\nline.\n\n- a\n- b `c`\n\n## Keys\n| k | v |\n|---|---|\n| 1 | 2 |\n";
    let document = read(&source(SourceKind::Markdown, text)).unwrap();
    assert_eq!(document.title.as_deref(), Some("Guide"));
    assert_eq!(
        document.sections,
        [
            section(&["Guide"], "One line.\n\na\n\nb c"),
            section(&["Guide", "Keys"], "k v\n\n1 2")
        ]
    );
}

#[test]
fn text_joins_wrapped_lines_and_keeps_lists_and_paragraphs() {
    let document = read(&source(
        SourceKind::Text,
        b"A line\nwrapped.\n\n- one\n- two\n3) three",
    ))
    .unwrap();
    assert_eq!(
        document.sections[0].text,
        "A line wrapped.\n\n- one\n- two\n3) three"
    );
}

#[test]
fn text_in_an_old_encoding_is_read() {
    let text = "Das Museum öffnet früh, außer sonntags. Die Führung kostet fünf Euro.";
    let (bytes, ..) = encoding_rs::WINDOWS_1252.encode(text);
    assert_eq!(
        read(&source(SourceKind::Text, &bytes)).unwrap().sections[0].text,
        text
    );
}

#[test]
fn csv_rows_with_one_answer_are_phrasings_of_one_pair() {
    let document = read(&source(SourceKind::Csv, b"id,Question,Answer\n1,When?,\"At nine, daily\"\n2,What time?,\"At nine, daily\"\n3,Where?,Here\n4,,x\n")).unwrap();
    assert_eq!(
        document.pairs,
        [
            QuestionAnswer {
                questions: vec!["When?".into(), "What time?".into()],
                answer: "At nine, daily".into()
            },
            QuestionAnswer {
                questions: vec!["Where?".into()],
                answer: "Here".into()
            },
        ]
    );
    assert_eq!(
        read(&source(SourceKind::Csv, b"a,b\n1,2")),
        Err(ReadError::CsvColumns)
    );
}

#[test]
fn what_cannot_be_read_is_said_in_plain_words() {
    assert_eq!(
        read(&source(SourceKind::Text, b" \n ")),
        Err(ReadError::Empty)
    );
    assert_eq!(
        read(&source(SourceKind::Pdf, b"%PDF-1.4 nonsense")),
        Err(ReadError::PdfUnreadable)
    );
    assert_eq!(
        read(&source(SourceKind::Text, &vec![b'a'; MAX_BYTES + 1])),
        Err(ReadError::TooLarge)
    );
    assert!(matches!(
        read(&source(SourceKind::Pairs, b"{}")),
        Err(ReadError::Pairs(_))
    ));
}

#[test]
fn a_pdf_is_read_page_by_page() {
    let document = read(&source(
        SourceKind::Pdf,
        &tiny_pdf(&["The desk opens at nine.", "Bring your badge."]),
    ))
    .unwrap();
    let pages: Vec<_> = document
        .sections
        .iter()
        .map(|section| (section.page, section.text.as_str()))
        .collect();
    assert_eq!(
        pages,
        [
            (Some(1), "The desk opens at nine."),
            (Some(2), "Bring your badge.")
        ]
    );
    assert_eq!(
        read(&source(SourceKind::Pdf, &tiny_pdf(&[""]))),
        Err(ReadError::NoTextInPdf)
    );
}

#[test]
fn damaged_pdfs_are_errors_or_text_but_never_a_crash() {
    let whole = tiny_pdf(&["The desk opens at nine."]);
    for at in (0..whole.len()).step_by(7) {
        let mut flipped = whole.clone();
        flipped[at] ^= 0x15;
        let _ = read(&source(SourceKind::Pdf, &flipped));
        let _ = read(&source(SourceKind::Pdf, &whole[..at]));
    }
}

/// A minimal valid PDF with one line of text on each page.
fn tiny_pdf(pages: &[&str]) -> Vec<u8> {
    let kids: Vec<String> = (0..pages.len())
        .map(|page| format!("{} 0 R", 4 + 2 * page))
        .collect();
    let mut objects = vec![
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        format!(
            "<</Type/Pages/Kids[{}]/Count {}>>",
            kids.join(" "),
            pages.len()
        ),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>".to_owned(),
    ];
    for (page, text) in pages.iter().enumerate() {
        let content = format!("BT /F1 12 Tf 72 700 Td ({text}) Tj ET");
        objects.push(format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F1 3 0 R>>>>/Contents {} 0 R>>", 5 + 2 * page));
        objects.push(format!(
            "<</Length {}>>stream\n{content}\nendstream",
            content.len()
        ));
    }
    let mut out = b"%PDF-1.4\n".to_vec();
    let mut offsets = Vec::new();
    for (number, object) in objects.iter().enumerate() {
        offsets.push(out.len());
        out.extend(format!("{} 0 obj{object}endobj\n", number + 1).bytes());
    }
    let start = out.len();
    out.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for offset in offsets {
        out.extend(format!("{offset:010} 00000 n \n").bytes());
    }
    out.extend(
        format!(
            "trailer<</Size {}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF",
            objects.len() + 1
        )
        .bytes(),
    );
    out
}
