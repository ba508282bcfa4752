use super::*;
use crate::answer::{Answer, BuiltIn, HandoffReason, Outcome, Question, Role, Settings, Turn};
use crate::index::Index;
use crate::segment::SourceIndex;
use crate::source::{Source, SourceKind};

const GUIDE: &str =
    "# Tickets\nA ticket costs twelve euros.\n\n# Opening\nThe museum opens at nine on weekdays.\n";

fn index(embedder: Option<&crate::Embedder>) -> Index {
    let source = Source {
        id: "guide".into(),
        title: "The guide".into(),
        kind: SourceKind::Markdown,
        bytes: GUIDE.into(),
    };
    let mut index = Index::new();
    index.insert(SourceIndex::build(&source, embedder, &mut |_| true).unwrap());
    index
}

fn dana(id: &str, text: &str) -> Remark {
    Remark {
        id: id.into(),
        speaker: "Dana Weber".into(),
        when: "5 minutes ago".into(),
        text: text.into(),
        ..Remark::default()
    }
}

fn dana_answers(id: &str, asked: &str, text: &str) -> Remark {
    Remark {
        may_answer: vec![asked.into()],
        ..dana(id, text)
    }
}

/// Runs a test without the model and, where there is one, with it.
fn with_and_without_model(test: impl Fn(bool, &dyn Fn(&[Remark], &[&str]) -> Answer)) {
    for embedder in [None, crate::embed::for_tests()] {
        let index = index(embedder.as_deref());
        let has_model = embedder.is_some();
        let answerer = BuiltIn::new(embedder);
        test(has_model, &|remarks, turns| {
            let turns = turns.iter().map(|text| Turn {
                role: Role::Visitor,
                text: (*text).to_owned(),
            });
            let question = Question {
                turns: turns.collect(),
                remarks: remarks.to_vec(),
            };
            answerer.answer(&index, &question, &Settings::default())
        });
    }
}

#[test]
fn what_a_person_answered_is_told_again_with_who_and_when_and_where_it_was_said() {
    with_and_without_model(|_, ask| {
        let remarks = [
            dana("m1", "Hello, Dana here."),
            dana_answers(
                "m2",
                "Is there a bike rack at the museum?",
                "Hi! Yes, there are forty stands behind the hall.",
            ),
        ];
        for question in [
            "Is there a bike rack at the museum?",
            "Do you have a rack for bikes?",
        ] {
            let answer = ask(&remarks, &[question]);
            assert_eq!(answer.outcome, Outcome::Answered, "{question}: {answer:?}");
            assert_eq!(
                answer.text,
                "Dana Weber said 5 minutes ago: “Yes, there are forty stands behind the hall.”"
            );
            assert_eq!(answer.citations.len(), 1);
            let citation = &answer.citations[0];
            assert_eq!(
                (citation.source_id.as_str(), citation.source_title.as_str()),
                ("m2", "Dana Weber, in this conversation")
            );
            assert_eq!(answer.ranked[0].source_id, "m2");
        }
    });
}

#[test]
fn a_promise_is_found_when_one_asks_for_what_was_promised() {
    with_and_without_model(|has_model, ask| {
        let remarks = [dana("m1", "Let me see. I'll send you the slides tomorrow.")];
        let answer = ask(&remarks, &["When do I get the slides?"]);
        assert!(
            answer.text.contains("“I'll send you the slides tomorrow.”"),
            "{answer:?}"
        );
        if has_model {
            let answer = ask(&remarks, &["When will you send me the presentation?"]);
            assert!(answer.text.contains("tomorrow"), "{answer:?}");
        }
    });
}

#[test]
fn chatter_answers_nothing() {
    with_and_without_model(|_, ask| {
        let remarks = [
            dana_answers("m1", "Is there a bike rack?", "Hello, Dana here."),
            dana_answers("m2", "Is there a bike rack?", "One moment, let me check."),
            dana_answers("m3", "Is there a bike rack?", "Do you come by bike?"),
            dana_answers("m4", "Is there a bike rack?", "No problem!"),
        ];
        for question in ["Is there a bike rack?", "Who is Dana?", "Who is there?"] {
            let answer = ask(&remarks, &[question]);
            assert!(answer.is_handoff(), "{question}: {answer:?}");
        }
    });
}

#[test]
fn what_nobody_spoke_of_is_handed_off_and_what_the_sources_say_is_quoted_from_them() {
    with_and_without_model(|_, ask| {
        let remarks = [
            dana_answers(
                "m1",
                "Do you ship to Norway?",
                "We ship to Norway for 19 euros, within five days.",
            ),
            dana("m2", "I'll send you the slides tomorrow."),
        ];
        for question in [
            "Do you ship to Brazil?",
            "Who painted the ceiling?",
            "What does error 17 mean?",
            "When?",
        ] {
            let answer = ask(&remarks, &[question]);
            assert_eq!(
                answer.outcome,
                Outcome::Handoff(HandoffReason::NotConfident),
                "{question}: {answer:?}"
            );
        }
        let answer = ask(&remarks, &["What does a ticket cost in euros?"]);
        assert_eq!(answer.text, "A ticket costs twelve euros.");
        assert_eq!(answer.citations[0].source_id, "guide");
    });
}

