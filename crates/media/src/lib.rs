//! A media server that speaks LiveKit's protocol.
//!
//! It forwards audio, video and data among the participants of a room and knows nothing else: who may enter, publish or watch stands in the
//! access token that a participant brings, and is steered afterwards through LiveKit's room service.
