//! The people, devices and structures of a header. Source: HL7 CDA R2; CI-SIS; pdsm-dmp 8.5, 8.6.

use std::fmt;

use super::{
    element::Element,
    identifier::{Concept, Ii, redacted},
    time::Ts,
};

/// The patient, as the source knows them.
#[derive(Clone, PartialEq, Eq)]
pub struct Patient {
    /// The identifiers: INS, and those of the source.
    pub ids: Vec<Ii>,
    /// The names.
    pub names: Vec<Name>,
    /// `M`, `F` or `UN`.
    pub gender: Option<Concept>,
    /// When they were born.
    pub birth: Option<Ts>,
    /// Where they were born; the code of the place (COG) is the county.
    pub birthplace: Option<Address>,
    /// Where they live.
    pub addresses: Vec<Address>,
    /// How to reach them.
    pub telecoms: Vec<Telecom>,
}

impl Patient {
    pub(super) fn of(role: &Element) -> Self {
        let person = role.first("patient");
        let names = person.into_iter().flat_map(|person| person.each("name"));
        Self {
            ids: role.identifiers("id"),
            names: names.filter_map(Name::of).collect(),
            gender: role.concept("patient/administrativeGenderCode"),
            birth: role.time("patient/birthTime"),
            birthplace: role.first("patient/birthplace/place/addr").and_then(Address::of),
            addresses: role.each("addr").filter_map(Address::of).collect(),
            telecoms: role.each("telecom").filter_map(Telecom::of).collect(),
        }
    }
}

/// An author.
#[derive(Clone, PartialEq, Eq)]
pub struct Author {
    /// When they wrote it.
    pub time: Option<Ts>,
    /// In which role for this patient.
    pub function: Option<Concept>,
    /// Who it is.
    pub entity: Entity,
    /// The device, where it is one.
    pub device: Option<Device>,
}

impl Author {
    pub(super) fn of(author: &Element) -> Option<Self> {
        let assigned = author.first("assignedAuthor")?;
        Some(Self {
            time: author.time("time"),
            function: author.concept("functionCode"),
            entity: Entity::assigned(assigned),
            device: assigned.first("assignedAuthoringDevice").map(Device::of),
        })
    }
}

/// A device that writes documents.
#[derive(Clone, PartialEq, Eq)]
pub struct Device {
    /// The model.
    pub model: Option<String>,
    /// The software.
    pub software: Option<String>,
}

impl Device {
    fn of(device: &Element) -> Self {
        Self { model: device.text_at("manufacturerModelName"), software: device.text_at("softwareName") }
    }
}

/// Someone who signs.
#[derive(Clone, PartialEq, Eq)]
pub struct Signature {
    /// When.
    pub time: Option<Ts>,
    /// Who.
    pub entity: Entity,
}

impl Signature {
    pub(super) fn of(signature: &Element) -> Option<Self> {
        let entity = signature.first("assignedEntity").map(Entity::assigned)?;
        Some(Self { time: signature.time("time"), entity })
    }
}

/// Someone in a structure.
#[derive(Clone, PartialEq, Eq)]
pub struct Entity {
    /// The identifiers.
    pub ids: Vec<Ii>,
    /// Profession and specialty.
    pub code: Option<Concept>,
    /// The person.
    pub person: Option<Name>,
    /// How to reach them.
    pub telecoms: Vec<Telecom>,
    /// The structure for which they act.
    pub organization: Option<Organization>,
}

impl Entity {
    pub(super) fn of(entity: &Element, person: &str, organization: &str) -> Self {
        Self {
            ids: entity.identifiers("id"),
            code: entity.concept("code"),
            person: entity.first(person).and_then(|person| person.first("name")).and_then(Name::of),
            telecoms: entity.each("telecom").filter_map(Telecom::of).collect(),
            organization: entity.first(organization).map(Organization::of),
        }
    }

