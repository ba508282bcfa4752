//! `make bench-answering`: the answerer, as shipped, on CLINC150 and SQuAD 2.0.
//!
//! ```text
//! cargo run --release -p trialogue-persona --example bench_answering -- --data DIR [--model DIR] [--split test|val] [--only clinc|squad|small] [--dump FILE]
//! ```
//!
//! `DIR` holds `clinc150/data_full.json` and `squad2/*.json`. With `--split val`, CLINC150's validation half and SQuAD's even-numbered
//! articles are asked, which is what the shipped figures were fitted on; `--dump` writes the evidence behind every answer for a fit.
//! With `--questions FILE.jsonl` instead, `DIR` holds sources and this is `trialogue eval answering` without the server around it.

use serde::Deserialize;
use std::collections::HashMap;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;
use trialogue_persona::{
    Answer, BuiltIn, Embedder, Index, Question, Settings, Source, SourceIndex, SourceKind,
};

type Failure = Box<dyn std::error::Error>;

struct Options {
    data: PathBuf,
    model: Option<PathBuf>,
    is_validation: bool,
    dump: Option<std::fs::File>,
    questions: Option<PathBuf>,
    /// `clinc`, `squad` or `small`; empty for all.
    only: String,
}

fn main() -> Result<(), Failure> {
    let mut options = options()?;
    if let Some(questions) = options.questions.take() {
        let Options { data, model, .. } = options;
        let arguments = trialogue_persona::eval::Arguments {
            sources: vec![data],
            questions,
            model,
            threshold: Settings::default().threshold,
        };
        return Ok(trialogue_persona::eval::answering(
            &arguments,
            &mut std::io::stdout().lock(),
            &mut std::io::stderr(),
        )?);
    }
    let embedder = match &options.model {
        Some(folder) => Some(Arc::new(Embedder::load(folder, 1)?)),
        None => None,
    };
    println!(
        "search: {}",
        if embedder.is_some() {
            "BM25 and all-MiniLM-L6-v2 int8"
        } else {
            "BM25 alone"
        }
    );
    println!(
        "asked: {}",
        if options.is_validation {
            "validation data"
        } else {
            "test data"
        }
    );
    if options.only.is_empty() || options.only == "clinc" {
        clinc(&mut options, embedder.as_ref())?;
    }
    if options.only.is_empty() || options.only == "squad" {
        squad(&mut options, embedder.as_ref())?;
    }
    if options.only.is_empty() || options.only == "small" {
        small(&mut options, embedder.as_ref())?;
    }
    Ok(())
}

fn options() -> Result<Options, Failure> {
    let mut named = HashMap::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments
            .next()
            .ok_or_else(|| format!("{name} needs a value"))?;
        named.insert(name, value);
    }
    let model = named
        .get("--model")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("TRIALOGUE_MODEL_DIR").map(PathBuf::from));
    Ok(Options {
        data: named.get("--data").ok_or("--data DIR is needed")?.into(),
        model: model.filter(|folder| folder.as_os_str() != "none"),
        is_validation: named.get("--split").is_some_and(|split| split == "val"),
        dump: named.get("--dump").map(std::fs::File::create).transpose()?,
        only: named.get("--only").cloned().unwrap_or_default(),
        questions: named.get("--questions").map(PathBuf::from),
    })
}

