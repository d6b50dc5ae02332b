#!/usr/bin/env python3
"""Meets a real node with another TLS library: OpenSSL, as pyOpenSSL brings it. `tests/run` brings that and the program.

    check.py PROGRAM       PROGRAM is a built `spean`

The node must serve a known key over TLS 1.3, X25519MLKEM768 and HTTP/2, and nothing weaker and nobody else.
"""

import base64
import contextlib
import datetime
import json
import os
import pathlib
import socket
import ssl
import subprocess
import sys
import tempfile
import time

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from OpenSSL import SSL

GROUP = "X25519MLKEM768"
PATIENCE = 60
checked = 0


def expect(condition, what):
    global checked
    checked += 1
    if not condition:
        sys.exit(f"tls: {what}")


# -- the node ---------------------------------------------------------------------------------------------------------


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def spean(program, folder, name, *words):
    command = [program, "--dir", name, *words]
    done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"tls: `spean {' '.join(words)}` failed:\n{done.stdout}{done.stderr}")
    return done.stdout


@contextlib.contextmanager
def node(program):
    """DT's node, which knows CMO; CMO's own node does not run. Gives the port and CMO's transport key."""
    with tempfile.TemporaryDirectory(prefix="spean-tls-") as folder:
        passphrase = pathlib.Path(folder, "passphrase")
        passphrase.write_text("five words that nobody guesses\n")
        os.environ["SPEAN_PASSPHRASE_FILE"] = str(passphrase)
        port = free_port()
        listen = {"cmo": free_port(), "dt": port}
        for name, kind in (("cmo", "reception"), ("dt", "shelter")):
            address = f"127.0.0.1:{listen[name]}"
            spean(program, folder, name, "init", "--name", name.upper(), "--kind", kind, "--listen", address)
        pathlib.Path(folder, "cmo.card").write_text(spean(program, folder, "cmo", "agency", "card"))
        serving = subprocess.Popen([program, "--dir", "dt", "serve"], cwd=folder, stderr=subprocess.DEVNULL)
        try:
            until = time.monotonic() + PATIENCE
            while not pathlib.Path(folder, "dt/node.sock").exists():
                if serving.poll() is not None or time.monotonic() > until:
                    sys.exit("tls: the node does not start")
                time.sleep(0.1)
            spean(program, folder, "dt", "peer", "add", "cmo.card", "--by", "Dara")
            yield port, transport_key(pathlib.Path(folder, "cmo/transport.key"))
        finally:
            serving.terminate()
            serving.wait()


def transport_key(file):
    """The seed out of PKCS#8 of version 2, which `cryptography` does not read."""
    der = base64.b64decode("".join(file.read_text().splitlines()[1:-1]))
    at = der.index(b"\x04\x22\x04\x20") + 4
    return ed25519.Ed25519PrivateKey.from_private_bytes(der[at : at + 32])


# -- the client -------------------------------------------------------------------------------------------------------


def certificate(key):
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "check")])
    now = datetime.datetime.now(datetime.timezone.utc)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1))
    return builder.sign(key, None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256())


def offer(key, version=SSL.TLS1_3_VERSION, alpn=(b"h2",)):
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    context.set_min_proto_version(SSL.TLS1_2_VERSION)
    context.set_max_proto_version(version)
    context.set_verify(SSL.VERIFY_NONE, lambda *_: True)
    if alpn:
        context.set_alpn_protos(list(alpn))
    if key is not None:
        context.use_certificate(certificate(key))
        context.use_privatekey(key)
    return context


def connect(port, context, session=None):
    tcp = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    tcp.setblocking(True)
    connection = SSL.Connection(context, tcp)
    if session is not None:
        connection.set_session(session)
    connection.set_connect_state()
    connection.do_handshake()
    return connection


def frame(kind, flags, stream, payload):
    return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload


def fields(method, path):
    block = b"\x87"  # :scheme https
    others = ((b":method", method), (b":path", path), (b":authority", b"check"))
    for name, value in (*others, (b"content-type", b"application/octet-stream")):
        block += b"\x00" + bytes([len(name)]) + name + bytes([len(value)]) + value
    return block


def exactly(connection, size):
    got = b""
    while len(got) < size:
        got += connection.recv(size - len(got))
    return got


def ask(connection, method, path, body=b""):
    """The status of one request over HTTP/2, as the first byte of the answer's header block says it."""
    hello = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0, b"")
    request = frame(1, 4 if body else 5, 1, fields(method, path))
    connection.sendall(hello + request + (frame(0, 1, 1, body) if body else b""))
    while True:
        head = exactly(connection, 9)
        payload = exactly(connection, int.from_bytes(head[:3], "big"))
        if head[3] == 1 and head[5:] == b"\x00\x00\x00\x01":
            return {0x88: 200, 0x8C: 400}.get(payload[0])


def served(port, context):
    """Whether somebody with this offer gets an answer. A refusal may come after the client's side of the handshake."""
    try:
        return ask(connect(port, context), b"GET", b"/spean/1/log") == 200
    except (SSL.Error, OSError):
        return False


def main(program):
    with node(program) as (port, cmo):
        context = offer(cmo)
        connection = connect(port, context)
        expect(connection.get_protocol_version_name() == "TLSv1.3", "the version is TLS 1.3")
        expect(connection.get_group_name().upper() == GROUP.upper(), f"the group is {GROUP}")
        expect(connection.get_alpn_proto_negotiated() == b"h2", "the protocol is HTTP/2")
        expect(ask(connection, b"POST", b"/spean/1/envelopes", b"S" * 1500) == 400, "an envelope is answered")
        # Whatever could be resumed has come with the answer.
        session = connection.get_session()
        again = connect(port, context, session)
        expect(ask(again, b"GET", b"/spean/1/log") == 200, "a second connection is served")
        expect(SSL._lib.SSL_session_reused(again._ssl) == 0, "nothing is resumed")
        expect(SSL._lib.SSL_SESSION_get_max_early_data(session._session) == 0, "early data is not offered")

        classical = offer(cmo)
        classical.set_tmp_ecdh(ec.SECP256R1())
        refused = {
            "TLS 1.2": offer(cmo, version=SSL.TLS1_2_VERSION),
            "a classical group": classical,
            "no protocol above TLS": offer(cmo, alpn=()),
            "HTTP/1.1": offer(cmo, alpn=(b"http/1.1",)),
            "an unknown key": offer(ed25519.Ed25519PrivateKey.generate()),
            "an unknown key of another kind": offer(ec.generate_private_key(ec.SECP256R1())),
            "no key": offer(None),
        }
        for what, weaker in refused.items():
            expect(not served(port, weaker), f"{what} is served")

        # The system's own library, with the group that was enough before quantum computers.
        plain = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        plain.check_hostname, plain.verify_mode = False, ssl.CERT_NONE
        plain.set_ecdh_curve("X25519")
        plain.set_alpn_protocols(["h2"])
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as tcp:
                plain.wrap_socket(tcp).close()
            expect(False, "X25519 alone is served")
        except ssl.SSLError as error:
            expect("handshake" in str(error).lower(), f"X25519 alone is refused in the handshake, not by {error}")
        expect(served(port, context), "the node goes on")
    print(f"tls: {checked} checks of a node by {SSL.SSLeay_version(SSL.SSLEAY_VERSION).decode()} hold")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(os.path.abspath(sys.argv[1]))
