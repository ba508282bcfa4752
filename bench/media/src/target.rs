//! The servers that are compared: how to start each, what it costs, how to join.

use std::fs;
use std::net::{IpAddr, SocketAddr, TcpListener, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::json;
use tempfile::TempDir;

use crate::load::Client;
use crate::{janus, limit, livekit};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Limit,
    BuiltIn,
    LiveKit,
    Janus,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Kind::Limit => "the limit",
            Kind::BuiltIn => "built-in",
            Kind::LiveKit => "LiveKit",
            Kind::Janus => "Janus",
        }
    }
}

/// A participant to be: the room's publisher at a place, or one of its subscribers.
pub struct Who {
    pub room: usize,
    pub place: Option<usize>,
    pub number: usize,
}

impl Who {
    pub fn identity(&self) -> String {
        match self.place {
            Some(place) => format!("publisher-{}-{place}", self.room),
            None => format!("subscriber-{}-{}", self.room, self.number),
        }
    }
}

pub struct Server {
    pub kind: Kind,
    /// Of the signalling.
    pub address: SocketAddr,
    pub key: String,
    pub secret: String,
    child: Child,
    _folder: TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a process has used.
#[derive(Clone, Copy)]
pub struct Usage {
    pub cpu: Duration,
    pub memory: u64,
}

/// Reads `/proc`: user and system time of all threads, and resident memory.
pub fn usage(pid: u32) -> Result<Usage> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The command's name may contain anything; fields are counted from its closing parenthesis.
    let fields: Vec<&str> = stat
        .rsplit_once(')')
        .context("a strange stat")?
        .1
        .split_whitespace()
        .collect();
    let field = |at: usize| -> Result<u64> { Ok(fields.get(at).context("a short stat")?.parse()?) };
    // Ticks of 10 ms, pages of 4 KiB: what Linux has on every machine that this runs on.
    Ok(Usage {
        cpu: Duration::from_millis((field(11)? + field(12)?) * 10),
        memory: field(21)? * 4_096,
    })
}

fn free_port(address: IpAddr) -> Result<u16> {
    Ok(TcpListener::bind((address, 0))?.local_addr()?.port())
}

/// The address of this machine on its network: Janus gathers no candidate on the loopback interface. Packets stay inside of the machine.
fn outward() -> Result<IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0")?;
    socket.connect("192.0.2.1:9")?;
    Ok(socket.local_addr()?.ip())
}

pub struct Programs {
    pub built_in: Option<PathBuf>,
    pub livekit: Option<PathBuf>,
    pub janus: Option<PathBuf>,
    /// Where the servers' logs go; nowhere that lasts if there is none.
    pub logs: Option<PathBuf>,
}

impl Server {
    pub fn start(kind: Kind, programs: &Programs) -> Result<Server> {
        let folder = tempfile::tempdir()?;
        let host = if kind == Kind::Janus {
            outward()?
        } else {
            IpAddr::from([127, 0, 0, 1])
        };
        let port = free_port(host)?;
        let address = SocketAddr::new(host, port);
        let (udp, tcp) = (free_port(host)?, free_port(host)?);
        let (key, secret) = (
            "devkey".to_owned(),
            "a-secret-for-benches-only-0123456789".to_owned(),
        );
        let mut command = match kind {
            Kind::Limit => {
                let mut command = Command::new(std::env::current_exe()?);
                command.args(["limit", "--address", &address.to_string()]);
                command
            }
            Kind::BuiltIn => {
                let mut command =
                    Command::new(programs.built_in.as_ref().context("no built-in server")?);
                command.args(["--http", &address.to_string()]);
                command.args([
                    "--udp",
                    &SocketAddr::new(host, udp).to_string(),
                    "--tcp",
                    &SocketAddr::new(host, tcp).to_string(),
                ]);
                command.args(["--api-key", &key, "--api-secret", &secret]);
                command
            }
            Kind::LiveKit => {
                let settings = folder.path().join("livekit.yaml");
                let content = json!({
                    "port": port, "bind_addresses": [host], "keys": { &key: &secret },
                    "rtc": { "tcp_port": tcp, "udp_port": udp, "use_external_ip": false, "node_ip": host, "enable_loopback_candidate": true },
                    "logging": { "level": if programs.logs.is_some() { "debug" } else { "error" } },
                });
                fs::write(&settings, content.to_string())?;
                let mut command =
                    Command::new(programs.livekit.as_ref().context("no LiveKit server")?);
                command.args(["--config".as_ref(), settings.as_os_str()]);
                command
            }
            Kind::Janus => {
                configure_janus(folder.path(), address)?;
                let mut command = Command::new(programs.janus.as_ref().context("no Janus")?);
                command.args(["-F".as_ref(), folder.path().as_os_str()]);
                command
            }
        };
        let logs = programs.logs.as_deref().unwrap_or(folder.path());
        let log = fs::File::create(logs.join(format!("{}.log", kind.name())))?;
        let child = command
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        let mut server = Server {
            kind,
            address,
            key,
            secret,
            child,
            _folder: folder,
        };
        server.wait()?;
        Ok(server)
    }

