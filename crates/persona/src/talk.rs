//! Small talk: what needs no source, and what no source can help with. English; the phrases are data at the end of the file.

/// What kind of small talk a message is, as a whole. A greeting followed by a question is a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmallTalk {
    Greeting,
    Thanks,
    /// “ok”, “got it”, “great”.
    Acknowledgement,
    Farewell,
    /// “Are you a human?”
    AreYouHuman,
}

/// Whether the message is nothing but small talk, and which.
pub fn small_talk(text: &str) -> Option<SmallTalk> {
    let words = words(text);
    if words.is_empty() || words.len() > 10 {
        return None;
    }
    if ARE_YOU_HUMAN.iter().any(|phrase| contains(&words, phrase)) && words.len() <= 8 {
        return Some(SmallTalk::AreYouHuman);
    }
    // Every word must be accounted for, so that “thanks, and where are the keys?” stays a question.
    let mut rest = words.as_slice();
    let mut found = None;
    while !rest.is_empty() {
        let longest = PHRASES
            .iter()
            .flat_map(|(kind, phrases)| {
                phrases
                    .iter()
                    .map(move |phrase| (kind, phrase.split(' ').collect::<Vec<_>>()))
            })
            .filter(|(_, phrase)| {
                rest.len() >= phrase.len()
                    && rest.iter().zip(phrase).all(|(word, wanted)| word == wanted)
            })
            .max_by_key(|(_, phrase)| phrase.len());
        match longest {
            Some((kind, phrase)) => {
                // “Hello, thanks!” thanks; a bare “ok thanks” too.
                found = Some(found.map_or(*kind, |before| more_telling(before, *kind)));
                rest = &rest[phrase.len()..];
            }
            None if found.is_some() && FILLERS.contains(&rest[0].as_str()) => rest = &rest[1..],
            None => return None,
        }
    }
    found
}

/// Whether the visitor asks to be put through to a person, alone or with a reason (“… about my refund”).
pub fn asks_for_person(text: &str) -> bool {
    let words = words(text);
    if words.len() > 40 {
        return false;
    }
    if PERSON_PHRASES.iter().any(|phrase| contains(&words, phrase)) {
        return true;
    }
    if words.len() <= 3
        && words
            .iter()
            .any(|word| CLEAR_PEOPLE.contains(&word.as_str()))
        && words.iter().all(|word| is_person_word(word))
    {
        return true;
    }
    words.iter().enumerate().any(|(at, word)| {
        let reaches = REACH.contains(&word.as_str());
        let wants = WANT.contains(&word.as_str());
        if !(reaches || wants) || is_negated(&words[..at]) || !is_own_wish(&words[..at]) {
            return false;
        }
        let Some(distance) = words[at + 1..]
            .iter()
            .take(6)
            .position(|next| is_person(next, reaches))
        else {
            return false;
        };
        let between = &words[at + 1..at + 1 + distance];
        let after = words.get(at + 2 + distance).map(String::as_str);
        // “need a person” asks; “need my agent's number”, “talk to my bank manager” do not.
        between.iter().all(|word| BETWEEN.contains(&word.as_str()))
            && after.is_none_or(|word| AFTER.contains(&word))
    })
}

fn is_person(word: &str, reaches: bool) -> bool {
    CLEAR_PEOPLE.contains(&word) || (reaches && VAGUE_PEOPLE.contains(&word))
}

fn is_person_word(word: &str) -> bool {
    CLEAR_PEOPLE.contains(&word)
        || BETWEEN.contains(&word)
        || FILLERS.contains(&word)
        || REACH.contains(&word)
}

fn is_negated(before: &[String]) -> bool {
    before.iter().rev().take(4).any(|word| {
        matches!(
            word.as_str(),
            "don't" | "dont" | "not" | "never" | "without" | "didn't" | "didnt"
        )
    })
}

/// The wish must be the visitor's: “my neighbour wants to talk to someone” tells a story.
fn is_own_wish(before: &[String]) -> bool {
    let others = [
        "he",
        "she",
        "they",
        "who",
        "people",
        "customers",
        "users",
        "wants",
        "yesterday",
        "when",
        "why",
        "did",
        "does",
        "if",
        "should",
    ];
    !before.iter().any(|word| others.contains(&word.as_str()))
}

fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase().replace('’', "'");
    lower
        .split(|letter: char| !(letter.is_alphanumeric() || letter == '\''))
        .map(|word| word.trim_matches('\''))
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

fn contains(words: &[String], phrase: &str) -> bool {
    let phrase: Vec<&str> = phrase.split(' ').collect();
    words.windows(phrase.len()).any(|window| {
        window
            .iter()
            .zip(&phrase)
            .all(|(word, wanted)| word == wanted)
    })
}

fn more_telling(a: SmallTalk, b: SmallTalk) -> SmallTalk {
    let rank = |kind| match kind {
        SmallTalk::Acknowledgement => 0,
        SmallTalk::Greeting => 1,
        SmallTalk::Thanks => 2,
        SmallTalk::Farewell => 3,
        SmallTalk::AreYouHuman => 4,
    };
    if rank(b) > rank(a) { b } else { a }
}

const FILLERS: [&str; 20] = [
    "there",
    "you",
    "so",
    "much",
    "very",
    "again",
    "everyone",
    "all",
    "for",
    "now",
    "the",
    "help",
    "your",
    "please",
    "and",
    "then",
    "everybody",
    "a",
    "lot",
    "me",
];
const PHRASES: [(SmallTalk, &[&str]); 4] = [
    (
        SmallTalk::Greeting,
        &[
            "hi",
            "hello",
            "hey",
            "hiya",
            "howdy",
            "yo",
            "greetings",
            "good morning",
            "good afternoon",
            "good evening",
            "good day",
            "how are you",
            "how are you doing",
            "how are you today",
            "how's it going",
            "what's up",
            "nice to meet you",
            "hi there",
            "hello there",
            "hey there",
        ],
    ),
    (
        SmallTalk::Thanks,
        &[
            "thanks",
            "thank you",
            "thx",
            "ty",
            "cheers",
            "many thanks",
            "much appreciated",
            "i appreciate it",
            "i appreciate that",
            "that helps",
            "that helped",
            "very helpful",
            "that was helpful",
            "that's helpful",
            "thanks a lot",
            "thanks for your help",
            "thank you for your help",
        ],
    ),
    (
        SmallTalk::Acknowledgement,
        &[
            "ok",
            "okay",
            "k",
            "alright",
            "all right",
            "got it",
            "i see",
            "great",
            "perfect",
            "cool",
            "nice",
            "awesome",
            "excellent",
            "wonderful",
            "good to know",
            "makes sense",
            "understood",
            "sure",
            "fine",
            "good",
            "sounds good",
            "no problem",
            "never mind",
            "nevermind",
            "that's all",
            "lovely",
            "brilliant",
            "right",
        ],
    ),
    (
        SmallTalk::Farewell,
        &[
            "bye",
            "goodbye",
            "good bye",
            "bye bye",
            "see you",
            "see you later",
            "see ya",
            "later",
            "good night",
            "goodnight",
            "take care",
            "farewell",
            "have a nice day",
            "have a good day",
            "have a great day",
            "talk to you later",
            "so long",
            "until next time",
        ],
    ),
];
const ARE_YOU_HUMAN: [&str; 20] = [
    "are you human",
    "are you a human",
    "are you a person",
    "are you a real person",
    "are you real",
    "are you a bot",
    "are you a robot",
    "are you an ai",
    "are you ai",
    "are you a machine",
    "are you a computer",
    "are you a real human",
    "are you a chatbot",
    "am i talking to a human",
    "am i talking to a person",
    "am i talking to a bot",
    "am i talking to a robot",
    "am i talking to a real person",
    "is this a bot",
    "is this a real person",
];
const PERSON_PHRASES: [&str; 12] = [
    "real human please",
    "human please",
    "put me through",
    "put someone on",
    "real person please",
    "get me a human",
    "is there a human",
    "is there a real person",
    "is there anyone i can talk to",
    "is there someone i can talk to",
    "is anyone there i can talk to",
    "let me talk to the owner",
];
/// Ways of getting through to somebody.
const REACH: [&str; 14] = [
    "talk", "talking", "speak", "speaking", "chat", "connect", "transfer", "reach", "escalate",
    "forward", "call", "contact", "switch", "hand",
];
const WANT: [&str; 6] = ["want", "need", "prefer", "like", "have", "get"];
/// Nobody is meant but a person on the other side.
const CLEAR_PEOPLE: [&str; 11] = [
    "human",
    "person",
    "agent",
    "representative",
    "rep",
    "operator",
    "humans",
    "advisor",
    "adviser",
    "supervisor",
    "staff",
];
/// Meant as the other side only after a verb of reaching.
const VAGUE_PEOPLE: [&str; 9] = [
    "someone",
    "somebody",
    "anyone",
    "people",
    "owner",
    "manager",
    "support",
    "colleague",
    "team",
];
const BETWEEN: [&str; 29] = [
    "to",
    "with",
    "a",
    "an",
    "the",
    "me",
    "real",
    "live",
    "actual",
    "human",
    "customer",
    "service",
    "support",
    "some",
    "your",
    "over",
    "on",
    "from",
    "be",
    "transferred",
    "connected",
    "in",
    "you",
    "through",
    "speak",
    "talk",
    "chat",
    "directly",
    "one",
];
const AFTER: [&str; 28] = [
    "about",
    "please",
    "now",
    "instead",
    "here",
    "regarding",
    "who",
    "that",
    "on",
    "from",
    "right",
    "for",
    "because",
    "directly",
    "being",
    "and",
    "or",
    "today",
    "asap",
    "rather",
    "if",
    "in",
    "immediately",
    "at",
    "to",
    "not",
    "agent",
    "person",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_that_asks_for_a_person_is_recognised() {
        for text in [
            "I want to talk to a human",
            "Can I speak with a real person please?",
            "human please",
            "agent",
            "real person",
            "talk to a person",
            "Could you connect me to someone from support?",
            "I'd like to speak to your manager about my refund",
            "please transfer me to an agent",
            "let me talk to somebody",
            "I need a human",
            "can i chat with a representative",
            "Is there someone I can talk to?",
            "put me through to Anna",
            "I would rather speak to a person",
            "Can I get a live agent",
            "I want to be connected to an operator",
            "I need to talk to a real human being",
        ] {
            assert!(asks_for_person(text), "{text}");
        }
    }

    #[test]
    fn a_message_that_only_speaks_of_people_is_not_a_request_for_one() {
        for text in [
            "Who is the person in charge of the garden?",
            "How many people fit in the room?",
            "I don't want to talk to a human",
            "My agent's number changed",
            "How do I contact my bank manager?",
            "What does a support agent earn?",
            "She wants to talk to someone about grief",
            "Is human error common?",
            "How do I call a function from another person's script?",
            "What is the staff discount?",
            "I need a personal loan",
            "the human genome",
            "does a person need a visa",
            "how do i switch agents in the config file",
        ] {
            assert!(!asks_for_person(text), "{text}");
        }
    }

    #[test]
    fn small_talk_is_recognised_only_when_it_is_the_whole_message() {
        let cases = [
            ("Hi!", Some(SmallTalk::Greeting)),
            ("hello there, how are you?", Some(SmallTalk::Greeting)),
            ("ok thanks", Some(SmallTalk::Thanks)),
            ("Thank you so much!", Some(SmallTalk::Thanks)),
            ("great, bye", Some(SmallTalk::Farewell)),
            ("Got it.", Some(SmallTalk::Acknowledgement)),
            ("are you a real person?", Some(SmallTalk::AreYouHuman)),
            ("thanks, where are the keys?", None),
            ("hi, when do you open", None),
            ("how are you funded", None),
            ("what is good morning in Hawaiian", None),
            ("", None),
            ("?!", None),
        ];
        for (text, expected) in cases {
            assert_eq!(small_talk(text), expected, "{text}");
        }
    }
}
