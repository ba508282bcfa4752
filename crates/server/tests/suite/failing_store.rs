//! The store fails for a while: what was refused meanwhile works again, and nobody stays as a ghost.

use crate::support::{Damage, House, Opening, PATIENCE};
use serde_json::json;
use tokio::time::timeout;
use trialogue_conversation::ids::{ConversationId, ParticipantId};

/// Nothing looks for the absent after its start, so only the room itself can notice that somebody is gone.
async fn house() -> House {
    let house = House::empty(Opening {
        works: false,
        ..Opening::default()
    })
    .await;
    house.furnish().await;
    house
}

#[tokio::test]
async fn a_conversation_whose_log_could_not_be_read_is_there_again_when_it_can() {
    let house = house().await;
    let (dana, priya) = (house.dana().await, house.priya().await);
    let michael = house.michael(&dana).await;
    let sam = house.visitor("Sam", &michael).await;
    let conversation = sam.starts(&michael).await;
    let mut sam_live = sam.enters(&conversation).await;
    let priya_live = priya.is_let_in_by(&mut sam_live, &conversation).await;
    let priyas_id = priya_live.view["you"]["participant_id"].clone();
    sam_live.says("before").await;

    let damage = Damage::to(&house);
    damage.hides_the_log();
    let lost = json!({"type": "post", "id": "lost", "text": "lost"});
    sam_live.sends(&lost.to_string()).await;
    sam_live.until_closed().await;
    assert_eq!(sam_live.refusals[0]["problem"]["status"], 500);
    assert_eq!(sam_live.bye.as_deref(), Some("going_down"));
    drop(priya_live);
    damage.brings_the_log_back();

    let mut again = sam.resumes(&conversation, sam_live.last_seq()).await;
    again.says("after").await;
    assert!(again.message("lost").is_none());
    // Priya's page did not come back, and the room that had her connection is gone.
    again
        .sees_event("participant_dropped", |event| {
            event["participant_id"] == priyas_id
        })
        .await;
}

#[tokio::test]
async fn who_goes_while_nothing_can_be_stored_has_gone_when_it_can() {
    let house = house().await;
    let (dana, priya) = (house.dana().await, house.priya().await);
    let michael = house.michael(&dana).await;
    let sam = house.visitor("Sam", &michael).await;
    let conversation = sam.starts(&michael).await;
    let mut sam_live = sam.enters(&conversation).await;
    let priya_live = priya.is_let_in_by(&mut sam_live, &conversation).await;
    let priyas_id = priya_live.view["you"]["participant_id"].clone();

    let damage = Damage::to(&house);
    damage.refuses_events();
    drop(priya_live);
    let conversation_id = ConversationId(conversation.parse().unwrap());
    let ghost = ParticipantId(priyas_id.as_u64().unwrap());
    let noticed = async {
        // Asked after the room has noticed and failed, it names her.
        while !house
            .app
            .rooms
            .absent(conversation_id)
            .await
            .unwrap()
            .contains(&ghost)
        {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, noticed).await.unwrap();

    damage.takes_events();
    sam_live
        .sees_event("participant_dropped", |event| {
            event["participant_id"] == priyas_id
        })
        .await;
}
