//! Which of the persona's names reach it just now.

use crate::event::PersonaProfile;

/// The persona's name and call names, without those that a present human bears: a bare name then means the human. What
/// remains may be nothing; an @mention always reaches the persona.
pub(crate) fn answers_to<'a>(
    persona: &PersonaProfile,
    present_humans: impl Iterator<Item = &'a str>,
) -> Vec<String> {
    let humans: Vec<String> = present_humans.map(str::to_lowercase).collect();
    let mut names: Vec<String> = Vec::new();
    for name in [&persona.name].into_iter().chain(&persona.call_names) {
        let lower = name.to_lowercase();
        let borne = humans.iter().any(|human| {
            *human == lower || human.split_whitespace().next() == Some(lower.as_str())
        });
        if !borne && !names.iter().any(|known| known.to_lowercase() == lower) {
            names.push(name.clone());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::UserRef;
    use crate::ids::{PersonaId, UserId};
    use uuid::Uuid;

    fn michael() -> PersonaProfile {
        PersonaProfile {
            persona_id: PersonaId(Uuid::nil()),
            name: "Michael".into(),
            call_names: vec!["Michael AI".into(), "michael".into()],
            greeting: String::new(),
            owner: UserRef {
                user_id: UserId(Uuid::nil()),
                name: "Michael Weber".into(),
            },
            backups: Vec::new(),
            picture: None,
        }
    }

    #[test]
    fn the_bare_name_is_the_humans_while_one_of_that_name_is_present() {
        assert_eq!(
            answers_to(&michael(), ["Sam", "Michael Weber"].into_iter()),
            ["Michael AI"]
        );
        assert_eq!(
            answers_to(&michael(), ["michael"].into_iter()),
            ["Michael AI"]
        );
    }

    #[test]
    fn alone_or_among_others_every_name_reaches_it_once() {
        assert_eq!(
            answers_to(&michael(), ["Sam", "Michaela"].into_iter()),
            ["Michael", "Michael AI"]
        );
    }
}
