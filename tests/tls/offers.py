"""Everything that the demonstration's TLS takes, found by asking for each thing alone, against `level.tsv`; and the report of sslyze.

offers.py HOST PORT [SSLYZE.json ...]

Why not by the scanner alone: the gateway refuses TLS 1.2 without the extended master secret, which scanners that carry an old OpenSSL for old
suites do not speak. They would be refused for that, and never see whether a weak suite is taken. Each question here is to the server's taste
in all but the one thing that is asked.
"""

import csv
import json
import sys
from pathlib import Path

from hello import EMS, RENEGOTIATION, TICKET, ask, numbers, record, tls12, tls13

ADDRESS = (sys.argv[1], int(sys.argv[2]))
RULES = [line for line in (Path(__file__).parent / "level.tsv").read_text().splitlines() if not line.startswith("#")]
LEVEL = {(row["kind"], int(row["number"], 16)): row for row in csv.DictReader(RULES, delimiter="\t")}
# What sslyze has to have looked at, in one report or another.
WANTED = {
    "certificate_info", "ssl_2_0_cipher_suites", "ssl_3_0_cipher_suites", "tls_1_0_cipher_suites", "tls_1_1_cipher_suites", "tls_1_2_cipher_suites",
    "tls_1_3_cipher_suites", "tls_compression", "tls_1_3_early_data", "openssl_ccs_injection", "tls_fallback_scsv", "heartbleed", "robot",
    "session_renegotiation", "session_resumption", "elliptic_curves", "http_headers", "tls_extended_master_secret",
}  # fmt: skip
faults, ran = 0, set()


def tell(holds, what, found):
    global faults
    faults += not holds
    print(f"{'ok    ' if holds else 'BELOW '} {what}: {found}")


def shown(values, width=4):
    return " ".join(f"{value:0{width}x}" for value in sorted(values)) or "none"


def judge(kind, taken):
    """Nothing that the table does not name, and all that it demands."""
    strange = {value for value in taken if (kind, value) not in LEVEL}
    wanted = {number for (of, number), row in LEVEL.items() if of == kind and row["must"] == "must"}
    lacking = wanted - taken
    tell(not strange, f"{kind}: nothing below the level", f"takes {shown(taken)}" + (f"; NOT IN THE LEVEL {shown(strange)}" if strange else ""))
    tell(not lacking, f"{kind}: what is demanded is there", f"lacks {shown(lacking)}")


def answer(hello):
    return ask(ADDRESS, record(22, hello.message()))


def suites(make, all_of):
    """The suites that are taken of those. The server chooses one of many; it is taken out, and the rest asked again."""
    taken, size = set(), 512
    for begin in range(0, len(all_of), size):
        left = all_of[begin : begin + size]
        while left and (got := answer(make(left))).word == "hello":
            if got.suite not in left:
                raise SystemExit(f"the server chose {got.suite:04x}, which was not offered")
            taken.add(got.suite)
            left = [suite for suite in left if suite != got.suite]
    return taken


def taken_groups():
    every = [*range(1, 0x30), *range(0x100, 0x110), *range(0x11E9, 0x11F0), 0x0200, 0x0201, 0x0202, 0x6399, 0x639A, 0xFE30, 0xFE31, 0xFF01, 0xFF02]
    taken = set()
    for group in every:
        # A share of another group, so that the server must ask for one of the only group that is offered.
        late = answer(tls13(curves=(group,), shares=()))
        old = answer(tls12(curves=(group,)))
        if late.word == "retry":
            taken.add(late.group if len(late.extensions.get(51, b"")) != 2 else int.from_bytes(late.extensions[51], "big"))
        if old.word == "hello":
            taken.add(old.group)
    return taken


def taken_signatures():
    """The schemes by which the server signs in TLS 1.2, each offered alone, and those that it takes from clients."""
    every = [(hash << 8) | kind for hash in range(0, 9) for kind in range(0, 12)] + list(range(0x0809, 0x0820))
    return {got.signature for scheme in every if (got := answer(tls12(signatures=(scheme,)))).word == "hello"}


def asked_signatures(request):
    kinds = request[0]
    schemes = request[1 + kinds + 2 :][: int.from_bytes(request[1 + kinds :][:2], "big")]
    return {int.from_bytes(schemes[at : at + 2], "big") for at in range(0, len(schemes), 2)}


def versions():
    taken = {0x0304} if answer(tls13()).version == 0x0304 else set()
    for version in (0x0303, 0x0302, 0x0301, 0x0300, 0x0200):
        got = answer(tls12(suites=range(0x0001, 0x0100)).but(version=version, suites=numbers([*range(1, 0x100), 0xC02C, 0xC02B, *range(0xC001, 0xC032)])))
        if got.word == "hello":
            taken.add(got.version)
    if ask(ADDRESS, b"\x80\x1c\x01\x00\x02\x00\x03\x00\x00\x00\x10\x01\x00\x80" + bytes(16)).word == "hello":
        taken.add(0x0002)
    return taken


