//! The demo workspace of `make run`: people, and a persona that knows a conference. Never on a public server.

use crate::api::{add_persona, add_source, create_first_admin, create_user};
use crate::app::App;
use crate::persona_profile::Profile;
use crate::problem::Problem;
use serde::Deserialize;
use trialogue_conversation::ids::{UserId, WorkspaceId};
use trialogue_storage::{NewUser, Persona, Question, QuestionId, UserRole, Write};
use uuid::Uuid;

const PASSWORD: &str = "trialogue-demo";
/// E-mail, name, roles besides the first, who is admin and owner.
const PEOPLE: [(&str, &str, &[UserRole]); 2] = [
    ("priya@demo.example", "Priya Nair", &[UserRole::Agent]),
    ("tom@demo.example", "Tom Okafor", &[UserRole::Supervisor]),
];
const SOURCES: [(&str, &str); 2] = [
    (
        "Northlight 2027: programme",
        include_str!("../demo/northlight-programme.md"),
    ),
    (
        "Northlight 2027: practical information",
        include_str!("../demo/northlight-practical.md"),
    ),
];
const QUESTIONS: &str = include_str!("../demo/questions.json");

#[derive(Deserialize)]
struct DemoQuestion {
    phrasings: Vec<String>,
    answer: String,
}

/// Creates the demo on the first start, and prints the way in on every start.
pub async fn prepare_and_show(app: &App) -> anyhow::Result<()> {
    if !app.store.has_users().await? {
        create(app)
            .await
            .map_err(|problem| anyhow::anyhow!("the demo could not be made: {}", problem.detail))?;
    }
    let persona = persona(app).await?;
    println!();
    if let Some(persona) = persona {
        println!(
            "  Talk to {}     {}",
            persona.name,
            app.link(&format!("/p/{}", persona.persona_id))
        );
    }
    println!("  A page with the widget {}", app.link("/demo"));
    println!("  Dashboard           {}", app.link("/dashboard"));
    println!("  Sign in as owner    dana@demo.example   password {PASSWORD}");
    println!("  … as colleague      priya@demo.example  password {PASSWORD}");
    println!("  … as supervisor     tom@demo.example    password {PASSWORD}");
    println!(
        "\nThese passwords are public: the demo is for trying things out on your own machine.\n"
    );
    Ok(())
}

/// The demo's persona, if it is still there.
pub async fn persona(app: &App) -> Result<Option<Persona>, trialogue_storage::Error> {
    let Some(owner) = app.store.user_by_email("dana@demo.example").await? else {
        return Ok(None);
    };
    Ok(app
        .store
        .personas(owner.workspace_id)
        .await?
        .into_iter()
        .next()
        .map(|card| card.persona))
}

async fn create(app: &App) -> Result<(), Problem> {
    let owner_id = create_first_admin(
        app,
        "Northlight",
        "Dana Weber",
        "dana@demo.example",
        PASSWORD.into(),
    )
    .await?;
    let owner = app
        .store
        .user_by_email("dana@demo.example")
        .await?
        .ok_or_else(|| Problem::not_found("user"))?;
    let password_hash = app.passwords.hash(PASSWORD.into()).await?;
    for (email, name, roles) in PEOPLE {
        let user = NewUser {
            user_id: UserId(Uuid::now_v7()),
            workspace_id: owner.workspace_id,
            email: email.into(),
            name: name.into(),
            roles: roles.to_vec(),
            password_hash: password_hash.clone(),
            created_at: app.now(),
        };
        create_user(app, user, None).await?;
    }
    create_persona(app, owner.workspace_id, owner_id).await
}

async fn create_persona(
    app: &App,
    workspace_id: WorkspaceId,
    owner_id: UserId,
) -> Result<(), Problem> {
    let profile = Profile {
        call_names: vec!["Michael AI".into()],
        greeting: "Hello, I am Michael. I know the Northlight conference: its programme, tickets, travel and hotels. What would you like to know?".into(),
        ..Profile::default()
    };
    let persona_id = add_persona(app, workspace_id, owner_id, "Michael", &profile).await?;
    for (title, text) in SOURCES {
        add_source(
            app,
            workspace_id,
            persona_id,
            title,
            "markdown",
            text.as_bytes().to_vec(),
        )
        .await?;
    }
    let questions: Vec<DemoQuestion> =
        serde_json::from_str(QUESTIONS).map_err(Problem::internal)?;
    let writes = questions.into_iter().filter_map(|pair| {
        let mut phrasings = pair.phrasings.into_iter();
        Some(Write::Question(Question {
            question_id: QuestionId(Uuid::now_v7()),
            persona_id,
            question: phrasings.next()?,
            phrasings: phrasings.collect(),
            answer: pair.answer,
            updated_at: app.now(),
        }))
    });
    app.store.write(workspace_id, writes.collect()).await?;
    Ok(())
}
