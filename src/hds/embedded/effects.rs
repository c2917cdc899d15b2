//! The effects of deeds, and how each is told from the others among the facts: by the identifier inside it, or by the emergency that it
//! is for.

use std::collections::HashSet;

use uuid::Uuid;

use crate::{
    hds::HostFault,
    record::{
        consent::Grant,
        deed::{DeedId, Effect},
        facts::Facts,
    },
};

/// The effects of which the facts consist.
pub(super) fn of_facts(facts: &Facts) -> Vec<Effect> {
    let consents = facts.consents.iter().cloned().map(Effect::Consent);
    let blocks = facts.blocks.iter().cloned().map(Effect::Block);
    let oppositions = facts.feed_oppositions.iter().cloned().map(Effect::FeedOpposition);
    let emergencies = facts.emergencies.iter().cloned().map(Effect::Emergency);
    let teams = facts.teams.iter().cloned().map(Effect::Team);
    consents.chain(blocks).chain(oppositions).chain(emergencies).chain(teams).collect()
}

/// The identifier inside an effect; none inside a choice for emergencies.
pub(super) fn inner_id(effect: &Effect) -> Option<&str> {
    match effect {
        Effect::Consent(consent) => Some(&consent.id),
        Effect::Block(block) => Some(&block.id),
        Effect::FeedOpposition(opposition) => Some(&opposition.id),
        Effect::Team(team) => Some(&team.id),
        Effect::Emergency(_) => None,
    }
}

/// What tells an effect from all others of the same record.
pub(super) fn key(effect: &Effect) -> String {
    let id = inner_id(effect).unwrap_or_default();
    match effect {
        Effect::Consent(_) => format!("consent {id}"),
        Effect::Block(_) => format!("block {id}"),
        Effect::FeedOpposition(_) => format!("feed-opposition {id}"),
        Effect::Team(_) => format!("team {id}"),
        Effect::Emergency(emergency) => format!("emergency {:?}", emergency.choice),
    }
}

/// Whether both are choices for the same emergency, of which one alone can stand among the facts.
pub(super) fn is_same_choice(one: &Effect, other: &Effect) -> bool {
    match (one, other) {
        (Effect::Emergency(one), Effect::Emergency(other)) => one.choice == other.choice,
        (
            Effect::Consent(_) | Effect::Block(_) | Effect::FeedOpposition(_) | Effect::Emergency(_) | Effect::Team(_),
            _,
        ) => false,
    }
}

/// The effect under the identifier by which the facts know it. An initial consent names its team by the id of the deed; among the
/// facts it names it as the team is named there.
pub(super) fn named(
    mut effect: Effect,
    id: &str,
    team: impl Fn(DeedId) -> Result<Option<Effect>, HostFault>,
) -> Result<Effect, HostFault> {
    match &mut effect {
        Effect::Consent(consent) => {
            id.clone_into(&mut consent.id);
            if let Grant::InitialForTeam { team: name } = &mut consent.grant
                && let Ok(uuid) = Uuid::try_parse(name)
                && let Some(Effect::Team(team)) = team(DeedId(uuid))?
            {
                *name = team.id;
            }
        }
        Effect::Block(block) => id.clone_into(&mut block.id),
        Effect::FeedOpposition(opposition) => id.clone_into(&mut opposition.id),
        Effect::Team(team) => id.clone_into(&mut team.id),
        Effect::Emergency(_) => {}
    }
    Ok(effect)
}

/// The facts with an identifier in each of their parts, no two of a kind alike. Teams and emergencies keep theirs: others name them.
pub(super) fn with_ids(mut facts: Facts) -> Facts {
    name_all("consent", facts.consents.iter_mut().map(|consent| &mut consent.id));
    name_all("block", facts.blocks.iter_mut().map(|block| &mut block.id));
    name_all("feed-opposition", facts.feed_oppositions.iter_mut().map(|opposition| &mut opposition.id));
    facts
}

fn name_all<'a>(word: &str, ids: impl Iterator<Item = &'a mut String>) {
    let ids: Vec<&mut String> = ids.collect();
    let given: HashSet<String> = ids.iter().map(|id| (**id).clone()).collect();
    let mut taken: HashSet<String> = HashSet::new();
    for id in ids {
        if !id.is_empty() && taken.insert(id.clone()) {
            continue;
        }
        let free = (1_u32..).map(|number| format!("{word}-{number}"));
        let mut free = free.filter(|name| !given.contains(name) && !taken.contains(name));
        *id = free.next().unwrap_or_default();
        taken.insert(id.clone());
    }
}

#[cfg(test)]
mod tests;
