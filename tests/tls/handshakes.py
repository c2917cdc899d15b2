"""Talks to the demonstration as no client should, and compares what comes with `cases.tsv`.

handshakes.py HOST PORT FOLDER [CASE...]      FOLDER holds the callers' certificates. Prints one line for each case and version of TLS.

The cases follow the scripts of tlsfuzzer that the table names, over the library that tlsfuzzer itself is built on. tlsfuzzer is on no
package index; and its scripts presume a server that greets whoever has no certificate.
"""

import csv
import os
import random
import sys
from functools import partial
from pathlib import Path

from cryptography.x509 import load_pem_x509_certificates
from tlslite.messages import CertificateRequest

from hello import (
    ALPN, EARLY_DATA, EMS, GROUPS, KEY_SHARE, P256, PRE_SHARED_KEY, PSK_MODES, RENEGOTIATION, SERVER_NAME, SIGNATURES,
    VERSIONS, X25519, ask, block, groups, handshake, key_share, numbers, record, tls12, tls13,
)  # fmt: skip
from peer import (
    ALERT, CERTIFICATE, CHANGE, CHANGE_CIPHER, DATA, EXCHANGE, FINISHED, HANDSHAKE, HELLO, REQUEST, VERIFY, Talk, identity, settings, word_of,
)  # fmt: skip

ADDRESS, CLIENTS = (sys.argv[1], int(sys.argv[2])), Path(sys.argv[3])
GOOD = "treating-physician"
CASES = {}


def case(name):
    def keep(act):
        CASES[name] = act
        return act

    return keep


# ---- talks by tlslite-ng: `bends` change messages on their way out


def talk(version, bends=None, who=GOOD, key=None, then="hear", alpn=(b"http/1.1",), **more):
    """Shakes hands as that caller, and then hears what comes, or asks for something."""
    def act():
        with Talk(ADDRESS, bends) as one:
            one.shake(identity(CLIENTS, who, key) if who else (None, None), settings(version, **more), alpn=alpn)
            return getattr(one, then)() if isinstance(then, str) else then(one)

    return word_of(act)


def bent(name, kind, bend, who=GOOD, then="hear"):
    CASES[name] = lambda version: talk(version, {kind: bend}, who=who, then=then)


def rebuilt(change):
    """A bend of a handshake message's body, with the length that then is true."""
    return lambda sent: handshake(sent[0], change(sent[4:]))


def flipped(at):
    return lambda body: body[:at] + bytes([body[at] ^ 0x40]) + body[at + 1 :] if at >= 0 else flipped(len(body) + at)(body)


def signature_of(change, scheme=None):
    """A bend of the signature in a CertificateVerify: scheme (2), length (2), signature."""
    def bend(body):
        return (body[:2] if scheme is None else scheme.to_bytes(2, "big")) + block(2, change(body[4:]))

    return rebuilt(bend)


# Good talks, without which the others would prove nothing.
CASES["sanity"] = lambda version: talk(version, then="fetch")
CASES["sanity-rsa"] = lambda version: talk(version, who="hospital", then="fetch")
CASES["sanity-chacha20"] = lambda version: talk(version, then="fetch", cipherNames=["chacha20-poly1305"])
CASES["sanity-hello-retry"] = lambda version: talk(version, then="fetch", keyShares=[])

@case("certificate-request")
def request(version):
    """The server asks for a certificate, names its authority, and takes no scheme below the level."""
    seen, parse = [], CertificateRequest.parse
    CertificateRequest.parse = lambda self, parser: seen.append(bytes(parser.bytes)) or parse(self, parser)
    try:
        talk(version)
    finally:
        CertificateRequest.parse = parse
    with (Path(__file__).parent / "level.tsv").open() as level:
        good = {line.split("\t")[1] for line in level if line.startswith("signature")}
    if not seen or not any(anchor.subject.public_bytes() in seen[0] for anchor in load_pem_x509_certificates((CLIENTS.parent / "ca.pem").read_bytes())):
        return "authority_not_named" if seen else "not_asked"
    return "asked" if asked(version, seen[0]) <= good else "asked_below_level"


