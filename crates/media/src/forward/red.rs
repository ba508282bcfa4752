//! Sound that is sent twice (RFC 2198): each packet carries the one before again, so that a lost one is heard all the same.

/// The packet proper without what is sent again, if this is RED.
///
/// Each block has a header: four bytes for those that are sent again (the first bit set, the last ten the length), one byte for the packet proper, which
/// comes last and fills the rest.
pub(crate) fn primary(payload: &[u8]) -> Option<&[u8]> {
    let mut rest = payload;
    let mut again = 0;
    loop {
        match rest {
            [first, _, high, low, others @ ..] if first & 0x80 != 0 => {
                again += usize::from(u16::from_be_bytes([high & 0x03, *low]));
                rest = others;
            }
            [first, blocks @ ..] if first & 0x80 == 0 => return blocks.get(again..),
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_packet_proper_comes_last() {
        assert_eq!(primary(&[111, 1, 2, 3]), Some(&[1, 2, 3][..]));
        let twice = [0x80 | 111, 0x0f, 0x00, 2, 111, 8, 9, 1, 2, 3];
        assert_eq!(primary(&twice), Some(&[1, 2, 3][..]));
        let nothing_again = [0x80 | 111, 0x0f, 0x00, 0, 111, 1];
        assert_eq!(primary(&nothing_again), Some(&[1][..]));
    }

    #[test]
    fn what_ends_too_early_is_no_red() {
        let cases: [&[u8]; 4] = [
            &[],
            &[0x80 | 111, 0, 0],
            &[0x80 | 111, 0, 0, 2],
            &[0x80 | 111, 0, 0x03, 0xff, 111, 8],
        ];
        for case in cases {
            assert_eq!(primary(case), None, "{case:?}");
        }
    }
}
