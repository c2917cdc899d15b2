"""fhirpy, synchronous."""

import sys

import requests
from fhirpy import SyncFHIRClient
from fhirpy.base.exceptions import ForbiddenError

from story import BASE, CA, HOLDER, PATIENT, SPECIALIST, TREATING, Story, bearer, card, days, id_in, refused

story = Story("fhirpy-sync")


def client(name, headers=None):
    tls = {"cert": card(name), "verify": CA, "hooks": {"response": story.hook}, "timeout": 60}
    return SyncFHIRClient(BASE, requests_config=tls, extra_headers={**(headers or {}), **bearer(name)})


physician, specialist, holder = client(TREATING), client(SPECIALIST), client(HOLDER)
# fhirpy sends every body as application/json; a patch of its own would be a merge patch, which the guides do not know.
patching = client(TREATING, {"Content-Type": "application/json-patch+json"})
kept = {"published": []}
CURRENT = {"patient.identifier": PATIENT, "status": "current"}


def capability():
    statement = physician.execute("metadata", method="get")
    assert statement["fhirVersion"] == "4.0.1"


def publish_105():
    for _ in range(3):
        draft, kept["text"], _ = story.draft("publication")
        document = physician.resource(draft.pop("resourceType"), **draft)
        document.create()
        assert document.id and document.meta.versionId == "1"
        kept["published"].append(document.id)


def publish_65():
    bundle, _, _ = story.draft("submission")
    answer = physician.execute("", data=bundle)
    assert answer["type"] == "transaction-response" and len(answer["entry"]) == 3
    kept["submitted"] = id_in(answer["entry"][1]["response"]["location"])


def replace():
    bundle, _, _ = story.draft("replacement", replaced=kept["submitted"])
    answer = physician.execute("", data=bundle)
    kept["replacing"] = id_in(answer["entry"][1]["response"]["location"])
    assert physician.get("DocumentReference", kept["submitted"])["status"] == "superseded"
    assert physician.get("DocumentReference", kept["replacing"])["status"] == "current"


def search_paging():
    searchset = physician.resources("DocumentReference").search(**CURRENT).limit(2)
    assert "next" in [link["relation"] for link in searchset.fetch_raw()["link"]]
    ids = [document.id for document in searchset]
    assert len(ids) == len(set(ids)), "a document came twice"
    assert set(kept["published"]) | {kept["replacing"]} <= set(ids), "a document is missing"
    assert kept["submitted"] not in ids
    assert len(ids) == searchset.fetch_raw()["total"]


def read():
    reference = physician.reference("DocumentReference", kept["published"][-1])
    document = reference.to_resource()
    assert document.id == kept["published"][-1]
    kept["url"] = document.content[0].attachment.url
    physician.execute(f"DocumentReference/{document.id}/_history/{document.meta.versionId}", method="get")


def retrieve():
    # fhirpy reads nothing but JSON: the Binary comes as a resource, and the bytes by the library that it stands on.
    binary = physician.execute(kept["url"], method="get")
    assert binary["resourceType"] == "Binary"
    answer = requests.get(kept["url"], cert=card(TREATING), verify=CA, timeout=60)
    assert answer.content == kept["text"]


def patch():
    answer = patching.execute(
        f"DocumentReference/{kept['published'][-1]}",
        method="patch",
        data=story.draft("archive")[0],
    )
    assert answer["extension"][0]["valueBoolean"] is True


def consent():
    def look():
        return specialist.resources("DocumentReference").search(**CURRENT).limit(1).fetch()

    assert refused(look, ForbiddenError)
    draft, _, _ = story.draft("consent")
    given = specialist.resource(draft.pop("resourceType"), **draft)
    given.create()
    look()
    active = holder.resources("Consent").search(**CURRENT | {"status": "active"}).fetch_all()
    mine = next(one for one in active if one.id == given.id)
    mine["status"] = "inactive"
    mine.save()
    assert refused(look, ForbiddenError)


def access_log():
    log = physician.resources("AuditEvent").search(**{"patient.identifier": PATIENT, "date": list(days())}).limit(50)
    events = log.fetch_all()
    assert events
    assert physician.get("AuditEvent", events[0].id)["id"] == events[0].id


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
