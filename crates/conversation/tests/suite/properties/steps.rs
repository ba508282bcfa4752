//! Generated stories: any sequence of steps, sensible or not, by anybody.

use crate::support::*;
use proptest::prelude::*;
use proptest::sample::Index;
use trialogue_conversation::ids::UserId;
use trialogue_conversation::media::Sources;
use uuid::Uuid;

pub(super) const USERS: [UserId; 5] = [DANA, CLEO, BEN, SUE, UserId(Uuid::from_u128(6))];
pub(super) const EMAILS: [&str; 3] = [GINA_EMAIL, "Hugo@Example.org", "ida@example.org"];
/// Monitors bear a name that occurs nowhere else.
pub(super) const MONITOR_NAME: &str = "Moniwatch";

/// How a generated message stands to the persona.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    Plain,
    Thanks,
    Named,
    Mentioned,
    RepliesToPersona,
    Stop,
}

#[derive(Clone, Debug)]
pub(super) enum Step {
    KnockByUrl {
        user: usize,
        owner_link: bool,
        asks_all: bool,
    },
    KnockAsGuest {
        invitation: Index,
        other_email: bool,
    },
    Decide {
        by: Index,
        request: Index,
        admit: bool,
        all: bool,
        for_good: bool,
    },
    Join {
        request: Index,
    },
    Withdraw {
        request: Index,
    },
    JoinAsStaff {
        user: usize,
        monitor: bool,
    },
    Invite {
        by: Index,
        email: usize,
    },
    Revoke {
        by: Index,
        invitation: Index,
    },
    Reject {
        invitation: Index,
    },
    Connect {
        who: Index,
    },
    Disconnect {
        who: Index,
    },
    Leave {
        who: Index,
    },
    Remove {
        by: Index,
        who: Index,
    },
    Rename {
        who: Index,
        name: usize,
    },
    Share {
        by: Index,
        who: Index,
    },
    Say {
        who: Index,
        manner: Manner,
        repeat: bool,
    },
    Whisper {
        who: Index,
        to_persona: bool,
    },
    Retract {
        who: Index,
        message: Index,
    },
    StopPersona {
        who: Index,
    },
    Begin {
        stale: bool,
    },
    Finish {
        stale: bool,
        outcome: usize,
    },
    KeepDraft {
        turn: Index,
    },
    UseDraft {
        who: Index,
        turn: Index,
    },
    Told {
        user: usize,
    },
    Open {
        user: usize,
    },
    Take {
        user: usize,
    },
    TakeInside {
        who: Index,
    },
    Cancel {
        who: Index,
    },
    GiveEmail,
    Answer {
        user: usize,
        keep: bool,
    },
    Resolve {
        who: Index,
        dismiss: bool,
    },
    KeepKnowledge {
        who: Index,
    },
    JoinCall {
        who: Index,
    },
    LeaveCall {
        who: Index,
    },
    SetMedia {
        who: Index,
        wanted: Sources,
    },
    Mute {
        by: Index,
        who: Index,
        source: usize,
    },
    AskToTurnOn {
        by: Index,
        who: Index,
        source: usize,
    },
    /// Mostly by the one who was asked.
    AnswerTurnOn {
        ask: Index,
        by_another: Option<Index>,
        accept: bool,
    },
    RaiseHand {
        who: Index,
    },
    LowerHand {
        by: Index,
        who: Index,
    },
    ChooseMode {
        who: Index,
        mode: usize,
    },
    InCallUsers(bool),
    DisableVideo(bool),
    ManyScreens(bool),
    ShowMonitors(bool),
    RenamePersona(bool),
    End {
        who: Index,
    },
    Wait(i64),
    Skip(i64),
}

pub(super) fn story(length: usize) -> impl Strategy<Value = Vec<Step>> {
    proptest::collection::vec(step(100, 30), length / 2..length)
}

/// People who are more in the call than in the chat.
pub(super) fn story_of_a_call(length: usize) -> impl Strategy<Value = Vec<Step>> {
    proptest::collection::vec(step(20, 140), length / 2..length)
}

