//! Who is asking: users by session cookie, visitors and guests by bearer token.

mod caller;
mod ended_sessions;
mod extract;
pub mod passwords;
pub mod tokens;

pub use caller::Caller;
pub use ended_sessions::{EndedSessions, SessionWatch};
pub use extract::{
    Admin, ClientAddress, MaybeUser, SESSION_COOKIE, SameOrigin, User, session_cookie,
};
