"""What the Python clients share: the cast, the drafts, where answers are kept, and how steps are told.

Environment: BASE (FHIR base), DEMO (the demonstration's folder), DRAFTS (templates), ANSWERS (folder for answers).
"""

import base64
import datetime
import hashlib
import json
import os
import pathlib
import ssl
import traceback
import uuid

BASE = os.environ["BASE"]
DEMO = pathlib.Path(os.environ["DEMO"])
DRAFTS = pathlib.Path(os.environ["DRAFTS"])
ANSWERS = pathlib.Path(os.environ["ANSWERS"])
CA = str(DEMO / "pki/ca.pem")
TREATING, SPECIALIST, HOLDER = "treating-physician", "outside-specialist", "ens"

_CAST = json.loads((DEMO / "cast.json").read_text())


def _of(group, name):
    return next(one for one in _CAST[group] if one["name"] == name)


_open = _of("holders", "open")
PATIENT = f"{_open['ins_system']}|{_open['ins']}"


def card(name):
    """Certificate and key of a caller."""
    caller = _of("callers", name)
    return str(DEMO / caller["certificate"]), str(DEMO / caller["key"])


def bearer(name):
    """The headers by which a caller names the holder: the front end's token, and none for anyone else."""
    tokens = _of("callers", name).get("tokens", {})
    if "open" not in tokens:
        return {}
    return {"Authorization": f"Bearer {(DEMO / tokens['open']).read_text().strip()}"}


def tls(name):
    """The same as a context of the standard library."""
    context = ssl.create_default_context(cafile=CA)
    context.load_cert_chain(*card(name))
    return context


def days():
    """The bounds of an access-log search: today and tomorrow."""
    today = datetime.datetime.now(datetime.timezone.utc).date()
    return f"ge{today}", f"le{today + datetime.timedelta(days=1)}"


class Story:
    """One client's run: its drafts, its answers and its steps."""

    def __init__(self, client):
        self.client = client
        self.step = "start"
        self.failed = False
        self._answers = 0
        ANSWERS.mkdir(parents=True, exist_ok=True)

    def draft(self, name, **more):
        """A filled template, with the document's bytes and its uniqueId."""
        text = f"document {uuid.uuid4()}".encode()
        unique = f"urn:oid:2.25.{uuid.uuid4().int}"
        specialist = _of("callers", SPECIALIST)
        values = {
            "client": self.client,
            "ins_system": _open["ins_system"],
            "ins": _open["ins"],
            "author": _of("callers", TREATING)["ps_idnat"],
            "specialist": specialist["ps_idnat"],
            "structure": specialist["structure"],
            "unique_id": unique,
            "set_id": f"urn:oid:2.25.{uuid.uuid4().int}",
            "now": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "data": base64.b64encode(text).decode(),
            "size": str(len(text)),
            "hash": base64.b64encode(hashlib.sha1(text).digest()).decode(),
            **{f"urn_{name}": str(uuid.uuid4()) for name in ("list", "document", "binary", "update")},
            **more,
        }
        filled = (DRAFTS / f"{name}.json").read_text()
        for key, value in values.items():
            filled = filled.replace(f"@{key}@", value)
        return json.loads(filled), text, unique

    def keep(self, answer, kind="application/fhir+json"):
        """Keeps an answer for the validator: bytes as they came, or what the client made of them."""
        if "json" not in kind:
            return
        self._answers += 1
        if not isinstance(answer, bytes):
            answer = json.dumps(answer).encode()
        (ANSWERS / f"{self.step}-{self._answers:03}.json").write_bytes(answer)

    def hook(self, response, *_, **__):
        """Keeps what `requests` received."""
        self.keep(response.content, response.headers.get("content-type", ""))

    def run(self, name, step):
        """Runs a step apart, so that one failure hides no other. A step may give something to await."""
        self.step = name
        try:
            step()
        except Exception as fault:
            self.tell(name, fault)
        else:
            self.tell(name)

    async def run_async(self, name, step):
        """The same for a coroutine function."""
        self.step = name
        try:
            await step()
        except Exception as fault:
            self.tell(name, fault)
        else:
            self.tell(name)

    def tell(self, name, fault=None):
        """Prints the line of a step."""
        if fault is None:
            print(f"{self.client:<16} {name:<16} ok", flush=True)
            return
        self.failed = True
        place = traceback.extract_tb(fault.__traceback__)[-1]
        answer = getattr(getattr(fault, "response", None), "text", "")
        words = f"{type(fault).__name__} {fault} {answer} ({pathlib.Path(place.filename).name}:{place.lineno})"
        print(f"{self.client:<16} {name:<16} FAILED {' '.join(words.split())[:2500]}", flush=True)


def id_in(location):
    """The id of a DocumentReference in a location."""
    return location.split("DocumentReference/")[1].split("/")[0]


def refused(act, *kinds):
    """Whether an act fails with one of those errors."""
    try:
        act()
    except kinds:
        return True
    return False
