//! From text to sentences of folded words and the breaks between them.

use super::language::{Class, Language};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Longer messages are judged by their beginning; a bound on the work, far above what a person types or says at once.
const MAX_CHARS: usize = 16_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Break {
    Comma,
    Colon,
    Dash,
    Open,
    Close,
    Ellipsis,
}

#[derive(Clone, Debug)]
pub(super) struct Token {
    /// Lower case, without accents; empty for a break.
    pub(super) fold: String,
    /// Only the letters and digits of it: what names are compared by.
    pub(super) letters: String,
    pub(super) break_: Option<Break>,
    pub(super) capital: bool,
    /// Written with a leading @.
    pub(super) at: bool,
    pub(super) quoted: bool,
    /// An address, a path, an option: never a name.
    pub(super) opaque: bool,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Sentence {
    pub(super) tokens: Vec<Token>,
    pub(super) question: bool,
}

/// Splits a message. The flag says whether capitals tell anything: the text mixes both cases.
pub(super) fn sentences(text: &str, language: &Language) -> (Vec<Sentence>, bool) {
    let chars: Vec<char> = text.chars().take(MAX_CHARS).collect();
    let cased = chars.iter().any(|c| c.is_lowercase()) && chars.iter().any(|c| c.is_uppercase());
    let quoted = quotes(&chars);
    let mut scanner = Scanner {
        chars: &chars,
        quoted: &quoted,
        language,
        at: 0,
        done: Vec::new(),
        open: Sentence::default(),
    };
    scanner.run();
    (scanner.done, cased)
}

/// Lower case without accents, with letters that do not decompose spelt out.
pub(super) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase().replace('`', "'");
    }
    let mut folded = String::with_capacity(text.len());
    for c in text
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
    {
        match c {
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'ı' => folded.push('i'),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ß' => folded.push_str("ss"),
            'þ' => folded.push_str("th"),
            '’' | '‘' | 'ʼ' | '`' | '´' => folded.push('\''),
            c if is_combining_mark(c) => {}
            c => folded.push(c),
        }
    }
    folded
}

/// Only letters and digits of a folded word.
pub(super) fn letters(fold: &str) -> String {
    fold.chars().filter(|c| c.is_alphanumeric()).collect()
}

struct Scanner<'a> {
    chars: &'a [char],
    quoted: &'a [bool],
    language: &'a Language,
    at: usize,
    done: Vec<Sentence>,
    open: Sentence,
}

impl Scanner<'_> {
    fn run(&mut self) {
        let mut chunk_end = 0;
        while let Some(&c) = self.chars.get(self.at) {
            if self.at >= chunk_end && !c.is_whitespace() {
                chunk_end = self.at
                    + self.chars[self.at..]
                        .iter()
                        .take_while(|c| !c.is_whitespace())
                        .count();
                if opaque(&self.chars[self.at..chunk_end]) {
                    self.push_word(self.at, chunk_end, false, true);
                    self.at = chunk_end;
                    continue;
                }
            }
            self.step(c);
        }
        self.end(false);
    }

    fn step(&mut self, c: char) {
        let previous = self.at.checked_sub(1).map(|at| self.chars[at]);
        let next = self.chars.get(self.at + 1).copied();
        let spaced = |c: Option<char>| c.is_none_or(char::is_whitespace);
        match c {
            c if c.is_alphanumeric() => return self.word(self.at, false),
            '@' if next.is_some_and(word_char) && !previous.is_some_and(word_char) => {
                return self.word(self.at + 1, true);
            }
            '\n' | '\r' => self.end(false),
            ':' | ';' if face(&self.chars[self.at..]) => self.at += 1,
            ';' => self.end(false),
            '!' | '！' | '。' => self.end(false),
            '?' | '？' => self.end(true),
            '…' => self.push_break(Break::Ellipsis),
            '.' if next == Some('.') => {
                self.at += self.chars[self.at..]
                    .iter()
                    .take_while(|c| **c == '.')
                    .count()
                    - 1;
                self.push_break(Break::Ellipsis);
            }
            '.' if !self.after_abbreviation() => self.end(false),
            ',' | '，' | '、' => self.push_break(Break::Comma),
            ':' | '：' => self.push_break(Break::Colon),
            '(' | '[' => self.push_break(Break::Open),
            ')' | ']' => self.push_break(Break::Close),
            '–' | '—' | '|' => self.push_break(Break::Dash),
            '-' if spaced(previous) || spaced(next) || next == Some('-') => {
                self.push_break(Break::Dash)
            }
            '&' | '+' | '/' => self.push_word(self.at, self.at + 1, false, false),
            _ => {}
        }
        self.at += 1;
    }

    fn word(&mut self, start: usize, at_sign: bool) {
        let mut end = start;
        while let Some(&c) = self.chars.get(end) {
            let next = self.chars.get(end + 1).copied();
            let joins = |c: char| {
                let previous = self.chars[end - 1];
                let next = next.filter(|next| word_char(*next));
                match c {
                    '\'' | '’' | 'ʼ' => {
                        next.is_some_and(char::is_alphabetic)
                            || plain_possessive(previous, self.quoted, end)
                    }
                    '-' => next.is_some(),
                    '.' => {
                        next.is_some_and(|next| !(previous.is_lowercase() && next.is_uppercase()))
                    }
                    ':' | ',' => previous.is_numeric() && next.is_some_and(char::is_numeric),
                    '_' => at_sign && next.is_some(),
                    _ => false,
                }
            };
            if word_char(c) || (end > start && joins(c)) {
                end += 1;
            } else {
                break;
            }
        }
        self.push_word(start, end, at_sign, false);
        self.at = end.max(self.at + 1);
    }

    fn push_word(&mut self, start: usize, end: usize, at: bool, opaque: bool) {
        let raw: String = self.chars[start..end].iter().collect();
        let fold = fold(&raw);
        let letters = letters(&fold);
        let capital = self.chars[start].is_uppercase();
        let quoted = self.quoted[start];
        self.open.tokens.push(Token {
            fold,
            letters,
            break_: None,
            capital,
            at,
            quoted,
            opaque,
        });
    }

    fn push_break(&mut self, kind: Break) {
        let quoted = self.quoted[self.at];
        self.open.tokens.push(Token {
            fold: String::new(),
            letters: String::new(),
            break_: Some(kind),
            capital: false,
            at: false,
            quoted,
            opaque: false,
        });
    }

    fn end(&mut self, question: bool) {
        if self.open.tokens.is_empty() {
            // “?!” and “!?”: the question mark counts for the sentence that just ended.
            if let (true, Some(last)) = (question, self.done.last_mut()) {
                last.question = true;
            }
            return;
        }
        self.open.question = question;
        self.done.push(std::mem::take(&mut self.open));
    }

    /// The dot after “Dr” does not end a sentence.
    fn after_abbreviation(&self) -> bool {
        let last = self.open.tokens.last();
        let last_char = self.at > 0 && word_char(self.chars[self.at - 1]);
        let more = self.chars[self.at + 1..].iter().any(|c| !c.is_whitespace());
        more && last_char
            && last.is_some_and(|token| self.language.is(&token.fold, Class::Abbreviations))
    }
}