    pub(super) fn assigned(entity: &Element) -> Self {
        Self::of(entity, "assignedPerson", "representedOrganization")
    }
}

/// A structure.
#[derive(Clone, PartialEq, Eq)]
pub struct Organization {
    /// The identifiers.
    pub ids: Vec<Ii>,
    /// The name.
    pub name: Option<String>,
    /// The practice setting (standardIndustryClassCode, TRE_A01).
    pub setting: Option<Concept>,
}

impl Organization {
    pub(super) fn of(organization: &Element) -> Self {
        Self {
            ids: organization.identifiers("id"),
            name: organization.text_at("name"),
            setting: organization.concept("standardIndustryClassCode"),
        }
    }
}

/// The name of a person.
#[derive(Clone, PartialEq, Eq)]
pub struct Name {
    /// Family names.
    pub family: Vec<Part>,
    /// First names.
    pub given: Vec<Part>,
    /// What stands before it.
    pub prefix: Vec<Part>,
    /// What stands behind it.
    pub suffix: Vec<Part>,
    /// The whole name, where it is not told in parts.
    pub text: Option<String>,
}

impl Name {
    fn of(name: &Element) -> Option<Self> {
        let parts = |kind: &str| name.each(kind).filter_map(Part::of).collect();
        let name = Self {
            family: parts("family"),
            given: parts("given"),
            prefix: parts("prefix"),
            suffix: parts("suffix"),
            text: name.text(),
        };
        (name.text.is_some() || !name.family.is_empty() || !name.given.is_empty()).then_some(name)
    }
}

/// A part of a name.
#[derive(Clone, PartialEq, Eq)]
pub struct Part {
    /// What it is: `BR` of birth, `SP` of the spouse, `CL` as called.
    pub qualifier: Option<String>,
    /// The text.
    pub text: String,
}

impl Part {
    fn of(part: &Element) -> Option<Self> {
        Some(Self { qualifier: part.attribute("qualifier").map(str::to_owned), text: part.text()? })
    }
}

/// An address.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    /// The lines down to the street.
    pub lines: Vec<String>,
    /// The postal code.
    pub postal_code: Option<String>,
    /// The town.
    pub city: Option<String>,
    /// The county; of a birthplace, its code (COG).
    pub county: Option<String>,
    /// The country.
    pub country: Option<String>,
}

impl Address {
    fn of(address: &Element) -> Option<Self> {
        const STREET: [&str; 4] = ["houseNumber", "streetNameType", "streetName", "streetNameBase"];
        const LINES: [&str; 4] = ["streetAddressLine", "additionalLocator", "unitID", "postBox"];
        let text = |name: &&str| address.text_at(name);
        let street = STREET.iter().filter_map(text).collect::<Vec<_>>().join(" ");
        let others = LINES.iter().flat_map(|name| address.each(name)).filter_map(Element::text);
        let found = Self {
            lines: Some(street).filter(|street| !street.is_empty()).into_iter().chain(others).collect(),
            postal_code: address.text_at("postalCode"),
            city: address.text_at("city"),
            county: address.text_at("county"),
            country: address.text_at("country"),
        };
        let is_told = found.postal_code.is_some() || found.city.is_some() || found.county.is_some();
        (is_told || found.country.is_some() || !found.lines.is_empty()).then_some(found)
    }
}

/// A telephone number or an address.
#[derive(Clone, PartialEq, Eq)]
pub struct Telecom {
    /// A URI such as `tel:…` or `mailto:…`.
    pub value: String,
    /// What for: `H` at home, `WP` at work, `MC` on the way.
    pub purpose: Option<String>,
}

impl Telecom {
    fn of(telecom: &Element) -> Option<Self> {
        let value = telecom.attribute("value").map(super::element::plain).filter(|text| !text.is_empty())?;
        Some(Self { value, purpose: telecom.attribute("use").map(str::to_owned) })
    }
}

redacted!(Patient, Author, Device, Signature, Entity, Organization, Name, Part, Address, Telecom);
