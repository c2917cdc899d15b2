"""fhirclient (SMART), with its models."""

import sys

from fhirclient.models.bundle import Bundle
from fhirclient.models.auditevent import AuditEvent
from fhirclient.models.consent import Consent
from fhirclient.models.documentreference import DocumentReference
from fhirclient.server import FHIRPermissionDeniedException, FHIRServer

from story import BASE, CA, HOLDER, PATIENT, SPECIALIST, TREATING, Story, bearer, card, days, id_in, refused

story = Story("fhirclient")


def server(name):
    made = FHIRServer(None, base_uri=BASE)
    made.session.cert = card(name)
    made.session.verify = CA
    made.session.headers.update(bearer(name))
    # Else the environment's bundle of authorities wins over `verify`.
    made.session.trust_env = False
    made.session.hooks["response"].append(story.hook)
    return made


physician, specialist, holder = server(TREATING), server(SPECIALIST), server(HOLDER)
kept = {"published": []}
CURRENT = {"patient.identifier": PATIENT, "status": "current"}


def capability():
    assert physician.capabilityStatement.fhirVersion == "4.0.1"
    holder.capabilityStatement, specialist.capabilityStatement


def publish_105():
    for _ in range(3):
        draft, kept["text"], _ = story.draft("publication")
        answer = DocumentReference(draft).create(physician)
        kept["published"].append(answer["id"])


def publish(bundle):
    # A Bundle of its models, posted where transactions go.
    answer = physician.post_json("", Bundle(bundle).as_json()).json()
    made = Bundle(answer)
    assert made.type == "transaction-response"
    return id_in(made.entry[1].response.location)


def publish_65():
    kept["submitted"] = publish(story.draft("submission")[0])


def replace():
    kept["replacing"] = publish(story.draft("replacement", replaced=kept["submitted"])[0])
    assert DocumentReference.read(kept["submitted"], physician).status == "superseded"
    assert DocumentReference.read(kept["replacing"], physician).status == "current"


def search_paging():
    pages = list(DocumentReference.where(CURRENT | {"_count": "2"}).perform_iter(physician))
    assert len(pages) > 1
    ids = [entry.resource.id for page in pages for entry in page.entry or [] if entry.search.mode == "match"]
    assert len(ids) == len(set(ids)) == pages[0].total, "not as many documents as the total says"
    assert set(kept["published"]) | {kept["replacing"]} <= set(ids), "a document is missing"
    assert kept["submitted"] not in ids


def read():
    document = DocumentReference.read(kept["published"][-1], physician)
    kept["url"] = document.content[0].attachment.url
    physician.request_json(f"DocumentReference/{document.id}/_history/{document.meta.versionId}")


def retrieve():
    assert physician.request_data(kept["url"], {"Accept": "*/*"}) == kept["text"]


def patch():
    # It has no patch of its own: its session sends it.
    answer = physician.session.patch(
        f"{BASE}/DocumentReference/{kept['published'][-1]}",
        json=story.draft("archive")[0],
        headers={"Content-Type": "application/json-patch+json"},
    )
    physician.raise_for_status(answer)
    assert DocumentReference(answer.json()).extension[0].valueBoolean is True


def consent():
    def look():
        return list(DocumentReference.where(CURRENT | {"_count": "1"}).perform_iter(specialist))[0]

    assert refused(look, FHIRPermissionDeniedException)
    given = Consent(story.draft("consent")[0]).create(specialist)
    look()
    active = Consent.where(CURRENT | {"status": "active"}).perform_resources_iter(holder)
    mine = next(one for one in active if one.id == given["id"])
    mine.status = "inactive"
    mine.update(holder)
    assert refused(look, FHIRPermissionDeniedException)


def access_log():
    since, until = days()
    search = AuditEvent.where({"patient.identifier": PATIENT, "date": {"$and": [since, until]}, "_count": "50"})
    events = list(search.perform_resources_iter(physician))
    assert events
    assert AuditEvent.read(events[0].id, physician).recorded


for name, step in [
    ("capability", capability),
    ("publish-105", publish_105),
    ("publish-65", publish_65),
    ("replace", replace),
    ("search-paging", search_paging),
    ("read", read),
    ("retrieve", retrieve),
    ("patch", patch),
    ("consent", consent),
    ("access-log", access_log),
]:
    story.run(name, step)
sys.exit(story.failed)
