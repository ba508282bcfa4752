//! SRTP with AES-128-GCM (RFC 7714), as much of it as the limit needs: one pass over a packet, no replay window, no RTCP.

use anyhow::{Result, anyhow};
use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

/// Bytes that protecting adds.
pub const TAG: usize = 16;

pub struct Session {
    key: LessSafeKey,
    salt: [u8; 12],
}

impl Session {
    /// A session whose key is known to both sides by its number; the bench has nothing to hide.
    pub fn numbered(number: u32) -> Result<Session> {
        let mut key = [7u8; 16];
        key[..4].copy_from_slice(&number.to_be_bytes());
        let mut salt = [3u8; 12];
        salt[..4].copy_from_slice(&number.to_be_bytes());
        let key = UnboundKey::new(&AES_128_GCM, &key).map_err(|_| anyhow!("a key that is none"))?;
        Ok(Session {
            key: LessSafeKey::new(key),
            salt,
        })
    }

    /// RFC 7714 §8.1: two zero bytes, SSRC, roll-over counter, sequence number; all of it XOR the salt.
    fn nonce(&self, header: &[u8], roll_over: u32) -> Nonce {
        let mut nonce = [0u8; 12];
        nonce[2..6].copy_from_slice(&header[8..12]);
        nonce[6..10].copy_from_slice(&roll_over.to_be_bytes());
        nonce[10..12].copy_from_slice(&header[2..4]);
        for (byte, salt) in nonce.iter_mut().zip(self.salt) {
            *byte ^= salt;
        }
        Nonce::assume_unique_for_key(nonce)
    }

    /// Protects the packet in place; `header` is the length of its clear part.
    pub fn protect(&self, packet: &mut Vec<u8>, header: usize, roll_over: u32) -> Result<()> {
        let (clear, secret) = packet.split_at_mut(header);
        let nonce = self.nonce(clear, roll_over);
        let tag = self
            .key
            .seal_in_place_separate_tag(nonce, Aad::from(&*clear), secret)
            .map_err(|_| anyhow!("not sealed"))?;
        packet.extend_from_slice(tag.as_ref());
        Ok(())
    }

    /// Opens the packet in place; returns its length without the tag.
    pub fn unprotect(&self, packet: &mut [u8], header: usize, roll_over: u32) -> Result<usize> {
        let (clear, secret) = packet.split_at_mut(header);
        let nonce = self.nonce(clear, roll_over);
        let open = self
            .key
            .open_in_place(nonce, Aad::from(&*clear), secret)
            .map_err(|_| anyhow!("not opened"))?;
        Ok(header + open.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_protected_opens_with_the_same_key_and_no_other() {
        let packet: Vec<u8> = (0..100).collect();
        let mut sealed = packet.clone();
        Session::numbered(1)
            .unwrap()
            .protect(&mut sealed, 12, 0)
            .unwrap();
        assert_eq!(sealed.len(), packet.len() + TAG);
        assert_ne!(sealed[12..100], packet[12..]);
        let mut other = sealed.clone();
        assert!(
            Session::numbered(2)
                .unwrap()
                .unprotect(&mut other, 12, 0)
                .is_err()
        );
        let length = Session::numbered(1)
            .unwrap()
            .unprotect(&mut sealed, 12, 0)
            .unwrap();
        assert_eq!(sealed[..length], packet);
    }
}
