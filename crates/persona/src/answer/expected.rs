//! What kind of answer a question's first words ask for. “When” and “how much” are hardly ever in the sentence that answers them: a time
//! or a number is. English.

use unicode_segmentation::UnicodeSegmentation;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    Time,
}

/// The words of a question that ask for a kind of answer, and the kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Expected {
    kind: Kind,
    /// The asking words as the question's terms have them.
    asking: [&'static str; 2],
}

pub(super) fn expected(question: &str) -> Option<Expected> {
    const AMOUNTS: [&str; 5] = ["much", "many", "long", "far", "old"];
    let lower = question.to_lowercase();
    let words: Vec<&str> = lower.unicode_words().collect();
    let of_two = |pair: &[&str]| match pair {
        ["how", amount] => AMOUNTS
            .iter()
            .find(|known| *known == amount)
            .map(|known| (Kind::Number, ["how", *known])),
        ["what" | "which", "time" | "times"] => Some((Kind::Time, ["what", "time"])),
        ["what" | "which", "date" | "dates"] => Some((Kind::Time, ["what", "date"])),
        ["what" | "which", "day" | "days"] => Some((Kind::Time, ["what", "day"])),
        _ => None,
    };
    let found = words.windows(2).find_map(of_two);
    // “When I come late, is there lunch?” asks for no time.
    let is_when = || {
        words.first() == Some(&"when")
            || words.windows(2).any(|pair| {
                pair[1] == "when" && matches!(pair[0], "until" | "since" | "by" | "from")
            })
    };
    let (kind, asking) = found.or_else(|| is_when().then_some((Kind::Time, ["when", "until"])))?;
    Some(Expected { kind, asking })
}

impl Expected {
    /// Whether a term of the question asks for the kind of answer.
    pub(super) fn is_asking(&self, term: &str) -> bool {
        self.asking.contains(&term)
    }

    /// Whether a text, given as terms, has something of the kind.
    pub(super) fn is_in(&self, terms: &[String]) -> bool {
        /// Words for numbers, as stems.
        const NUMBERS: [&str; 21] = [
            "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
            "eleven", "twelv", "fifteen", "twenti", "thirti", "forti", "fifti", "hundr",
            "thousand", "million", "free",
        ];
        /// Words for times, as stems. “May” is more often the auxiliary.
        const TIMES: [&str; 25] = [
            "monday",
            "tuesday",
            "wednesday",
            "thursday",
            "friday",
            "saturday",
            "sunday",
            "januari",
            "februari",
            "march",
            "april",
            "june",
            "juli",
            "august",
            "septemb",
            "octob",
            "novemb",
            "decemb",
            "noon",
            "midnight",
            "morn",
            "afternoon",
            "even",
            "spring",
            "autumn",
        ];
        terms.iter().any(|term| {
            term.starts_with(|letter: char| letter.is_ascii_digit())
                || match self.kind {
                    Kind::Number => NUMBERS.contains(&term.as_str()),
                    Kind::Time => TIMES.contains(&term.as_str()),
                }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::expected;
    use crate::terms::terms;

    #[test]
    fn a_time_or_number_answers_when_and_how_much() {
        for (question, answer, fits) in [
            ("When do you open?", "We open at 9:30.", true),
            ("When do you open?", "We open on Sundays.", true),
            ("Until when do you serve lunch?", "Until noon.", true),
            ("When do you open?", "We open for everybody.", false),
            ("How much is a ticket?", "A ticket costs 12 euros.", true),
            ("How many rooms are there?", "There are twelve rooms.", true),
            ("How much is a ticket?", "A ticket is needed.", false),
            ("What time is lunch?", "Lunch is at 12:15.", true),
        ] {
            let kind = expected(question).unwrap();
            assert_eq!(kind.is_in(&terms(answer)), fits, "{question} {answer}");
        }
        assert_eq!(expected("Is there parking when it rains?"), None);
        assert_eq!(expected("How do I open it?"), None);
    }
}
