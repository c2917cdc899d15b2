"""A TLS client by tlslite-ng whose messages can be bent on their way out."""

import socket

from tlslite.api import HandshakeSettings, TLSConnection, X509CertChain, parsePEMKey
from tlslite.errors import TLSAbruptCloseError, TLSError, TLSLocalAlert, TLSRemoteAlert
from tlslite.messages import Message

from hello import ALERTS

HELLO, CERTIFICATE, VERIFY, EXCHANGE, FINISHED, CHANGE = 1, 11, 15, 16, 20, "change"
HANDSHAKE, CHANGE_CIPHER, ALERT, DATA = 22, 20, 21, 23
REQUEST = b"GET /fhir/metadata HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


class Bent(TLSConnection):
    """`bends`: for a kind of message, a function of its bytes that gives what is sent instead: bytes, or a list of (record type, bytes)."""

    def __init__(self, stream, bends):
        super().__init__(stream)
        self.bends = bends

    def _sendMsg(self, msg, randomizeFirstBlock=True, update_hashes=True):
        sent = bytes(msg.write())
        kind = sent[0] if msg.contentType == HANDSHAKE else CHANGE if msg.contentType == CHANGE_CIPHER else None
        bend = self.bends.get(kind)
        if bend is None:
            yield from super()._sendMsg(msg, randomizeFirstBlock, update_hashes)
            return
        instead = bend(sent)
        for content, data in [(msg.contentType, instead)] if isinstance(instead, bytes) else instead:
            yield from super()._sendMsg(Message(content, bytearray(data)), randomizeFirstBlock, update_hashes)

    def say(self, content, data):
        """Sends one message as it is, protected as the connection is now."""
        for _ in super()._sendMsg(Message(content, bytearray(data)), False, False):
            pass

    def say_record(self, content, data):
        """Sends one record, even an empty one."""
        for _ in self._recordLayer.sendRecord(Message(content, bytearray(data))):
            pass


def identity(folder, name, key=None):
    """The chain of that caller of the demonstration, with its key or another caller's."""
    chain = X509CertChain()
    chain.parsePemList((folder / f"{name}.pem").read_text())
    return chain, parsePEMKey((folder / f"{key or name}.key").read_text(), private=True)


def settings(version, **more):
    made = HandshakeSettings()
    made.minVersion = made.maxVersion = (3, 4) if version == "1.3" else (3, 3)
    made.eccCurves = ["x25519", "secp256r1", "secp384r1"]
    made.keyShares = ["x25519"]
    # The library would compress certificates even where the server has not offered to read such.
    made.certificate_compression_send = made.certificate_compression_receive = []
    for name, value in more.items():
        setattr(made, name, value)
    return made


class Talk:
    """One connection to the demonstration: `shake`, then `hear` or `fetch`. Each tells a word: see `word_of`."""

    def __init__(self, address, bends=None, patience=5.0):
        self.stream = socket.create_connection(address, timeout=patience)
        self.stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.tls = Bent(self.stream, bends or {})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stream.close()

    def shake(self, who, with_settings, session=None, alpn=(b"http/1.1",)):
        chain, key = who
        self.tls.handshakeClientCert(
            chain, key, session=session, settings=with_settings, serverName="localhost", alpn=alpn and [bytearray(p) for p in alpn]
        )

    def hear(self):
        """What comes where nothing was asked: an alert, the end, or nothing in time."""
        got = self.tls.read(min=1, max=1)
        return "data" if got else "closed"

    def fetch(self):
        """Whether a request is answered by 200."""
        self.tls.write(REQUEST)
        return "served" if bytes(self.tls.read(min=12, max=64)).startswith(b"HTTP/1.1 200") else "not_served"

    def begun(self):
        """The session, once its tickets have come: they come before the answer."""
        word = self.fetch()
        while self.tls.read(min=1, max=65536):
            pass
        return word, self.tls.session


def word_of(act):
    """What became of it: the word that it gives, the name of the alert that came, `closed`, `silent`, or `fault:…` where the server broke the protocol."""
    try:
        return act()
    except TLSRemoteAlert as alert:
        return ALERTS.get(alert.description, f"alert_{alert.description}")
    except (TLSAbruptCloseError, ConnectionError, BrokenPipeError):
        return "closed"
    except (TimeoutError, socket.timeout):
        return "silent"
    except TLSLocalAlert as alert:
        return f"fault:{ALERTS.get(alert.description, alert.description)}"
    except TLSError as fault:
        return "closed" if "clos" in str(fault).lower() else f"fault:{type(fault).__name__}"
    except OSError:
        return "closed"
    except ValueError as fault:
        return "closed" if "closed" in str(fault) else f"fault:{fault}"
