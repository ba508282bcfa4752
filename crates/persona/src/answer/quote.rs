//! Which sentences of a passage to quote as the answer.

use super::candidates::{Search, words_covered};
use crate::segment::SourceIndex;
use crate::split::{Body, Passage};
use std::ops::Range;

/// Letters in an answer made of quotations. Longer than a reader takes in at a glance is no answer.
const MOST: usize = 480;
/// A sentence at least this good, relative to the best, belongs to the answer.
const ALSO: f32 = 0.75;

/// The part of a passage that answers best: whole neighbouring sentences, exactly as they stand.
pub(super) fn quote(
    search: &Search<'_>,
    source: &SourceIndex,
    number: usize,
    passage: &Passage,
) -> Range<usize> {
    let Body::Prose { sentences } = &passage.body else {
        return 0..passage.text.len();
    };
    let cosines = search
        .vector
        .as_ref()
        .map(|vector| source.unit_cosines(number, vector))
        .unwrap_or_default();
    // Vectors stand in the order: whole passage, sentences when there are several, heading.
    let heading =
        (passage.heading().is_some() && cosines.len() > 1).then(|| cosines[cosines.len() - 1]);
    let scores: Vec<f32> = passage
        .sentences()
        .enumerate()
        .map(|(at, sentence)| {
            let cosine = if sentences.len() > 1 {
                cosines.get(at + 1).copied().unwrap_or(0.0)
            } else {
                0.0
            };
            cosine + words_covered(search, sentence)
        })
        .collect();
    let Some(best) =
        (0..scores.len()).max_by(|a, b| scores[*a].total_cmp(&scores[*b]).then(b.cmp(a)))
    else {
        return 0..passage.text.len();
    };
    // Where the heading is the question, the text under it answers from its beginning.
    let asks_heading = heading.is_some_and(|cosine| cosine > 0.6 && cosine > scores[best]);
    let (mut first, mut last) = if asks_heading { (0, 0) } else { (best, best) };
    let length = |first: usize, last: usize| sentences[last].end - sentences[first].start;
    loop {
        let is_short = length(first, last) < 120;
        let wanted = |at: usize| asks_heading || is_short || scores[at] >= ALSO * scores[best];
        if last + 1 < sentences.len() && wanted(last + 1) && length(first, last + 1) <= MOST {
            last += 1;
        } else if first > 0
            && scores[first - 1] >= ALSO * scores[best]
            && length(first - 1, last) <= MOST
        {
            first -= 1;
        } else {
            break;
        }
    }
    sentences[first].start..sentences[last].end
}
