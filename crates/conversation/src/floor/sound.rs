//! Whether a transcribed word may be a misheard name, and whether a typed one may be a misspelt name.

use rphonetic::DoubleMetaphone;

/// Phonetic codes are compared whole; names are short.
const CODE_LENGTH: usize = 8;

/// Sounds that transcribers confuse in names: the codes of p/b and f/v, s and sh, t and th.
const NEAR: [(char, char); 4] = [('P', 'F'), ('S', 'X'), ('T', '0'), ('K', 'X')];

/// The codes of one name or word, made once.
pub(super) struct Sound {
    letters: String,
    codes: [String; 2],
}

impl Sound {
    /// `letters` is folded. What is not Latin has no code and sounds like nothing.
    pub(super) fn of(letters: &str) -> Self {
        let latin: String = letters.chars().filter(char::is_ascii_lowercase).collect();
        let codes = if latin.is_empty() || latin.len() != letters.len() {
            [String::new(), String::new()]
        } else {
            let code = DoubleMetaphone::new(Some(CODE_LENGTH)).double_metaphone(&latin);
            [code.primary(), code.alternate()]
        };
        Self {
            letters: letters.to_owned(),
            codes,
        }
    }

    /// How far apart two words are by ear, in letters, if they can be confused at all.
    ///
    /// Equal codes of three sounds or more are enough; shorter codes are shared by too many words, so there the
    /// letters must be close as well. A code's alternate reading counts for less: Michelle's is Michael's.
    pub(super) fn distance(&self, heard: &Self) -> Option<usize> {
        let letters = strsim::osa_distance(&self.letters, &heard.letters);
        let sounds = self.codes[0]
            .chars()
            .count()
            .min(heard.codes[0].chars().count());
        let allowed = match sounds {
            0 => return None,
            1 | 2 if self.same_code(heard) => sounds + 1,
            _ if self.codes[0] == heard.codes[0] => usize::MAX,
            _ if self.same_code(heard) => 2,
            3.. if self.near_code(heard) => 5,
            _ if self.letters.len() >= 5 => 1,
            _ => return None,
        };
        (letters <= allowed && !self.longer_by_vowel(heard)).then_some(letters)
    }

    /// A vowel more makes another name: Alexa is not Alex.
    fn longer_by_vowel(&self, heard: &Self) -> bool {
        matches!(
            heard.letters.strip_prefix(self.letters.as_str()),
            Some("a" | "e" | "i" | "o")
        )
    }

    fn same_code(&self, heard: &Self) -> bool {
        self.codes.iter().any(|code| heard.codes.contains(code))
    }

    /// One sound differs, and by a usual confusion.
    fn near_code(&self, heard: &Self) -> bool {
        self.codes
            .iter()
            .any(|left| heard.codes.iter().any(|right| near(left, right)))
    }
}

/// The sound of a word in one rough spelling: digraphs as one sign, clusters of vowels by their usual English reading,
/// doubled letters once. Phonetic codes drop the vowels, which leaves too little of short names and of names heard as
/// several words (“you key” for Yuki); this keeps them.
pub(super) fn rough(word: &str) -> String {
    let mut sounds = String::new();
    let mut rest = word;
    while let Some(first) = rest.chars().next() {
        let rule = ROUGH.iter().find(|(spelt, _)| rest.starts_with(spelt));
        let (length, sound) = match rule {
            Some((spelt, sound)) => (spelt.len(), (*sound).to_owned()),
            None => (first.len_utf8(), first.to_string()),
        };
        let silent_e = rest == "e" && sounds.chars().count() > 1 && !ends_in_vowel(&sounds);
        if !silent_e && !sounds.ends_with(sound.as_str()) {
            sounds.push_str(&sound);
        }
        rest = &rest[length..];
    }
    sounds
}

