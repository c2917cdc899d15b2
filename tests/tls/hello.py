"""A ClientHello in its parts, so that each can be bent, and what a server answers to one."""

import os
import socket
import struct
from dataclasses import dataclass, field, replace

# Extensions, by their numbers at IANA.
SERVER_NAME, GROUPS, POINTS, SIGNATURES, ALPN, EMS, TICKET = 0, 10, 11, 13, 16, 23, 35
PRE_SHARED_KEY, EARLY_DATA, VERSIONS, PSK_MODES, KEY_SHARE, RENEGOTIATION = 41, 42, 43, 45, 51, 0xFF01

TLS12_SUITES = [0xC02C, 0xC02B, 0xCCA9, 0xC030, 0xC02F, 0xCCA8]
TLS13_SUITES = [0x1302, 0x1301, 0x1303]
X25519, P256 = 0x001D, 0x0017
ALL_SIGNATURES = [0x0403, 0x0503, 0x0603, 0x0807, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601]

ALERTS = {
    0: "close_notify", 10: "unexpected_message", 20: "bad_record_mac", 22: "record_overflow", 40: "handshake_failure",
    42: "bad_certificate", 43: "unsupported_certificate", 44: "certificate_revoked", 45: "certificate_expired",
    46: "certificate_unknown", 47: "illegal_parameter", 48: "unknown_ca", 49: "access_denied", 50: "decode_error",
    51: "decrypt_error", 70: "protocol_version", 71: "insufficient_security", 80: "internal_error",
    86: "inappropriate_fallback", 90: "user_canceled", 100: "no_renegotiation", 109: "missing_extension",
    110: "unsupported_extension", 112: "unrecognized_name", 116: "certificate_required", 120: "no_application_protocol",
}  # fmt: skip


def block(width, data):
    """The data behind their length, in that many bytes."""
    return len(data).to_bytes(width, "big") + data


def numbers(values, width=2):
    return b"".join(value.to_bytes(width, "big") for value in values)


@dataclass(frozen=True)
class Hello:
    """What a ClientHello says. Made by `tls12` or `tls13`, bent by `but`, `with_extension` and `without`."""

    version: int = 0x0303
    random: bytes = field(default_factory=lambda: os.urandom(32))
    session: bytes = b""
    suites: bytes = b""
    compressions: bytes = b"\0"
    extensions: tuple = ()

    def but(self, **parts):
        return replace(self, **parts)

    def with_extension(self, number, data):
        """With this extension in the place of the one of that number, or as the last."""
        if any(known == number for known, _ in self.extensions):
            changed = tuple((known, data if known == number else old) for known, old in self.extensions)
        else:
            changed = (*self.extensions, (number, data))
        return replace(self, extensions=changed)

    def without(self, *gone):
        return replace(self, extensions=tuple(one for one in self.extensions if one[0] not in gone))

    def body(self):
        extensions = b"".join(number.to_bytes(2, "big") + block(2, data) for number, data in self.extensions)
        return (
            self.version.to_bytes(2, "big") + self.random + block(1, self.session) + block(2, self.suites)
            + block(1, self.compressions) + (block(2, extensions) if self.extensions else b"")
        )  # fmt: skip

    def message(self):
        return handshake(1, self.body())


def handshake(kind, body):
    return bytes([kind]) + block(3, body)


def record(kind, data, version=0x0301):
    return bytes([kind]) + version.to_bytes(2, "big") + block(2, data)


def groups(values):
    return block(2, numbers(values))


def key_share(*shares):
    return block(2, b"".join(group.to_bytes(2, "big") + block(2, key) for group, key in shares))


def tls12(suites=None, curves=(X25519, P256, 0x0018), signatures=ALL_SIGNATURES):
    return Hello(suites=numbers(TLS12_SUITES if suites is None else suites)).but(
        extensions=(
            (GROUPS, groups(curves)),
            (POINTS, b"\x01\0"),
            (SIGNATURES, groups(signatures)),
            (EMS, b""),
            (RENEGOTIATION, b"\0"),
        )
    )