/// Of talk and of the call, so much beside everything else.
fn step(talk: u32, call: u32) -> impl Strategy<Value = Step> {
    let index = any::<Index>;
    let user = || 0..USERS.len();
    let manner = || {
        prop_oneof![
            4 => Just(Manner::Plain),
            1 => Just(Manner::Thanks),
            4 => Just(Manner::Named),
            1 => Just(Manner::Mentioned),
            1 => Just(Manner::RepliesToPersona),
            1 => Just(Manner::Stop),
        ]
    };
    let joining = prop_oneof![
        3 => (user(), any::<bool>(), any::<bool>()).prop_map(|(user, owner_link, asks_all)| Step::KnockByUrl { user, owner_link, asks_all }),
        3 => (index(), proptest::bool::weighted(0.1)).prop_map(|(invitation, other_email)| Step::KnockAsGuest { invitation, other_email }),
        5 => (index(), index(), proptest::bool::weighted(0.8), any::<bool>(), proptest::bool::weighted(0.2))
            .prop_map(|(by, request, admit, all, for_good)| Step::Decide { by, request, admit, all, for_good }),
        5 => index().prop_map(|request| Step::Join { request }),
        1 => index().prop_map(|request| Step::Withdraw { request }),
        1 => (user(), proptest::bool::weighted(0.8)).prop_map(|(user, monitor)| Step::JoinAsStaff { user, monitor }),
        2 => (index(), 0..EMAILS.len()).prop_map(|(by, email)| Step::Invite { by, email }),
        1 => (index(), index()).prop_map(|(by, invitation)| Step::Revoke { by, invitation }),
        1 => index().prop_map(|invitation| Step::Reject { invitation }),
    ];
    let presence = prop_oneof![
        3 => index().prop_map(|who| Step::Connect { who }),
        3 => index().prop_map(|who| Step::Disconnect { who }),
        2 => index().prop_map(|who| Step::Leave { who }),
        1 => (index(), index()).prop_map(|(by, who)| Step::Remove { by, who }),
        1 => (index(), 0..3_usize).prop_map(|(who, name)| Step::Rename { who, name }),
        4 => (index(), index()).prop_map(|(by, who)| Step::Share { by, who }),
    ];
    let talking = prop_oneof![
        8 => (index(), manner(), proptest::bool::weighted(0.1)).prop_map(|(who, manner, repeat)| Step::Say { who, manner, repeat }),
        2 => (index(), any::<bool>()).prop_map(|(who, to_persona)| Step::Whisper { who, to_persona }),
        1 => (index(), index()).prop_map(|(who, message)| Step::Retract { who, message }),
        1 => index().prop_map(|who| Step::StopPersona { who }),
        3 => proptest::bool::weighted(0.1).prop_map(|stale| Step::Begin { stale }),
        6 => (proptest::bool::weighted(0.2), 0..8_usize).prop_map(|(stale, outcome)| Step::Finish { stale, outcome }),
        1 => index().prop_map(|turn| Step::KeepDraft { turn }),
        1 => (index(), index()).prop_map(|(who, turn)| Step::UseDraft { who, turn }),
    ];
    let handoffs = prop_oneof![
        user().prop_map(|user| Step::Told { user }),
        user().prop_map(|user| Step::Open { user }),
        user().prop_map(|user| Step::Take { user }),
        index().prop_map(|who| Step::TakeInside { who }),
        index().prop_map(|who| Step::Cancel { who }),
        Just(Step::GiveEmail),
        (user(), any::<bool>()).prop_map(|(user, keep)| Step::Answer { user, keep }),
        (index(), any::<bool>()).prop_map(|(who, dismiss)| Step::Resolve { who, dismiss }),
        index().prop_map(|who| Step::KeepKnowledge { who }),
    ];
    let sources = (any::<bool>(), any::<bool>(), proptest::bool::weighted(0.3)).prop_map(
        |(camera, microphone, screen)| Sources {
            camera,
            microphone,
            screen,
        },
    );
    let calling = prop_oneof![
        8 => (index(), sources).prop_map(|(who, wanted)| Step::SetMedia { who, wanted }),
        3 => index().prop_map(|who| Step::JoinCall { who }),
        2 => index().prop_map(|who| Step::LeaveCall { who }),
        2 => (index(), index(), 0..3_usize).prop_map(|(by, who, source)| Step::Mute { by, who, source }),
        3 => (index(), index(), 0..3_usize).prop_map(|(by, who, source)| Step::AskToTurnOn { by, who, source }),
        3 => (index(), proptest::option::weighted(0.2, index()), any::<bool>())
            .prop_map(|(ask, by_another, accept)| Step::AnswerTurnOn { ask, by_another, accept }),
        2 => index().prop_map(|who| Step::RaiseHand { who }),
        2 => (index(), index()).prop_map(|(by, who)| Step::LowerHand { by, who }),
        1 => (index(), 0..3_usize).prop_map(|(who, mode)| Step::ChooseMode { who, mode }),
    ];
    let rare = prop_oneof![
        2 => proptest::bool::weighted(0.3).prop_map(Step::DisableVideo),
        1 => any::<bool>().prop_map(Step::ManyScreens),
        3 => proptest::bool::weighted(0.7).prop_map(Step::InCallUsers),
        2 => any::<bool>().prop_map(Step::ShowMonitors),
        1 => any::<bool>().prop_map(Step::RenamePersona),
    ];
    let time = prop_oneof![
        4 => (0..30 * SECOND).prop_map(Step::Wait),
        4 => (MINUTE..12 * MINUTE).prop_map(Step::Wait),
        1 => (HOUR..13 * HOUR).prop_map(Step::Wait),
        1 => (0..20 * MINUTE).prop_map(Step::Skip),
    ];
    prop_oneof![
        60 => joining,
        25 => presence,
        talk => talking,
        15 => handoffs,
        call => calling,
        6 => rare,
        25 => time,
        1 => any::<Index>().prop_map(|who| Step::End { who }),
    ]
}

/// Only talk, for long logs.
pub(super) fn step_of_talk() -> impl Strategy<Value = Step> {
    prop_oneof![
        any::<Index>().prop_map(|who| Step::Say {
            who,
            manner: Manner::Plain,
            repeat: false
        }),
        Just(Step::Finish {
            stale: false,
            outcome: 0
        }),
    ]
}
