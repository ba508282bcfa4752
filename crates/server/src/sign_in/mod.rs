//! Who is asking: users by session cookie, visitors and guests by bearer token.

mod caller;
mod extract;
pub mod passwords;
pub mod tokens;

pub use caller::Caller;
pub use extract::{Admin, ClientAddress, MaybeUser, SameOrigin, SESSION_COOKIE, User, session_cookie};