#[test]
fn of_two_answers_to_one_question_the_newer_counts() {
    with_and_without_model(|_, ask| {
        const ASKED: &str = "When does the harbour tour start?";
        let remarks = [
            dana_answers("m1", ASKED, "The harbour tour starts at three."),
            dana_answers("m2", ASKED, "I was wrong, the harbour tour starts at four."),
        ];
        let answer = ask(&remarks, &[ASKED]);
        assert_eq!(answer.citations[0].source_id, "m2", "{answer:?}");
    });
}

#[test]
fn what_the_owner_wrote_for_a_question_stands_unless_the_same_was_answered_here() {
    const ASKED: &str = "When does the harbour tour start?";
    let source = Source {
        id: "pairs".into(),
        title: "Pairs".into(),
        kind: SourceKind::Csv,
        bytes: format!("question,answer\n{ASKED},At nine.\n").into(),
    };
    let mut index = Index::new();
    index.insert(SourceIndex::build(&source, None, &mut |_| true).unwrap());
    let ask = |remark: Remark| {
        let question = Question {
            remarks: vec![remark],
            ..Question::new(ASKED)
        };
        BuiltIn::new(None).answer(&index, &question, &Settings::default())
    };
    let in_passing = dana(
        "m1",
        "The harbour tour will start after the tour of the hall.",
    );
    assert_eq!(ask(in_passing).text, "At nine.");
    let here = dana_answers("m1", ASKED, "Today the harbour tour starts at ten.");
    assert_eq!(ask(here).citations[0].source_id, "m1");
}

#[test]
fn what_is_said_after_the_answer_is_not_the_answer_too() {
    const ASKED: &str = "Is there a bike rack at the museum?";
    with_and_without_model(|_, ask| {
        let remarks = [
            dana_answers("m1", ASKED, "Yes, there are forty stands behind it."),
            dana_answers("m2", ASKED, "I'll send you the slides tomorrow."),
        ];
        for question in [ASKED, "Do you have a rack for bikes at the museum?"] {
            let answer = ask(&remarks, &[question]);
            assert_eq!(answer.citations[0].source_id, "m1", "{answer:?}");
        }
    });
}

#[test]
fn yes_is_the_answer_to_what_was_asked_just_before() {
    with_and_without_model(|_, ask| {
        let remarks = [Remark {
            may_answer: vec!["Is there a lift?".into(), "Can I bring my cat?".into()],
            ..dana("m1", "Yes, of course.")
        }];
        assert!(ask(&remarks, &["Is there a lift?"]).is_handoff());
        let answer = ask(&remarks, &["Can I bring my cat?"]);
        assert_eq!(
            answer.text,
            "Dana Weber said 5 minutes ago: “Yes, of course.”"
        );
    });
}

#[test]
fn a_remark_is_no_answer_to_what_points_at_the_remark_itself() {
    for embedder in [None, crate::embed::for_tests()] {
        let index = index(embedder.as_deref());
        let said = "The workshop on forms is on Thursday afternoon.";
        let question = Question {
            turns: vec![
                Turn {
                    role: Role::Person,
                    text: said.into(),
                },
                Turn {
                    role: Role::Visitor,
                    text: "Who is it held by?".into(),
                },
            ],
            remarks: vec![dana("m1", said)],
        };
        let answer = BuiltIn::new(embedder).answer(&index, &question, &Settings::default());
        assert!(answer.is_handoff(), "{answer:?}");
    }
}

#[test]
fn without_sources_what_was_said_is_still_known() {
    let question = Question {
        remarks: vec![dana("m1", "The boiler is in the cellar.")],
        ..Question::new("Where is the boiler?")
    };
    let answer = BuiltIn::new(None).answer(&Index::new(), &question, &Settings::default());
    assert_eq!(answer.outcome, Outcome::Answered, "{answer:?}");
}

#[test]
fn only_the_newest_remarks_are_read() {
    let mut remarks: Vec<Remark> = (0..300)
        .map(|number| dana(&format!("m{number}"), "Lunch is at noon."))
        .collect();
    remarks[0].text = "The boiler is in the cellar.".into();
    let answerer = BuiltIn::new(None);
    answerer.read_ahead(&remarks);
    let question = Question {
        remarks,
        ..Question::new("Where is the boiler?")
    };
    let answer = answerer.answer(&Index::new(), &question, &Settings::default());
    assert!(answer.is_handoff(), "{answer:?}");
}

#[test]
fn a_long_talk_is_read_ahead_and_one_question_waits_for_a_part_of_it() {
    let mut remarks: Vec<Remark> = (0..100)
        .map(|number| {
            dana(
                &format!("m{number}"),
                &format!("Bus {number} goes to town."),
            )
        })
        .collect();
    remarks[0].text = "The boiler is in the cellar.".into();
    let answerer = BuiltIn::new(None);
    let ask = || {
        let question = Question {
            remarks: remarks.clone(),
            ..Question::new("Where is the boiler?")
        };
        answerer.answer(&Index::new(), &question, &Settings::default())
    };
    assert!(ask().is_handoff(), "that far back was not read yet");
    answerer.read_ahead(&remarks);
    assert_eq!(ask().outcome, Outcome::Answered);
}

#[test]
fn names_and_numbers_stand_inside_a_sentence() {
    assert_eq!(names("Do you ship to Norway?"), ["norway"]);
    assert_eq!(names("What is error 17?"), ["17"]);
    assert_eq!(
        names("Where is the PDF, the WiFi and I?"),
        Vec::<String>::new()
    );
    assert_eq!(names("Hello! Where am I?"), Vec::<String>::new());
}