/// Longer spellings first.
const ROUGH: [(&str, &str); 51] = [
    ("sch", "x"),
    ("tch", "x"),
    ("igh", "i"),
    ("oux", "u"),
    ("eau", "o"),
    ("sh", "x"),
    ("ch", "x"),
    ("th", "t"),
    ("ph", "f"),
    ("gh", ""),
    ("kh", "k"),
    ("ck", "k"),
    ("qu", "kw"),
    ("wh", "w"),
    ("kn", "n"),
    ("wr", "r"),
    ("zh", "x"),
    ("ce", "se"),
    ("ci", "si"),
    ("cy", "si"),
    ("ee", "i"),
    ("ea", "i"),
    ("ie", "i"),
    ("ey", "i"),
    ("oo", "u"),
    ("ou", "u"),
    ("ew", "u"),
    ("ue", "u"),
    ("ai", "e"),
    ("ay", "e"),
    ("ei", "e"),
    ("au", "o"),
    ("aw", "o"),
    ("ow", "o"),
    ("oa", "o"),
    ("ah", "a"),
    ("eh", "e"),
    ("oh", "o"),
    ("uh", "a"),
    ("er", "a"),
    ("ar", "a"),
    ("or", "o"),
    ("ur", "a"),
    ("ir", "a"),
    ("c", "k"),
    ("q", "k"),
    ("x", "ks"),
    ("z", "s"),
    ("y", "i"),
    ("j", "i"),
    ("v", "f"),
];

fn ends_in_vowel(sounds: &str) -> bool {
    sounds.ends_with(['a', 'e', 'i', 'o', 'u'])
}

/// Whether words run together sound like a name, read roughly. `usual` tells that every one of them is a usual word,
/// so that they probably mean themselves: then hardly anything may differ.
pub(super) fn roughly(name: &str, heard: &str, usual: bool) -> bool {
    let length = name.chars().count();
    let allowed = match length {
        0..=2 => return false,
        3 => 0,
        4 | 5 => usize::from(!usual),
        6 | 7 => 1,
        _ => 2,
    };
    strsim::osa_distance(name, heard) <= allowed
}

fn near(left: &str, right: &str) -> bool {
    let different: Vec<(char, char)> = left
        .chars()
        .zip(right.chars())
        .filter(|(a, b)| a != b)
        .collect();
    let confused = |(a, b): (char, char)| NEAR.contains(&(a, b)) || NEAR.contains(&(b, a));
    left.len() == right.len() && matches!(different[..], [pair] if confused(pair))
}

/// The letters with every run once, if some letter is stretched to three or more (“jonnnoooo”): nothing but feeling
/// writes that.
pub(super) fn stretched(typed: &str) -> Option<String> {
    let (second, third) = (typed.chars().skip(1), typed.chars().skip(2));
    let mut runs = typed.chars().zip(second).zip(third);
    runs.any(|((a, b), c)| a == b && b == c)
        .then(|| squeezed(typed))
}

pub(super) fn squeezed(letters: &str) -> String {
    let mut once: Vec<char> = letters.chars().collect();
    once.dedup();
    once.into_iter().collect()
}

/// One slip of the keyboard in a name of five letters or more. First and last letter must stand, since another last
/// letter often makes another name (Martin, Martina). Behind the first letter two may change places, from four letters on.
pub(super) fn misspelt(name: &str, typed: &str) -> bool {
    let count = |word: &str| word.chars().count();
    let first = |word: &str| word.chars().next();
    // The cheap questions first: nearly every word of a text is no name.
    if first(name) != first(typed)
        || name.len().abs_diff(typed.len()) > 4
        || count(name) < 4
        || count(typed) < 4
        || strsim::osa_distance(name, typed) != 1
    {
        return false;
    }
    let last = |word: &str| word.chars().next_back();
    let sorted = |word: &str| {
        let mut letters: Vec<char> = word.chars().collect();
        letters.sort_unstable();
        letters
    };
    (last(name) == last(typed) && count(name) >= 5 && count(typed) >= 5)
        || sorted(name) == sorted(typed)
}
