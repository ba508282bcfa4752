//! Somebody who does not read is cut off, slows nobody, and resumes.

use crate::support::{House, Live, seqs};

/// More frames than the server holds for one reader, and more bytes than fit on the way.
const MOST: usize = 2_000;

#[tokio::test]
async fn a_slow_reader_is_cut_off_slows_nobody_and_resumes() {
    let house = House::furnished().await;
    let (dana, priya) = (house.dana().await, house.priya().await);
    let michael = house.michael(&dana).await;
    let sam = house.visitor("Sam", &michael).await;
    let conversation = sam.starts(&michael).await;
    let mut sam_live = sam.enters(&conversation).await;
    let mut dana_live = dana.is_let_in_by(&mut sam_live, &conversation).await;
    let first_tab = priya.is_let_in_by(&mut sam_live, &conversation).await;
    let mut slow = Live::narrow(&priya, &conversation).await;
    // The second tab is open, so closing the first drops nobody.
    drop(first_tab);
    let slow_id = slow.view["you"]["participant_id"].clone();

    // Dana talks and Sam reads; Priya's page has stopped reading.
    let filler = "x".repeat(7_900);
    let mut said = 0;
    let cut_off = |live: &Live| {
        live.events.iter().any(|recorded| {
            recorded["event"]["type"] == "participant_dropped"
                && recorded["event"]["participant_id"] == slow_id
        })
    };
    while !cut_off(&sam_live) {
        assert!(said < MOST, "the slow reader was never cut off");
        let text = format!("{said} {filler}");
        let seq = dana_live.says(&text).await;
        sam_live
            .until("what Dana said", |live| {
                (live.last_seq() >= seq).then_some(())
            })
            .await;
        said += 1;
    }

    // When it reads again it finds what fitted, then the end.
    slow.until_closed().await;
    assert!(
        matches!(slow.bye.as_deref(), Some("too_slow") | None),
        "{:?}",
        slow.bye
    );
    let back = priya.resumes(&conversation, slow.last_seq()).await;
    let mut read = slow.seqs();
    read.extend(back.seqs());
    assert!(
        read.is_sorted_by(|a, b| a < b),
        "in order and nothing twice"
    );
    let mut after = slow.complete_from;
    let mut log = Vec::new();
    loop {
        let path = format!("/conversations/{conversation}/events?after={after}&limit=200");
        let page = priya.get(&path).await.ok();
        let listed = seqs(page["events"].as_array().unwrap());
        after = listed.last().copied().unwrap_or(after);
        log.extend(listed);
        if page["more"] == false {
            break;
        }
    }
    log.retain(|seq| *seq <= *read.last().unwrap());
    assert_eq!(read, log, "nothing is missing");
}
