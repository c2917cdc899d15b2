"""fhirpy, asynchronous."""

import asyncio
import sys

import aiohttp
from fhirpy import AsyncFHIRClient
from fhirpy.base.exceptions import ForbiddenError

from story import BASE, HOLDER, PATIENT, SPECIALIST, TREATING, Story, bearer, days, id_in, tls

story = Story("fhirpy-async")


def client(name, headers=None):
    return AsyncFHIRClient(BASE, aiohttp_config={"ssl": tls(name)}, extra_headers={**(headers or {}), **bearer(name)})


physician, specialist, holder = client(TREATING), client(SPECIALIST), client(HOLDER)
patching = client(TREATING, {"Content-Type": "application/json-patch+json"})
kept = {"published": []}
CURRENT = {"patient.identifier": PATIENT, "status": "current"}


async def execute(who, path, **more):
    answer = await who.execute(path, **more)
    story.keep(answer)
    return answer


async def capability():
    statement = await execute(physician, "metadata", method="get")
    assert statement["fhirVersion"] == "4.0.1"


async def publish_105():
    for _ in range(3):
        draft, kept["text"], _ = story.draft("publication")
        document = physician.resource(draft.pop("resourceType"), **draft)
        await document.create()
        story.keep(document.serialize())
        kept["published"].append(document.id)


async def publish_65():
    bundle, _, _ = story.draft("submission")
    answer = await execute(physician, "", data=bundle)
    kept["submitted"] = id_in(answer["entry"][1]["response"]["location"])


async def replace():
    bundle, _, _ = story.draft("replacement", replaced=kept["submitted"])
    answer = await execute(physician, "", data=bundle)
    kept["replacing"] = id_in(answer["entry"][1]["response"]["location"])
    assert (await physician.get("DocumentReference", kept["submitted"]))["status"] == "superseded"


async def search_paging():
    searchset = physician.resources("DocumentReference").search(**CURRENT).limit(2)
    story.keep(await searchset.fetch_raw())
    ids = [document.id async for document in searchset]
    assert len(ids) == len(set(ids)), "a document came twice"
    assert set(kept["published"]) | {kept["replacing"]} <= set(ids), "a document is missing"
    assert kept["submitted"] not in ids


async def read():
    document = await physician.reference("DocumentReference", kept["published"][-1]).to_resource()
    story.keep(document.serialize())
    kept["url"] = document.content[0].attachment.url
    await execute(physician, f"DocumentReference/{document.id}/_history/{document.meta.versionId}", method="get")


async def retrieve():
    binary = await execute(physician, kept["url"], method="get")
    assert binary["resourceType"] == "Binary"
    async with aiohttp.ClientSession() as session, session.get(kept["url"], ssl=tls(TREATING)) as answer:
        assert await answer.read() == kept["text"]


async def patch():
    answer = await execute(
        patching,
        f"DocumentReference/{kept['published'][-1]}",
        method="patch",
        data=story.draft("archive")[0],
    )
    assert answer["extension"][0]["valueBoolean"] is True


async def is_refused(act):
    try:
        await act()
    except ForbiddenError:
        return True
    return False


async def consent():
    async def look():
        return await specialist.resources("DocumentReference").search(**CURRENT).limit(1).fetch()

    assert await is_refused(look)
    draft, _, _ = story.draft("consent")
    given = specialist.resource(draft.pop("resourceType"), **draft)
    await given.create()
    story.keep(given.serialize())
    await look()
    mine = await holder.resources("Consent").search(**CURRENT | {"status": "active", "_id": given.id}).first()
    mine["status"] = "inactive"
    await mine.save()
    story.keep(mine.serialize())
    assert await is_refused(look)


async def access_log():
    log = physician.resources("AuditEvent").search(**{"patient.identifier": PATIENT, "date": list(days())}).limit(50)
    story.keep(await log.fetch_raw())
    assert await log.fetch_all()


async def main():
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
        await story.run_async(name, step)


asyncio.run(main())
sys.exit(story.failed)
