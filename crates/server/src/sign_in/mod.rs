//! Who is asking: users by session cookie, visitors and guests by bearer token.

mod caller;
mod extract;
pub mod passwords;
pub mod tokens;

pub use caller::Caller;
pub use extract::{
    Admin, ClientAddress, MaybeUser, SESSION_COOKIE, SameOrigin, User, session_cookie,
};