def own_questions():
    everything = [suite for suite in range(0x10000) if suite not in (0x00FF, 0x5600)]
    judge("version", versions())
    judge("suite-1.2", suites(lambda left: tls12(suites=left), everything))
    judge("suite-1.3", suites(lambda left: tls13(suites=left), everything))
    judge("group", taken_groups())
    judge("signature", taken_signatures())
    first = answer(tls12())
    judge("signature", asked_signatures(first.request or b"\0\0\0"))
    judge("compression", {answer(tls12().but(compressions=bytes(range(254, -1, -1)))).compression})
    tell(answer(tls12().but(compressions=b"\x01")).word != "hello", "compression: none but the null one is taken", "DEFLATE alone is refused")
    tell(first.request is not None, "client certificate: TLS 1.2 asks for one", "CertificateRequest" if first.request is not None else "nothing")
    tell(EMS in first.extensions, "extended master secret: told in TLS 1.2", shown(first.extensions))
    without = answer(tls12().without(EMS))
    tell(without.word == "handshake_failure", "extended master secret: demanded in TLS 1.2", without.word)
    ticket = answer(tls12().with_extension(TICKET, b""))
    tell(ticket.word == "hello" and TICKET not in ticket.extensions, "tickets: none in TLS 1.2", shown(ticket.extensions))
    tell(RENEGOTIATION in first.extensions, "renegotiation: the safe extension is told (RFC 5746)", shown(first.extensions))
    tell(first.random[-8:] == b"DOWNGRD\x01", "downgrade: TLS 1.2 tells that the server knows 1.3", first.random[-8:].hex())
    ordered = answer(tls12(suites=(0xC02B, 0xC02C)))
    tell(ordered.suite == 0xC02C, "order: the server's, AES-256 first", f"{ordered.suite:04x}")
    ordered = answer(tls13(suites=(0x1301, 0x1303, 0x1302)))
    tell(ordered.suite == 0x1302, "order: the server's, AES-256 first", f"{ordered.suite:04x}")


def sslyze(path):
    """What sslyze found: every command has ended well, but those that are argued, and found nothing."""
    report = json.loads(Path(path).read_text())["server_scan_results"][0]
    name, found = Path(path).name, report["scan_result"]
    told = report["connectivity_result"] or {}
    # A report that was made with a client certificate cannot tell.
    if "certificate_info" in found and found["certificate_info"]["status"] == "COMPLETED":
        tell(told.get("client_auth_requirement") == "REQUIRED", f"{name}: client certificate", told.get("client_auth_requirement"))

    def result(command):
        return (found.get(command) or {}).get("result")

    for command, entry in found.items():
        if entry["status"] == "NOT_SCHEDULED":
            continue
        tell(entry["status"] == "COMPLETED", f"{name}: {command} ran", entry["status"])
        ran.add(command)
    names = {row["name"] for (kind, _), row in LEVEL.items() if kind.startswith("suite")}
    for version, good in [("ssl_2_0", False), ("ssl_3_0", False), ("tls_1_0", False), ("tls_1_1", False), ("tls_1_2", True), ("tls_1_3", True)]:
        if not (entry := result(f"{version}_cipher_suites")):
            continue
        taken = {suite["cipher_suite"]["name"] for suite in entry["accepted_cipher_suites"]}
        tell(bool(taken) == good and taken <= names, f"{name}: suites of {version}", " ".join(sorted(taken)) or "none")
    curves = {"secp256r1", "prime256v1", "secp384r1", "secp521r1", "X25519", "X448"}
    if entry := result("elliptic_curves"):
        taken = {curve["name"] for curve in entry["supported_curves"] or []}
        tell(taken <= curves and bool(taken), f"{name}: curves", " ".join(sorted(taken)))
    wanted = [
        ("tls_compression", "supports_compression", False),
        ("openssl_ccs_injection", "is_vulnerable_to_ccs_injection", False),
        ("heartbleed", "is_vulnerable_to_heartbleed", False),
        ("robot", "robot_result", "NOT_VULNERABLE_RSA_NOT_SUPPORTED"),
        ("session_renegotiation", "supports_secure_renegotiation", True),
        ("session_renegotiation", "is_vulnerable_to_client_renegotiation_dos", False),
        ("tls_extended_master_secret", "supports_ems_extension", True),
        ("tls_1_3_early_data", "supports_early_data", False),
        ("session_resumption", "tls_ticket_resumption_result", "NOT_SUPPORTED"),
    ]
    for command, member, value in wanted:
        if entry := result(command):
            tell(entry[member] == value, f"{name}: {command}.{member}", entry[member])
    for deployment in (result("certificate_info") or {}).get("certificate_deployments", []):
        leaf = deployment["received_certificate_chain"][0]
        key, strong = leaf["public_key"], {"RSAPublicKey": 3072, "_RSAPublicKey": 3072}
        size = key["key_size"]
        tell(size >= strong.get(key["algorithm"], 256), f"{name}: the server's key", f"{key['algorithm']} of {size} bits")
        hashed = (leaf["signature_hash_algorithm"] or {}).get("name")
        tell(hashed in ("sha256", "sha384", "sha512"), f"{name}: the certificate's hash", hashed)
        tell(deployment["received_chain_has_valid_order"], f"{name}: the chain's order", deployment["received_chain_has_valid_order"])


own_questions()
for report in sys.argv[3:]:
    sslyze(report)
tell(ran >= WANTED, "sslyze: everything was looked at", " ".join(sorted(WANTED - ran)) or "nothing is missing")
print(f"\nscan: {faults} findings below the level")
sys.exit(1 if faults else 0)
