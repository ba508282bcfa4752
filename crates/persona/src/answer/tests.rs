use super::*;
use crate::segment::SourceIndex;
use crate::source::{Source, SourceKind};

const GUIDE: &str = "# Opening\nThe museum opens at nine on weekdays. On Sundays it stays closed.\n\n# Tickets\nA ticket costs twelve euros. \
    Children under six enter free.\n\n# Garden\nThe sculpture garden was planted in 1921 by Ida Koch.\n";
const PAIRS: &str = "question,answer\nWhere can I park?,Park in Mill Lane.\nIs there parking nearby?,Park in Mill Lane.\nCan I bring my dog?,Dogs stay outside.\n";

fn index(embedder: Option<&crate::Embedder>) -> Index {
    let mut index = Index::new();
    for (id, kind, text) in [
        ("guide", SourceKind::Markdown, GUIDE),
        ("pairs", SourceKind::Csv, PAIRS),
    ] {
        let source = Source {
            id: id.into(),
            title: format!("The {id}"),
            kind,
            bytes: text.as_bytes().to_vec(),
        };
        index.insert(SourceIndex::build(&source, embedder, &mut |_| true).unwrap());
    }
    index
}

/// Runs a test without the model and, where there is one, with it.
fn with_and_without_model(test: impl Fn(&dyn Fn(&[&str]) -> Answer)) {
    for embedder in [None, crate::embed::for_tests()] {
        let index = index(embedder.as_deref());
        let answerer = BuiltIn::new(embedder);
        test(&|turns| {
            let turns = turns
                .iter()
                .map(|text| Turn {
                    role: Role::Visitor,
                    text: (*text).to_owned(),
                })
                .collect();
            let question = Question {
                turns,
                ..Question::default()
            };
            answerer.answer(&index, &question, &Settings::default())
        });
    }
}

#[test]
fn an_answer_in_the_text_is_quoted_with_its_place() {
    with_and_without_model(|ask| {
        let answer = ask(&["Who planted the sculpture garden?"]);
        assert_eq!(answer.outcome, Outcome::Answered, "{answer:?}");
        assert_eq!(
            answer.text,
            "The sculpture garden was planted in 1921 by Ida Koch."
        );
        let citation = &answer.citations[0];
        assert_eq!(
            (
                citation.source_id.as_str(),
                citation.place.as_str(),
                &citation.text
            ),
            ("guide", "Garden", &answer.text)
        );
    });
}

#[test]
fn question_words_do_not_outweigh_the_topic_in_a_few_passages() {
    with_and_without_model(|ask| {
        let answer = ask(&["How much is a ticket?"]);
        assert_eq!(answer.outcome, Outcome::Answered, "{answer:?}");
        assert!(answer.text.starts_with("A ticket costs twelve euros."));
    });
}

#[test]
fn a_pair_answers_in_the_owners_words() {
    with_and_without_model(|ask| {
        let answer = ask(&["Is there any parking nearby?"]);
        assert_eq!(
            (answer.outcome, answer.text.as_str()),
            (Outcome::Answered, "Park in Mill Lane."),
            "{answer:?}"
        );
        assert_eq!(answer.citations[0].source_id, "pairs");
    });
}

/// Sources in which a stored question is hard to recognise by likeness alone.
fn hard_places_for(question: &str) -> Vec<(&'static str, String)> {
    let alone = format!("question,answer\n{question},The answer.\n");
    let phrasings = [
        "Any spot for the van over the weekend",
        "Garages?",
        "Is the yard open to vehicles",
        "We come by car with a trailer and have nowhere to put it",
        "Wheels",
        "Who tows cars away around here",
    ];
    let among_phrasings: String = phrasings
        .iter()
        .map(|phrasing| format!("{phrasing},The answer.\n"))
        .collect();
    let neighbours: String = ["When", "How long", "With whom", "Why must we not"]
        .iter()
        .map(|start| format!("{start} do we park?,Something else.\n"))
        .collect();
    vec![
        ("alone", alone.clone()),
        ("among other phrasings", format!("{alone}{among_phrasings}")),
        ("among questions like it", format!("{alone}{neighbours}")),
        ("among hundreds of phrasings", {
            let many: String = (0..320)
                .map(|number| {
                    format!(
                        "What about topic {number} of {}?,Topic {}.\n",
                        number % 7,
                        number / 5
                    )
                })
                .collect();
            format!("{alone}{many}")
        }),
    ]
}