    fn wait(&mut self) -> Result<()> {
        for _ in 0..200 {
            if let Some(status) = self.child.try_wait()? {
                bail!("{} ended at once: {status}", self.kind.name());
            }
            let listens = match self.kind {
                // A datagram socket cannot be tried by connecting; its port is taken once it is bound.
                Kind::Limit => UdpSocket::bind(self.address).is_err(),
                _ => std::net::TcpStream::connect(self.address).is_ok(),
            };
            if listens {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        bail!("{} does not listen", self.kind.name())
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    pub fn usage(&self) -> Result<Usage> {
        usage(self.child.id())
    }

    pub async fn join(&self, who: &Who, feedback: bool) -> Result<(Client, Duration)> {
        match self.kind {
            Kind::Limit => limit::join(self, who),
            Kind::BuiltIn | Kind::LiveKit => livekit::join(self, who, feedback).await,
            Kind::Janus => janus::join(self, who, feedback).await,
        }
    }
}

/// Only what a call needs: one plugin, one transport, no log.
fn configure_janus(folder: &Path, address: SocketAddr) -> Result<()> {
    let (host, port) = (address.ip(), address.port());
    let base = "/usr/lib/x86_64-linux-gnu/janus";
    let janus = format!(
        "general: {{ configs_folder = \"{0}\"\n plugins_folder = \"{base}/plugins\"\n transports_folder = \"{base}/transports\"\n \
         debug_level = 2\n interface = \"{host}\" }}\n\
         media: {{ ipv6 = false }}\nnat: {{ ice_enforce_list = \"{host}\"\n ice_ignore_list = \"\" }}\n\
         plugins: {{ disable = \"libjanus_audiobridge.so,libjanus_duktape.so,libjanus_echotest.so,libjanus_lua.so,libjanus_nosip.so,\
         libjanus_recordplay.so,libjanus_sip.so,libjanus_streaming.so,libjanus_textroom.so,libjanus_videocall.so,libjanus_voicemail.so\" }}\n\
         transports: {{ disable = \"libjanus_http.so,libjanus_mqtt.so,libjanus_nanomsg.so,libjanus_pfunix.so,libjanus_rabbitmq.so\" }}\n",
        folder.display(),
    );
    fs::write(folder.join("janus.jcfg"), janus)?;
    fs::write(
        folder.join("janus.transport.websockets.jcfg"),
        format!(
            "general: {{ json = \"plain\"\n ws = true\n ws_port = {port}\n ws_ip = \"{host}\"\n wss = false }}\nadmin: {{ admin_ws = false }}\n"
        ),
    )?;
    fs::write(folder.join("janus.plugin.videoroom.jcfg"), "general: { }\n")?;
    Ok(())
}
