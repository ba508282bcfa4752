//! The answerer that needs no key: it quotes, or gives the owner's own words, and knows when to hand over.

use super::candidates::{Candidate, Search, find, ranked};
use super::expected::expected;
use super::leaning::{Leaning, leaning};
use super::quote::quote;
use super::{
    Answer, Citation, HandoffReason, Outcome, Question, Ranked, Role, Settings, Turn, WrittenBy,
};
use crate::address::without_address;
use crate::confidence::confidence;
use crate::embed::Embedder;
use crate::index::Index;
use crate::said::{self, Memory, Remark, Told, Wanted};
use crate::split::Body;
use crate::talk::{SmallTalk, asks_for_person, small_talk};
use crate::terms::{is_function_word, terms};
use crate::vectors::Vectors;
use crate::wording;
use std::collections::BTreeMap;
use std::sync::Arc;

/// How many found passages an answer lists.
const RANKED: usize = 10;
/// The most of a question that is read, in letters. Longer messages carry a pasted log.
const QUESTION: usize = 2_000;
/// How many remarks are read.
const REMARKS: usize = 256;
/// The most remarks that an answer lists.
const REMARKS_RANKED: usize = 3;

/// Answers from the sources and from what people said in the conversation. Cheap to clone.
#[derive(Debug, Clone)]
pub struct BuiltIn {
    embedder: Option<Arc<Embedder>>,
    memory: Arc<Memory>,
}

impl BuiltIn {
    /// Without an embedder, only words are matched.
    pub fn new(embedder: Option<Arc<Embedder>>) -> Self {
        Self {
            memory: Arc::new(Memory::new(embedder.clone())),
            embedder,
        }
    }

    /// Whether meaning is matched too, or words alone.
    pub fn has_model(&self) -> bool {
        self.embedder.is_some()
    }

    /// Answers a question. Takes a few milliseconds to a few tens of them; call it where blocking is allowed.
    pub fn answer(&self, index: &Index, question: &Question, settings: &Settings) -> Answer {
        let question = &unaddressed(question, settings);
        let mut answer = self.find_answer(index, question, settings.threshold);
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

    /// Reads remarks ahead of the next question. Takes up to a few milliseconds a remark; call it where blocking is allowed.
    pub fn read_ahead(&self, remarks: &[Remark]) {
        said::read_ahead(newest(remarks), &self.memory);
    }

    fn find_answer(&self, index: &Index, question: &Question, threshold: f32) -> Answer {
        if index.is_empty() && question.remarks.is_empty() {
            return handoff(HandoffReason::NoSources);
        }
        let leaning = leaning(question.text());
        let earlier = earlier(question).filter(|_| leaning != Leaning::Not);
        let alone = || self.understand(index, question.text(), "");
        // What points back is nothing without what it points at; what is merely short may be whole.
        let found = match earlier {
            None => Found::of(alone()),
            Some(earlier) => {
                let together = Found::of(self.understand(index, question.text(), &earlier.text));
                if leaning == Leaning::Points {
                    together
                } else {
                    better(Found::of(alone()), together, threshold)
                }
            }
        };
        let told = self.find_remarks(&found.search, question);
        let mut answer = found.answer(threshold);
        let Some(best) = told.first() else {
            return answer;
        };
        // A question that the owner answered in writing is theirs, unless somebody answered the very same one here.
        let is_surer = found.search.same.is_empty() && best.confidence >= answer.confidence;
        let is_heard = best.confidence >= threshold && (best.is_same_question() || is_surer);
        let likely = told
            .iter()
            .filter(|told| is_heard || told.confidence >= threshold / 2.0)
            .take(REMARKS_RANKED);
        answer.ranked.splice(0..0, likely.map(ranked_remark));
        answer.ranked.truncate(RANKED);
        if is_heard {
            answer.text = format!(
                "{} said {}: “{}”",
                best.remark.speaker, best.remark.when, best.quoted
            );
            answer.citations = vec![cite_remark(best)];
            answer.confidence = best.confidence;
            answer.evidence = best.evidence.clone();
            answer.outcome = Outcome::Answered;
        } else if answer.is_handoff() && best.confidence > answer.confidence {
            answer.confidence = best.confidence;
            answer.evidence = best.evidence.clone();
        }
        answer
    }

    /// What people said in this conversation that may answer. The words that the question was read with say nothing new.
    fn find_remarks<'q>(&self, search: &Search<'_>, question: &'q Question) -> Vec<Told<'q>> {
        if question.remarks.is_empty() || content(&search.own).next().is_none() {
            return Vec::new();
        }
        let own: Vec<String> = if search.earlier.is_empty() {
            Vec::new()
        } else {
            content(&search.own).cloned().collect()
        };
        let wanted = Wanted {
            words: &said::weigh(&search.own, &terms(&search.earlier)),
            vector: search.vector.as_ref(),
            keys: &wording::keys(question.text()),
            names: &said::names(question.text()),
            own: &own,
        };
        let mut told = said::find(&wanted, newest(&question.remarks), &self.memory);
        told.retain(|told| search.earlier.is_empty() || told.remark.text != search.earlier);
        told
    }

    /// Turns a question into words and a vector, together with an earlier turn, if one is given.
    fn understand<'a>(&self, index: &'a Index, question: &str, earlier: &str) -> Search<'a> {
        let text: String = question.chars().take(QUESTION).collect();
        let earlier: String = earlier.chars().take(QUESTION).collect();
        let own = terms(&text);
        let expected = expected(&text);
        let same = index.same_question(&text);
        let words = index.weigh(&own, &terms(&earlier));
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
            words,
            own,
            earlier,
            expected,
            same,
            vector,
        }
    }
}

