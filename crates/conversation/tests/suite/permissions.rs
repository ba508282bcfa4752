//! The permission table, cell by cell, against one written out here; and its page in docs/.

use crate::support::*;
use std::path::Path;
use trialogue_conversation::participant::{PresenceMode, Role};
use trialogue_conversation::permissions::{Action, allowed, in_table, markdown};

/// Rows are actions; columns are visitor, guest, owner, agent, colleague, supervisor, persona.
const PARTICIPANTS: &str = "
post_message            x x x x x x .
whisper                 . . x x x x .
see_whispers            . . x x x x .
see_floor_reasons       . . x x x x .
see_monitors            . . x x x x .
see_handoff_brief       . . x x x x .
copy_conversation_url   x . x x x x .
add_guest_by_email      x . x x x . .
revoke_invitation       x . x x x . .
decide_knock            x . x x . . .
share_history           x . x x . . .
remove_participant      x . x x . x .
retract_own_message     x x x x x x .
stop_persona            x x x x x x .
watch_media             x x x x x x .
publish_media           x x x x x x .
share_screen            x x x x x x .
mute_others             x . x x . x .
ask_to_turn_on          x . x x . x .
raise_hand              x x x x x x .
lower_hands             x . x x . x .
choose_mode             x . x x . . .
use_draft               . . x . . . .
take_handoff            . . x x . . .
resolve_handoff         . . x x . . .
answer_follow_up        . . x x . . .
cancel_handoff          x . . . . . .
give_follow_up_email    x . . . . . .
keep_as_knowledge       . . x . . . .
end_conversation        x . x x . . .
step_in                 . . . . . . .
leave                   x x x x x x .
rename_self             x x . . . . .
export                  x . x x x x .
";

const MONITORS: &str = "
post_message            . . . . . . .
whisper                 . . . . . . .
see_whispers            . . x x x x .
see_floor_reasons       . . x x x x .
see_monitors            . . x x x x .
see_handoff_brief       . . x x x x .
copy_conversation_url   . . . . . . .
add_guest_by_email      . . . . . . .
revoke_invitation       . . . . . . .
decide_knock            . . . . . . .
share_history           . . . . . . .
remove_participant      . . . . . . .
retract_own_message     . . . . . . .
stop_persona            . . . . . . .
watch_media             . . x x x x .
publish_media           . . . . . . .
share_screen            . . . . . . .
mute_others             . . . . . . .
ask_to_turn_on          . . . . . . .
raise_hand              . . . . . . .
lower_hands             . . . . . . .
choose_mode             . . . . . . .
use_draft               . . . . . . .
take_handoff            . . . . . . .
resolve_handoff         . . . . . . .
answer_follow_up        . . . . . . .
cancel_handoff          . . . . . . .
give_follow_up_email    . . . . . . .
keep_as_knowledge       . . . . . . .
end_conversation        . . . . . . .
step_in                 . . x x x x .
leave                   . . x x x x .
rename_self             . . . . . . .
export                  . . x x x x .
";

const COLUMNS: [Role; 7] = [
    Role::Visitor,
    Role::Guest,
    Role::Owner,
    Role::Agent,
    Role::Colleague,
    Role::Supervisor,
    Role::Persona,
];

#[test]
fn every_cell_of_the_permission_table() {
    let mut cells = 0;
    for (mode, written) in [
        (PresenceMode::Participant, PARTICIPANTS),
        (PresenceMode::Monitor, MONITORS),
    ] {
        let rows: Vec<&str> = written.lines().filter(|line| !line.is_empty()).collect();
        assert_eq!(rows.len(), Action::ALL.len());
        for (row, action) in rows.into_iter().zip(Action::ALL) {
            let mut words = row.split_whitespace();
            assert_eq!(words.next(), Some(action.code()));
            for (role, cell) in COLUMNS.into_iter().zip(words) {
                assert_eq!(
                    in_table(role, mode, action),
                    cell == "x",
                    "{role:?} as {mode:?}: {}",
                    action.code()
                );
                cells += 1;
            }
        }
    }
    assert_eq!(cells, 2 * 34 * 7);
}

#[test]
fn the_code_of_an_action_is_how_it_is_serialised() {
    for action in Action::ALL {
        assert_eq!(
            serde_json::to_string(&action).expect("serialises"),
            format!("\"{}\"", action.code())
        );
    }
}

#[test]
fn everybody_is_offered_what_the_table_grants_them_at_a_quiet_moment() {
    let mut world = World::started();
    let sam = world.sam();
    let codes = |world: &World, id| -> Vec<&'static str> {
        allowed(&world.state, world.participant(id))
            .into_iter()
            .map(Action::code)
            .collect()
    };
    let alone = [
        "post_message",
        "copy_conversation_url",
        "add_guest_by_email",
        "decide_knock",
        "retract_own_message",
        "watch_media",
        "publish_media",
        "share_screen",
        "choose_mode",
        "end_conversation",
        "leave",
        "rename_self",
        "export",
    ];
    assert_eq!(codes(&world, sam), alone);
    let gina = world.gina_comes_in();
    assert_eq!(
        codes(&world, gina),
        [
            "post_message",
            "retract_own_message",
            "watch_media",
            "publish_media",
            "share_screen",
            "raise_hand",
            "leave",
            "rename_self"
        ]
    );
    let with_gina = [
        "post_message",
        "copy_conversation_url",
        "add_guest_by_email",
        "revoke_invitation",
        "decide_knock",
        "share_history",
        "remove_participant",
        "retract_own_message",
        "watch_media",
        "publish_media",
        "share_screen",
        "ask_to_turn_on",
        "raise_hand",
        "choose_mode",
        "end_conversation",
        "leave",
        "rename_self",
        "export",
    ];
    assert_eq!(codes(&world, sam), with_gina);
}

#[test]
fn docs_permissions_md_is_the_table() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/permissions.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&page, markdown()).expect("docs/ can be written");
    }
    let written = std::fs::read_to_string(&page).unwrap_or_default();
    assert!(
        written == markdown(),
        "docs/permissions.md is stale: UPDATE_DOCS=1 cargo test -p trialogue-conversation permissions"
    );
}