def tls13(suites=None, curves=(X25519, P256, 0x0018), signatures=ALL_SIGNATURES, shares=None):
    shares = ((X25519, b"\x09" + bytes(31)),) if shares is None else shares
    return Hello(suites=numbers(TLS13_SUITES if suites is None else suites), session=os.urandom(32)).but(
        extensions=(
            (GROUPS, groups(curves)),
            (SIGNATURES, groups(signatures)),
            (VERSIONS, b"\x02\x03\x04"),
            (PSK_MODES, b"\x01\x01"),
            (KEY_SHARE, key_share(*shares)),
        )
    )


@dataclass(frozen=True)
class Answer:
    """What came first: `hello` (with its message), an alert's name, `closed`, or `silent` where nothing came in time."""

    word: str
    message: bytes = b""
    rest: bytes = b""

    @property
    def suite(self):
        return self._at(2)

    @property
    def random(self):
        return self.message[6:38]

    @property
    def compression(self):
        return self._at(2, 1)

    def _at(self, width, skip=0):
        begin = 4 + 2 + 32
        begin += 1 + self.message[begin] + skip * 2
        return int.from_bytes(self.message[begin : begin + (1 if skip else width)], "big")

    @property
    def extensions(self):
        begin = 4 + 2 + 32
        begin += 1 + self.message[begin] + 3
        data, found = self.message[begin + 2 :], {}
        while data:
            number, length = struct.unpack("!HH", data[:4])
            found[number] = data[4 : 4 + length]
            data = data[4 + length :]
        return found

    @property
    def version(self):
        return int.from_bytes(self.extensions.get(VERSIONS, self.message[4:6]), "big")

    @property
    def group(self):
        """The group of the key share of TLS 1.3, or of the ServerKeyExchange of TLS 1.2."""
        if KEY_SHARE in self.extensions:
            return int.from_bytes(self.extensions[KEY_SHARE][:2], "big")
        exchange = next((body for kind, body in messages(self.rest) if kind == 12), None)
        return int.from_bytes(exchange[1:3], "big") if exchange and exchange[0] == 3 else None

    @property
    def signature(self):
        """The scheme by which the ServerKeyExchange of TLS 1.2 is signed."""
        exchange = next((body for kind, body in messages(self.rest) if kind == 12), None)
        begin = 4 + exchange[3]
        return int.from_bytes(exchange[begin : begin + 2], "big")

    @property
    def request(self):
        """The body of the CertificateRequest of TLS 1.2."""
        return next((body for kind, body in messages(self.rest) if kind == 13), None)


def messages(data):
    """The handshake messages in what came in clear."""
    while len(data) >= 4:
        length = int.from_bytes(data[1:4], "big")
        yield data[0], data[4 : 4 + length]
        data = data[4 + length :]


def exact(stream, length):
    data = b""
    while len(data) < length:
        more = stream.recv(length - len(data))
        if not more:
            raise ConnectionResetError
        data += more
    return data


def ask(address, data, patience=4.0):
    """Sends bytes on a new connection and tells what comes first."""
    with socket.create_connection(address, timeout=patience) as stream:
        try:
            stream.sendall(data)
        except OSError:
            pass
        return hear(stream)


def hear(stream):
    came = b""
    try:
        while True:
            kind, _, length = struct.unpack("!BHH", exact(stream, 5))
            data = exact(stream, length)
            if kind == 21:
                return Answer(ALERTS.get(data[1], f"alert_{data[1]}") if len(data) == 2 else "malformed_alert")
            if kind != 22:
                return Answer(f"record_{kind}")
            came += data
            whole = list(messages(came))
            if whole and len(came) >= 4 + int.from_bytes(came[1:4], "big"):
                first = 4 + int.from_bytes(came[1:4], "big")
                message, rest = came[:first], came[first:]
                retry = message[6:38].hex().startswith("cf21ad74e59a6111")
                answer = Answer("retry" if retry else "hello", message, rest)
                # In TLS 1.3 the rest is not in clear; in TLS 1.2 it goes on to the ServerHelloDone.
                if VERSIONS in answer.extensions or any(kind == 14 for kind, _ in messages(rest)):
                    return answer
    except (TimeoutError, socket.timeout):
        return Answer("silent")
    except OSError:
        return Answer("closed")