/// Each intent's training lines are the phrasings of one pair, whose answer is the intent's name.
fn clinc(options: &mut Options, embedder: Option<&Arc<Embedder>>) -> Result<(), Failure> {
    let path = options.data.join("clinc150/data_full.json");
    let mut data: HashMap<String, Vec<(String, String)>> =
        serde_json::from_reader(std::io::BufReader::new(std::fs::File::open(path)?))?;
    let mut take = |name: &str| data.remove(name).unwrap_or_default();
    let mut phrasings: HashMap<String, Vec<String>> = HashMap::new();
    for (text, intent) in take("train") {
        phrasings.entry(intent).or_default().push(text);
    }
    let mut pairs: Vec<_> = phrasings
        .into_iter()
        .map(|(answer, questions)| serde_json::json!({"questions": questions, "answer": answer}))
        .collect();
    pairs.sort_by_key(|pair| pair["answer"].to_string());
    let (known, unknown) = match options.is_validation {
        true => (take("val"), [take("oos_val"), take("oos_train")].concat()),
        false => (take("test"), take("oos_test")),
    };
    let started = Instant::now();
    let source = Source {
        id: "clinc".into(),
        title: "CLINC150".into(),
        kind: SourceKind::Pairs,
        bytes: serde_json::to_vec(&pairs)?,
    };
    let mut index = Index::new();
    index.insert(SourceIndex::build(
        &source,
        embedder.map(AsRef::as_ref),
        &mut |_| true,
    )?);
    println!(
        "\nCLINC150: {} phrasings indexed in {:.1} s",
        index.len(),
        started.elapsed().as_secs_f64()
    );
    let mut asker = Asker::new(embedder, options.dump.take());
    asker.ask(&index, "warm up");
    let mut right = 0;
    let mut confidences = [Vec::new(), Vec::new()];
    asker.times.clear();
    for (is_known, questions) in [(true, &known), (false, &unknown)] {
        for (text, intent) in questions {
            let answer = asker.ask(&index, text);
            let is_right = answer
                .ranked
                .first()
                .is_some_and(|first| first.text == *intent);
            right += usize::from(is_right);
            asker.record(&answer, "pair", is_known, is_right)?;
            confidences[usize::from(!is_known)].push(answer.confidence);
        }
    }
    let [known_confidences, unknown_confidences] = confidences;
    println!(
        "  questions in scope {}, out of scope {}",
        known.len(),
        unknown.len()
    );
    println!(
        "  right answer first          {:.2} %",
        percent(right, known.len())
    );
    println!(
        "  AUROC in/out of scope       {:.2} %",
        100.0 * auroc(&known_confidences, &unknown_confidences)
    );
    println!(
        "  out of scope recognised     {:.2} % at 5 % false alarms",
        100.0 * recall_at(&known_confidences, &unknown_confidences, 0.05)
    );
    println!(
        "  handed off at threshold 0.5 {:.2} % of those in scope, {:.2} % of those out of scope",
        handed_off(&known_confidences),
        handed_off(&unknown_confidences)
    );
    asker.print_times();
    options.dump = asker.dump;
    Ok(())
}

#[derive(Deserialize)]
struct Squad {
    data: Vec<Article>,
}

#[derive(Deserialize)]
struct Article {
    title: String,
    paragraphs: Vec<Paragraph>,
}

#[derive(Deserialize)]
struct Paragraph {
    context: String,
    qas: Vec<Asked>,
}

#[derive(Deserialize)]
struct Asked {
    question: String,
    is_impossible: bool,
    answers: Vec<Gold>,
}

#[derive(Deserialize)]
struct Gold {
    text: String,
}

