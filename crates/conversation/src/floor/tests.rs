use super::*;

struct Room {
    persona: &'static str,
    call_names: &'static [&'static str],
    present: &'static [(&'static str, PresentRole)],
    speaker: &'static str,
    channel: Channel,
}

const COMPANY: Room = Room {
    persona: "Michael",
    call_names: &["Michael AI"],
    present: &[("Dana", PresentRole::Owner), ("Sam", PresentRole::Visitor)],
    speaker: "Sam",
    channel: Channel::Chat,
};
const SPEECH: Room = Room {
    channel: Channel::Speech,
    ..COMPANY
};
const ALONE: Room = Room {
    present: &[("Sam", PresentRole::Visitor)],
    ..COMPANY
};

fn utterance(room: &Room, text: &str) -> Utterance {
    Utterance {
        persona: room.persona.into(),
        call_names: room.call_names.iter().map(|name| (*name).into()).collect(),
        present: room
            .present
            .iter()
            .map(|(name, role)| Present {
                name: (*name).into(),
                role: *role,
            })
            .collect(),
        speaker: room.speaker.into(),
        channel: room.channel,
        text: text.into(),
        ..Utterance::default()
    }
}

fn check(room: &Room, verdict: Verdict, texts: &[&str]) {
    let wrong: Vec<String> = texts
        .iter()
        .map(|text| (text, judge(&utterance(room, text))))
        .filter(|(_, judgement)| judgement.verdict != verdict)
        .map(|(text, judgement)| {
            format!(
                "{text:?} gave {:?}: {}",
                judgement.verdict,
                judgement.sentence()
            )
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "expected {verdict:?}:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn a_call_before_the_matter_is_heard() {
    check(
        &COMPANY,
        Verdict::Speak,
        &[
            "Michael, who are the speakers?",
            "Michael who are the speakers",
            "michael, who's on first",
            "MICHAEL WHO ARE THE SPEAKERS",
            "Hey Michael, who are the speakers?",
            "hey michael",
            "Hi Michael!",
            "ok so michael what happens next",
            "Okay, Michael, let's hear it",
            "um, Michael, is there parking",
            "Good morning Michael, quick question: where do I park?",
            "Michael: where do I park?",
            "Michael - where do I park?",
            "Michael... are you still there?",
            "Michael\nwhere do I park",
            "Michael tell us about the venue",
            "Michael please tell us about the venue",
            "Michael could you list the rooms",
            "Michael can we bring kids",
            "Michael do the rooms have projectors",
            "Michael does the ticket include lunch?",
            "Michael is the venue accessible?",
            "Michael is there wifi",
            "Michael are dogs allowed",
            "Michael will lunch be vegetarian?",
            "Michael how about Tuesday",
            "Michael I can't find my badge",
            "Michael my badge is gone",
            "Michael the link you sent is dead",
            "Michael you said Friday earlier",
            "Michael don't forget the invoice",
            "Michael let us know when it's ready",
            "Michael help",
            "Michael what r the hours",
            "Michael AI, what are the hours?",
            "michael ai what are the hours",
            "And Michael, one more thing.",
            "But Michael, you told us otherwise!",
            "Sorry Michael, what was that?",
            "No Michael, I meant the other one.",
            "Yes, Michael, please go ahead.",
            "Dear Michael, could you explain the fees? Best, Sam",
            "Right, Michael, what's your take?",
            "Michael?!",
            "Michael",
            "Michael!!!",
            "@Michael who are the speakers",
            "@michael_ai status?",
            "@Michael-AI: status?",
            "I think @michael knows",
            "Hello again, Michael.",
            "hello there michael, long time",
            "Michael question about tickets",
            "Michael about the tickets: are they refundable",
            "Michael, Dana says you have the numbers.",
            "Michael, Dana and I would like to know the dates.",
            "Michael, as you said, the hall is closed. Where do we go?",
            "Michael, in your view, is it worth it?",
            "*Michael*, what's the wifi password?",
            "Michael 😀 what's the wifi password",
            "Thanks. Michael, what about Friday?",
            "Thanks.Michael, what about Friday?",
            "Micheal, when does it start?",
            "Mihcael when does it start",
        ],
    );
}

#[test]
fn a_call_after_or_within_the_matter_is_heard() {
    check(
        &COMPANY,
        Verdict::Speak,
        &[
            "What do you think, Michael?",
            "What do you think Michael?",
            "what do you think michael",
            "Who are the speakers, Michael",
            "who are the speakers michael",
            "is there parking michael?",
            "are you there michael",
            "what's going on michael",
            "what time is it michael",
            "what do I do Michael",
            "can you help us out Michael?",
            "tell us more, Michael.",
            "tell me michael, what would it cost",
            "And what about you, Michael?",
            "any thoughts michael?",
            "I'm not so sure about that, Michael.",
            "that doesn't look right, michael",
            "I think, Michael, that we should move on. Agreed?",
            "So if I pay now, Michael, do I get the discount?",
            "If we can't find it, Michael can you look it up?",
            "I have no idea, can you help Sam, Michael?",
            "where are you from Michael?",
            "what are you talking about Michael",
            "what do you mean michael?",
            "what do you need from us Michael?",
            "Could you repeat that please Michael",
            "Could you repeat that, Michael, please?",
            "Over to you, Michael.",
            "over to you Michael",
            "Question for Michael: are drinks included?",
            "This one's for you, Michael: are drinks included?",
            "Sam's right. What would you do, Michael?",
            "Dana is busy. Michael, can you take this?",
            "Dana, I'll call you later. Michael, where were we?",
            "I asked Dana but she doesn't know. Michael?",
            "Thank you Michael, but what about the second day?",
            "Thanks Michael. And how do I get there?",
            "thanks michael can you also send the map",
            "Great, Michael, now do the same for Friday.",
            "I'd like a refund please, Michael.",
            "You're wrong, Michael.",
            "Good night everyone. Oh Michael, are you on tomorrow?",
        ],
    );
}

#[test]
fn several_called_together_are_all_called() {
    check(
        &COMPANY,
        Verdict::Speak,
        &[
            "Dana, Michael, what do you think?",
            "Michael and Dana, what do you think?",
            "Michael & Dana: thoughts?",
            "Dana and Michael, please introduce yourselves",
            "hey Dana and Michael, who's first?",
            "Dana or Michael, can one of you answer?",
            "thanks, Dana. Michael, same question.",
            "What do you two think, Dana and Michael?",
            "Michael and Dana can you both look at this?",
            "Dana, Sam, Michael: are we all set?",
            "Dana / Michael, which one is it?",
        ],
    );
}

#[test]
fn talk_about_the_persona_is_no_call() {
    check(
        &COMPANY,
        Verdict::Silent,
        &[
            "I asked Michael yesterday.",
            "Michael's slides are good.",
            "michaels slides are good",
            "Michael said it starts at nine",
            "michael told me the same",
            "As Michael put it, less is more.",
            "Ask Michael.",
            "You could ask Michael about it, Dana.",
            "tell Michael I said hi",
            "Dana, can you ask Michael for the list?",
            "Dana, is Michael always this slow?",
            "Michael is the assistant here.",
            "michael has no idea",
            "Michael was right about the venue",
            "Michael will send you the list later",
            "Michael can answer that, Dana.",
            "Michael could probably help",
            "I think Michael knows.",
            "Maybe Michael can help you with that",
            "Michael and I went through the list.",
            "Michael and Dana are both right",
            "Michael, Dana and Sam are in the room.",
            "Dana told Michael and me to wait",
            "We should let Michael answer that",
            "What would Michael say?",
            "What did Michael say?",
            "who is Michael?",
            "who's michael",
            "Where is Michael today?",
            "Is Michael a real person?",
            "have you met Michael?",
            "I was talking to Michael about it",
            "It was Michael who told me.",
            "according to michael it's free",
            "the Michael thing is weird",
            "that's what Michael meant",
            "when Michael answers it's usually short",
            "if michael knows, great",
            "I trust Michael on this",
            "Michael also mentioned the deadline",
            "Michael never answers in time",
            "Michael, our assistant, has the details.",
            "Our assistant, Michael, has the details.",
            "Michael, who set this up, has the details.",
            "Michael, however, said otherwise.",
            "This is Michael, our assistant.",
            "Dana, this is Michael.",
            "Hi, I'm Michael's brother.",
            "my brother Michael lives there too",
            "Michael Jordan played there once.",
            "I love George Michael songs",
            "Speakers: Dana, Michael",
            "Dana: \"Michael, stop talking\" haha",
            "She wrote 'Michael, come home' on the wall.",
            "and then he goes hey Michael, where's the beer",
            "> Michael, who are the speakers?\nI don't get this",
            "`michael` is the user name",
            "see https://michael.example/faq",
            "write to michael@example.com",
            "Not you, Michael.",
            "not you michael",
            "I wasn't talking to you, Michael.",
            "Michael, sorry, Dana, can you take this?",
            "Michael — I mean Dana — can you take this?",
            "Yesterday, Michael said something odd.",
            "so Michael said no and that was it",
            "Give Michael a minute.",
            "Thanks to Michael we found it.",
            "Michael from sales called",
            "Michael in accounting has it",
            "Michael too",
            "between you and Michael I'd pick you, Dana",
            "I like what Michael wrote.",
            "The list Michael made is wrong.",
            "Dana, could you check what Michael sent me?",
            "Dana, Michael already answered that.",
            "Dana, do you agree with Michael?",
            "both Dana and Michael said so",
            "Michael wants to know if you're free, Dana",
            "Michael thinks it's Friday",
            "Michael isn't very helpful",
            "Michael doesn't know",
            "Has Michael replied?",
            "I need Michael to confirm",
            "It seems Michael misunderstood me",
        ],
    );
}

#[test]
fn what_is_for_others_or_nobody_is_left_to_them() {
    check(
        &COMPANY,
        Verdict::Silent,
        &[
            "who are the speakers?",
            "Dana, who are the speakers?",
            "what do you all think?",
            "everyone ready?",
            "@Dana can you check",
            "Mike, are you there?",
            "Michelle, are you there?",
            "Michaela, are you there?",
            "",
            "   ",
            "?",
            "...",
            "😀",
            "could you send me the link",
            "hello",
            "be quiet please",
        ],
    );
}

#[test]
fn thanks_are_not_answered_in_company() {
    check(
        &COMPANY,
        Verdict::Silent,
        &[
            "Thanks Michael, I'm going home now.",
            "thank you michael i'll check the page",
            "thank you",
            "Thanks!",
            "ok",
            "great, thanks",
            "Thanks, Michael.",
            "thank you so much michael!",
            "Perfect, thanks Michael, that helps a lot.",
            "Great answer, Michael!",
            "Got it, Michael, thanks.",
            "Thanks Michael. Dana, shall we go on?",
            "👍",
            "Bye Michael",
        ],
    );
}

#[test]
fn what_is_taken_back_is_not_answered() {
    check(
        &COMPANY,
        Verdict::Silent,
        &[
            "Michael, when does it open? nvm found it",
            "Michael, can you look that up? Actually scratch that, Dana will know",
            "Michael what time is lunch, oh never mind it says noon here",
        ],
    );
    check(
        &COMPANY,
        Verdict::Stop,
        &["Michael did you get the mail? Ignore that, I see it now."],
    );
    check(
        &COMPANY,
        Verdict::Speak,
        &[
            "Scratch that, Michael, how long is the tour?",
            "nvm the hotel, Michael tell me about parking",
            "Michael, when does it open? never mind the date, what is the time?",
            "Forget it Michael, what I really want is the price list",
        ],
    );
}

#[test]
fn questions_without_their_mark_are_told_from_statements() {
    check(
        &COMPANY,
        Verdict::Speak,
        &[
            "michael does parking count towards the limit",
            "Michael is that a real skeleton",
            "Michael is my dog allowed on the trail",
            "Michael 🏄\u{200d}♀\u{fe0f} is there wifi at the hut",
            "Michael good morning, what time does the hall open",
        ],
    );
    check(
        &COMPANY,
        Verdict::Silent,
        &[
            "Michael does great work on the weekends",
            "michael is my boss and he is allowed to do that",
            "Michael is that man over there",
            "Michael is my most trusted friend",
        ],
    );
}

#[test]
fn told_to_be_quiet_it_stops() {
    check(
        &COMPANY,
        Verdict::Stop,
        &[
            "Michael, stop",
            "Michael stop.",
            "stop, michael!",
            "Michael, be quiet please",
            "please be quiet michael",
            "shut up Michael",
            "Michael, can you stop talking?",
            "Michael, that's enough.",
            "That will do, Michael, thanks.",
            "Michael, let Dana answer.",
            "Michael, hold on",
            "Not now, Michael.",
            "Michael, please don't answer that",
            "Michael! Quiet!",
            "Quiet, Michael, Dana is speaking.",
            "Michael, I'll take this one.",
            "never mind, Michael",
            "Michael, who are the speakers? Never mind.",
            "OK Michael, you can stop now.",
            "Michael, I was asking Dana.",
            "Michael shush",
            "one moment, michael",
            "Michael, stay out of this",
        ],
    );
    check(
        &COMPANY,
        Verdict::Speak,
        &[
            "Michael, where does the bus stop?",
            "Michael, when do you stop serving?",
            "Michael, wait, what did you just say?",
            "Michael, stop the timer and tell me the result",
            "Michael, hold on, is that before tax?",
            "Michael, is it quiet there at night?",
            "Michael, no need to book?",
            "Michael, is one moment enough?",
        ],
    );
}

#[test]
fn alone_it_answers_everything_but_a_call_for_silence() {
    check(
        &ALONE,
        Verdict::Speak,
        &[
            "who are the speakers?",
            "I asked Michael yesterday",
            "Dana, are you there?",
            "yes",
            "no",
            "?",
            "One moment, I have to find my glasses",
            "Thanks, and what about Friday?",
            "ok so what now",
            "Not you, Michael",
            // A call for a person, not for silence.
            "Please let me talk to a person.",
            "let me speak with Dana please",
        ],
    );
    check(
        &ALONE,
        Verdict::Courtesy,
        &[
            "thanks",
            "Thank you, Michael!",
            "ok",
            "👍",
            "Great, that's all I needed. Bye!",
        ],
    );
    check(
        &ALONE,
        Verdict::Stop,
        &[
            "Michael, stop",
            "be quiet",
            "let me speak",
            "Please let me talk now.",
            "stop talking please",
            "shut up",
        ],
    );
}

#[test]
fn names_whose_spelling_hides_their_sound_are_heard() {
    for (persona, text) in [
        (
            "Siobhan",
            "shavonne does the blood test have to be before breakfast",
        ),
        ("Aoife", "eefa what time's the last boat"),
        ("Joaquín", "wah keen can you tell us what the barrel does"),
        ("Bjørn", "be yorn when does the sauna close"),
        ("Ngozi", "in gozy is there parking by the hall"),
    ] {
        let room = Room {
            persona,
            call_names: &[],
            channel: Channel::Speech,
            ..COMPANY
        };
        check(&room, Verdict::Speak, &[text]);
    }
}

#[test]
fn a_name_of_which_a_transcript_made_words_is_heard_only_where_a_call_must_be() {
    let yuki = Room {
        persona: "Yuki",
        call_names: &[],
        channel: Channel::Speech,
        ..COMPANY
    };
    check(
        &yuki,
        Verdict::Speak,
        &["you key are you there", "ok so you key when is lunch"],
    );
    check(
        &yuki,
        Verdict::Silent,
        &[
            "you key in the code at the door",
            "you key it in and then you wait",
            "did you key in the code",
        ],
    );
    let kari = Room {
        persona: "Kari",
        ..yuki
    };
    check(
        &kari,
        Verdict::Silent,
        &["carry on with the next point", "carry the chairs in please"],
    );
    let typed = Room {
        channel: Channel::Chat,
        ..yuki
    };
    check(&typed, Verdict::Silent, &["you key are you there"]);
}

#[test]
fn stretched_letters_and_honorifics_leave_a_name_a_name() {
    check(
        &COMPANY,
        Verdict::Speak,
        &[
            "michaeeeelll are you there??",
            "Uncle Michael what time does the hall open?",
            "Michael sir, how much is it",
        ],
    );
    check(
        &COMPANY,
        Verdict::Silent,
        &["my uncle Michael said so", "Uncle Michael is late again"],
    );
}

#[test]
fn a_transcript_is_matched_by_sound_and_without_punctuation() {
    check(
        &SPEECH,
        Verdict::Speak,
        &[
            "hey michael who are the speakers",
            "hey mikel who are the speakers",
            "mikal what time is it",
            "okay so mycal can you tell us about the venue",
            "yeah that's fine okay michael tell us about the venue",
            "i don't know about that michael what do you think",
            "what do you think michael",
            "thanks dana michael when is lunch",
            "right so um michael is the hall open on sunday",
            "michael",
            "michael a i what is the wifi password",
            "and how much would that be mikael",
            "we have no budget and michael can you find something cheaper",
            "um michael does it cost extra to bring a guest",
        ],
    );
    check(
        &SPEECH,
        Verdict::Silent,
        &[
            "i asked michael who the speakers are",
            "i was telling mikel about it yesterday",
            "mikal said it was fine",
            "we went to see my call log",
            "dana michael said it was fine",
            "what did michael say about lunch",
            "i think michael is wrong",
            "the mackerel was good",
            "so my sister says hey michael where's my car",
            "yeah michaels slides were good",
            "dana can you hear me",
            "okay",
            "that was michael not me",
        ],
    );
    check(
        &SPEECH,
        Verdict::Stop,
        &[
            "michael stop",
            "mikel be quiet for a second",
            "okay michael hold on",
        ],
    );
}

#[test]
fn a_name_that_is_a_word_ends_a_question_where_no_noun_could() {
    let dawn = Room {
        persona: "Dawn",
        call_names: &[],
        ..COMPANY
    };
    check(
        &dawn,
        Verdict::Speak,
        &[
            "is there anything else i could do dawn",
            "what did the raffle make in the end dawn",
            "can we bring phones to camp dawn?",
        ],
    );
    check(
        &dawn,
        Verdict::Silent,
        &[
            "can we start before dawn?",
            "is it dark at dawn?",
            "what time is the dawn?",
            "we do it at dawn",
        ],
    );
}

#[test]
fn names_that_are_words_need_a_sign_of_a_name() {
    let will = Room {
        persona: "Will",
        call_names: &["Will AI"],
        ..COMPANY
    };
    check(
        &will,
        Verdict::Speak,
        &[
            "Will, will you be there?",
            "hey will what's the plan",
            "What's the plan, Will?",
            "thanks Will, what about lunch?",
            "Will can you check?",
            "will?",
            "@will check this",
            "Will AI, who pays?",
        ],
    );
    check(
        &will,
        Verdict::Silent,
        &[
            "Will you be there?",
            "will there be lunch",
            "will do",
            "it will rain",
            "I think it will",
            "Will said so",
            "free will is a myth",
            "Will the hall be open?",
            "they will, I hope",
            "Dana, will it work?",
        ],
    );
    let hope = Room {
        persona: "Hope",
        call_names: &[],
        ..COMPANY
    };
    check(
        &hope,
        Verdict::Speak,
        &[
            "Hope, where are you?",
            "Hi Hope, where are you?",
            "Any news, Hope?",
            "Hope can you help",
        ],
    );
    check(
        &hope,
        Verdict::Silent,
        &[
            "Hope you're well",
            "hey hope you are well",
            "I hope so",
            "there is no hope",
            "Hope that helps!",
            "hope to see you soon",
        ],
    );
    let mark = Room {
        persona: "Mark",
        call_names: &[],
        ..COMPANY
    };
    check(
        &mark,
        Verdict::Speak,
        &[
            "Mark, what's the rate?",
            "mark can you check",
            "What's the rate, Mark?",
            "hello mark, anyone there",
        ],
    );
    check(
        &mark,
        Verdict::Silent,
        &[
            "Mark the date in your calendar",
            "mark my words",
            "we missed the mark",
            "question mark",
            "mark it as done please",
        ],
    );
    let may = Room {
        persona: "May",
        call_names: &[],
        ..COMPANY
    };
    check(
        &may,
        Verdict::Speak,
        &[
            "May, may I ask something?",
            "Is it open, May?",
            "hey May, is it open",
        ],
    );
    check(
        &may,
        Verdict::Silent,
        &[
            "May I ask something?",
            "in May",
            "we meet on 5 May",
            "it may be",
            "May we come in?",
            "hey may i ask something",
        ],
    );
}

#[test]
fn a_name_shared_with_a_present_person_means_the_person() {
    let room = Room {
        present: &[
            ("Michael Torres", PresentRole::Owner),
            ("Sam", PresentRole::Visitor),
        ],
        ..COMPANY
    };
    check(
        &room,
        Verdict::Silent,
        &[
            "Michael, who are the speakers?",
            "hey michael",
            "What do you think, Michael?",
            "Michael Torres, hi",
            "@Michael Torres hi",
        ],
    );
    check(
        &room,
        Verdict::Speak,
        &[
            "Michael AI, who are the speakers?",
            "@Michael who are the speakers",
            "@Michael AI who",
            "what do you think, Michael AI?",
        ],
    );
    let judgement = judge(&utterance(&room, "Michael, hello?"));
    assert_eq!(
        judgement.sentence(),
        "silent: Michael Torres is present, so the bare name means that person"
    );
}

#[test]
fn accents_titles_and_spellings_make_no_difference() {
    let jose = Room {
        persona: "José",
        call_names: &["José Núñez"],
        ..COMPANY
    };
    check(
        &jose,
        Verdict::Speak,
        &[
            "Jose, hi",
            "josé what time",
            "JOSÉ, hola",
            "Jose Nunez, what's up?",
            "¿José, qué hora es?",
        ],
    );
    let jurgen = Room {
        persona: "Jürgen",
        call_names: &[],
        ..COMPANY
    };
    check(
        &jurgen,
        Verdict::Speak,
        &["Juergen, hi", "Jurgen, hi", "Jürgen, hi"],
    );
    let doctor = Room {
        persona: "Dr. Okafor",
        call_names: &[],
        ..COMPANY
    };
    check(
        &doctor,
        Verdict::Speak,
        &[
            "Dr. Okafor, is it bad?",
            "doctor okafor is it bad",
            "Okafor, is it bad?",
            "is it bad, Dr Okafor?",
        ],
    );
    check(
        &doctor,
        Verdict::Silent,
        &[
            "I saw Dr. Okafor.",
            "Dr. Okafor said it's fine",
            "is there a doctor, Dana?",
        ],
    );
    let obrien = Room {
        persona: "O'Brien",
        call_names: &[],
        ..COMPANY
    };
    check(
        &obrien,
        Verdict::Speak,
        &["OBrien, when?", "o’brien, when?", "O Brien, when?"],
    );
}

#[test]
fn an_old_name_is_not_heard_after_a_rename() {
    let before = Room {
        persona: "Michael",
        call_names: &["Mike"],
        ..COMPANY
    };
    let after = Room {
        persona: "Iris",
        call_names: &["Iris AI"],
        ..COMPANY
    };
    check(&before, Verdict::Speak, &["Mike, who?", "Michael, who?"]);
    check(&after, Verdict::Silent, &["Mike, who?", "Michael, who?"]);
    check(&after, Verdict::Speak, &["Iris, who?"]);
}

#[test]
fn a_reply_is_an_address_unless_it_turns_to_another() {
    let judged = |text: &str| {
        let reply = Utterance {
            reply_to_persona: true,
            ..utterance(&COMPANY, text)
        };
        judge(&reply).verdict
    };
    assert_eq!(judged("and on Sunday?"), Verdict::Speak);
    assert_eq!(judged("why"), Verdict::Speak);
    assert_eq!(judged("Dana, is this true?"), Verdict::Silent);
    assert_eq!(judged("@Dana is this true?"), Verdict::Silent);
    assert_eq!(judged("thanks"), Verdict::Silent);
    assert_eq!(judged("stop it please"), Verdict::Stop);
    assert_eq!(judged("Dana said otherwise"), Verdict::Speak);
}

#[test]
fn a_picked_mention_is_an_address_whatever_the_text() {
    let judged = |text: &str| {
        judge(&Utterance {
            mentions_persona: true,
            ..utterance(&COMPANY, text)
        })
    };
    assert_eq!(judged("who are the speakers").verdict, Verdict::Speak);
    assert_eq!(judged("be quiet").verdict, Verdict::Stop);
    assert_eq!(
        judged("who are the speakers").reason.code(),
        "addressed_by_mention"
    );
}

#[test]
fn two_personas_never_answer_each_other() {
    let room = Room {
        present: &[
            ("Sam", PresentRole::Visitor),
            ("Nova", PresentRole::Persona),
        ],
        speaker: "Nova",
        ..COMPANY
    };
    check(
        &room,
        Verdict::Silent,
        &["Michael, who are the speakers?", "@Michael", "hello"],
    );
    let visitor = Room {
        speaker: "Sam",
        ..room
    };
    check(&visitor, Verdict::Silent, &["Nova, who are the speakers?"]);
    check(
        &visitor,
        Verdict::Speak,
        &[
            "who are the speakers?",
            "Michael, and you?",
            "Nova and Michael, who is first?",
        ],
    );
}

#[test]
fn its_own_words_are_never_answered() {
    let room = Room {
        speaker: "Michael",
        ..COMPANY
    };
    check(
        &room,
        Verdict::Silent,
        &["I am Michael, ask me anything", "Michael, who?", "@Michael"],
    );
    assert_eq!(judge(&utterance(&room, "hello")).address, Address::OwnText);
}

#[test]
fn every_reason_reads_as_a_sentence_and_keeps_its_code() {
    let silent = judge(&utterance(&COMPANY, "who are the speakers?"));
    assert_eq!(
        silent.sentence(),
        "silent: Dana is present and nobody addressed me"
    );
    assert_eq!(
        serde_json::to_value(&silent.reason).unwrap()["code"],
        silent.reason.code()
    );
    let spoken = judge(&utterance(&COMPANY, "Michael, who?"));
    assert_eq!(
        spoken.sentence(),
        "speaks: addressed as Michael (called first)"
    );
    assert_eq!(spoken.address, Address::Addressed);
}
