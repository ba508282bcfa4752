//! Cryptography without secrets: every checksum is zero, nothing is enciphered, a handshake is done as soon as it begins.
//!
//! With the real one, a fuzzer's bytes would end at the first message authentication code, and what a participant who holds
//! the keys can send would never be tried.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use str0m::config::DtlsCert;
use str0m::crypto::dtls::{
    DtlsImplError, DtlsInstance, DtlsOutput, DtlsProvider, DtlsVersion, KeyingMaterial,
    ProtocolVersion, SrtpProfile,
};
use str0m::crypto::{
    Aes128CmSha1_80Cipher, CryptoError, CryptoProvider, Sha1HmacProvider, Sha256Provider,
    SrtpProvider, SupportedAeadAes128Gcm, SupportedAeadAes256Gcm, SupportedAes128CmSha1_80,
    from_feature_flags,
};

/// First byte of a datagram that carries application data of DTLS (RFC 8446 §5.1).
pub(super) const APPLICATION_DATA: u8 = 23;

/// Bytes of the authentication code behind an SRTP packet, all zero here.
pub(super) const RTP_TAG: usize = 10;

/// The same behind an SRTCP packet, with the index that says that it is not enciphered.
pub(super) const RTCP_TAG: usize = 14;

pub(super) fn provider() -> CryptoProvider {
    CryptoProvider {
        srtp_provider: &Plain,
        sha1_hmac_provider: &Plain,
        sha256_provider: &Plain,
        dtls_provider: &Plain,
    }
}

pub(super) fn certificate() -> DtlsCert {
    DtlsCert {
        certificate: vec![0x30],
        private_key: vec![0x30],
    }
}

#[derive(Debug)]
struct Plain;

impl Sha1HmacProvider for Plain {
    fn sha1_hmac(&self, _key: &[u8], _payloads: &[&[u8]]) -> [u8; 20] {
        [0; 20]
    }
}

impl Sha256Provider for Plain {
    fn sha256(&self, _data: &[u8]) -> [u8; 32] {
        [0; 32]
    }
}

impl SrtpProvider for Plain {
    fn aes_128_cm_sha1_80(&self) -> &'static dyn SupportedAes128CmSha1_80 {
        &Plain
    }

    // Never agreed on: the handshake below names the profile above.
    fn aead_aes_128_gcm(&self) -> &'static dyn SupportedAeadAes128Gcm {
        from_feature_flags().srtp_provider.aead_aes_128_gcm()
    }

    fn aead_aes_256_gcm(&self) -> &'static dyn SupportedAeadAes256Gcm {
        from_feature_flags().srtp_provider.aead_aes_256_gcm()
    }

    fn srtp_aes_128_ecb_round(&self, _key: &[u8], _input: &[u8], output: &mut [u8]) {
        output.fill(0);
    }

    fn srtp_aes_256_ecb_round(&self, _key: &[u8], _input: &[u8], output: &mut [u8]) {
        output.fill(0);
    }
}

impl SupportedAes128CmSha1_80 for Plain {
    fn create_cipher(&self, _key: [u8; 16], _encrypt: bool) -> Box<dyn Aes128CmSha1_80Cipher> {
        Box::new(Plain)
    }
}

impl Aes128CmSha1_80Cipher for Plain {
    fn encrypt(
        &mut self,
        _iv: &[u8; 16],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<(), CryptoError> {
        output[..input.len()].copy_from_slice(input);
        Ok(())
    }

    fn decrypt(
        &mut self,
        iv: &[u8; 16],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<(), CryptoError> {
        self.encrypt(iv, input, output)
    }
}

impl DtlsProvider for Plain {
    fn generate_certificate(&self) -> Option<DtlsCert> {
        Some(certificate())
    }

    fn new_dtls(
        &self,
        _cert: &DtlsCert,
        now: Instant,
        _version: DtlsVersion,
        _mtu: Option<usize>,
    ) -> Result<Box<dyn DtlsInstance>, CryptoError> {
        Ok(Box::new(Handshake {
            is_active: false,
            now,
            due: VecDeque::new(),
        }))
    }
}

/// Most datagrams that wait to be read; a real one bounds them too.
const WAITING: usize = 64;

#[derive(Debug)]
struct Handshake {
    is_active: bool,
    now: Instant,
    due: VecDeque<Due>,
}

#[derive(Debug)]
enum Due {
    Keys,
    Connected,
    Data(Vec<u8>),
    Packet(Vec<u8>),
}

impl DtlsInstance for Handshake {
    fn set_active(&mut self, active: bool) {
        self.is_active = active;
        self.due.extend([Due::Keys, Due::Connected]);
    }

    fn handle_packet(&mut self, packet: &[u8]) -> Result<(), DtlsImplError> {
        if let [APPLICATION_DATA, data @ ..] = packet
            && self.due.len() < WAITING
        {
            self.due.push_back(Due::Data(data.to_vec()));
        }
        Ok(())
    }

    fn poll_output<'a>(&mut self, buf: &'a mut [u8]) -> DtlsOutput<'a> {
        let mut put = |bytes: Vec<u8>| {
            let length = bytes.len().min(buf.len());
            buf[..length].copy_from_slice(&bytes[..length]);
            length
        };
        match self.due.pop_front() {
            Some(Due::Keys) => {
                let profile = SrtpProfile::AES128_CM_SHA1_80;
                let zeros = vec![0; profile.keying_material_len()];
                DtlsOutput::KeyingMaterial(KeyingMaterial::new(&zeros), profile)
            }
            Some(Due::Connected) => DtlsOutput::Connected,
            Some(Due::Data(data)) => {
                let length = put(data);
                DtlsOutput::ApplicationData(&buf[..length])
            }
            Some(Due::Packet(packet)) => {
                let length = put(packet);
                DtlsOutput::Packet(&buf[..length])
            }
            None => DtlsOutput::Timeout(self.now + Duration::from_secs(3_600)),
        }
    }

    fn handle_timeout(&mut self, now: Instant) -> Result<(), DtlsImplError> {
        self.now = now;
        Ok(())
    }

    fn send_application_data(&mut self, data: &[u8]) -> Result<(), DtlsImplError> {
        let mut packet = vec![APPLICATION_DATA];
        packet.extend(data);
        self.due.push_back(Due::Packet(packet));
        Ok(())
    }

    fn is_active(&self) -> bool {
        self.is_active
    }

    fn protocol_version(&self) -> Option<ProtocolVersion> {
        None
    }

    fn close(&mut self) -> Result<(), DtlsImplError> {
        Ok(())
    }
}