/// Each article is a source of one section per paragraph. Its answerable questions are asked of the article alone (which passage comes
/// first?), of all articles (is it known?), and of all the others (is it known to be missing?).
fn squad(options: &mut Options, embedder: Option<&Arc<Embedder>>) -> Result<(), Failure> {
    let squad = read_squad(options)?;
    let started = Instant::now();
    let segments = squad
        .data
        .iter()
        .map(|article| segment(&article.title, &article.paragraphs, embedder))
        .collect::<Result<Vec<_>, _>>()?;
    let mut all = Index::new();
    segments
        .iter()
        .for_each(|segment| all.insert(segment.clone()));
    println!(
        "\nSQuAD 2.0: {} passages of {} articles indexed in {:.1} s",
        all.len(),
        segments.len(),
        started.elapsed().as_secs_f64()
    );
    let mut asker = Asker::new(embedder, options.dump.take());
    let (mut asked, mut first, mut first_five, mut quoted, mut answered) = (0, 0, 0, 0, 0);
    let (mut present, mut missing, mut impossible) = (Vec::new(), Vec::new(), Vec::new());
    for (number, article) in squad.data.iter().enumerate() {
        if options.is_validation && number % 2 == 1 {
            continue;
        }
        let mut alone = Index::new();
        alone.insert(segments[number].clone());
        let mut others = all.clone();
        others.remove(&article.title);
        for paragraph in &article.paragraphs {
            let context = squeezed(&paragraph.context);
            for question in &paragraph.qas {
                if question.is_impossible {
                    impossible.push(asker.ask(&all, &question.question).confidence);
                    continue;
                }
                asked += 1;
                let within = asker.ask(&alone, &question.question);
                let is_first = within
                    .ranked
                    .first()
                    .is_some_and(|found| is_from(&found.text, &context));
                first += usize::from(is_first);
                first_five += usize::from(
                    within
                        .ranked
                        .iter()
                        .take(5)
                        .any(|found| is_from(&found.text, &context)),
                );
                let among = asker.ask(&all, &question.question);
                let is_right = among.ranked.first().is_some_and(|found| {
                    is_from(&found.text, &context) && found.source_id == article.title
                });
                asker.record(&among, "prose", true, is_right)?;
                present.push(among.confidence);
                if !among.is_handoff() {
                    answered += 1;
                    quoted += usize::from(
                        question
                            .answers
                            .iter()
                            .any(|gold| among.text.contains(&gold.text)),
                    );
                }
                let without = asker.ask(&others, &question.question);
                asker.record(&without, "prose", false, false)?;
                missing.push(without.confidence);
            }
        }
    }
    println!("  answerable questions        {asked}");
    println!(
        "  right passage first         {:.2} % within the article",
        percent(first, asked)
    );
    println!(
        "  right passage in first five {:.2} %",
        percent(first_five, asked)
    );
    println!(
        "  AUROC article missing       {:.2} %",
        100.0 * auroc(&present, &missing)
    );
    println!(
        "  AUROC twisted questions     {:.2} % (SQuAD's unanswerable ones: about the article, and not in it)",
        100.0 * auroc(&present, &impossible)
    );
    println!(
        "  handed off at threshold 0.5 {:.2} % of the answerable, {:.2} % where the article is missing",
        handed_off(&present),
        handed_off(&missing)
    );
    println!(
        "  answer quotes the gold text {:.2} % of {answered} answered",
        percent(quoted, answered)
    );
    asker.print_times();
    println!();
    latency(embedder, &segments, &squad)?;
    options.dump = asker.dump;
    Ok(())
}

fn read_squad(options: &Options) -> Result<Squad, Failure> {
    let folder = options.data.join("squad2");
    let path = std::fs::read_dir(&folder)?
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|ending| ending == "json"));
    let path = path.ok_or_else(|| format!("no JSON file in {}", folder.display()))?;
    Ok(serde_json::from_reader(std::io::BufReader::new(
        std::fs::File::open(path)?,
    ))?)
}