def asked(version, message):
    """The schemes in a CertificateRequest, with or without the four bytes of its head."""
    body = message[4:] if message[0] == 13 and int.from_bytes(message[1:4], "big") == len(message) - 4 else message
    begin = body.index(b"\0\x0d", 1) + 4 if version == "1.3" else 1 + body[0]
    return {body[at : at + 2].hex() for at in range(begin + 2, begin + 2 + int.from_bytes(body[begin : begin + 2], "big"), 2)}


# Who is let in.
CASES["no-certificate"] = lambda version: talk(version, who=None)
for caller in ("stranger", "expired-doctor", "revoked-doctor", "orphaned-doctor"):
    CASES[f"certificate-{caller}"] = partial(talk, who=caller)
CASES["stolen-certificate"] = lambda version: talk(version, key="outside-specialist")

bent("certificate-skipped", CERTIFICATE, lambda _: [])
bent("verify-skipped", VERIFY, lambda _: [])
bent("verify-twice", VERIFY, lambda sent: [(HANDSHAKE, sent), (HANDSHAKE, sent)])
bent("verify-before-certificate", CERTIFICATE, lambda sent: [(HANDSHAKE, handshake(VERIFY, b"\x04\x03\0\x04\0\0\0\0")), (HANDSHAKE, sent)])
bent("certificate-twice", CERTIFICATE, lambda sent: [(HANDSHAKE, sent), (HANDSHAKE, sent)])

# Certificate verify.
bent("verify-empty-signature", VERIFY, signature_of(lambda _: b""))
bent("verify-flipped", VERIFY, signature_of(flipped(-1)))
bent("verify-zeros", VERIFY, signature_of(lambda signature: bytes(len(signature))))
bent("verify-padded", VERIFY, signature_of(lambda signature: signature + b"\0"))
bent("verify-cut", VERIFY, signature_of(lambda signature: signature[:-1]))
bent("verify-huge", VERIFY, signature_of(lambda _: os.urandom(16000)))
bent("verify-r-s-zero", VERIFY, signature_of(lambda _: bytes.fromhex("3006020100020100")))
bent("verify-r-negative", VERIFY, signature_of(lambda _: bytes.fromhex("30060201ff0201ff")))
bent("verify-s-is-order", VERIFY, signature_of(lambda _: bytes.fromhex(
    "3046022100ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551022100ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551")))
bent("verify-random", VERIFY, signature_of(lambda signature: os.urandom(len(signature))))
bent("verify-trailing", VERIFY, rebuilt(lambda body: body + b"\0"))
bent("verify-truncated", VERIFY, rebuilt(lambda body: body[:-1]))
bent("verify-empty", VERIFY, rebuilt(lambda _: b""))
bent("verify-other-scheme", VERIFY, signature_of(lambda signature: signature, 0x0401))
bent("verify-sha1", VERIFY, signature_of(lambda signature: signature, 0x0203))
bent("verify-unknown-scheme", VERIFY, signature_of(lambda signature: signature, 0x4242))
bent("verify-rsa-as-pkcs1", VERIFY, signature_of(lambda signature: signature, 0x0401), who="hospital")
bent("verify-rsa-flipped", VERIFY, signature_of(flipped(5)), who="hospital")
bent("verify-rsa-zeros", VERIFY, signature_of(lambda signature: bytes(len(signature))), who="hospital")
bent("verify-rsa-short", VERIFY, signature_of(lambda signature: signature[1:]), who="hospital")

# Certificate: in TLS 1.3 a context (1), then in both the list behind its length (3); each entry behind its length (3), in TLS 1.3 with extensions.


def entries(version, change):
    def bend(body):
        context, rest = (body[:1], body[1:]) if version == "1.3" else (b"", body)
        return context + change(rest[3:])

    return rebuilt(bend)


def one(version, der, extensions=b""):
    return block(3, der) + (block(2, extensions) if version == "1.3" else b"")


def certificates(name, change):
    CASES[name] = lambda version: talk(version, {CERTIFICATE: entries(version, lambda data: change(version, data))})


