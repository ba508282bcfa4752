//! The part of a message that only says whom it is for: “Hey Michael, …”, “@Michael …”, “…, Michael?”. Among several people nearly
//! every question begins with it, and searched for it would be a word that no source holds.

/// The message without the persona's name where it stands as a call, by whichever of its names. The whole message where nothing
/// else is in it, and where the name is spoken of (“Michael's slides”).
pub fn without_address<'a>(text: &'a str, names: &[&str]) -> &'a str {
    let mut names: Vec<Vec<String>> = names
        .iter()
        .map(|name| first_words(&name.to_lowercase()))
        .filter(|name| !name.is_empty())
        .collect();
    // “Michael Weber, …” is no call of a Michael about Weber.
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    let called = |text: &'a str, part: fn(&'a str, &[String]) -> Option<&'a str>| {
        names.iter().find_map(|name| part(text, name))
    };
    let rest = called(text, without_opening).unwrap_or(text);
    let rest = called(rest, without_closing).unwrap_or(rest);
    if rest.chars().any(char::is_alphanumeric) {
        rest
    } else {
        text
    }
}

/// What may stand before the name in a call.
const OPENERS: [&str; 16] = [
    "hey", "hi", "hello", "ok", "okay", "so", "well", "yo", "dear", "please", "and", "but", "now",
    "right", "thanks", "sorry",
];
/// So many openers are taken for one: “ok so hey Michael”.
const MAX_OPENERS: usize = 3;

fn without_opening<'a>(text: &'a str, name: &[String]) -> Option<&'a str> {
    let mut rest = text;
    for _ in 0..=MAX_OPENERS {
        if let Some(after) = after_name(rest, name) {
            return Some(after);
        }
        let (word, after) = first_word(rest)?;
        if !OPENERS.contains(&word.to_lowercase().as_str()) {
            return None;
        }
        rest = after;
    }
    None
}

/// What follows the name at the beginning of `text`, and an “AI” that belongs to it.
fn after_name<'a>(text: &'a str, name: &[String]) -> Option<&'a str> {
    let mut rest = text;
    for part in name {
        let (word, after) = first_word(rest)?;
        if word.to_lowercase() != *part {
            return None;
        }
        rest = after;
    }
    // “Michael's” and “Michael-like” are no calls.
    if rest.starts_with(['\'', '’', '-', '_']) {
        return None;
    }
    match first_word(rest) {
        Some((word, after)) if word.eq_ignore_ascii_case("ai") => Some(after),
        _ => Some(rest),
    }
}

/// “…, Michael?”: with the comma alone, since “I asked Michael” ends in the name too.
fn without_closing<'a>(text: &'a str, name: &[String]) -> Option<&'a str> {
    let at = text.rfind(',')?;
    let rest = after_name(&text[at + 1..], name)?;
    rest.chars()
        .all(|letter| !letter.is_alphanumeric())
        .then(|| &text[..at])
}

/// The words of a name as [`first_word`] cuts a text: “Ask-Mia 2.0” is four of them.
fn first_words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = name;
    while let Some((word, after)) = first_word(rest) {
        words.push(word.to_owned());
        rest = after;
    }
    words
}

/// The first word, and what follows it; marks before it are passed over.
fn first_word(text: &str) -> Option<(&str, &str)> {
    let start = text.find(char::is_alphanumeric)?;
    let word = &text[start..];
    let end = word
        .find(|letter: char| !letter.is_alphanumeric())
        .unwrap_or(word.len());
    Some(word.split_at(end))
}

#[cfg(test)]
mod tests {
    use super::without_address;

    #[test]
    fn a_call_is_not_part_of_the_question() {
        for call in [
            "Michael, who speaks on Friday?",
            "Hey Michael, who speaks on Friday?",
            "ok so hey michael who speaks on Friday?",
            "@Michael who speaks on Friday?",
            "Michael AI, who speaks on Friday?",
            "Who speaks on Friday, Michael?",
        ] {
            let question = without_address(call, &["Michael"]).to_lowercase();
            let words: Vec<&str> = question
                .split(|letter: char| !letter.is_alphanumeric())
                .filter(|word| !word.is_empty())
                .collect();
            assert_eq!(words, ["who", "speaks", "on", "friday"], "{call}");
        }
        assert_eq!(
            without_address("Dana Weber: is it open?", &["Dana Weber"]).trim(),
            ": is it open?"
        );
    }

    #[test]
    fn every_name_of_the_persona_calls_it() {
        let names = ["Michael", "Mike", "Ask-Mia 2.0", "Michael Weber"];
        for call in [
            "Mike, who speaks?",
            "Hey ask-mia 2.0: who speaks?",
            "Michael Weber, who speaks?",
            "Who speaks, Mike?",
        ] {
            let question = without_address(call, &names).trim_matches([' ', ',', ':', '?']);
            assert_eq!(question.to_lowercase(), "who speaks", "{call}");
        }
        assert_eq!(
            without_address("Mike's slides are missing", &names),
            "Mike's slides are missing"
        );
    }

    #[test]
    fn who_is_spoken_of_stays() {
        for text in [
            "Michael's slides are missing",
            "Michael’s slides are missing",
            "What did I ask Michael?",
            "Who is Michael?",
            "hello",
            "Michael!",
            "",
            "Danaë, who speaks?",
        ] {
            assert_eq!(without_address(text, &["Michael"]), text);
            assert_eq!(without_address(text, &[""]), text);
        }
    }
}
