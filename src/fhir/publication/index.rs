//! What search finds beside what the law looks at: names, identifiers and codes, also of contained resources. Source: pdsm-dmp 5.2;
//! conformance SE-07.

use super::{codes, identifiers, places::Places};
use crate::{
    fhir::{canon::AUTHOR_ORG, tree::Node},
    record::{
        code::{Code, Identifier, URI_SYSTEM},
        document::Index,
        identity::{PsIdNat, StructIdNat},
        list::{PersonKind, PersonName},
    },
};

/// The index of a document.
pub(super) fn of_document(document: &Node<'_>, places: &Places<'_, '_>) -> Index {
    let authors = Parties::behind(&document.each("author"), document);
    let related = document.all("context.related");
    let lasting = |link: &str| places.lasting(link).unwrap_or_else(|| link.to_owned());
    Index {
        facility: codings(document, "context.facilityType.coding"),
        setting: codings(document, "context.practiceSetting.coding"),
        format: codings(document, "content.format"),
        events: codings(document, "context.event.coding"),
        author_names: authors.names,
        author_identifiers: authors.identifiers,
        related: related.iter().flat_map(|it| it.each("identifier")).filter_map(|it| identifier(&it)).collect(),
        related_references: related.iter().filter_map(|it| it.text("reference")).map(lasting).collect(),
        identifiers: identifiers::others(document).iter().filter_map(|it| identifier(&Node::new(it, ""))).collect(),
        title: document.text_at("content.attachment.title").map(str::to_owned),
    }
}

/// The codes that stand at a path.
pub(super) fn codings(node: &Node<'_>, path: &str) -> Vec<Code> {
    node.all(path).iter().filter_map(codes::code).collect()
}

/// An identifier with a value.
pub(super) fn identifier(node: &Node<'_>) -> Option<Identifier> {
    let system = node.text("system").unwrap_or_default().to_owned();
    Some(Identifier { system, value: node.text("value")?.to_owned() })
}

/// The people, organisations and devices behind references.
#[derive(Default)]
pub(super) struct Parties {
    pub(super) names: Vec<PersonName>,
    pub(super) identifiers: Vec<Identifier>,
    seen: Vec<String>,
}

impl Parties {
    /// Who stands behind these references, with the structures of those roles and devices.
    pub(super) fn behind(references: &[Node<'_>], home: &Node<'_>) -> Self {
        let mut parties = Self::default();
        let mut waiting = references.to_vec();
        waiting.reverse();
        while let Some(reference) = waiting.pop() {
            waiting.extend(parties.follow(&reference, home).into_iter().rev());
        }
        parties
    }

    /// Takes what a reference tells, and gives the references to which it leads.
    fn follow<'a>(&mut self, reference: &Node<'a>, home: &Node<'a>) -> Vec<Node<'a>> {
        reference.each("identifier").iter().for_each(|it| self.call(it));
        let organisations = reference.extensions(AUTHOR_ORG);
        let mut onward: Vec<Node<'a>> = organisations.iter().flat_map(|it| it.each("valueReference")).collect();
        let Some(link) = reference.text("reference") else { return onward };
        if link.contains("://") {
            self.add(Identifier { system: URI_SYSTEM.to_owned(), value: link.to_owned() });
        }
        let resource = link.strip_prefix('#').and_then(|id| home.contained(id));
        if let Some(resource) = resource.filter(|resource| !self.seen.iter().any(|at| at == resource.at())) {
            self.seen.push(resource.at().to_owned());
            self.describe(&resource);
            onward.extend(["practitioner", "organization", "owner"].iter().flat_map(|name| resource.each(name)));
        }
        onward
    }

    fn describe(&mut self, resource: &Node<'_>) {
        resource.each("identifier").iter().for_each(|it| self.call(it));
        let kind = match resource.kind() {
            "Practitioner" => PersonKind::Practitioner,
            "Patient" => PersonKind::Patient,
            "RelatedPerson" => PersonKind::RelatedPerson,
            "Device" => return self.names.extend(device_name(resource)),
            "Organization" => return self.names.extend(organisation_name(resource)),
            _ => return,
        };
        self.names.extend(resource.each("name").iter().map(|name| person_name(name, kind)));
    }

    fn call(&mut self, node: &Node<'_>) {
        let Some(identifier) = identifier(node) else { return };
        for spelling in spellings(&identifier) {
            self.add(spelling);
        }
        self.add(identifier);
    }

    fn add(&mut self, identifier: Identifier) {
        if !self.identifiers.contains(&identifier) {
            self.identifiers.push(identifier);
        }
    }
}

/// The two ways to write a national identifier: with its prefix under the register of all, and bare under its own.
fn spellings(identifier: &Identifier) -> Vec<Identifier> {
    let of = |all: &str, own: &str, prefix: char, value: &str| {
        let whole = Identifier { system: all.to_owned(), value: value.to_owned() };
        let bare = value.strip_prefix(prefix).map(|bare| Identifier { system: own.to_owned(), value: bare.to_owned() });
        std::iter::once(whole).chain(bare).collect()
    };
    let (system, value) = (&identifier.system, &identifier.value);
    if let Ok(id) = PsIdNat::of_identifier(system, value) {
        return of(PsIdNat::SYSTEM, PsIdNat::RPPS_SYSTEM, '8', id.as_str());
    }
    match StructIdNat::of_identifier(system, value) {
        Ok(id) => of(StructIdNat::SYSTEM, StructIdNat::FINESS_SYSTEM, '1', id.as_str()),
        Err(_) => Vec::new(),
    }
}

fn person_name(name: &Node<'_>, kind: PersonKind) -> PersonName {
    let given = name.each("given").iter().filter_map(|given| given.value().as_str()).map(str::to_owned).collect();
    PersonName { kind, family: name.text("family").map(str::to_owned).into_iter().collect(), given }
}

/// The model of a device stands for its family name, as XDS has it; its own names for the given ones.
fn device_name(device: &Node<'_>) -> Option<PersonName> {
    let names = device.each("deviceName");
    let given: Vec<String> = names.iter().filter_map(|name| name.text("name")).map(str::to_owned).collect();
    let family: Vec<String> = device.text("modelNumber").map(str::to_owned).into_iter().collect();
    let is_named = !given.is_empty() || !family.is_empty();
    is_named.then_some(PersonName { kind: PersonKind::Device, family, given })
}

fn organisation_name(organisation: &Node<'_>) -> Option<PersonName> {
    let family = vec![organisation.text("name")?.to_owned()];
    Some(PersonName { kind: PersonKind::Organization, family, given: Vec::new() })
}
