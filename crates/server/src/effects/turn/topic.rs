//! Topics that the owner keeps for themselves.

/// The first of the owner's topics that the question names, word for word and whatever the case.
pub(super) fn topic_in(question: &str, topics: &[String]) -> Option<String> {
    let words = |text: &str| -> Vec<String> {
        text.split(|character: char| !character.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect()
    };
    let question = words(question);
    let named = |topic: &&String| {
        let topic = words(topic);
        !topic.is_empty() && question.windows(topic.len()).any(|window| window == topic)
    };
    topics.iter().find(named).cloned()
}

#[cfg(test)]
mod tests {
    use super::topic_in;

    #[test]
    fn a_topic_is_named_by_whole_words_only() {
        let topics = ["legal advice".to_owned(), "rent".to_owned()];
        assert_eq!(
            topic_in("Could you give me Legal  advice?", &topics).as_deref(),
            Some("legal advice")
        );
        assert_eq!(topic_in("What is the current price?", &topics), None);
        assert_eq!(
            topic_in("The RENT, please", &topics).as_deref(),
            Some("rent")
        );
    }
}
