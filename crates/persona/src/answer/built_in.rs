//! The answerer that needs no key: it quotes, or gives the owner's own words, and knows when to hand over.

use super::candidates::{Candidate, Search, find, ranked};
use super::quote::quote;
use super::{Answer, Citation, HandoffReason, Outcome, Question, Role, Settings, Turn, WrittenBy};
use crate::address::without_address;
use crate::confidence::confidence;
use crate::embed::Embedder;
use crate::index::Index;
use crate::split::Body;
use crate::talk::{SmallTalk, asks_for_person, small_talk};
use crate::terms::{is_function_word, terms};
use crate::vectors::Vectors;
use std::collections::BTreeMap;
use std::sync::Arc;

/// How many found passages an answer lists.
const RANKED: usize = 10;
/// The most of a question that is read, in letters. Longer messages carry a pasted log.
const QUESTION: usize = 2_000;

/// Answers from the sources alone. Cheap to clone.
#[derive(Debug, Clone)]
pub struct BuiltIn {
    embedder: Option<Arc<Embedder>>,
}

impl BuiltIn {
    /// Without an embedder, only words are matched.
    pub fn new(embedder: Option<Arc<Embedder>>) -> Self {
        Self { embedder }
    }

    /// Whether meaning is matched too, or words alone.
    pub fn has_model(&self) -> bool {
        self.embedder.is_some()
    }

    /// Answers a question. Takes a few milliseconds to a few tens of them; call it where blocking is allowed.
    pub fn answer(&self, index: &Index, question: &Question, settings: &Settings) -> Answer {
        let question = &unaddressed(question, &settings.persona_name);
        let mut answer = self.search_sources(index, question, settings.threshold);
        if asks_for_person(question.text()) {
            return Answer {
                text: String::new(),
                citations: Vec::new(),
                outcome: Outcome::Handoff(HandoffReason::AskedForPerson),
                ..answer
            };
        }
        // An owner who wrote an answer to “hello” is heard first.
        if answer.is_handoff()
            && let Some(kind) = small_talk(question.text())
        {
            answer.text = courtesy(kind, settings);
            answer.outcome = Outcome::Courtesy;
        }
        answer
    }

    fn search_sources(&self, index: &Index, question: &Question, threshold: f32) -> Answer {
        if index.is_empty() {
            return handoff(HandoffReason::NoSources);
        }
        let search = self.understand(index, question);
        let (prose, pairs) = find(&search);
        let sure = |candidates: &[Candidate]| {
            candidates
                .first()
                .map(|best| confidence(best.kind, &best.evidence))
        };
        let (of_prose, of_pairs) = (sure(&prose), sure(&pairs));
        // Kinds are compared by what their evidence means, since their scores are on different scales.
        // A question that the owner answered themselves is theirs, however much the documents say of it.
        let pair_wins = !search.same.is_empty() || of_pairs > of_prose;
        let (first, second, sure) = if pair_wins {
            (pairs, prose, of_pairs)
        } else {
            (prose, pairs, of_prose)
        };
        let Some(best) = first.first() else {
            return handoff(HandoffReason::NotConfident);
        };
        let mut answer = handoff(HandoffReason::NotConfident);
        answer.confidence = sure.unwrap_or(0.0);
        answer.evidence = best.evidence.clone();
        answer.ranked = first
            .iter()
            .chain(&second)
            .filter_map(|candidate| ranked(index, candidate))
            .take(RANKED)
            .collect();
        if answer.confidence >= threshold
            && let Some(citation) = cite(&search, best)
        {
            answer.text.clone_from(&citation.text);
            answer.citations.push(citation);
            answer.outcome = Outcome::Answered;
        }
        answer
    }

    /// Turns a question into words and a vector. A question that leans on what came before is read together with it.
    pub(super) fn understand<'a>(&self, index: &'a Index, question: &Question) -> Search<'a> {
        let text: String = question.text().chars().take(QUESTION).collect();
        let words = terms(&text);
        let same = index.same_question(&text);
        let before = question
            .turns
            .iter()
            .rev()
            .skip(1)
            .find(|turn| turn.role != Role::Persona);
        let earlier: String = match before {
            // “Thank you” has little in it too, and asks for nothing once more.
            Some(turn) if small_talk(&text).is_none() && leans_on_earlier(&text, &words) => {
                turn.text.chars().take(QUESTION).collect()
            }
            _ => String::new(),
        };
        let whole = if earlier.is_empty() {
            text
        } else {
            format!("{earlier} {text}")
        };
        // A model that fails here would fail for every question; words still answer many.
        let embed = |embedder: &Arc<Embedder>| {
            embedder
                .embed(&whole)
                .inspect_err(|error| tracing::error!(%error, "the embedding model failed"))
                .ok()
        };
        let vector = self
            .embedder
            .as_ref()
            .filter(|_| index.has_embeddings())
            .and_then(embed)
            .map(|numbers| {
                let mut packed = Vectors::default();
                packed.push(&numbers);
                packed
            });
        Search {
            index,
            words: index.weigh(&words, &terms(&earlier)),
            same,
            vector,
        }
    }
}

