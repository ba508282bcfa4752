use super::*;
use proptest::prelude::*;

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("Michael".to_owned()),
        Just("Dana".to_owned()),
        Just("Will".to_owned()),
        Just("Dr. Okafor".to_owned()),
        Just("José Núñez".to_owned()),
        Just("Nova Support".to_owned()),
        "\\PC{0,12}",
    ]
}

fn role() -> impl Strategy<Value = PresentRole> {
    prop::sample::select(vec![
        PresentRole::Visitor,
        PresentRole::Owner,
        PresentRole::Guest,
        PresentRole::Persona,
    ])
}

/// Text of names, words of the floor and any other characters, in any order.
fn text() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "Michael",
        "@Michael",
        "Michael's",
        "Dana",
        "Will",
        "and",
        "hey",
        "who",
        "said",
        "stop",
        "not you",
        "thanks",
        "ask",
        "is",
        "you",
        "please",
        ",",
        "?",
        ".",
        "!",
        ":",
        "—",
        "(",
        ")",
        "\"",
        "“",
        "'",
        "’",
        "\n",
        ">",
        "...",
        "`",
        "@",
        "🙂",
    ]);
    let piece =
        prop_oneof![4 => word.prop_map(str::to_owned), 1 => "\\PC{0,8}", 1 => any::<String>()];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.join(" "))
}

prop_compose! {
    fn utterance()(
        persona in name(),
        call_names in prop::collection::vec(name(), 0..3),
        present in prop::collection::vec((name(), role()), 0..4),
        speaker in name(),
        speech in any::<bool>(),
        text in text(),
        reply_to_persona in any::<bool>(),
        mentions_persona in any::<bool>(),
    ) -> Utterance {
        Utterance {
            persona,
            call_names,
            present: present.into_iter().map(|(name, role)| Present { name, role }).collect(),
            speaker,
            channel: if speech { Channel::Speech } else { Channel::Chat },
            text,
            reply_to_persona,
            mentions_persona,
            ..Utterance::default()
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_text_is_judged_without_a_panic_and_alike_twice(utterance in utterance()) {
        let first = judge(&utterance);
        prop_assert_eq!(judge(&utterance), first.clone());
        let opening = if first.speaks() { "speaks: " } else { "silent: " };
        prop_assert!(first.sentence().starts_with(opening), "{:?}", first);
    }

    #[test]
    fn a_persona_never_answers_a_persona(mut utterance in utterance()) {
        utterance.speaker = "Atlas".into();
        utterance.present.push(Present { name: "Atlas".into(), role: PresentRole::Persona });
        prop_assert!(!judge(&utterance).speaks());
        utterance.present.pop();
        utterance.is_persona = true;
        prop_assert!(!judge(&utterance).speaks());
    }

    #[test]
    fn its_own_text_is_never_answered(mut utterance in utterance()) {
        utterance.speaker = utterance.persona.clone();
        utterance.is_persona = true;
        prop_assert_eq!(judge(&utterance).reason, Reason::OwnText);
    }

    #[test]
    fn alone_with_the_visitor_it_always_speaks_unless_told_to_stop(mut utterance in utterance()) {
        utterance.persona = "Michael".into();
        utterance.call_names.clear();
        utterance.speaker = "Sam".into();
        utterance.present = vec![Present { name: "Sam".into(), role: PresentRole::Visitor }];
        let judgement = judge(&utterance);
        prop_assert!(judgement.speaks() || judgement.verdict == Verdict::Stop, "{:?}", judgement);
    }

    #[test]
    fn in_company_it_never_speaks_to_a_text_without_its_name(words in prop::collection::vec("[a-z]{1,4}", 0..12), end in "[.?!]?") {
        let utterance = Utterance {
            persona: "Maximilian".into(),
            speaker: "Sam".into(),
            present: vec![
                Present { name: "Sam".into(), role: PresentRole::Visitor },
                Present { name: "Dana".into(), role: PresentRole::Owner },
            ],
            text: words.join(" ") + &end,
            ..Utterance::default()
        };
        prop_assert!(!judge(&utterance).speaks());
    }
}

/// The bound on the text holds: a message of a megabyte is judged by its beginning.
#[test]
fn a_huge_message_is_judged_by_its_beginning() {
    let head = "Michael, who? ";
    let text = head.to_owned() + &"Michael, Dana and ".repeat(60_000);
    let utterance = Utterance {
        persona: "Michael".into(),
        speaker: "Sam".into(),
        present: vec![Present {
            name: "Dana".into(),
            role: PresentRole::Owner,
        }],
        text,
        ..Utterance::default()
    };
    assert!(judge(&utterance).speaks());
}
