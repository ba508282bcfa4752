//! The rules of Trialogue: who may do what, who sees what, and when the persona speaks.
//!
//! Pure: no async, no I/O, no clock, no randomness. Time and outside ids come in as values.
//! [`decide`] says whether an actor may do something now and what follows; [`apply`] keeps the books and never fails;
//! [`visible_to`] and [`view`] are the only way from state to a viewer; [`effects`] names the work an event causes
//! outside of the log; [`next_wake`] says when time alone changes something.
