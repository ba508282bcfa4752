//! A real LiveKit server, where the machine has one.

use std::net::{Ipv4Addr, TcpListener, UdpSocket};
use std::process::{Child, Command, Stdio};
use tokio::net::TcpStream;
use tokio::time::{Duration, sleep, timeout};
use trialogue_server::config::{MediaConfig, Secret};

const KEY: &str = "test-key";
const SECRET: &str = "a-secret-of-at-least-thirty-two-bytes";

pub struct LiveKit {
    port: u16,
    process: Child,
}

impl LiveKit {
    /// Starts the server that `TRIALOGUE_TEST_LIVEKIT` names. Without one, says so and returns none.
    pub async fn start() -> Option<Self> {
        let Some(program) = std::env::var_os("TRIALOGUE_TEST_LIVEKIT") else {
            eprintln!("SKIPPED: TRIALOGUE_TEST_LIVEKIT names no LiveKit server to test against");
            return None;
        };
        let (port, tcp, udp) = (free_tcp(), free_tcp(), free_udp());
        let config = format!(
            "port: {port}\nbind_addresses: [127.0.0.1]\nrtc: {{tcp_port: {tcp}, udp_port: {udp}, use_external_ip: false, node_ip: 127.0.0.1}}\nkeys: {{{KEY}: {SECRET}}}\n"
        );
        let process = Command::new(program)
            .args(["--config-body", &config])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the LiveKit server starts");
        let started = Self { port, process };
        let listening = async {
            while TcpStream::connect((Ipv4Addr::LOCALHOST, port))
                .await
                .is_err()
            {
                sleep(Duration::from_millis(50)).await;
            }
        };
        timeout(super::PATIENCE, listening)
            .await
            .expect("the LiveKit server listens");
        Some(started)
    }

    pub fn as_media(&self) -> MediaConfig {
        MediaConfig {
            url: Some(format!("ws://127.0.0.1:{}", self.port)),
            api_key: Some(KEY.into()),
            api_secret: Some(Secret(SECRET.into())),
            ..MediaConfig::default()
        }
    }
}

impl Drop for LiveKit {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn free_tcp() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

fn free_udp() -> u16 {
    UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}
