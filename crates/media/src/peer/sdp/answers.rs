//! What is changed in answers.

use std::collections::BTreeMap;

use str0m::media::Mid;

use crate::peer::dependencies;

/// How a client is to send what it publishes in a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sending {
    /// The codec, in lower case, as formats are named: `vp9`, `red`.
    pub codec: String,
    /// Sound: nothing while it is silent (Opus' DTX).
    pub quiet: bool,
}

/// Completes an answer of str0m's to an offer in v1, where one connection carries both directions.
///
/// `sent` names what the server sends in which section: the stream and the track that the client is to see there. str0m answers every section in which the
/// client would receive with `sendonly`; those that carry nothing must say `inactive`, or the client takes them for tracks.
pub(crate) fn complete_answer(answer: &str, sent: &BTreeMap<Mid, (String, String)>) -> String {
    let mut completed = String::with_capacity(answer.len() + 64 * sent.len());
    for section in split_sections(answer) {
        let mid = mid_of(section);
        let is_media = section.starts_with("m=audio") || section.starts_with("m=video");
        let named = mid.and_then(|mid| sent.get(&mid));
        for line in section.lines() {
            match (is_media, named) {
                (false, _) => push(&mut completed, line),
                (true, Some((stream, track))) => push_named(&mut completed, line, stream, track),
                (true, None) => push_silent(&mut completed, line),
            }
        }
    }
    completed
}

/// Says in an answer how the client is to send: browsers send in the first format of an answer, and through silence unless told otherwise.
/// The dependency descriptor is taken for AV1 alone; with the other codecs it would only make each packet larger.
pub(crate) fn ask_for(answer: &str, wanted: &BTreeMap<Mid, Sending>) -> String {
    let mut completed = String::with_capacity(answer.len() + 16 * wanted.len());
    for section in split_sections(answer) {
        let sending = mid_of(section).and_then(|mid| wanted.get(&mid));
        let Some(sending) = sending else {
            section.lines().for_each(|line| push(&mut completed, line));
            continue;
        };
        let first = formats_of(section, &sending.codec);
        let opus = formats_of(section, "opus");
        for line in section.lines() {
            let parameters = line
                .strip_prefix("a=fmtp:")
                .and_then(|rest| rest.split_once(' '));
            if line.starts_with("m=") {
                push(&mut completed, &with_first(line, &first));
            } else if sending.quiet && parameters.is_some_and(|(format, _)| opus.contains(&format))
            {
                push(&mut completed, &format!("{line};usedtx=1"));
            } else if sending.codec == "av1" || !is_descriptor(line) {
                push(&mut completed, line);
            }
        }
    }
    completed
}

/// Whether a line agrees on the dependency descriptor.
fn is_descriptor(line: &str) -> bool {
    line.starts_with("a=extmap:") && line.ends_with(dependencies::URI)
}

/// The formats of a section that stand for a codec, and for repeats of it.
fn formats_of<'a>(section: &'a str, codec: &str) -> Vec<&'a str> {
    let named = section.lines().filter_map(|line| {
        let (format, name) = line.strip_prefix("a=rtpmap:")?.split_once(' ')?;
        name.split('/')
            .next()?
            .eq_ignore_ascii_case(codec)
            .then_some(format)
    });
    let mut found: Vec<_> = named.collect();
    let repeats: Vec<_> = section
        .lines()
        .filter_map(|line| line.strip_prefix("a=fmtp:")?.split_once(" apt="))
        .filter(|(_, of)| found.contains(of))
        .map(|(format, _)| format)
        .collect();
    found.extend(repeats);
    found
}

/// A media line with these formats before the others.
fn with_first(line: &str, first: &[&str]) -> String {
    let mut words: Vec<_> = line.split(' ').collect();
    // m=<media> <port> <protocol> <format>…
    let formats = words.len().min(3);
    words[formats..].sort_by_key(|format| !first.contains(format));
    words.join(" ")
}

fn mid_of(section: &str) -> Option<Mid> {
    section
        .lines()
        .find_map(|line| line.strip_prefix("a=mid:"))
        .map(|mid| Mid::from(mid.trim()))
}

fn push(sdp: &mut String, line: &str) {
    sdp.push_str(line);
    sdp.push_str("\r\n");
}

fn push_named(sdp: &mut String, line: &str, stream: &str, track: &str) {
    if line.starts_with("a=msid:") {
        push(sdp, &format!("a=msid:{stream} {track}"));
    } else if let Some((ssrc, _)) = line
        .strip_prefix("a=ssrc:")
        .and_then(|rest| rest.split_once(" msid:"))
    {
        push(sdp, &format!("a=ssrc:{ssrc} msid:{stream} {track}"));
    } else {
        push(sdp, line);
    }
}

