//! The diagnoses of the edge, `DMP-0400` to `DMP-0500`. A code never changes its meaning.

use crate::fhir::issue::diagnoses;

diagnoses! {
    /// No route.
    NO_ROUTE = "DMP-0400", NotFound, "there is nothing at this address";
    /// Wrong method.
    NO_METHOD = "DMP-0401", NotSupported, "this interaction is not offered here";
    /// Refused by law, or by the holder.
    FORBIDDEN = "DMP-0403", Forbidden, "you may not do this";
    /// Not there for this caller.
    NOT_FOUND = "DMP-0404", NotFound, "there is no such resource for you";
    /// The certificate is good, but nobody vouches for its bearer.
    UNIDENTIFIED = "DMP-0405", Forbidden, "the certificate is valid, but it does not make you a caller";
    /// Accept cannot be met.
    NOT_ACCEPTABLE = "DMP-0406", NotSupported, "none of the accepted media types can be given";
    /// Body in another media type.
    UNSUPPORTED_MEDIA = "DMP-0407", NotSupported, "the body's media type is not taken";
    /// The body did not arrive whole.
    BODY_CUT = "DMP-0408", Structure, "the body did not arrive whole";
    /// The uniqueId is taken.
    UNIQUE_ID_TAKEN = "DMP-0409", Duplicate, "a document of yours already bears this uniqueId, with other content";
    /// The replaced document cannot be replaced.
    NOT_REPLACEABLE = "DMP-0410", BusinessRule,
        "the document to replace does not exist, is not current, or is not yours to replace";
    /// The record changes too fast.
    BUSY = "DMP-0411", Transient, "the record is changing; ask again";
    /// Too many uploads.
    UNAVAILABLE = "DMP-0412", Transient, "the record's host or its journal cannot be used now; nothing was released or stored";
    /// A page cursor that is no longer worth anything.
    WRONG_CURSOR = "DMP-0413", Value, "the page cursor is not yours or no longer valid; search anew";
    /// Too long.
    TOO_LONG = "DMP-0414", TooLong, "the request is larger than the limit";
    /// The author cannot be verified.
    AUTHOR_NOT_VERIFIED = "DMP-0420", BusinessRule,
        "an author or the custodian is not you, nor someone for whom you answer";
    /// Reserved types.
    TYPE_RESERVED = "DMP-0421", BusinessRule, "documents of this type are not yours to file";
    /// Another patient's content.
    OTHER_PATIENT = "DMP-0422", BusinessRule, "the content names another patient than its metadata";
    /// Masked and hidden at once.
    LABEL_CONFLICT = "DMP-0423", BusinessRule,
        "a document cannot be masked to professionals and hidden from the patient at once";
    /// `If-None-Exist`.
    CONDITIONAL_CREATE = "DMP-0416", NotSupported,
        "a conditional create is not offered: the same submission may be sent again and is filed once";
    /// The caller's own uploads.
    TOO_MANY_UPLOADS = "DMP-0417", Throttled, "you have too many uploads under way; end one, or come back";
    /// Everyone's uploads.
    NO_UPLOAD_PLACE = "DMP-0418", Throttled, "too many uploads are under way; come back";
    /// The certificate was good when the connection was made, and does not stand now.
    CERTIFICATE_DISTRUSTED = "DMP-0419", Forbidden,
        "the certificate is revoked or over, or its standing cannot be known now; this connection ends";
    /// The caller's own entry of the directory changed meanwhile.
    CALLER_CHANGED = "DMP-0441", Transient, "the directory says something else of you than when this request began; ask again";
    /// A request after one whose answer ended the connection.
    CONNECTION_ENDED = "DMP-0442", Transient, "the answer before this one ended the connection; ask again on another";
    /// A page of versions that are gone.
    PAGE_GONE = "DMP-0424", Expired, "the record has changed since the first page; search anew";
    /// `If-Match`.
    VERSION_MOVED = "DMP-0425", Conflict, "the current version is none of those that you expect";
    /// A condition that matches several.
    SEVERAL_NAMED = "DMP-0426", MultipleMatches, "the condition matches several resources";
    /// A patch of something else.
    NOT_PATCHABLE = "DMP-0430", NotSupported, "a patch changes the status, the security labels or the archived flag, and nothing else";
    /// A patch that leads nowhere.
    NO_SUCH_PLACE = "DMP-0431", Processing, "the place that the operation names is not in the resource";
    /// A failed test.
    TEST_FAILED = "DMP-0432", Conflict, "the resource is not as the test operation expects";
    /// A value that the element does not take.
    PATCH_VALUE = "DMP-0433", Value, "the element does not take this value";
    /// Labels that are no set.
    PATCH_LABELS = "DMP-0434", Invariant, "the labels that would result are no set of visibility labels";
    /// A batch without entries, or with too many.
    BATCH_SIZE = "DMP-0427", TooCostly, "a batch has between one and a hundred entries";
    /// An entry of a batch that does not read.
    BATCH_ENTRY = "DMP-0428", NotSupported, "an entry of a batch reads, searches or retrieves; to file, send a transaction";
    /// A search or read that conditions what cannot be conditioned.
    WRONG_CONDITION = "DMP-0429", Invalid, "the condition of the request is malformed";
    /// Deleted by its author.
    DELETED = "DMP-0435", Deleted, "the document was deleted by its author";
    /// An update of nothing.
    NO_UPDATE_AS_CREATE = "DMP-0436", NotSupported, "an update makes nothing new: there is none of this id for you to update";
    /// Another type or id than the address says.
    OTHER_IDENTITY = "DMP-0437", Value, "the resource is not of the type, or has not the id, that the address says";
    /// What the law asks of a consent that is recorded.
    CONSENT_UNPROVEN = "DMP-0438", BusinessRule,
        "a consent or care team is recorded by who collects it, after information, on the same occasion, within the episode of care and with its reason, and keeps its kind";
    /// An update on condition that there is nothing to update.
    UPDATE_OF_ABSENT = "DMP-0439", Conflict, "an update changes what is there; a condition that nothing is there can never hold";
    /// A body that is compressed.
    CONTENT_ENCODED = "DMP-0440", NotSupported, "the body must be sent as it is, without a content encoding";
    /// Something broke.
    INTERNAL = "DMP-0500", Exception, "the gateway failed; nothing was released or stored";
    /// The HTTP request is not well formed.
    BAD_REQUEST = "DMP-0415", Structure, "the request is not well formed";
}