#[test]
fn a_stored_question_gets_the_owners_answer_however_it_is_typed_and_whatever_stands_beside_it() {
    const STORED: &str = "Where can I park my car in the evening?";
    let prose = "# Parking\nYou can park your car in the evening where it says evening parking. Where you can park is signposted.\n";
    for embedder in [None, crate::embed::for_tests()] {
        for (place, pairs) in hard_places_for(STORED) {
            for guide in [None, Some(prose)] {
                let mut index = Index::new();
                let texts = [
                    Some((SourceKind::Csv, pairs.as_str())),
                    guide.map(|text| (SourceKind::Markdown, text)),
                ];
                for (number, (kind, text)) in texts.into_iter().flatten().enumerate() {
                    let source = Source {
                        id: number.to_string(),
                        title: "s".into(),
                        kind,
                        bytes: text.into(),
                    };
                    index.insert(
                        SourceIndex::build(&source, embedder.as_deref(), &mut |_| true).unwrap(),
                    );
                }
                for asked in [
                    STORED,
                    "where can i park my car in the evening",
                    "Hello! Where  could I park my car, in the evening, please?",
                    "Can you tell me where I can park my car in the evening?",
                ] {
                    let answer = BuiltIn::new(embedder.clone()).answer(
                        &index,
                        &Question::new(asked),
                        &Settings::default(),
                    );
                    assert!(
                        answer.text == "The answer." && answer.confidence > 0.9,
                        "{place}, guide {}: {asked}: {answer:?}",
                        guide.is_some()
                    );
                    assert_eq!(answer.citations[0].source_id, "0");
                }
            }
        }
    }
}

#[test]
fn a_question_that_only_looks_like_a_stored_one_is_not_taken_for_it() {
    with_and_without_model(|ask| {
        for question in [
            "When can I park?",
            "Where can I not park?",
            "Where can I bring my dog?",
        ] {
            let answer = ask(&[question]);
            assert!(!answer.is_owners_own(), "{question}: {answer:?}");
        }
        assert!(ask(&["where can I park"]).is_owners_own());
    });
}

#[test]
fn what_the_sources_do_not_say_is_handed_off() {
    with_and_without_model(|ask| {
        for question in [
            "What is the capital of Mongolia?",
            "Do you repair bicycles?",
            "xyzzy",
            "🙂",
            "",
        ] {
            let answer = ask(&[question]);
            assert_eq!(
                answer.outcome,
                Outcome::Handoff(HandoffReason::NotConfident),
                "{question}: {answer:?}"
            );
            assert!(answer.text.is_empty() && answer.citations.is_empty());
        }
    });
}

#[test]
fn a_follow_up_is_read_with_the_turn_before_it() {
    with_and_without_model(|ask| {
        assert!(
            ask(&["And on Sundays?"])
                .ranked
                .first()
                .is_none_or(|first| first.place == "Opening")
        );
        let answer = ask(&[
            "How much does a ticket cost?",
            "And for children under six?",
        ]);
        assert_eq!(answer.ranked[0].place, "Tickets", "{answer:?}");
        let alone = ask(&[
            "How much does a ticket cost?",
            "Who planted the sculpture garden?",
        ]);
        assert_eq!(
            alone.ranked[0].place, "Garden",
            "a new topic is not dragged back: {alone:?}"
        );
        let whole = ask(&[
            "How much does a ticket cost?",
            "And who planted the sculpture garden?",
        ]);
        assert_eq!(whole.ranked[0].place, "Garden", "{whole:?}");
    });
}

#[test]
fn a_request_for_a_person_is_a_handoff_even_when_something_was_found() {
    with_and_without_model(|ask| {
        assert_eq!(
            ask(&["I want to talk to a human about parking"]).outcome,
            Outcome::Handoff(HandoffReason::AskedForPerson)
        );
    });
}