/// Small collections: each article's paragraphs by the dozen. The answerable questions are asked of their own dozen, of another dozen of
/// the same article (about the same matter, and not in it), and of a dozen of another article.
fn small(options: &mut Options, embedder: Option<&Arc<Embedder>>) -> Result<(), Failure> {
    const DOZEN: usize = 12;
    let squad = read_squad(options)?;
    let is_asked = |number: usize| !options.is_validation || number.is_multiple_of(2);
    let articles: Vec<&Article> = squad
        .data
        .iter()
        .enumerate()
        .filter(|(number, _)| is_asked(*number))
        .map(|(_, article)| article)
        .collect();
    let mut dozens = Vec::new();
    for article in &articles {
        let indexes = article
            .paragraphs
            .chunks(DOZEN)
            .map(|paragraphs| {
                let mut index = Index::new();
                index.insert(segment(&article.title, paragraphs, embedder)?);
                Ok(index)
            })
            .collect::<Result<Vec<_>, Failure>>()?;
        dozens.push(indexes);
    }
    let mut asker = Asker::new(embedder, options.dump.take());
    let (mut asked, mut first) = (0, 0);
    let (mut present, mut beside, mut elsewhere) = (Vec::new(), Vec::new(), Vec::new());
    for (number, article) in articles.iter().enumerate() {
        let own = &dozens[number];
        let other = &dozens[(number + 1) % dozens.len()];
        for (dozen, paragraphs) in article.paragraphs.chunks(DOZEN).enumerate() {
            for paragraph in paragraphs {
                let context = squeezed(&paragraph.context);
                for question in paragraph.qas.iter().filter(|asked| !asked.is_impossible) {
                    let found = asker.ask(&own[dozen], &question.question);
                    let is_first = found
                        .ranked
                        .first()
                        .is_some_and(|found| is_from(&found.text, &context));
                    asked += 1;
                    first += usize::from(is_first);
                    asker.record(&found, "small", true, is_first)?;
                    present.push(found.confidence);
                    if own.len() > 1 {
                        let found = asker.ask(&own[(dozen + 1) % own.len()], &question.question);
                        asker.record(&found, "small", false, false)?;
                        beside.push(found.confidence);
                    }
                    let found = asker.ask(&other[dozen % other.len()], &question.question);
                    asker.record(&found, "small", false, false)?;
                    elsewhere.push(found.confidence);
                }
            }
        }
    }
    println!("\nSQuAD 2.0 by the dozen paragraphs");
    println!("  answerable questions        {asked}");
    println!(
        "  right passage first         {:.2} %",
        percent(first, asked)
    );
    for (name, unknown) in [("other dozen  ", &beside), ("other article", &elsewhere)] {
        println!(
            "  AUROC {name}         {:.2} %",
            100.0 * auroc(&present, unknown)
        );
    }
    println!(
        "  handed off at threshold 0.5 {:.2} % of the answerable, {:.2} % in the other dozen, {:.2} % in the other article",
        handed_off(&present),
        handed_off(&beside),
        handed_off(&elsewhere)
    );
    asker.print_times();
    options.dump = asker.dump;
    Ok(())
}

