//! The diagnoses of consents and care teams, `DMP-0800` to `DMP-0839`. A code never changes its meaning.

use crate::fhir::issue::diagnoses;

diagnoses! {
    /// Another resource type.
    NOT_THIS_RESOURCE = "DMP-0800", Structure, "the body is not the resource that belongs here";
    /// `draft`, `proposed`, or no status.
    STATUS = "DMP-0801", BusinessRule, "a draft or a proposal is not put on file";
    /// `rejected`, `suspended`.
    STATUS_KEPT_AS_INACTIVE = "DMP-0802", Informational, "the status is kept as inactive";
    /// `scope`.
    SCOPE = "DMP-0803", CodeInvalid, "the scope of a consent here is patient-privacy and nothing else";
    /// `category`, our part of it.
    KIND = "DMP-0804", Required, "exactly one category says which kind of consent it is";
    /// `category`, other codes.
    CATEGORY = "DMP-0805", NotSupported, "the category says something that the record cannot hold";
    /// A part is absent.
    PART_MISSING = "DMP-0806", Required, "the element is missing";
    /// A part is there too often.
    PART_REPEATED = "DMP-0807", Invariant, "the element stands there more than once";
    /// An element that means something else than the record can hold.
    UNMAPPED = "DMP-0808", NotSupported, "the record cannot hold what the element says; it is refused rather than ignored";
    /// `provision.provision`.
    NESTED = "DMP-0809", NotSupported, "an exception inside a provision is not supported; file it as a consent of its own";
    /// An extension.
    EXTENSION = "DMP-0810", NotSupported, "the extension is not known here; it is refused rather than ignored";
    /// A modifier extension.
    MODIFIER_EXTENSION = "DMP-0811", NotSupported, "a modifier extension changes the meaning in a way that is not known here";
    /// `meta.profile` of another kind.
    PROFILE = "DMP-0812", Invariant, "the profile is that of another kind than the category says";
    /// `meta.security`, `meta.tag`.
    META = "DMP-0813", NotSupported, "security labels and tags of the resource itself are not kept";
    /// A moment without a time.
    MOMENT = "DMP-0814", Value, "the moment needs a time to the second, with its zone";
    /// A period that ends before it begins, or is no period.
    PERIOD = "DMP-0815", Value, "the period has no time in it";
    /// `performer`.
    PERFORMER = "DMP-0816", BusinessRule, "the patient agrees; beside the patient stands at most the professional who collected it";
    /// Who collected it is missing.
    COLLECTOR_MISSING = "DMP-0817", Required, "the professional who collected the consent is missing among the performers";
    /// Someone collected what only the holder decides.
    COLLECTOR_UNEXPECTED = "DMP-0818", BusinessRule, "this kind is the holder's own choice; no professional collects it";
    /// A reference to nobody that the record knows.
    PARTY_UNKNOWN = "DMP-0820", NotFound, "the reference names nobody by a national identifier";
    /// A national identifier that is none.
    PARTY_FORM = "DMP-0821", Value, "the national identifier is not well formed, or its key is wrong";
    /// Identifiers of different people.
    PARTY_SEVERAL = "DMP-0822", Invariant, "the identifiers of the reference name more than one party";
    /// Someone else than belongs there.
    PARTY_KIND = "DMP-0823", BusinessRule, "the reference names another kind of party than belongs there";
    /// `provision.actor.role`.
    ROLE = "DMP-0824", CodeInvalid, "the role of the actor is IRCP";
    /// `provision.purpose`.
    PURPOSE = "DMP-0825", CodeInvalid, "the purposes are not those of this kind of consent";
    /// `provision.type`.
    PROVISION_TYPE = "DMP-0826", CodeInvalid, "this kind of consent does not go this way (permit or deny)";
    /// `provision.securityLabel`.
    SECURITY_LABEL = "DMP-0827", CodeInvalid, "the security labels are not those of this kind of consent";
    /// `policy.uri`.
    OTHER_POLICY = "DMP-0828", CodeInvalid, "the policy is not the one that this gateway applies";
    /// `sourceAttachment.data`.
    SOURCE_EMBEDDED = "DMP-0829", NotSupported, "the signed form is not embedded; file it as a document and refer to it";
    /// CareTeam.category.
    TEAM_PATH = "DMP-0830", CodeInvalid, "at most one category says how the care team is formed";
    /// No category of ours.
    TEAM_PATH_ASSUMED = "DMP-0831", Informational, "no category says how the care team is formed; it follows from its participants";
    /// `participant.period`.
    PARTICIPANT_PERIOD = "DMP-0832", NotSupported, "a participant belongs to the team as long as the team lasts; other periods are not supported";
    /// A participant whose period is over.
    PARTICIPANT_OVER = "DMP-0833", Informational, "the participant's period is over: no member";
    /// A person who is no professional.
    PARTICIPANT_WITHOUT_RIGHTS = "DMP-0834", Informational, "a related person is kept, and gains no access by it";
}
