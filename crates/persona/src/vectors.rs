//! Unit vectors kept as one byte a number: a quarter of the memory, and a search over 60,000 of them in a few milliseconds.

use serde::{Deserialize, Serialize};

/// Numbers in one embedding.
pub(crate) const WIDTH: usize = 384;

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Vectors {
    numbers: Vec<i8>,
    /// What one step of the byte is worth, for each vector.
    steps: Vec<f32>,
}

impl Vectors {
    pub(crate) fn push(&mut self, vector: &[f32]) {
        let largest = vector.iter().fold(f32::MIN_POSITIVE, |largest, number| {
            largest.max(number.abs())
        });
        let step = largest / 127.0;
        self.numbers.extend(
            (0..WIDTH).map(|at| (vector.get(at).copied().unwrap_or(0.0) / step).round() as i8),
        );
        self.steps.push(step);
    }

    pub(crate) fn len(&self) -> usize {
        self.steps.len()
    }

    /// Whether what was read back has the shape that `push` makes.
    pub(crate) fn is_sound(&self) -> bool {
        self.numbers.len() == self.steps.len() * WIDTH
    }

    /// The cosine between the first vector of `query` and each of these.
    pub(crate) fn cosines<'a>(&'a self, query: &'a Vectors) -> impl Iterator<Item = f32> + 'a {
        let scale = query.steps.first().copied().unwrap_or(0.0);
        let wanted = query.numbers.get(..WIDTH).unwrap_or(&[]);
        self.numbers
            .chunks_exact(WIDTH)
            .zip(&self.steps)
            .map(move |(numbers, step)| {
                let dot: i32 = numbers
                    .iter()
                    .zip(wanted)
                    .map(|(a, b)| i32::from(i16::from(*a) * i16::from(*b)))
                    .sum();
                dot as f32 * step * scale
            })
    }

    pub(crate) fn get(&self, at: usize) -> impl Iterator<Item = f32> + '_ {
        let step = self.steps.get(at).copied().unwrap_or(0.0);
        self.numbers
            .get(at * WIDTH..(at + 1) * WIDTH)
            .unwrap_or(&[])
            .iter()
            .map(move |number| f32::from(*number) * step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cosines_survive_the_packing() {
        let vector = |seed: f32| {
            let raw: Vec<f32> = (0..WIDTH).map(|at| (at as f32 * seed).sin()).collect();
            let norm = raw.iter().map(|number| number * number).sum::<f32>().sqrt();
            raw.iter().map(|number| number / norm).collect::<Vec<f32>>()
        };
        let (a, b) = (vector(0.7), vector(0.705));
        let exact: f32 = a.iter().zip(&b).map(|(a, b)| a * b).sum();
        let (mut packed, mut query) = (Vectors::default(), Vectors::default());
        packed.push(&b);
        query.push(&a);
        let found = packed.cosines(&query).next().unwrap();
        assert!((found - exact).abs() < 0.01, "{found} {exact}");
    }
}
