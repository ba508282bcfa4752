//! The media server alone, for trying clients against it:
//!
//! ```sh
//! cargo run -p trialogue-media --example standalone -- --http 127.0.0.1:7880 --udp 127.0.0.1:7882
//! ```

use std::net::{IpAddr, SocketAddr};

use clap::Parser;
use tracing_subscriber::EnvFilter;
use trialogue_media::{Config, IceLogin, IceServer, MediaServer};

/// As in the product, so that what is measured here is true of it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Serves LiveKit's protocol with nothing around it.
#[derive(Parser)]
struct Arguments {
    /// Where signalling and the room service are served.
    #[arg(long, default_value = "127.0.0.1:7880")]
    http: SocketAddr,
    /// Where media arrives over UDP.
    #[arg(long, default_value = "127.0.0.1:7882")]
    udp: SocketAddr,
    /// Where media arrives over TCP.
    #[arg(long)]
    tcp: Option<SocketAddr>,
    /// Addresses told to clients; the bound ones if none is given.
    #[arg(long)]
    announce: Vec<IpAddr>,
    /// A STUN or TURN server told to clients, as `turn:turn.example.org:3478`.
    #[arg(long)]
    ice_server: Vec<String>,
    /// The secret shared with that TURN server.
    #[arg(long)]
    turn_secret: Option<String>,
    #[arg(long, default_value = "devkey")]
    api_key: String,
    #[arg(long, default_value = "secret")]
    api_secret: String,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::from_default_env())
        .with_writer(std::io::stderr)
        .init();
    let arguments = Arguments::parse();
    let ice_servers = match arguments.ice_server {
        urls if urls.is_empty() => Vec::new(),
        urls => vec![IceServer {
            urls,
            login: arguments
                .turn_secret
                .map_or(IceLogin::Open, IceLogin::Shared),
        }],
    };
    let config = Config {
        udp: arguments.udp,
        tcp: arguments.tcp,
        announced: arguments.announce,
        ice_servers,
        ..Config::new(arguments.api_key, arguments.api_secret)
    };
    let media = MediaServer::start(config).await?;
    let listener = tokio::net::TcpListener::bind(arguments.http).await?;
    // Whoever starts it reads from here which ports it got.
    println!(
        "http={} udp={} tcp={:?}",
        listener.local_addr()?,
        media.udp_address(),
        media.tcp_address()
    );
    axum::serve(listener, media.router()).await?;
    Ok(())
}