/// The citation that is also the answer: the owner's words, or sentences as they stand.
fn cite(search: &Search<'_>, candidate: &Candidate) -> Option<Citation> {
    let (source, number, passage) = search.index.passage(candidate.passage)?;
    let text = match &passage.body {
        Body::Phrasing { answer } => source.answers.get(*answer as usize)?.clone(),
        Body::Prose { .. } => passage
            .text
            .get(quote(search, source, number, passage))?
            .to_owned(),
    };
    Some(Citation {
        source_id: source.id.clone(),
        source_title: source.title.clone(),
        place: passage.place(),
        text,
        passage: number,
    })
}

/// What was said, without whom it was said to.
fn unaddressed(question: &Question, persona: &str) -> Question {
    let turn = |turn: &Turn| Turn {
        role: turn.role,
        // The comma after a name would move the question's vector.
        text: without_address(&turn.text, persona)
            .trim_start_matches([' ', ',', ':', '!', '–', '—'])
            .to_owned(),
    };
    Question {
        turns: question.turns.iter().map(turn).collect(),
    }
}

/// Whether a question makes no sense alone: “and for children?”, “how long does it take?”
fn leans_on_earlier(text: &str, words: &[String]) -> bool {
    const OPENINGS: [&str; 12] = [
        "and ",
        "but ",
        "or ",
        "so ",
        "what about",
        "how about",
        "what if",
        "also ",
        "then ",
        "same ",
        "why not",
        "which one",
    ];
    const POINTERS: [&str; 20] = [
        "it", "its", "it's", "they", "them", "their", "that", "this", "those", "these", "he",
        "she", "his", "her", "him", "there", "one", "ones", "else", "instead",
    ];
    /// Beside these, “there” points at nothing: “is there parking?”
    const EXIST: [&str; 8] = ["is", "are", "was", "were", "be", "isn't", "aren't", "will"];
    let lower = text.trim().to_lowercase();
    let spoken: Vec<&str> = lower
        .split(|letter: char| !(letter.is_alphanumeric() || letter == '\''))
        .filter(|word| !word.is_empty())
        .collect();
    let exists = |at: usize| {
        [at.checked_sub(1), Some(at + 1)]
            .into_iter()
            .flatten()
            .filter_map(|beside| spoken.get(beside))
            .any(|word| EXIST.contains(word))
    };
    let points = spoken
        .iter()
        .enumerate()
        .any(|(at, word)| POINTERS.contains(word) && !(*word == "there" && exists(at)));
    let content = words.iter().filter(|word| !is_function_word(word)).count();
    // “And who gives the keynote on Thursday?” is whole by itself.
    content <= 1
        || (content <= 2 && OPENINGS.iter().any(|opening| lower.starts_with(opening)))
        || (points && content <= 4)
}

/// An answer that is none.
pub(super) fn handoff(reason: HandoffReason) -> Answer {
    Answer {
        text: String::new(),
        citations: Vec::new(),
        confidence: 0.0,
        outcome: Outcome::Handoff(reason),
        ranked: Vec::new(),
        evidence: BTreeMap::new(),
        written_by: WrittenBy::BuiltIn,
    }
}

fn courtesy(kind: SmallTalk, settings: &Settings) -> String {
    match kind {
        SmallTalk::Greeting => "Hello! What would you like to know?".into(),
        SmallTalk::Thanks => "You're welcome.".into(),
        SmallTalk::Acknowledgement => "Good. I'm here if there is anything else.".into(),
        SmallTalk::Farewell => "Goodbye!".into(),
        SmallTalk::AreYouHuman => {
            format!(
                "I'm {}, an AI. I answer from what {} gave me to read, and can ask {} to join.",
                settings.persona_name, settings.owner_name, settings.owner_name
            )
        }
    }
}
