//! The diagnoses of profiles, `DMP-0600` to `DMP-0649`: one for each kind of rule. A code never changes its meaning.

use crate::fhir::issue::diagnoses;

diagnoses! {
    UNKNOWN_PROFILE = "DMP-0600", NotSupported, "no profile of this name is installed here";
    WRONG_RESOURCE = "DMP-0601", Structure, "the profile is of another type of resource";
    MISSING = "DMP-0602", Required, "the profile demands this element";
    TOO_MANY = "DMP-0603", Structure, "the profile allows this element fewer times";
    NOT_ALLOWED = "DMP-0604", Structure, "the profile does not allow this element";
    TYPE = "DMP-0605", Structure, "the profile allows other types here";
    FIXED = "DMP-0606", Value, "the profile fixes another value";
    PATTERN = "DMP-0607", Value, "the value does not hold what the profile demands of it";
    CODE_REQUIRED = "DMP-0608", CodeInvalid, "the code is not in the value set that the profile demands";
    CODE_EXTENSIBLE = "DMP-0609", CodeInvalid, "the code is not in the value set, which should be used where it has a fitting code";
    NO_SLICE = "DMP-0610", Structure, "the item is none of those that the profile allows";
    SLICE_MISSING = "DMP-0611", Required, "the profile demands an item of this kind";
    SLICE_TOO_MANY = "DMP-0612", Structure, "the profile allows fewer items of this kind";
    SLICE_ORDER = "DMP-0613", Structure, "the profile wants the items in another order";
    NOT_CONTAINED = "DMP-0614", Structure, "the profile demands a reference to a contained resource";
    DANGLING = "DMP-0615", NotFound, "no contained resource has this id";
    TARGET = "DMP-0616", Value, "the profile wants a reference to another type of resource, or of another profile";
    NO_PROFILE_FITS = "DMP-0617", Structure, "the value is of none of the profiles that may stand here";
    INVARIANT = "DMP-0618", Invariant, "an invariant of FHIR or of the profile does not hold";
    PROSE = "DMP-0619", CodeInvalid, "the code system is none that the profile names in its text";
    TOO_COSTLY = "DMP-0620", TooCostly, "there is too much to check; the rest was not looked at";
}