fn push_silent(sdp: &mut String, line: &str) {
    match line {
        "a=sendonly" => push(sdp, "a=inactive"),
        "a=sendrecv" => push(sdp, "a=recvonly"),
        _ if line.starts_with("a=ssrc") || line.starts_with("a=msid:") => {}
        _ => push(sdp, line),
    }
}

fn split_sections(sdp: &str) -> impl Iterator<Item = &str> {
    let mut rest = sdp;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = rest[1..].find("\nm=").map_or(rest.len(), |at| at + 2);
        let (section, others) = rest.split_at(end);
        rest = others;
        Some(section)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_is_asked_to_send_in_the_codec_it_announced() {
        let answer = "v=0\r\n\
            m=audio 9 X 111 63\r\na=mid:1\r\na=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10\r\na=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111\r\n\
            m=audio 9 X 111\r\na=mid:2\r\na=rtpmap:111 opus/48000/2\r\n\
            m=video 9 X 96 97 98 99\r\na=mid:3\r\na=rtpmap:96 VP8/90000\r\na=fmtp:97 apt=96\r\na=rtpmap:98 VP9/90000\r\na=fmtp:99 apt=98\r\n\
            m=audio 9 X 111 63\r\na=mid:4\r\na=rtpmap:63 red/48000/2\r\n";
        let sending = |codec: &str| Sending {
            codec: codec.into(),
            quiet: codec == "red",
        };
        let wanted = BTreeMap::from([
            (Mid::from("1"), sending("red")),
            (Mid::from("2"), sending("red")),
            (Mid::from("3"), sending("vp9")),
        ]);
        let expected = answer
            .replacen("X 111 63", "X 63 111", 1)
            .replacen("minptime=10", "minptime=10;usedtx=1", 1)
            .replacen("96 97 98 99", "98 99 96 97", 1);
        assert_eq!(ask_for(answer, &wanted), expected);
    }

    #[test]
    fn the_dependency_descriptor_is_taken_for_av1_alone() {
        let section = |mid: &str| {
            format!(
                "m=video 9 X 98 45\r\na=mid:{mid}\r\na=extmap:12 {}\r\na=extmap:4 urn:other\r\n\
                a=rtpmap:98 VP9/90000\r\na=rtpmap:45 AV1/90000\r\n",
                dependencies::URI
            )
        };
        let answer = format!("v=0\r\n{}{}{}", section("1"), section("2"), section("3"));
        let sending = |codec: &str| Sending {
            codec: codec.into(),
            quiet: false,
        };
        let wanted = BTreeMap::from([
            (Mid::from("1"), sending("vp9")),
            (Mid::from("2"), sending("av1")),
        ]);
        let completed = ask_for(&answer, &wanted);
        let without: Vec<_> = split_sections(&completed)
            .filter(|section| section.starts_with("m=") && !section.contains(dependencies::URI))
            .filter_map(mid_of)
            .collect();
        assert_eq!(without, [Mid::from("1")]);
        assert_eq!(completed.matches("urn:other").count(), 3);
    }

    #[test]
    fn an_answer_names_what_is_sent_and_silences_the_rest() {
        let answer = "v=0\r\na=msid-semantic:WMS x\r\n\
            m=audio 9 X 1\r\na=mid:1\r\na=sendonly\r\na=msid:a b\r\na=ssrc:5 cname:c\r\na=ssrc:5 msid:a b\r\n\
            m=video 9 X 1\r\na=mid:2\r\na=sendonly\r\na=msid:a b\r\na=ssrc:6 cname:c\r\na=ssrc-group:FID 6 7\r\n\
            m=video 9 X 1\r\na=mid:3\r\na=recvonly\r\na=msid:a b\r\n";
        let sent = BTreeMap::from([(Mid::from("1"), ("PA_1|TR_2".to_owned(), "TR_2".to_owned()))]);
        assert_eq!(
            complete_answer(answer, &sent),
            "v=0\r\na=msid-semantic:WMS x\r\n\
            m=audio 9 X 1\r\na=mid:1\r\na=sendonly\r\na=msid:PA_1|TR_2 TR_2\r\na=ssrc:5 cname:c\r\na=ssrc:5 msid:PA_1|TR_2 TR_2\r\n\
            m=video 9 X 1\r\na=mid:2\r\na=inactive\r\n\
            m=video 9 X 1\r\na=mid:3\r\na=recvonly\r\n"
        );
    }
}