#[test]
fn small_talk_gets_a_courtesy_and_no_handoff() {
    with_and_without_model(|ask| {
        for text in ["Hello!", "thanks a lot", "ok", "bye", "are you a robot?"] {
            let answer = ask(&[text]);
            assert_eq!(answer.outcome, Outcome::Courtesy, "{text}");
            assert!(!answer.text.is_empty() && answer.citations.is_empty());
        }
    });
}

#[test]
fn without_sources_every_question_is_handed_off() {
    let answer = BuiltIn::new(None).answer(
        &Index::new(),
        &Question::new("When do you open?"),
        &Settings::default(),
    );
    assert_eq!(answer.outcome, Outcome::Handoff(HandoffReason::NoSources));
}

#[test]
fn the_threshold_decides_between_answer_and_handoff() {
    let (index, question) = (index(None), Question::new("What does a ticket cost?"));
    let ask = |threshold| {
        BuiltIn::new(None).answer(
            &index,
            &question,
            &Settings {
                threshold,
                ..Settings::default()
            },
        )
    };
    let confidence = ask(0.0).confidence;
    assert_eq!(ask(confidence - 0.01).outcome, Outcome::Answered);
    assert_eq!(
        ask(confidence + 0.01).outcome,
        Outcome::Handoff(HandoffReason::NotConfident)
    );
}

#[test]
fn thanks_for_an_answer_do_not_bring_it_once_more() {
    with_and_without_model(|ask| {
        for thanks in ["Thank you!", "ok great"] {
            let answer = ask(&["How much is a ticket?", thanks]);
            assert_eq!(answer.outcome, Outcome::Courtesy, "{thanks}: {answer:?}");
            assert!(answer.citations.is_empty());
        }
    });
}

#[test]
fn a_question_that_makes_sense_alone_is_not_mixed_with_the_one_before() {
    with_and_without_model(|ask| {
        let answer = ask(&[
            "Who planted the sculpture garden?",
            "Is there parking nearby?",
        ]);
        assert_eq!(answer.text, "Park in Mill Lane.", "{answer:?}");
    });
}

#[test]
fn a_question_to_the_persona_by_name_is_answered_like_the_question_alone() {
    with_and_without_model(|ask| {
        let alone = ask(&["Who planted the sculpture garden?"]);
        let called = ask(&["Hey the assistant, who planted the sculpture garden?"]);
        assert_eq!(called.text, alone.text);
        assert!(
            (called.confidence - alone.confidence).abs() < 1e-6,
            "{called:?}"
        );
    });
}

#[test]
fn a_short_question_that_is_whole_is_not_drowned_by_the_one_before() {
    with_and_without_model(|ask| {
        let alone = ask(&["Is there parking?"]);
        assert_eq!(alone.text, "Park in Mill Lane.", "{alone:?}");
        for before in [
            "When does the museum open on weekdays?",
            "Who planted the sculpture garden?",
            "How much is a ticket for children under six?",
        ] {
            let after = ask(&[before, "Is there parking?"]);
            assert_eq!(after.text, alone.text, "{before}: {after:?}");
        }
    });
}

#[test]
fn a_short_question_that_names_nothing_new_is_about_what_was_asked_before() {
    with_and_without_model(|ask| {
        for short in ["How much?", "And how much does it cost?"] {
            let answer = ask(&["Is there a ticket for adults?", short]);
            assert_eq!(answer.ranked[0].place, "Tickets", "{short}: {answer:?}");
        }
    });
}

#[test]
fn a_question_to_the_persona_by_another_of_its_names_is_answered_like_the_question_alone() {
    let index = index(None);
    let settings = Settings {
        persona_name: "Michael".into(),
        call_names: vec!["Mike".into(), "Michael AI".into()],
        ..Settings::default()
    };
    let ask = |text: &str| {
        BuiltIn::new(None)
            .answer(&index, &Question::new(text), &settings)
            .confidence
    };
    let alone = ask("Who planted the sculpture garden?");
    assert_eq!(ask("Hey Mike, who planted the sculpture garden?"), alone);
    assert_eq!(ask("Who planted the sculpture garden, Michael AI?"), alone);
}
