//! Work that takes long holds up none of another kind.

use crate::support::{House, Opening};
use serde_json::json;
use tokio::net::TcpListener;
use trialogue_server::config::{Config, Smtp, SmtpSecurity};

#[tokio::test]
async fn a_mail_server_that_does_not_answer_holds_up_no_handoff() {
    // Connections are taken by the kernel, and nobody ever says a word on them.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let smtp = Smtp {
        host: "127.0.0.1".into(),
        port: Some(silent.local_addr().unwrap().port()),
        security: SmtpSecurity::None,
        username: None,
        password: None,
        from: "Trialogue <trialogue@northlight.example>".into(),
    };
    let opening = Opening::default();
    let house = House::empty(Opening {
        config: Config {
            smtp: Some(smtp),
            ..opening.config
        },
        ..opening
    })
    .await;
    house.furnish().await;
    let dana = house.dana().await;
    let michael = house.michael(&dana).await;
    // More than are sent at a time.
    for number in 0..12 {
        let invite =
            json!({"email": format!("new{number}@northlight.example"), "roles": ["agent"]});
        dana.post("/workspace-invitations", invite).await.ok();
    }

    let sam = house.visitor("Sam", &michael).await;
    let conversation = sam.starts(&michael).await;
    let mut sam_live = sam.enters(&conversation).await;
    sam_live
        .says("Do you know how to repair a carburettor?")
        .await;
    sam_live.sees_event("handoff_raised", |_| true).await;
    // Written at once; when the mail server answers again it goes out.
    dana.finds_mail("dana@northlight.example", "").await;
}