/// What a question, read in one way, found in the sources.
struct Found<'a> {
    search: Search<'a>,
    /// Of the kind that wins, best first; then those of the other kind.
    candidates: Vec<Candidate>,
    confidence: f32,
}

impl<'a> Found<'a> {
    fn of(search: Search<'a>) -> Self {
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
        let (mut candidates, others, sure) = if pair_wins {
            (pairs, prose, of_pairs)
        } else {
            (prose, pairs, of_prose)
        };
        if !candidates.is_empty() {
            candidates.extend(others);
        }
        Self {
            search,
            candidates,
            confidence: sure.unwrap_or(0.0),
        }
    }

    /// How many of the question's own words of content the best passage holds.
    fn own_words(&self) -> usize {
        let Some((source, number, _)) = self
            .candidates
            .first()
            .and_then(|best| self.search.index.passage(best.passage))
        else {
            return 0;
        };
        content(&self.search.own)
            .filter(|word| source.terms_of(number).any(|(term, _)| term == *word))
            .count()
    }

    fn answer(&self, threshold: f32) -> Answer {
        let index = self.search.index;
        let mut answer = handoff(if index.is_empty() {
            HandoffReason::NoSources
        } else {
            HandoffReason::NotConfident
        });
        let Some(best) = self.candidates.first() else {
            return answer;
        };
        answer.confidence = self.confidence;
        answer.evidence = best.evidence.clone();
        answer.ranked = self
            .candidates
            .iter()
            .filter_map(|candidate| ranked(index, candidate))
            .take(RANKED)
            .collect();
        if answer.confidence >= threshold
            && let Some(citation) = cite(&self.search, best)
        {
            answer.text.clone_from(&citation.text);
            answer.citations.push(citation);
            answer.outcome = Outcome::Answered;
        }
        answer
    }
}

/// A short question, read alone and together with the turn before it. An earlier topic easily drowns the new one: what the question
/// itself names must not be lost by reading it together.
fn better<'a>(alone: Found<'a>, together: Found<'a>, threshold: f32) -> Found<'a> {
    let (named_alone, named_together) = (alone.own_words(), together.own_words());
    let is_enough = alone.confidence >= threshold && named_alone > 0;
    if named_together < named_alone || is_enough && alone.confidence >= together.confidence {
        alone
    } else {
        together
    }
}

/// The words of content among a question's own.
fn content(own: &[String]) -> impl Iterator<Item = &String> {
    own.iter().filter(|word| !is_function_word(word))
}

/// The newest thing said by a person before the question.
fn earlier(question: &Question) -> Option<&Turn> {
    // “Thank you” has little in it too, and asks for nothing once more.
    if small_talk(question.text()).is_some() {
        return None;
    }
    question
        .turns
        .iter()
        .rev()
        .skip(1)
        .find(|turn| turn.role != Role::Persona)
}

fn newest(remarks: &[Remark]) -> &[Remark] {
    &remarks[remarks.len().saturating_sub(REMARKS)..]
}

fn cite_remark(told: &Told<'_>) -> Citation {
    Citation {
        source_id: told.remark.id.clone(),
        source_title: source_title(told.remark),
        place: String::new(),
        text: told.quoted.clone(),
        passage: told.number,
    }
}

fn ranked_remark(told: &Told<'_>) -> Ranked {
    Ranked {
        source_id: told.remark.id.clone(),
        source_title: source_title(told.remark),
        place: String::new(),
        text: told.quoted.clone(),
        passage: told.number,
        score: told.confidence,
    }
}

fn source_title(remark: &Remark) -> String {
    format!("{}, in this conversation", remark.speaker)
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
fn unaddressed(question: &Question, settings: &Settings) -> Question {
    let names: Vec<&str> = std::iter::once(&settings.persona_name)
        .chain(&settings.call_names)
        .map(String::as_str)
        .collect();
    let turn = |turn: &Turn| Turn {
        role: turn.role,
        // The comma after a name would move the question's vector.
        text: without_address(&turn.text, &names)
            .trim_start_matches([' ', ',', ':', '!', '–', '—'])
            .to_owned(),
    };
    Question {
        turns: question.turns.iter().map(turn).collect(),
        remarks: question.remarks.clone(),
    }
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
