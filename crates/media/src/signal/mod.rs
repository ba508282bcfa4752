//! What a client says when it connects, and how messages are put on the socket.

mod join;

use std::collections::HashMap;

pub(crate) use join::{Join, Query};

use livekit_protocol::{
    DisconnectReason, LeaveRequest, SessionDescription, SignalResponse, leave_request,
    signal_response,
};

/// Puts a message into the envelope of the signalling socket.
pub(crate) fn response(message: signal_response::Message) -> SignalResponse {
    SignalResponse {
        message: Some(message),
    }
}

/// Tells a client to go, and whether to come back.
pub(crate) fn leave(reason: DisconnectReason, action: leave_request::Action) -> SignalResponse {
    response(signal_response::Message::Leave(LeaveRequest {
        can_reconnect: action != leave_request::Action::Disconnect,
        reason: reason as i32,
        action: action as i32,
        regions: None,
    }))
}

/// A session description of the server's.
pub(crate) fn description(
    kind: &str,
    sdp: String,
    id: u32,
    tracks: HashMap<String, String>,
) -> SessionDescription {
    SessionDescription {
        r#type: kind.to_owned(),
        sdp,
        id,
        mid_to_track_id: tracks,
    }
}
