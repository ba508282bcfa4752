//! What all peer connections of a server share.

use std::net::SocketAddr;
use std::sync::Arc;

use str0m::config::DtlsCert;
use str0m::crypto::{CryptoProvider, from_feature_flags};
use str0m::net::Protocol;

/// What all peer connections of a server share.
#[derive(Clone)]
pub(crate) struct PeerSettings {
    pub(super) crypto: Arc<CryptoProvider>,
    // One certificate for all: making one takes tens of milliseconds, and a server's identity is no secret.
    pub(super) certificate: DtlsCert,
    /// Where the server can be reached, over which protocol.
    pub addresses: Vec<(Protocol, SocketAddr)>,
}

impl PeerSettings {
    /// `None` if no certificate could be made.
    pub(crate) fn new(addresses: Vec<(Protocol, SocketAddr)>) -> Option<Self> {
        let crypto = from_feature_flags();
        let certificate = crypto.dtls_provider.generate_certificate()?;
        Some(Self {
            crypto: Arc::new(crypto),
            certificate,
            addresses,
        })
    }

    /// With cryptography of another kind.
    #[cfg(any(test, feature = "fuzzing"))]
    pub(crate) fn with(
        crypto: CryptoProvider,
        certificate: DtlsCert,
        addresses: Vec<(Protocol, SocketAddr)>,
    ) -> Self {
        Self {
            crypto: Arc::new(crypto),
            certificate,
            addresses,
        }
    }

    /// Whether media can come over TCP.
    pub(crate) fn offers_tcp(&self) -> bool {
        self.addresses
            .iter()
            .any(|(protocol, _)| *protocol == Protocol::Tcp)
    }
}
