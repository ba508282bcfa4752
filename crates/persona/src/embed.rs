//! The embedding model: a text to a unit vector whose direction is its meaning.
//!
//! The network runs in ONNX Runtime, loaded from the model's folder at run time: pure-Rust runtimes are 4 to 8 times slower on this
//! network (docs/answering.md has the figures), and a binary that links nothing starts where there is no model.

use crate::vectors::WIDTH;
use ort::environment::Environment;
use ort::session::Session;
use ort::value::Tensor;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use tokenizers::{Tokenizer, TruncationParams};

/// What the model was trained to read; the rest of a longer text is left out.
const MAX_PIECES: usize = 256;
const LIBRARY: &str = if cfg!(target_os = "macos") {
    "libonnxruntime.dylib"
} else if cfg!(windows) {
    "onnxruntime.dll"
} else {
    "libonnxruntime.so"
};

/// Why the model is not in use, in words for the operator.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    #[error("there is no embedding model in {0} (scripts/fetch-model.py puts it there)")]
    Missing(PathBuf),
    #[error("the embedding model in {folder} does not work: {reason}")]
    Broken { folder: PathBuf, reason: String },
}

/// The loaded model. Load it once and share it: calls take turns.
pub struct Embedder {
    tokenizer: Tokenizer,
    session: Mutex<Session>,
}

impl Embedder {
    /// Loads the folder that `scripts/fetch-model.py` made and tries the model out. `threads` is what one call may use, 1 to 16.
    pub fn load(folder: &Path, threads: usize) -> Result<Self, ModelError> {
        // The manifest is written last: without it the folder is unfinished.
        if !folder.join("manifest.json").is_file() {
            return Err(ModelError::Missing(folder.to_owned()));
        }
        let broken = |reason: String| ModelError::Broken {
            folder: folder.to_owned(),
            reason,
        };
        let mut tokenizer = Tokenizer::from_file(folder.join("tokenizer.json"))
            .map_err(|error| broken(error.to_string()))?;
        tokenizer.with_padding(None);
        tokenizer
            .with_truncation(Some(TruncationParams {
                max_length: MAX_PIECES,
                ..TruncationParams::default()
            }))
            .map_err(|error| broken(error.to_string()))?;
        let session = open_session(folder, threads.clamp(1, 16)).map_err(broken)?;
        let embedder = Self {
            tokenizer,
            session: Mutex::new(session),
        };
        let trial = embedder.embed("a trial").map_err(broken)?;
        let norm: f32 = trial.iter().map(|number| number * number).sum();
        if trial.len() != WIDTH || (norm - 1.0).abs() > 0.01 {
            return Err(broken(format!(
                "it gave {} numbers of norm {norm}",
                trial.len()
            )));
        }
        Ok(embedder)
    }

    /// One text at a time: int8 activations are scaled over the whole batch, so a text's vector would depend on its neighbours.
    pub(crate) fn embed(&self, text: &str) -> Result<Vec<f32>, String> {
        let encoding = self
            .tokenizer
            .encode(text, true)
            .map_err(|error| error.to_string())?;
        let ids: Vec<i64> = encoding.get_ids().iter().map(|id| i64::from(*id)).collect();
        let shape = [1, ids.len()];
        let mask = Tensor::from_array((shape, vec![1_i64; ids.len()]))
            .map_err(|error| error.to_string())?;
        let ids = Tensor::from_array((shape, ids)).map_err(|error| error.to_string())?;
        // A panic while the lock was held leaves the session itself intact: it holds no state between runs.
        let mut session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        let outputs = session
            .run(ort::inputs!["input_ids" => ids, "attention_mask" => mask])
            .map_err(|error| error.to_string())?;
        let embedding = outputs
            .get("embedding")
            .ok_or("the model has no output named embedding")?;
        let (_, numbers) = embedding
            .try_extract_tensor::<f32>()
            .map_err(|error| error.to_string())?;
        Ok(numbers.to_vec())
    }
}

fn open_session(folder: &Path, threads: usize) -> Result<Session, String> {
    let environment = environment(&folder.join(LIBRARY))?;
    Session::builder(&environment)
        .map_err(|error| error.to_string())?
        .with_intra_threads(threads)
        .map_err(|error| error.to_string())?
        .with_intra_op_spinning(false)
        .map_err(|error| error.to_string())?
        .commit_from_file(folder.join("model.onnx"))
        .map_err(|error| error.to_string())
}

/// ONNX Runtime allows one environment in a process: the first folder's library serves every later load.
fn environment(library: &Path) -> Result<Environment, String> {
    static SHARED: Mutex<Option<Environment>> = Mutex::new(None);
    let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(environment) = shared.as_ref() {
        return Ok(environment.clone());
    }
    let builder = ort::init_from(library).map_err(|error| error.to_string())?;
    let environment = builder.with_name("trialogue").with_telemetry(false).build();
    Ok(shared
        .insert(environment.map_err(|error| error.to_string())?)
        .clone())
}

impl std::fmt::Debug for Embedder {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Embedder(all-MiniLM-L6-v2 int8)")
    }
}

/// The model for tests, where `TRIALOGUE_MODEL_DIR` says it is. Says loudly when a test runs without.
#[cfg(test)]
pub(crate) fn for_tests() -> Option<std::sync::Arc<Embedder>> {
    let Some(folder) = std::env::var_os("TRIALOGUE_MODEL_DIR") else {
        eprintln!(
            "SKIPPED: TRIALOGUE_MODEL_DIR is not set, so nothing was tested with the embedding model"
        );
        return None;
    };
    Some(std::sync::Arc::new(
        Embedder::load(folder.as_ref(), 1).expect("TRIALOGUE_MODEL_DIR holds a working model"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_without_a_model_is_a_plain_error() {
        let error = Embedder::load(Path::new("/nonexistent"), 1).unwrap_err();
        assert!(error.to_string().contains("no embedding model"), "{error}");
    }

    #[test]
    fn meaning_counts_more_than_words() {
        let Some(embedder) = for_tests() else { return };
        let embed = |text| embedder.embed(text).unwrap();
        let cosine = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
        let asked = embed("I forgot my login");
        assert!(
            cosine(&asked, &embed("How do I reset my password?"))
                > cosine(&asked, &embed("I forgot my umbrella"))
        );
    }
}
