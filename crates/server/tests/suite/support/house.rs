//! The server under test.

use super::person::Person;
use argon2::password_hash::{PasswordHasher, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use serde_json::json;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use trialogue_conversation::ids::{UserId, WorkspaceId};
use trialogue_relay::{Hub, Relay};
use trialogue_server::app::App;
use trialogue_server::config::{Config, Limits, MediaConfig};
use trialogue_server::{api, serve};
use trialogue_storage::{NewUser, UserRole, Workspace};
use uuid::Uuid;

pub const PASSWORD: &str = "correct horse battery staple";
/// What the persona of most tests knows.
pub const QUESTION: &str = "When do the doors open?";
pub const ANSWER: &str = "The doors open at half past eight.";

/// How a server is started.
pub struct Opening {
    pub config: Config,
    pub relay: Arc<dyn Relay>,
    /// The folder of the embedding model; most tests run without.
    pub model_dir: Option<PathBuf>,
    /// Without it nothing does what events cause, as if the server had died just before.
    pub works: bool,
}

impl Default for Opening {
    fn default() -> Self {
        let endless = 1_000_000;
        let limits = Limits {
            sign_ins_per_minute: endless,
            messages_per_minute: endless,
            knocks_per_minute: endless,
            invitations_per_hour: endless,
            visitors_per_minute: endless,
            media_tokens_per_minute: endless,
            trust_forwarded_for: false,
        };
        Self {
            config: Config {
                public_url: "http://trialogue.example".into(),
                limits,
                // Many of these servers run at a time.
                media: MediaConfig {
                    udp_port: 0,
                    tcp_port: 0,
                    ..MediaConfig::default()
                },
                ..Config::default()
            },
            relay: Arc::new(Hub::default().node()),
            model_dir: None,
            works: true,
        }
    }
}

enum Serving {
    Whole(serve::Running),
    WithoutWork(JoinHandle<()>),
}

pub struct House {
    pub app: App,
    pub address: SocketAddr,
    data: Arc<TempDir>,
    serving: Serving,
}

impl House {
    /// A server that nobody has set up yet.
    pub async fn empty(opening: Opening) -> Self {
        let data = Arc::new(tempfile::tempdir().unwrap());
        Self::on(data, (Ipv4Addr::LOCALHOST, 0).into(), opening).await
    }

    /// A workspace with the admin and owner Dana and the agents Priya and Nils.
    pub async fn furnished() -> Self {
        let house = Self::empty(Opening::default()).await;
        house.furnish().await;
        house
    }

    async fn on(data: Arc<TempDir>, address: SocketAddr, opening: Opening) -> Self {
        let config = Config {
            data_dir: data.path().to_owned(),
            model_dir: opening
                .model_dir
                .unwrap_or_else(|| data.path().join("no-model")),
            ..opening.config
        };
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let app = serve::build_node(config, opening.relay).await.unwrap();
        let serving = if opening.works {
            Serving::Whole(serve::start(app.clone(), listener).await.unwrap())
        } else {
            let service =
                api::router(app.clone()).into_make_service_with_connect_info::<SocketAddr>();
            Serving::WithoutWork(tokio::spawn(async move {
                axum::serve(listener, service).await.unwrap();
            }))
        };
        Self {
            app,
            address,
            data,
            serving,
        }
    }

    /// A further server on the same data.
    pub async fn beside(&self, opening: Opening) -> Self {
        Self::on(
            Arc::clone(&self.data),
            (Ipv4Addr::LOCALHOST, 0).into(),
            opening,
        )
        .await
    }

    /// Stops, and starts again on the same data at the same address.
    pub async fn restart(self, opening: Opening) -> Self {
        match self.serving {
            Serving::Whole(running) => running.stop().await.unwrap(),
            Serving::WithoutWork(serving) => {
                serving.abort();
                assert!(serving.await.unwrap_err().is_cancelled());
            }
        }
        drop(self.app);
        Self::on(self.data, self.address, opening).await
    }

    pub async fn furnish(&self) {
        let workspace_id = self.workspace("Northlight").await;
        for (name, email, roles) in [
            (
                "Dana Weber",
                "dana@northlight.example",
                vec![UserRole::Admin, UserRole::Owner],
            ),
            (
                "Priya Nair",
                "priya@northlight.example",
                vec![UserRole::Agent],
            ),
            (
                "Nils Berg",
                "nils@northlight.example",
                vec![UserRole::Agent],
            ),
        ] {
            self.user(workspace_id, name, email, roles).await;
        }
    }

    /// Adds a tenant. The API has no door for the second one, so this goes to the store.
    pub async fn workspace(&self, name: &str) -> WorkspaceId {
        let workspace_id = WorkspaceId(Uuid::now_v7());
        let workspace = Workspace {
            workspace_id,
            name: name.into(),
            settings: "{}".into(),
            created_at: self.app.now(),
        };
        self.app.store.add_workspace(workspace).await.unwrap();
        workspace_id
    }

    /// Adds a user whose password is [`PASSWORD`], hashed cheaply: without optimisation a real hash takes seconds.
    pub async fn user(
        &self,
        workspace_id: WorkspaceId,
        name: &str,
        email: &str,
        roles: Vec<UserRole>,
    ) {
        let cheap = Argon2::new(
            Algorithm::Argon2id,
            Version::V0x13,
            Params::new(8, 1, 1, None).unwrap(),
        );
        let salt = SaltString::encode_b64(&[7; 16]).unwrap();
        let user = NewUser {
            user_id: UserId(Uuid::now_v7()),
            workspace_id,
            email: email.into(),
            name: name.into(),
            roles,
            password_hash: cheap
                .hash_password(PASSWORD.as_bytes(), &salt)
                .unwrap()
                .to_string(),
            created_at: self.app.now(),
        };
        self.app.store.create_user(user, None).await.unwrap();
    }

    /// Somebody with no account and no token.
    pub fn stranger(&self) -> Person {
        Person::new("A stranger", self.address)
    }

    pub async fn signed_in(&self, name: &str, email: &str) -> Person {
        let mut person = Person::new(name, self.address);
        person.sign_in(email, PASSWORD).await.ok();
        person
    }

    pub async fn dana(&self) -> Person {
        self.signed_in("Dana Weber", "dana@northlight.example")
            .await
    }

    pub async fn priya(&self) -> Person {
        self.signed_in("Priya Nair", "priya@northlight.example")
            .await
    }

    pub async fn nils(&self) -> Person {
        self.signed_in("Nils Berg", "nils@northlight.example").await
    }

    /// Dana's persona Michael, who knows one answer. Returns its id.
    pub async fn michael(&self, dana: &Person) -> String {
        let persona = dana
            .post("/personas", json!({"name": "Michael"}))
            .await
            .ok();
        let id = persona["id"].as_str().unwrap().to_owned();
        let pair = json!({"question": QUESTION, "phrasings": ["What time can I get in?"], "answer": ANSWER});
        dana.post(&format!("/personas/{id}/questions"), pair)
            .await
            .ok();
        id
    }

    pub async fn visitor(&self, name: &str, persona_id: &str) -> Person {
        let mut person = Person::new(name, self.address);
        let created = person
            .post("/visitors", json!({"persona_id": persona_id}))
            .await
            .ok();
        person.bearer = created["token"].as_str().map(str::to_owned);
        person
    }
}
