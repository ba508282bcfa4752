//! Runs the server: builds the parts, listens, and stops cleanly.

use crate::app::{App, Parts};
use crate::clock::{Clock, SystemClock};
use crate::config::{Config, Smtp, SmtpSecurity};
use crate::dashboard_changes::DashboardChanges;
use crate::knowledge::Knowledge;
use crate::media::{self, Media};
use crate::rate_limit::RateLimits;
use crate::rooms::{Rooms, RoomsContext};
use crate::sign_in::EndedSessions;
use crate::sign_in::passwords::Passwords;
use crate::{api, demo, effects};
use anyhow::Context;
use axum::serve::ListenerExt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use trialogue_conversation::command::{Actor, Command};
use trialogue_notify::{Mailer, SmtpMailer, SmtpSettings};
use trialogue_relay::Relay;
use trialogue_storage::{ConversationFilter, SqliteOptions, SqliteStore, Store};

/// How long connections may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(5);
/// How often limits, expired sessions and finished effects are swept.
const SWEEP_EVERY: Duration = Duration::from_secs(600);
/// Finished effects keep their keys for so long: longer than anything tries again.
const KEEP_EFFECTS_MS: i64 = 7 * 24 * 60 * 60 * 1_000;

/// Opens the data folder and puts everything together.
pub async fn build(config: Config) -> anyhow::Result<App> {
    build_node(config, Arc::new(trialogue_relay::Hub::default().node())).await
}

/// The same for one of several nodes, which hear of one another through `relay`.
pub async fn build_node(config: Config, relay: Arc<dyn Relay>) -> anyhow::Result<App> {
    std::fs::create_dir_all(&config.data_dir).with_context(|| {
        format!(
            "the data folder {} cannot be made",
            config.data_dir.display()
        )
    })?;
    let database = config.data_dir.join("trialogue.db");
    let store = SqliteStore::open(SqliteOptions::at(&database))
        .with_context(|| format!("{} cannot be opened", database.display()))?;
    let store: Arc<dyn Store> = Arc::new(store);
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let effects_due = Arc::new(Notify::new());
    let dashboard_changes = DashboardChanges::new();
    let rooms = Rooms::new(RoomsContext {
        store: Arc::clone(&store),
        relay,
        clock: Arc::clone(&clock),
        effects_due: Arc::clone(&effects_due),
        dashboard_changes: dashboard_changes.clone(),
    });
    let mailer = config.smtp.as_ref().map(mailer).transpose()?;
    Ok(App::new(Parts {
        rate_limits: RateLimits::new(&config.limits),
        knowledge: Knowledge::open(&config)?,
        media: Media::open(&config, &rooms).await?,
        store,
        rooms,
        clock,
        dashboard_changes,
        effects_due,
        ended_sessions: EndedSessions::new(),
        passwords: Passwords::new(),
        mailer,
        config,
    }))
}

fn mailer(smtp: &Smtp) -> anyhow::Result<Arc<dyn Mailer>> {
    let settings = SmtpSettings {
        host: smtp.host.clone(),
        port: smtp.port,
        security: match smtp.security {
            SmtpSecurity::None => trialogue_notify::SmtpSecurity::None,
            SmtpSecurity::Starttls => trialogue_notify::SmtpSecurity::Starttls,
            SmtpSecurity::Tls => trialogue_notify::SmtpSecurity::Tls,
        },
        username: smtp.username.clone(),
        password: smtp.password.clone(),
        from: smtp.from.clone(),
        timeout: SmtpSettings::DEFAULT_TIMEOUT,
    };
    Ok(Arc::new(SmtpMailer::new(&settings)?))
}

/// A server at work: it listens, and does what events cause.
pub struct Running {
    pub address: SocketAddr,
    app: App,
    stop: CancellationToken,
    serving: JoinHandle<std::io::Result<()>>,
    work: JoinHandle<()>,
}

/// Serves on `listener` until told to stop.
pub async fn start(app: App, listener: TcpListener) -> anyhow::Result<Running> {
    let address = listener.local_addr()?;
    // SQLite has one node: what is leased now was in hand when the last life of this node ended.
    let released = app.store.release_leases(app.now()).await?;
    if released > 0 {
        tracing::info!(
            released,
            "taking up work that was in hand when the server last stopped"
        );
    }
    app.media.listening_at(address);
    let stop = CancellationToken::new();
    let work = tokio::spawn({
        let (app, stop) = (app.clone(), stop.clone());
        async move {
            tokio::join!(
                effects::run_worker(app.clone(), stop.clone()),
                effects::run_wakes(app.clone(), stop.clone()),
                effects::catch_up_indexes(app.clone(), stop.clone()),
                media::run_sweep(app.clone(), stop.clone()),
                sweep(app.clone(), stop.clone()),
                note_the_absent(app, stop),
            );
        }
    });
    // A socket's frames are small and each counts: without this the kernel holds one back until the last is confirmed,
    // up to 40 ms.
    let listener = listener.tap_io(|connection| {
        if let Err(error) = connection.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps the kernel's delay");
        }
    });
    let service = api::router(app.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let stopping = stop.clone().cancelled_owned();
    let serving = tokio::spawn(async move {
        axum::serve(listener, service)
            .with_graceful_shutdown(stopping)
            .await
    });
    Ok(Running {
        address,
        app,
        stop,
        serving,
        work,
    })
}