fn segment(
    title: &str,
    paragraphs: &[Paragraph],
    embedder: Option<&Arc<Embedder>>,
) -> Result<SourceIndex, Failure> {
    let paragraphs: Vec<String> = paragraphs
        .iter()
        .map(|paragraph| squeezed(&paragraph.context))
        .collect();
    let bytes = paragraphs.join("\n\n").into_bytes();
    let source = Source {
        id: title.into(),
        title: title.into(),
        kind: SourceKind::Text,
        bytes,
    };
    Ok(SourceIndex::build(
        &source,
        embedder.map(AsRef::as_ref),
        &mut |_| true,
    )?)
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a found passage is the paragraph, a part of it where it was cut, or holds it where short ones were joined.
fn is_from(found: &str, paragraph: &str) -> bool {
    paragraph.contains(found) || found.contains(paragraph)
}

/// The articles over and over under other ids, up to 10,000 passages, asked one question after the other.
fn latency(
    embedder: Option<&Arc<Embedder>>,
    segments: &[SourceIndex],
    squad: &Squad,
) -> Result<(), Failure> {
    let mut index = Index::new();
    let mut copy = 0;
    while index.len() < 10_000 {
        for segment in segments {
            index.insert(
                segment
                    .clone()
                    .renamed(format!("{copy} {}", segment.id()), segment.title()),
            );
        }
        copy += 1;
    }
    let started = Instant::now();
    let bytes = segments
        .iter()
        .map(SourceIndex::to_bytes)
        .collect::<Result<Vec<_>, _>>()?;
    bytes
        .iter()
        .map(|bytes| SourceIndex::from_bytes(bytes))
        .collect::<Result<Vec<_>, _>>()?;
    let size = bytes.iter().map(Vec::len).sum::<usize>() as f64 / 1e6;
    println!(
        "Latency: {} passages, {copy} copies of the articles ({size:.1} MB stored and read back in {:.0} ms)",
        index.len(),
        started.elapsed().as_secs_f64() * 1e3
    );
    let mut asker = Asker::new(embedder, None);
    let questions = squad
        .data
        .iter()
        .flat_map(|article| &article.paragraphs)
        .flat_map(|paragraph| &paragraph.qas);
    for question in questions.step_by(12).take(500) {
        asker.ask(&index, &question.question);
    }
    asker.print_times();
    Ok(())
}

struct Asker {
    answerer: BuiltIn,
    settings: Settings,
    times: Vec<f64>,
    dump: Option<std::fs::File>,
}

impl Asker {
    fn new(embedder: Option<&Arc<Embedder>>, dump: Option<std::fs::File>) -> Self {
        Self {
            answerer: BuiltIn::new(embedder.cloned()),
            settings: Settings::default(),
            times: Vec::new(),
            dump,
        }
    }

    fn ask(&mut self, index: &Index, text: &str) -> Answer {
        let started = Instant::now();
        let answer = self
            .answerer
            .answer(index, &Question::new(text), &self.settings);
        self.times.push(started.elapsed().as_secs_f64() * 1e3);
        answer
    }

    fn record(
        &mut self,
        answer: &Answer,
        kind: &str,
        is_known: bool,
        is_right: bool,
    ) -> Result<(), Failure> {
        if let Some(file) = &mut self.dump {
            let line = serde_json::json!({"kind": kind, "known": is_known, "right": is_right, "evidence": answer.evidence});
            writeln!(file, "{line}")?;
        }
        Ok(())
    }

    fn print_times(&mut self) {
        self.times.sort_by(f64::total_cmp);
        let at = |share: f64| self.times[((self.times.len() - 1) as f64 * share) as usize];
        println!(
            "  time per answer             p50 {:.2} ms, p99 {:.2} ms",
            at(0.5),
            at(0.99)
        );
    }
}

/// The share of questions that the default threshold hands off, in percent.
fn handed_off(confidences: &[f32]) -> f64 {
    let below = confidences.iter().filter(|confidence| **confidence < 0.5);
    percent(below.count(), confidences.len())
}

fn percent(part: usize, whole: usize) -> f64 {
    100.0 * part as f64 / whole.max(1) as f64
}

/// The probability that a known question gets more confidence than an unknown one; ties count half.
fn auroc(known: &[f32], unknown: &[f32]) -> f64 {
    let mut all: Vec<(f32, bool)> = known
        .iter()
        .map(|value| (*value, true))
        .chain(unknown.iter().map(|value| (*value, false)))
        .collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut below, mut wins) = (0.0, 0.0);
    for tied in all.chunk_by(|a, b| a.0 == b.0) {
        let unknown = tied.iter().filter(|(_, is_known)| !is_known).count() as f64;
        wins += (tied.len() as f64 - unknown) * (below + unknown / 2.0);
        below += unknown;
    }
    wins / (known.len() as f64 * unknown.len() as f64)
}

/// The share of unknown questions recognised when `alarms` of the known ones are taken for unknown.
fn recall_at(known: &[f32], unknown: &[f32], alarms: f64) -> f64 {
    let mut sorted = known.to_vec();
    sorted.sort_by(f32::total_cmp);
    let limit = sorted[(sorted.len() as f64 * alarms) as usize];
    unknown.iter().filter(|value| **value < limit).count() as f64 / unknown.len() as f64
}
