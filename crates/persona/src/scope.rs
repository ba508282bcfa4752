//! What the questions of a persona look like as a whole, learned from its question-and-answer pairs when there are many.
//!
//! A question can be close to one phrasing by chance; it is foreign when it lies apart from every answer's phrasings in directions in
//! which they do not spread. That is the Mahalanobis distance (Lee et al. 2018), taken relative to the distance from all questions
//! together (Ren et al. 2021), so that a question that is merely oddly worded is not called foreign.

use crate::index::Index;
use crate::vectors::WIDTH;

/// Fewer phrasings say too little about 384 dimensions; the cosines alone are better then.
const LEAST_PHRASINGS: usize = 300;
/// Phrasings to an answer, on average: with one or two there is no spread to measure.
const LEAST_PER_ANSWER: usize = 4;
/// How far the measured spread is pulled towards "equal in all directions". 0.5 was best of 0.1 to 0.7 on CLINC150's validation half,
/// by a little.
const SHRINKAGE: f32 = 0.5;

#[derive(Debug)]
pub(crate) struct Scope {
    within: Whitening,
    overall: Whitening,
    /// The middle of all phrasings, whitened by `overall`.
    middle: Vec<f32>,
    /// The middle of each answer's phrasings, whitened by `within`; `None` for answers without vectors.
    middles: Vec<Option<Vec<f32>>>,
}

/// How far a question is from what the persona is asked.
pub(crate) struct Distances {
    /// To each answer's phrasings, as squared Mahalanobis distance.
    pub answers: Vec<f32>,
    /// How much closer the nearest answer is than the whole, per dimension. Larger is more at home.
    pub nearness: f32,
}

impl Scope {
    pub(crate) fn fit(index: &Index) -> Option<Self> {
        let answers = index.answer_count();
        let mut vectors = Vec::new();
        let mut owners = index.answer_numbers();
        for source in index.sources() {
            for passage in 0..source.segment.len() {
                let vector: Vec<f32> = source.segment.vector(passage).collect();
                if let (Some(Some(answer)), WIDTH) = (owners.next(), vector.len()) {
                    vectors.push((answer, vector));
                }
            }
        }
        let counts = vectors
            .iter()
            .fold(vec![0usize; answers], |mut counts, (answer, _)| {
                counts[*answer] += 1;
                counts
            });
        let used = counts.iter().filter(|count| **count > 0).count();
        if vectors.len() < LEAST_PHRASINGS.max(LEAST_PER_ANSWER * used) || used < 2 {
            return None;
        }
        let mut middle = vec![0.0; WIDTH];
        let mut middles = vec![vec![0.0; WIDTH]; answers];
        for (answer, vector) in &vectors {
            add(&mut middle, vector, 1.0 / vectors.len() as f32);
            add(&mut middles[*answer], vector, 1.0 / counts[*answer] as f32);
        }
        let within = Whitening::fit(
            vectors
                .iter()
                .map(|(answer, vector)| minus(vector, &middles[*answer])),
        )?;
        let overall = Whitening::fit(vectors.iter().map(|(_, vector)| minus(vector, &middle)))?;
        let middle = overall.apply(&middle);
        let middles = middles
            .iter()
            .zip(&counts)
            .map(|(middle, count)| (*count > 0).then(|| within.apply(middle)))
            .collect();
        Some(Self {
            within,
            overall,
            middle,
            middles,
        })
    }

    pub(crate) fn distances(&self, vector: &[f32]) -> Distances {
        let here = self.within.apply(vector);
        let answers: Vec<f32> = self
            .middles
            .iter()
            .map(|middle| {
                middle
                    .as_ref()
                    .map_or(f32::MAX, |middle| apart(&here, middle))
            })
            .collect();
        let nearest = answers.iter().copied().fold(f32::MAX, f32::min);
        let nearness = (apart(&self.overall.apply(vector), &self.middle) - nearest) / WIDTH as f32;
        Distances { answers, nearness }
    }
}

/// The lower triangle of a covariance's Cholesky factor; solving with it makes the spread equal in all directions.
#[derive(Debug)]
struct Whitening {
    factor: Vec<f32>,
}

impl Whitening {
    fn fit(deviations: impl Iterator<Item = Vec<f32>>) -> Option<Self> {
        let mut spread = vec![0.0_f32; WIDTH * WIDTH];
        let mut count = 0.0;
        for deviation in deviations {
            count += 1.0;
            for (row, factor) in deviation.iter().enumerate() {
                add(
                    &mut spread[row * WIDTH..row * WIDTH + row + 1],
                    &deviation,
                    *factor,
                );
            }
        }
        let mean_variance =
            (0..WIDTH).map(|at| spread[at * WIDTH + at]).sum::<f32>() / WIDTH as f32 / count;
        for row in 0..WIDTH {
            for column in 0..=row {
                let measured = spread[row * WIDTH + column] / count * (1.0 - SHRINKAGE);
                spread[row * WIDTH + column] = if row == column {
                    measured + SHRINKAGE * mean_variance
                } else {
                    measured
                };
            }
        }
        // Cholesky, in place.
        for row in 0..WIDTH {
            for column in 0..=row {
                let (above, here) = spread.split_at_mut(row * WIDTH);
                let other = if column == row {
                    &here[..column]
                } else {
                    &above[column * WIDTH..column * WIDTH + column]
                };
                let rest = here[column] - dot(&here[..column], other);
                here[column] = if column < row {
                    rest / above[column * WIDTH + column]
                } else if rest > 0.0 {
                    rest.sqrt()
                } else {
                    // Not positive definite: all phrasings are equal. There is no scope to speak of.
                    return None;
                };
            }
        }
        Some(Self { factor: spread })
    }

    fn apply(&self, vector: &[f32]) -> Vec<f32> {
        let mut out = Vec::with_capacity(WIDTH);
        for (row, value) in vector.iter().enumerate().take(WIDTH) {
            let known = dot(&self.factor[row * WIDTH..row * WIDTH + row], &out);
            out.push((value - known) / self.factor[row * WIDTH + row]);
        }
        out
    }
}

fn add(to: &mut [f32], vector: &[f32], factor: f32) {
    to.iter_mut()
        .zip(vector)
        .for_each(|(to, number)| *to += factor * number);
}

fn minus(a: &[f32], b: &[f32]) -> Vec<f32> {
    a.iter().zip(b).map(|(a, b)| a - b).collect()
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    // Eight sums side by side, since the compiler may not reorder a single one into vector instructions.
    let mut sums = [0.0_f32; 8];
    let (a_chunks, b_chunks) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest: f32 = a_chunks
        .remainder()
        .iter()
        .zip(b_chunks.remainder())
        .map(|(a, b)| a * b)
        .sum();
    for (a, b) in a_chunks.zip(b_chunks) {
        sums.iter_mut()
            .zip(a.iter().zip(b))
            .for_each(|(sum, (a, b))| *sum += a * b);
    }
    sums.iter().sum::<f32>() + rest
}

fn apart(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}