impl Running {
    /// Takes no more requests, says goodbye on every socket, and waits until what is in hand is finished.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.stop.cancel();
        self.app.rooms.go_down().await;
        self.app.media.shutdown().await;
        self.serving.await??;
        self.work.await?;
        Ok(())
    }
}

pub async fn serve(config: Config) -> anyhow::Result<()> {
    let listener = TcpListener::bind(config.listen)
        .await
        .with_context(|| {
            format!(
                "{} is not free to listen on; --listen or TRIALOGUE_LISTEN names another address, such as 127.0.0.1:8081",
                config.listen
            )
        })?;
    let app = build(config).await?;
    let running = start(app.clone(), listener).await?;
    announce(&app, running.address).await?;
    wait_for_signal().await;
    eprintln!("Stopping …");
    // Connections that do not say goodbye must not keep the server.
    tokio::spawn(async {
        tokio::time::sleep(GOODBYE).await;
        eprintln!("Stopped; some connections did not close in time.");
        std::process::exit(0);
    });
    running.stop().await?;
    eprintln!("Stopped.");
    Ok(())
}

/// Says where everything is.
async fn announce(app: &App, listening: SocketAddr) -> anyhow::Result<()> {
    println!(
        "Trialogue is at {} (listening on {listening}).",
        app.config.public_url
    );
    if app.config.demo {
        demo::prepare_and_show(app).await?;
    } else if !app.store.has_users().await? {
        println!(
            "Nobody has an account yet. Open {} to set it up, or run: trialogue admin create",
            app.link("/setup")
        );
    }
    if app.knowledge.retrieval() == "keyword_only" {
        println!(
            "There is no embedding model in {}: search runs on keywords alone.",
            app.config.model_dir.display()
        );
    }
    if let Some(why) = app.media.missing() {
        println!("There is no video: {why}.");
    }
    if app.mailer.is_none() {
        println!(
            "No mail server is configured: {} shows what would have been sent.",
            app.link("/dashboard/mailbox")
        );
    }
    println!("Stop with Ctrl-C.");
    Ok(())
}

async fn wait_for_signal() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => {
                tokio::select! {
                    _ = interrupt => {}
                    _ = terminate.recv() => {}
                }
            }
            Err(_) => {
                let _ = interrupt.await;
            }
        }
    }
    #[cfg(not(unix))]
    {
        let _ = interrupt.await;
    }
}

async fn sweep(app: App, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(SWEEP_EVERY) => {}
            () = stop.cancelled() => return,
        }
        app.rate_limits.forget_idle();
        let now = app.now();
        let swept = async {
            app.store.forget_expired(now).await?;
            app.store
                .forget_done_effects(now.plus_ms(-KEEP_EFFECTS_MS))
                .await
        };
        if let Err(error) = swept.await {
            tracing::error!(%error, "could not sweep");
        }
    }
}

/// After a crash the log says that people are here whose connections died with the old process. Those who do not come
/// back at once have dropped out.
async fn note_the_absent(app: App, stop: CancellationToken) {
    /// Pages reconnect within a few seconds.
    const GRACE: Duration = Duration::from_secs(10);
    tokio::select! {
        () = tokio::time::sleep(GRACE) => {}
        () = stop.cancelled() => return,
    }
    if let Err(error) = disconnect_absent(&app).await {
        tracing::error!(%error, "could not look for people whose connections are gone");
    }
}

async fn disconnect_absent(app: &App) -> Result<(), trialogue_storage::Error> {
    /// Conversations looked at in one read.
    const PAGE: usize = 200;
    let filter = ConversationFilter {
        open: Some(true),
        ..ConversationFilter::default()
    };
    for workspace in app.store.workspaces().await? {
        let mut before = None;
        loop {
            let rows = app
                .store
                .conversations(workspace.workspace_id, &filter, before, PAGE)
                .await?;
            for row in &rows {
                let someone_here =
                    serde_json::from_str::<trialogue_conversation::Summary>(&row.summary)
                        .is_ok_and(|summary| summary.here.iter().any(|person| person.here));
                if !someone_here {
                    continue;
                }
                let Ok(absent) = app.rooms.absent(row.conversation_id).await else {
                    continue;
                };
                for participant_id in absent {
                    // One who comes back in this very moment is connected again by their next frame.
                    let _ = app
                        .rooms
                        .command(
                            row.conversation_id,
                            Actor::System,
                            Command::Disconnected { participant_id },
                        )
                        .await;
                }
            }
            match rows.last() {
                Some(last) if rows.len() == PAGE => before = Some(last.cursor()),
                _ => break,
            }
        }
    }
    Ok(())
}