fn word_char(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c)
}

/// The apostrophe of “the speakers' names”, not a closing quotation mark.
fn plain_possessive(previous: char, quoted: &[bool], at: usize) -> bool {
    matches!(previous, 's' | 'S') && !quoted[at]
}

/// A run without white space that is an address, a path, code or an option.
fn opaque(chunk: &[char]) -> bool {
    let inner = |mark: char| {
        let around = chunk
            .windows(3)
            .any(|w| w[1] == mark && w[0].is_alphanumeric() && w[2].is_alphanumeric());
        around && chunk[0] != '@'
    };
    let begins = |mark: &str| mark.chars().eq(chunk.iter().copied().take(mark.len()));
    chunk.windows(3).any(|w| w == [':', '/', '/'])
        || begins("www.")
        || begins("--")
        || chunk
            .iter()
            .any(|c| matches!(c, '=' | '\\' | '{' | '}' | '$'))
        || (chunk[0] == '#' && chunk.len() > 1)
        || chunk.iter().filter(|c| **c == '/').count() > 1
        || inner('@')
        || inner('_')
}

/// “:)”, “;-)” and their kin.
fn face(rest: &[char]) -> bool {
    let mouth = if rest.get(1) == Some(&'-') {
        rest.get(2)
    } else {
        rest.get(1)
    };
    matches!(
        mouth,
        Some(')' | '(' | 'D' | 'P' | 'p' | '/' | '|' | '*' | '3')
    )
}

/// Which characters stand in quotation marks, in code marks, or on a quoted line.
fn quotes(chars: &[char]) -> Vec<bool> {
    let mut quoted = vec![false; chars.len()];
    let mut open: Option<(char, usize)> = None;
    let mut line_start = true;
    let mut quote_line = false;
    for (at, &c) in chars.iter().enumerate() {
        if line_start && !c.is_whitespace() {
            quote_line = c == '>';
            line_start = false;
        }
        if c == '\n' {
            line_start = true;
            quote_line = false;
        }
        quoted[at] = quote_line;
        let previous = at.checked_sub(1).map(|at| chars[at]);
        let next = chars.get(at + 1).copied();
        match open {
            Some((close, start)) if same_mark(close, c) && closes(c, previous, next) => {
                quoted[start..=at].fill(true);
                open = None;
            }
            // A single quotation mark that is never closed on its line was an apostrophe.
            Some(('\'', _)) if c == '\n' => open = None,
            Some(_) => {}
            None => {
                open = opens(c, previous, next).map(|close| (close, at));
            }
        }
    }
    quoted
}

/// Closing marks differ from country to country, and keyboards mix them.
fn same_mark(close: char, c: char) -> bool {
    c == close || (close == '”' && matches!(c, '“' | '"'))
}

fn opens(c: char, previous: Option<char>, next: Option<char>) -> Option<char> {
    let edge = previous.is_none_or(|p| p.is_whitespace() || matches!(p, '(' | '[' | '—' | ':'));
    match c {
        '"' => Some('"'),
        '“' | '„' => Some('”'),
        '«' => Some('»'),
        '`' => Some('`'),
        '\'' if edge && next.is_some_and(char::is_alphanumeric) => Some('\''),
        '‘' if edge => Some('’'),
        _ => None,
    }
}

fn closes(c: char, previous: Option<char>, next: Option<char>) -> bool {
    let apostrophe = matches!(c, '\'' | '’');
    let after_word = next.is_none_or(|n| !n.is_alphanumeric());
    !apostrophe || (after_word && previous.is_some_and(|p| !p.is_whitespace()))
}
