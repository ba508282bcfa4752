//! The two servers that are measured: how each is started and how its rooms are filled.

use crate::member::Dialect;
use crate::room::MEMBERS;
use crate::shim::Shim;
use anyhow::Context;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use trialogue_driver::{
    Api, Cast, Server, connect, free_address, seat_room, seat_visitor, trialogue,
};

const START_WITHIN: Duration = Duration::from_secs(30);

pub type Socket = WebSocketStream<TcpStream>;

/// Which server.
#[derive(Clone, Debug)]
pub enum Target {
    Hub { program: PathBuf },
    Trialogue { program: PathBuf },
}

/// A server that runs, and what is needed to get into its rooms.
pub struct Running {
    pub server: Server,
    way_in: WayIn,
}

enum WayIn {
    Hub { rooms: u64 },
    Trialogue { api: Api, cast: Cast },
}

impl Target {
    pub fn name(&self) -> &'static str {
        match self {
            Self::Hub { .. } => "bare hub",
            Self::Trialogue { .. } => "Trialogue",
        }
    }

    pub fn dialect(&self) -> Dialect {
        match self {
            Self::Hub { .. } => Dialect::Hub,
            Self::Trialogue { .. } => Dialect::Trialogue,
        }
    }

    pub async fn start(&self, data: &Path, shim: &Shim) -> anyhow::Result<Running> {
        let address = free_address()?;
        let mut command = match self {
            Self::Hub { program } => {
                let mut command = Command::new(program);
                command
                    .arg("--data")
                    .arg(data)
                    .arg("--listen")
                    .arg(address.to_string());
                command.stdin(Stdio::null()).stdout(Stdio::null());
                command
            }
            Self::Trialogue { program } => trialogue(program, address, data),
        };
        shim.preload(&mut command);
        let server = Server::start(command, address, START_WITHIN).await?;
        let way_in = match self {
            Self::Hub { .. } => WayIn::Hub { rooms: 0 },
            Self::Trialogue { .. } => {
                let api = Api::new(address);
                let cast = Cast::assemble(&api)
                    .await
                    .context("could not set Trialogue up")?;
                WayIn::Trialogue { api, cast }
            }
        };
        Ok(Running { server, way_in })
    }
}

impl Running {
    /// A room of four, everybody connected.
    pub async fn room(&mut self) -> anyhow::Result<Vec<Socket>> {
        let mut sockets = Vec::with_capacity(MEMBERS);
        match &mut self.way_in {
            WayIn::Hub { rooms } => {
                *rooms += 1;
                for _ in 0..MEMBERS {
                    sockets.push(hub_socket(&self.server, *rooms).await?);
                }
            }
            WayIn::Trialogue { api, cast } => {
                for seat in seat_room(api, cast).await? {
                    sockets.push(connect(api, &seat, None).await?.0);
                }
            }
        }
        Ok(sockets)
    }

    /// A room in which nothing happens, with four sockets. Trialogue's are one visitor's: four open tabs.
    pub async fn idle_room(&mut self) -> anyhow::Result<Vec<Socket>> {
        let mut sockets = Vec::with_capacity(MEMBERS);
        match &mut self.way_in {
            WayIn::Hub { .. } => return self.room().await,
            WayIn::Trialogue { api, cast } => {
                let seat = seat_visitor(api, cast).await?;
                for _ in 0..MEMBERS {
                    sockets.push(connect(api, &seat, None).await?.0);
                }
            }
        }
        Ok(sockets)
    }

    /// A conversation that nobody looks at any more. The hub knows none.
    pub async fn idle_conversation(&mut self) -> anyhow::Result<()> {
        if let WayIn::Trialogue { api, cast } = &mut self.way_in {
            seat_visitor(api, cast).await?;
        }
        Ok(())
    }
}

async fn hub_socket(server: &Server, room: u64) -> anyhow::Result<Socket> {
    let stream = TcpStream::connect(server.address).await?;
    stream.set_nodelay(true)?;
    let (socket, _) =
        tokio_tungstenite::client_async(format!("ws://{}/rooms/{room}", server.address), stream)
            .await?;
    Ok(socket)
}