def leaf(data):
    return data[3 : 3 + int.from_bytes(data[:3], "big")]


certificates("certificate-list-too-long", lambda _, data: (len(data) + 1).to_bytes(3, "big") + data)
certificates("certificate-list-too-short", lambda _, data: (len(data) - 1).to_bytes(3, "big") + data)
certificates("certificate-empty-entry", lambda version, data: block(3, one(version, b"") + data))
certificates("certificate-cut", lambda version, data: block(3, one(version, leaf(data)[:-1])))
certificates("certificate-padded", lambda version, data: block(3, one(version, leaf(data) + b"\0")))
certificates("certificate-garbage", lambda version, data: block(3, one(version, os.urandom(600))))
certificates("certificate-deep", lambda version, data: block(3, one(version, b"\x30\x80" * 8000)))
certificates("certificate-huge", lambda version, data: block(3, one(version, leaf(data)) + one(version, os.urandom(70000))))
CASES["certificate-with-noise"] = lambda version: talk(
    version, {CERTIFICATE: entries(version, lambda data: block(3, data + one(version, os.urandom(4000))))}, then="fetch")
certificates("certificate-many", lambda version, data: block(3, one(version, leaf(data)) * 120))
certificates("certificate-leaf-flipped", lambda version, data: block(3, one(version, flipped(-1)(leaf(data)))))
certificates("certificate-key-flipped", lambda version, data: block(3, one(version, flipped(len(leaf(data)) // 2)(leaf(data)))))
bent("certificate-trailing", CERTIFICATE, rebuilt(lambda body: body + b"\0"))
bent("certificate-truncated", CERTIFICATE, rebuilt(lambda body: body[:-1]))
bent("certificate-no-body", CERTIFICATE, rebuilt(lambda _: b""))
bent("certificate-context", CERTIFICATE, rebuilt(lambda body: b"\x04test" + body[1:]))
certificates("certificate-entry-extension", lambda version, data: block(3, one(version, leaf(data), b"\xfa\xfa\0\0")))

# Finished, the key exchange and the change of ciphers.
bent("finished-flipped", FINISHED, rebuilt(flipped(3)))
bent("finished-cut", FINISHED, rebuilt(lambda body: body[:-1]))
bent("finished-padded", FINISHED, rebuilt(lambda body: body + b"\0"))
bent("finished-empty", FINISHED, rebuilt(lambda _: b""))
bent("finished-skipped", FINISHED, lambda _: [(DATA, REQUEST)])
bent("data-before-finished", FINISHED, lambda sent: [(DATA, REQUEST), (HANDSHAKE, sent)])
bent("exchange-skipped", EXCHANGE, lambda _: [])
bent("exchange-empty", EXCHANGE, rebuilt(lambda _: b""))
bent("exchange-zero-point", EXCHANGE, rebuilt(lambda body: block(1, bytes(32))))
bent("exchange-short-point", EXCHANGE, rebuilt(lambda body: block(1, body[1:-1])))
bent("exchange-trailing", EXCHANGE, rebuilt(lambda body: body + b"\0"))
bent("change-skipped", CHANGE, lambda _: [])
bent("change-twice", CHANGE, lambda sent: [(CHANGE_CIPHER, sent), (CHANGE_CIPHER, sent)])
bent("change-malformed", CHANGE, lambda _: [(CHANGE_CIPHER, b"\x02")])
bent("change-long", CHANGE, lambda _: [(CHANGE_CIPHER, b"\x01\x01")])
bent("change-early", EXCHANGE, lambda sent: [(CHANGE_CIPHER, b"\x01"), (HANDSHAKE, sent)])
bent("certificate-fragmented", CERTIFICATE, lambda sent: [(HANDSHAKE, sent[at : at + 50]) for at in range(0, len(sent), 50)], then="fetch")
bent("certificate-interleaved", CERTIFICATE, lambda sent: [(HANDSHAKE, sent[:50]), (ALERT, b"\x01\x5a"), (HANDSHAKE, sent[50:])])
bent("hello-twice", HELLO, lambda sent: [(HANDSHAKE, sent), (HANDSHAKE, sent)])
CASES["protocols-h2-in-whole"] = lambda version: talk(version, alpn=[b"h2"])
CASES["protocols-none"] = lambda version: talk(version, alpn=None, then="fetch")

# After the handshake.


def after(name, act):
    CASES[name] = lambda version: talk(version, then=act)


def say(content, data, times=1):
    def act(one):
        for _ in range(times):
            one.tls.say(content, data)
        return one.fetch()

    return act


after("renegotiation", say(HANDSHAKE, tls12().message()))
after("renegotiation-by-hello-request", say(HANDSHAKE, b"\0\0\0\0"))
after("late-certificate", say(HANDSHAKE, handshake(CERTIFICATE, b"\0\0\0\0")))
after("late-finished", say(HANDSHAKE, handshake(FINISHED, bytes(32))))
after("late-server-hello", say(HANDSHAKE, handshake(2, bytes(40))))
after("late-ticket", say(HANDSHAKE, handshake(4, bytes(40))))
after("late-change", say(CHANGE_CIPHER, b"\x01"))
after("heartbeat", say(24, b"\x01\x40\x00" + bytes(16)))
after("unknown-content", say(99, b"\0"))
after("unknown-handshake", say(HANDSHAKE, handshake(99, b"\0")))
after("alert-empty", say(ALERT, b""))
after("alert-half", say(ALERT, b"\x02"))
after("alert-fatal", say(ALERT, b"\x02\x28"))
after("alerts-warning-flood", say(ALERT, b"\x01\x5a", 200))
after("empty-records-flood", lambda one: [one.tls.say_record(DATA, b"") for _ in range(200)] and one.fetch())
after("key-update-of-unknown-kind", say(HANDSHAKE, handshake(24, b"\x02")))
after("key-update-empty", say(HANDSHAKE, handshake(24, b"")))


@case("key-update")
def key_update(version):
    def act(one):
        for _ in one.tls.send_keyupdate_request(1):
            pass
        return one.fetch()

    return talk(version, then=act) if version == "1.3" else "-"


def spoilt(change):
    """Sends a protected record whose ciphertext was changed."""
    def act(one):
        through = one.stream.sendall
        layer = one.tls._recordLayer
        written = []
        layer._recordSocket.sock, real = type("Tap", (), {"send": lambda _, data: written.append(bytes(data)) or len(data)})(), layer._recordSocket.sock
        one.tls.say(DATA, REQUEST)
        layer._recordSocket.sock = real
        through(change(b"".join(written)))
        return one.hear()

    return act


after("ciphertext-flipped", spoilt(flipped(-1)))
after("ciphertext-cut", spoilt(lambda data: data[:3] + block(2, data[5:-1])))
after("ciphertext-empty", spoilt(lambda data: data[:3] + b"\0\0"))
after("ciphertext-overflow", spoilt(lambda data: data[:3] + block(2, bytes(16384 + 257))))
after("ciphertext-replayed", spoilt(lambda data: data + data))


def resumed(version, spoil=False):
    """Whether a second connection goes on with the session of the first."""
    def act():
        with Talk(ADDRESS) as first:
            first.shake(identity(CLIENTS, GOOD), settings(version))
            word, session = first.begun()
        if spoil:
            session.sessionID = bytes(32)
            for ticket in session.tickets or []:
                ticket.ticket = bytearray(flipped(3)(bytes(ticket.ticket)))
        with Talk(ADDRESS) as second:
            second.shake(identity(CLIENTS, GOOD), settings(version), session=session)
            return f"{second.fetch()}-{'resumed' if second.tls.resumed else 'afresh'}" if word == "served" else word

    return word_of(act)


CASES["resumption"] = resumed
CASES["resumption-unknown"] = partial(resumed, spoil=True)


@case("ticket-is-a-key-alone")
def tickets(version):
    """Tickets are random keys of the server's memory: 32 bytes, with no state inside that could be weakly sealed."""
    def act():
        with Talk(ADDRESS) as one:
            one.shake(identity(CLIENTS, GOOD), settings(version))
            word, session = one.begun()
        held = session.tickets or []
        return f"{word}-tickets-of-{'-'.join(sorted({str(len(ticket.ticket)) for ticket in held})) or 'none'}"

    return word_of(act)


# ---- bare hellos


def fresh(version):
    return tls12() if version == "1.2" else tls13()


def hello_case(name, change, kind=22):
    CASES[name] = lambda version: ask(ADDRESS, record(kind, change(fresh(version), version).message())).word


def body_case(name, change):
    CASES[name] = lambda version: ask(ADDRESS, record(22, handshake(1, change(fresh(version).body())))).word


def raw_case(name, make):
    CASES[name] = lambda version: ask(ADDRESS, make(fresh(version).message())).word


hello_case("hello", lambda hello, _: hello)
hello_case("fallback-scsv", lambda hello, _: hello.but(suites=hello.suites + b"\x56\0"))
hello_case("version-ahead", lambda hello, _: hello.but(version=0x0305))
hello_case("version-far-ahead", lambda hello, _: hello.but(version=0xFFFF))
hello_case("version-tls-1-1", lambda hello, _: hello.but(version=0x0302))
hello_case("version-ssl-3", lambda hello, _: hello.but(version=0x0300))
hello_case("versions-grease", lambda hello, _: hello.with_extension(VERSIONS, b"\x06\x7a\x7a\x03\x05\x03\x03"))
hello_case("versions-old-alone", lambda hello, _: hello.with_extension(VERSIONS, b"\x04\x03\x02\x03\x01"))
hello_case("versions-empty", lambda hello, _: hello.with_extension(VERSIONS, b"\0"))
hello_case("versions-odd", lambda hello, _: hello.with_extension(VERSIONS, b"\x03\x03\x04\x03"))
hello_case("renegotiation-info-filled", lambda hello, _: hello.with_extension(RENEGOTIATION, block(1, bytes(12))))
hello_case("renegotiation-info-absent", lambda hello, _: hello.without(RENEGOTIATION))
hello_case("master-secret-not-extended", lambda hello, _: hello.without(EMS))
hello_case("master-secret-with-content", lambda hello, _: hello.with_extension(EMS, b"\0"))
hello_case("suites-none", lambda hello, _: hello.but(suites=b""))
hello_case("suites-odd", lambda hello, _: hello.but(suites=hello.suites + b"\x13"))
hello_case("suites-unknown", lambda hello, _: hello.but(suites=numbers(range(0xFA00, 0xFB00))))
hello_case("suites-null-export-rc4", lambda hello, _: hello.but(suites=numbers([1, 2, 3, 4, 5, 6, 8, 0x0A, 0x2F, 0x35, 0x9C, 0xC007, 0xC011, 0xC018])))
hello_case("suites-many", lambda hello, _: hello.but(suites=numbers(range(0xFA00, 0xFA00 + 900)) + hello.suites))
hello_case("compression-none", lambda hello, _: hello.but(compressions=b""))
hello_case("compression-without-null", lambda hello, _: hello.but(compressions=b"\x01\x40"))
hello_case("compression-more", lambda hello, _: hello.but(compressions=b"\x01\0"))
hello_case("session-id-long", lambda hello, _: hello.but(session=bytes(33)))
hello_case("extensions-none", lambda hello, _: hello.but(extensions=()))
hello_case("extension-twice", lambda hello, _: hello.but(extensions=(*hello.extensions, hello.extensions[0])))
hello_case("extensions-unknown", lambda hello, _: hello.but(extensions=(*((0xFA00 + n, b"x" * n) for n in range(100)), *hello.extensions)))
hello_case("groups-empty", lambda hello, _: hello.with_extension(GROUPS, b"\0\0"))
hello_case("groups-absent", lambda hello, _: hello.without(GROUPS))
hello_case("groups-unknown", lambda hello, _: hello.with_extension(GROUPS, groups(range(0xFA00, 0xFA20))))
hello_case("groups-odd", lambda hello, _: hello.with_extension(GROUPS, b"\0\x03\0\x1d\0"))
hello_case("signatures-empty", lambda hello, _: hello.with_extension(SIGNATURES, b"\0\0"))
hello_case("signatures-absent", lambda hello, _: hello.without(SIGNATURES))
hello_case("signatures-sha1-alone", lambda hello, _: hello.with_extension(SIGNATURES, groups([0x0201, 0x0203])))
hello_case("server-name-empty", lambda hello, _: hello.with_extension(SERVER_NAME, b"\0\0"))
hello_case("server-name-malformed", lambda hello, _: hello.with_extension(SERVER_NAME, b"\0\x05\0\0\x09ab"))
hello_case("server-name-twice", lambda hello, _: hello.with_extension(SERVER_NAME, block(2, b"\0\0\x01a" * 2)))
hello_case("server-name-nul", lambda hello, _: hello.with_extension(SERVER_NAME, block(2, b"\0" + block(2, b"local\0host"))))
hello_case("server-name-other", lambda hello, _: hello.with_extension(SERVER_NAME, block(2, b"\0" + block(2, b"elsewhere.example"))))
hello_case("protocols-h2-alone", lambda hello, _: hello.with_extension(ALPN, block(2, b"\x02h2")))
hello_case("protocols-empty-name", lambda hello, _: hello.with_extension(ALPN, block(2, b"\0")))
hello_case("protocols-empty", lambda hello, _: hello.with_extension(ALPN, b"\0\0"))
hello_case("share-absent", lambda hello, _: hello.without(KEY_SHARE))
hello_case("share-zero", lambda hello, _: hello.with_extension(KEY_SHARE, key_share((X25519, bytes(32)))))
hello_case("share-short", lambda hello, _: hello.with_extension(KEY_SHARE, key_share((X25519, bytes(31)))))
hello_case("share-empty", lambda hello, _: hello.with_extension(KEY_SHARE, key_share((X25519, b""))))
hello_case("share-twice", lambda hello, _: hello.with_extension(KEY_SHARE, key_share((X25519, b"\x09" + bytes(31)), (X25519, b"\x09" + bytes(31)))))
hello_case("share-off-curve", lambda hello, _: hello.with_extension(GROUPS, groups([P256])).with_extension(KEY_SHARE, key_share((P256, b"\x04" + b"\x01" * 64))))
hello_case("share-at-infinity", lambda hello, _: hello.with_extension(GROUPS, groups([P256])).with_extension(KEY_SHARE, key_share((P256, b"\0"))))
hello_case("share-compressed", lambda hello, _: hello.with_extension(GROUPS, groups([P256])).with_extension(KEY_SHARE, key_share((P256, b"\x02" + b"\x01" * 32))))
hello_case("share-not-in-groups", lambda hello, _: hello.with_extension(GROUPS, groups([P256])))
hello_case("share-trailing", lambda hello, _: hello.with_extension(KEY_SHARE, key_share((X25519, b"\x09" + bytes(31))) + b"\0"))
hello_case("early-data-without-key", lambda hello, _: hello.with_extension(EARLY_DATA, b""))
hello_case("key-not-last", lambda hello, _: hello.but(extensions=((PRE_SHARED_KEY, block(2, block(2, bytes(32)) + bytes(4)) + block(2, block(1, bytes(32)))), *hello.extensions)))
hello_case("key-unknown", lambda hello, _: hello.but(extensions=(*hello.extensions, (PRE_SHARED_KEY, block(2, block(2, bytes(32)) + bytes(4)) + block(2, block(1, bytes(32)))))))
hello_case("key-without-binder", lambda hello, _: hello.but(extensions=(*hello.extensions, (PRE_SHARED_KEY, block(2, block(2, bytes(32)) + bytes(4)) + block(2, b"")))))
hello_case("key-without-modes", lambda hello, _: hello.without(PSK_MODES).but(extensions=(*hello.without(PSK_MODES).extensions, (PRE_SHARED_KEY, block(2, block(2, bytes(32)) + bytes(4)) + block(2, block(1, bytes(32)))))))
body_case("hello-trailing", lambda body: body + b"\0")
body_case("hello-empty", lambda body: b"")
raw_case("hello-too-large", lambda message: record(22, message[:1] + b"\xff\xff\xff" + bytes(16000)) + record(22, bytes(16000)) * 6)
raw_case("record-empty", lambda message: record(22, b"") + record(22, message))
raw_case("record-overflow", lambda message: record(22, message) [:3] + b"\x48\x01" + bytes(0x4801))
raw_case("record-of-unknown-type", lambda message: record(99, message))
raw_case("record-of-unknown-version", lambda message: record(22, message, 0x0f0f))
raw_case("record-data-first", lambda message: record(23, message))
raw_case("record-change-first", lambda message: record(20, b"\x01") + record(22, message))
raw_case("record-alert-first", lambda message: record(21, b"\x02\x28"))
raw_case("record-heartbeat-first", lambda message: record(24, b"\x01\x40\0" + bytes(16)))
raw_case("records-of-one-byte", lambda message: b"".join(record(22, message[at : at + 1]) for at in range(len(message))))
raw_case("handshake-of-unknown-type", lambda message: record(22, handshake(99, message[4:])))
raw_case("server-hello-by-client", lambda message: record(22, handshake(2, message[4:])))
raw_case("finished-first", lambda message: record(22, handshake(20, bytes(32))))
raw_case("ssl-2-hello", lambda _: b"\x80\x2e\x01\x03\x03\0\x15\0\0\0\x10\0\xc0\x2c\0\xc0\x2b\0\xc0\x30\0\0\x35\0\0\x2f\0\0\x0a\0\0\xff" + bytes(16))
raw_case("clear-text", lambda _: REQUEST)
raw_case("noise", lambda _: os.urandom(4096))


@case("hello-cut-anywhere")
def cut_anywhere(version):
    """Each shorter body, with true outer lengths: nothing but alerts, and never a hang."""
    body = fresh(version).body()
    words = {at: ask(ADDRESS, record(22, handshake(1, body[:at]))).word for at in range(len(body))}
    # Without any extension the body is well formed again.
    return "|".join(sorted(set(words.values())))


@case("hello-flipped-anywhere")
def flipped_anywhere(version):
    """Each byte turned: an answer of the protocol, whatever it is, and never a hang."""
    body = fresh(version).body()
    words = {ask(ADDRESS, record(22, handshake(1, flipped(at)(body)))).word for at in range(len(body))}
    return "answered" if not words & {"silent"} else "silent"


@case("hello-noise")
def noise(version, seed=20200326):
    """So many hellos with several bytes turned, from a fixed seed."""
    dice, words = random.Random(seed), set()
    for _ in range(400):
        body = bytearray(fresh(version).body())
        for _ in range(dice.randrange(1, 8)):
            body[dice.randrange(len(body))] = dice.randrange(256)
        words.add(ask(ADDRESS, record(22, handshake(1, bytes(body)))).word)
    return "answered" if not words & {"silent"} else "silent"


# ---- the run


def expectations():
    lines = [line for line in (Path(__file__).parent / "cases.tsv").read_text().splitlines() if line and not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t"))


def main():
    table, chosen, faults, told = expectations(), sys.argv[4:], 0, set()
    for row in table:
        told.add(row["case"])
        for version in ("1.2", "1.3"):
            expected = row[f"tls {version}"]
            if expected == "-" or (chosen and row["case"] not in chosen):
                continue
            got = CASES[row["case"]](version)
            holds = got in expected.split(" ") or set(got.split("|")) <= set(expected.split(" "))
            faults += not holds
            print(f"{'ok    ' if holds else 'FAILED'} {row['case']} in TLS {version}: {got}{'' if holds else f', not {expected}'}", flush=True)
    for lost in sorted(set(CASES) - told):
        faults += 1
        print(f"FAILED {lost} has no row in the table")
    print(f"\nhandshakes: {faults} not as expected")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
