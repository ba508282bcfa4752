//! The methods of the room service. Each checks what the caller may do, then asks the room.

use axum::response::Response;
use livekit_protocol::{
    CreateRoomRequest, DeleteRoomRequest, DeleteRoomResponse, DisconnectReason,
    ListParticipantsRequest, ListParticipantsResponse, ListRoomsRequest, ListRoomsResponse,
    MuteRoomTrackRequest, MuteRoomTrackResponse, RemoveParticipantResponse,
    RoomParticipantIdentity, SendDataRequest, SendDataResponse, UpdateParticipantRequest,
    UpdateRoomMetadataRequest, UpdateSubscriptionsRequest, UpdateSubscriptionsResponse,
};

use super::Caller;
use super::error::ServiceError;

type Answer = Result<Response, ServiceError>;

pub(super) async fn dispatch(caller: &Caller, method: &str) -> Answer {
    match method {
        "CreateRoom" => create_room(caller).await,
        "ListRooms" => list_rooms(caller).await,
        "DeleteRoom" => delete_room(caller).await,
        "ListParticipants" => list_participants(caller).await,
        "GetParticipant" => get_participant(caller).await,
        "RemoveParticipant" => remove_participant(caller).await,
        "MutePublishedTrack" => mute_published_track(caller).await,
        "UpdateParticipant" => update_participant(caller).await,
        "UpdateSubscriptions" => update_subscriptions(caller).await,
        "SendData" => send_data(caller).await,
        "UpdateRoomMetadata" => update_room_metadata(caller).await,
        // Rooms of this server stand alone.
        "ForwardParticipant" | "MoveParticipant" | "PerformRpc" => Err(ServiceError::Unimplemented),
        _ => Err(ServiceError::NoMethod),
    }
}

async fn create_room(caller: &Caller) -> Answer {
    let request: CreateRoomRequest = caller.read()?;
    caller.require(caller.claims.video.room_create)?;
    let limits = &caller.registry.settings.limits;
    if request.name.is_empty() || request.name.len() > 256 {
        return Err(ServiceError::Invalid("room name is empty or too long"));
    }
    if request.metadata.len() > limits.metadata {
        return Err(ServiceError::Invalid("metadata size exceeds limits"));
    }
    let name = request.name.clone();
    caller.registry.create(request)?;
    caller.answer(&caller.registry.call(&name, |room, _| room.info()).await?)
}

async fn list_rooms(caller: &Caller) -> Answer {
    let request: ListRoomsRequest = caller.read()?;
    caller.require(caller.claims.video.room_list)?;
    let mut rooms = Vec::new();
    for name in caller.registry.names() {
        if request.names.is_empty() || request.names.contains(&name) {
            // One that ended meanwhile is none.
            rooms.extend(
                caller
                    .registry
                    .call(&name, |room, _| room.info())
                    .await
                    .ok(),
            );
        }
    }
    caller.answer(&ListRoomsResponse { rooms })
}

async fn delete_room(caller: &Caller) -> Answer {
    let request: DeleteRoomRequest = caller.read()?;
    caller.require(caller.claims.video.room_create)?;
    caller
        .registry
        .call(&request.room, |room, now| {
            room.end(now, DisconnectReason::RoomDeleted)
        })
        .await?;
    caller.answer(&DeleteRoomResponse {})
}

async fn list_participants(caller: &Caller) -> Answer {
    let request: ListParticipantsRequest = caller.read()?;
    caller.require_admin(&request.room)?;
    // As LiveKit does: a room that does not exist has nobody in it.
    let participants = caller
        .registry
        .call(&request.room, |room, _| room.participants())
        .await
        .unwrap_or_default();
    caller.answer(&ListParticipantsResponse { participants })
}

async fn get_participant(caller: &Caller) -> Answer {
    let request: RoomParticipantIdentity = caller.read()?;
    caller.require_admin(&request.room)?;
    let RoomParticipantIdentity { room, identity, .. } = request;
    let found = caller
        .registry
        .call(&room, move |room, _| room.participant(&identity))
        .await??;
    caller.answer(&found)
}

async fn remove_participant(caller: &Caller) -> Answer {
    let request: RoomParticipantIdentity = caller.read()?;
    caller.require_admin(&request.room)?;
    // Before anything else, and also if nobody is there: whoever holds a token must not come in with it a moment later.
    let up_to = match request.revoke_token_ts {
        0 => caller.registry.unix_now(),
        before => before.saturating_sub(1),
    };
    caller
        .registry
        .revoke(&request.room, &request.identity, up_to);
    let RoomParticipantIdentity { room, identity, .. } = request;
    caller
        .registry
        .call(&room, move |room, now| {
            room.remove_participant(now, &identity)
        })
        .await??;
    caller.answer(&RemoveParticipantResponse {})
}

async fn mute_published_track(caller: &Caller) -> Answer {
    let request: MuteRoomTrackRequest = caller.read()?;
    caller.require_admin(&request.room)?;
    let MuteRoomTrackRequest {
        room,
        identity,
        track_sid,
        muted,
    } = request;
    let track = caller
        .registry
        .call(&room, move |room, now| {
            room.mute_track(now, &identity, &track_sid, muted)
        })
        .await??;
    caller.answer(&MuteRoomTrackResponse { track: Some(track) })
}

async fn update_participant(caller: &Caller) -> Answer {
    let request: UpdateParticipantRequest = caller.read()?;
    caller.require_admin(&request.room)?;
    let room = request.room.clone();
    let participant = caller
        .registry
        .call(&room, move |room, now| {
            room.update_participant(now, request)
        })
        .await??;
    caller.answer(&participant)
}

async fn update_subscriptions(caller: &Caller) -> Answer {
    let request: UpdateSubscriptionsRequest = caller.read()?;
    caller.require_admin(&request.room)?;
    let room = request.room.clone();
    caller
        .registry
        .call(&room, move |room, now| {
            room.update_subscriptions(now, request)
        })
        .await??;
    caller.answer(&UpdateSubscriptionsResponse {})
}

async fn send_data(caller: &Caller) -> Answer {
    let request: SendDataRequest = caller.read()?;
    caller.require_admin(&request.room)?;
    if !request.nonce.is_empty() && request.nonce.len() != 16 {
        return Err(ServiceError::Invalid("nonce should be 16 bytes or absent"));
    }
    if request.data.len() > caller.registry.settings.limits.data_packet {
        return Err(ServiceError::Invalid("data is too large"));
    }
    let room = request.room.clone();
    caller
        .registry
        .call(&room, move |room, now| room.send_data(now, request))
        .await?;
    caller.answer(&SendDataResponse {})
}

async fn update_room_metadata(caller: &Caller) -> Answer {
    let request: UpdateRoomMetadataRequest = caller.read()?;
    caller.require_admin(&request.room)?;
    let room = request.room.clone();
    let room = caller
        .registry
        .call(&room, move |room, now| {
            room.set_metadata(now, request.metadata)
        })
        .await??;
    caller.answer(&room)
}
