"""A second reading of docs/protocol.md, in another language, from the text alone.

It exists so that a mistake which the program makes on both sides of a test is noticed. It can open, parse and verify;
it shares no code with the program. Section numbers are those of docs/protocol.md.
"""

import base64
import hashlib
import hmac as _hmac

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305


class Fault(Exception):
    """The bytes break a rule of the specification."""


def must(holds, rule):
    if not holds:
        raise Fault(rule)


# 3.1, 3.2: labels and hashes


def pae(label, data):
    name = label.encode()
    return b"SPEANv1" + len(name).to_bytes(2, "big") + name + len(data).to_bytes(8, "big") + data


def digest(label, data):
    return hashlib.sha256(pae(label, data)).digest()


def mac(key, label, data):
    return _hmac.new(key, pae(label, data), hashlib.sha256).digest()


def hkdf(ikm, salt, info, length=32):
    return _expand(_hmac.new(salt, ikm, hashlib.sha256).digest(), info, length)


def _expand(prk, info, length):
    out, block, n = b"", b"", 1
    while len(out) < length:
        block = _hmac.new(prk, block + info + bytes([n]), hashlib.sha256).digest()
        out, n = out + block, n + 1
    return out[:length]


def derive(ikm, salt, label, context):
    return hkdf(ikm, salt, pae(label, context))


# 3.2: the CBOR profile


def cbor(data):
    """The value of strictly deterministic CBOR; maps become dicts."""
    state = {"at": 0, "items": 0}

    def take(n):
        must(state["at"] + n <= len(data), "truncated")
        state["at"] += n
        return data[state["at"] - n : state["at"]]

    def head():
        first = take(1)[0]
        major, info = first >> 5, first & 31
        if info < 24:
            return major, info
        must(info <= 27 and major != 7, "a kind of item that is not allowed")
        width = 1 << (info - 24)
        value = int.from_bytes(take(width), "big")
        must(value >= (24, 1 << 8, 1 << 16, 1 << 32)[info - 24], "not the shortest head")
        return major, value

    def item(depth):
        state["items"] += 1
        must(state["items"] <= 4096, "too many items")
        must(depth <= 8, "too deep")
        major, n = head()
        if major == 0:
            return n
        if major == 1:
            return -1 - n
        if major == 2:
            return bytes(take(n))
        if major == 3:
            try:
                return bytes(take(n)).decode("utf-8", "strict")
            except UnicodeDecodeError as error:
                raise Fault("not UTF-8") from error
        if major == 4:
            return [item(depth + 1) for _ in range(n)]
        if major == 5:
            return entries(n, depth)
        must(major == 7 and n in (20, 21, 22), "a kind of item that is not allowed")
        return {20: False, 21: True, 22: None}[n]

    def entries(n, depth):
        found, before = {}, b""
        for _ in range(n):
            start = state["at"]
            key = item(depth + 1)
            raw = data[start : state["at"]]
            must(raw > before, "keys out of order, or twice")
            before = raw
            found[key] = item(depth + 1)
        return found

    value = item(0)
    must(state["at"] == len(data), "bytes after the end")
    return value


def fields(value, names):
    """A map with these integer keys, by name; a name that ends with `?` may be missing."""
    must(isinstance(value, dict), "not a map")
    known = {key: name.rstrip("?") for key, name in names.items()}
    must(set(value) <= set(known), f"unknown keys {sorted(set(value) - set(known), key=str)}")
    missing = [name for key, name in names.items() if not name.endswith("?") and key not in value]
    must(not missing, f"missing {missing}")
    return {known[key]: content for key, content in value.items()}


COMMON = {0: "v", 1: "network", 2: "agency", 3: "key", 4: "incarnation", 5: "ts"}
HEAD = {0: "seq", 1: "hash"}
PLACE = {0: "incarnation", 1: "seq", 2: "hash"}


# 3.1: signatures and the registration of keys

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P


def _decompress(data):
    y = int.from_bytes(data, "little") & (1 << 255) - 1
    sign = data[31] >> 7
    must(y < P, "a key that is not canonical")
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    must((x * x - square) % P == 0 and not (x == 0 and sign), "not a point")
    return (P - x if x & 1 != sign else x), y


def _add(a, b):
    (x1, y1), (x2, y2) = a, b
    t = D * x1 * x2 * y1 * y2 % P
    return (
        (x1 * y2 + x2 * y1) * pow(1 + t, -1, P) % P,
        (y1 * y2 + x1 * x2) * pow(1 - t, -1, P) % P,
    )


def _times(n, point):
    out = (0, 1)
    while n:
        if n & 1:
            out = _add(out, point)
        point, n = _add(point, point), n >> 1
    return out


def register(public):
    """A signing key that may be used: canonical, of the prime-order group, not its identity."""
    point = _decompress(public)
    must(_times(8, point) != (0, 1), "a key of small order")
    must(_times(L, point) == (0, 1), "a key with torsion")
    return public


def key_id(public):
    return digest("spean/key", public)[:16]


def kid(public):
    return digest("spean/kid", public)[:16]


def verify(public, label, data, signature):
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, pae(label, data))
    except InvalidSignature as error:
        raise Fault("signature") from error


def signed(data):
    """Payload and signatures of a signed payload as it travels."""
    must(len(data) <= 32 * 1024, "longer than 32 KiB")
    outer = fields(cbor(data), {0: "payload", 1: "signatures"})
    must(1 <= len(outer["signatures"]) <= 16, "number of signatures")
    return outer["payload"], outer["signatures"]


def check_signed(data, label, keys):
    payload, signatures = signed(data)
    must(len(keys) == len(signatures), "number of signatures")
    for public, (name, signature) in zip(keys, signatures):
        must(name == key_id(public), "signed by another key")
        verify(public, label, payload, signature)
    return payload


# 3.3: key log, statements, record


def network_id(name):
    return digest("spean/net", name.encode())


def public_record(data):
    must(data[:4] == b"SPNA" and data[4:5] == b"\1", "not a record")
    at, lists = 5, []
    for _ in range(2):
        count, at = int.from_bytes(data[at : at + 2], "big"), at + 2
        items = []
        for _ in range(count):
            length, at = int.from_bytes(data[at : at + 4], "big"), at + 4
            must(at + length <= len(data), "truncated")
            items.append(data[at : at + length])
            at += length
        lists.append(items)
    must(at == len(data), "bytes after the end")
    return lists


HIDDEN = set("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
ENTRIES = ("add_op_key", "revoke_key", "rotate_root", "recover", "incarnation", "retire")
ENTRY_BODIES = {
    "add_op_key": (0, 1, 2),
    "revoke_key": (0, 1, 2),
    "rotate_root": (0, 1),
    "recover": (0, 1, 2, 3),
    "incarnation": (0, 1),
    "retire": (0, 1, 2),
}
REASON = {"revoke_key": 1, "incarnation": 1, "retire": 2}
ENTRY = {0: "common", 1: "seq", 2: "prev", 3: "kind", 4: "critical", 5: "body"}
GENESIS = {0: "common", 1: "name", 2: "country", 3: "root_pk", 4: "next_root_hash", 5: "recovery", 6: "nonce"}
STATEMENT = {0: "common", 1: "kind", 2: "serial", 3: "log_head", 4: "body"}


def agency(record, network):
    """What a public record says, verified: id, name, signing keys, log head, statements by kind and serial."""
    log, statements = public_record(record)
    must(log, "no entries")
    payload, _ = signed(log[0])
    genesis = fields(cbor(payload), GENESIS)
    fields(genesis["common"], {0: "v", 1: "network", 3: "key", 5: "ts"})
    must(genesis["common"][0] == 1 and genesis["common"][1] == network, "version or network")
    root, next_root = register(genesis["root_pk"]), genesis["next_root_hash"]
    name = genesis["name"]
    must(1 <= len(name) <= 120 and name == name.strip() and name.isprintable() and not set(name) & HIDDEN, "name")
    must(len(genesis["country"]) == 2 and genesis["country"].isascii() and genesis["country"].isupper(), "country")
    must(genesis["common"][3] == key_id(root), "not by its root")
    guardians = genesis["recovery"]
    check_signed(log[0], "spean/genesis", [root])
    name, keys, added, hashes = digest("spean/id", payload), {}, {}, [digest("spean/log", payload)]
    all_keys = {}
    incarnation, retired = 1, False
    ranks, began = [1], [0]
    for seq, data in enumerate(log[1:], 1):
        payload, signatures = signed(data)
        entry = fields(cbor(payload), ENTRY)
        common = fields(entry["common"], COMMON)
        must((common["v"], common["network"], common["agency"]) == (1, network, name), "version, network or agency")
        must((entry["seq"], entry["prev"]) == (seq, hashes[-1]), "does not follow")
        must(common["incarnation"] == incarnation, "incarnation")
        must(not retired, "after the end")
        must(entry["kind"] in ENTRIES or not entry["critical"], "needs a newer version")
        body = cbor(entry["body"])
        must(len(data) <= 8 * 1024, "longer than 8 KiB")
        if entry["kind"] in ENTRY_BODIES:
            names = set(ENTRY_BODIES[entry["kind"]])
            needed = names - ({0, 1} if entry["kind"] == "retire" else set())
            must(isinstance(body, dict) and needed <= set(body) <= names, "another body than the kind's")
            if entry["kind"] in REASON:
                must(len(body[REASON[entry["kind"]]]) <= 500, "a reason too long")
        signers = _signers(entry["kind"], body, root, next_root, guardians, signatures)
        must(common["key"] == key_id(signers[0]), "the first signer")
        check_signed(data, "spean/log", signers)
        if entry["kind"] == "add_op_key":
            must(common["ts"] < body[2] <= common["ts"] + 366 * 86400, "life of a signing key")
            must(body[0] == 1 and key_id(body[1]) not in added and body[1] != root, "a key may be added once")
            keys[key_id(body[1])] = register(body[1])
            added[key_id(body[1])], all_keys[key_id(body[1])] = seq, body[1]
        elif entry["kind"] == "revoke_key":
            keys.pop(body[0])
        elif entry["kind"] == "rotate_root":
            must(body[0] != root and key_id(body[0]) not in added, "a new root is a key of its own")
            root, next_root = body[0], body[1]
        elif entry["kind"] == "recover":
            must(body[0] != root and key_id(body[0]) not in added, "a new root is a key of its own")
            m, members = body[2][0], body[2][1]
            must(len(set(members)) == len(members) <= 16, "guardians, each once")
            must(1 <= m <= len(members) if members else m == 0, "a quorum that can be reached")
            root, next_root, guardians = body[0], body[1], body[2]
            for revoked in body[3]:
                keys.pop(revoked)
        elif entry["kind"] == "incarnation":
            must(body[0] == incarnation + 1, "incarnation")
            incarnation = body[0]
        elif entry["kind"] == "retire":
            retired = True
        ranks.append({"recover": 3, "rotate_root": 2}.get(entry["kind"], 1))
        if entry["kind"] == "incarnation":
            began.append(seq)
        hashes.append(digest("spean/log", payload))
    said = {}
    needs = {}
    for data in statements:
        payload, signatures = signed(data)
        statement = fields(cbor(payload), STATEMENT)
        common = fields(statement["common"], COMMON)
        must((common["v"], common["network"], common["agency"]) == (1, network, name), "version, network or agency")
        must(common["key"] in added, "unknown key")
        public = keys.get(common["key"])
        if public is None:
            continue  # revoked: what it said is void
        check_signed(data, "spean/statement", [public])
        must(statement["serial"] > 0 and 1 <= common["incarnation"] <= incarnation, "serial or incarnation")
        head = fields(statement["log_head"], HEAD)
        must(added[common["key"]] <= head["seq"] < len(hashes), "another log, or a longer one")
        must(hashes[head["seq"]] == head["hash"], "another log")
        place = (statement["kind"], statement["serial"])
        must(said.get(place, payload) == payload, "two statements with one serial")
        said[place] = payload
        needs[place] = max(head["seq"], began[common["incarnation"] - 1])
        check_statement(statement["kind"], cbor(statement["body"]))
    proofs = {place: (digest("spean/statement", payload), needs[place]) for place, payload in said.items()}
    said = {place: cbor(cbor(payload)[4]) for place, payload in said.items()}
    return {
        "id": name,
        "name": genesis["name"],
        "keys": keys,
        "all_keys": all_keys,
        "head": (len(hashes) - 1, hashes[-1]),
        "incarnation": incarnation,
        "statements": said,
        "proofs": proofs,
        "count": len(statements),
        "hashes": hashes,
        "guardians": guardians,
        "ranks": ranks,
    }


def fork(data, network):
    """What a fork proof proves: kind and name."""
    proof = fields(cbor(data), {0: "format", 1: "a", 2: "b"})
    must(proof["format"] == 1, "a newer format")
    sides = [agency(proof["a"], network), agency(proof["b"], network)]
    a, b = sides
    must(a["id"] == b["id"], "two agencies")
    shared = 0
    while shared < min(len(a["hashes"]), len(b["hashes"])) and a["hashes"][shared] == b["hashes"][shared]:
        shared += 1
    branches = [side["ranks"][shared:] for side in sides]
    if all(branches):
        must(max(branches[0]) == max(branches[1]), "a higher rank supersedes the other")
        for side, branch in zip(sides, branches):
            must(branch.index(max(branch)) == len(branch) - 1 and not side["count"], "more than is needed")
        kind, against = "entries", [side["hashes"][-1] for side in sides]
    else:
        must(all(side["count"] == 1 and len(side["proofs"]) == 1 for side in sides), "no contradiction")
        must(set(a["proofs"]) == set(b["proofs"]), "no contradiction")
        (place,) = a["proofs"]
        for side in sides:
            must(side["proofs"][place][1] == side["head"][0], "more than is needed")
        longer = max(sides, key=lambda side: len(side["hashes"]))
        must(all(set(side["keys"]) <= set(longer["keys"]) for side in sides), "a key revoked since")
        kind, against = "statements", [side["proofs"][place][0] for side in sides]
    must(against[0] < against[1], "no contradiction, or the other order")
    return kind, digest("spean/fork", a["id"] + against[0] + against[1])


def recovery(request, signatures, network):
    """The public record after a recovery that enough guardians signed."""
    said = fields(cbor(request), {0: "record", 1: "entry"})
    asks, payload = agency(said["record"], network), said["entry"]
    entry = fields(cbor(payload), ENTRY)
    must((entry["kind"], entry["critical"]) == ("recover", True), "no recovery")
    must((entry["seq"], entry["prev"]) == (asks["head"][0] + 1, asks["head"][1]), "out of place")
    needed, guardians = asks["guardians"][0], {key_id(public): public for public in asks["guardians"][1]}
    must(entry["common"][3] in guardians, "led by no guardian")
    good = {}
    for signature in signatures:
        given = fields(cbor(signature), {0: "entry", 1: "signature"})
        must(given["entry"] == digest("spean/log", payload), "under another request")
        name, value = given["signature"]
        must(name in guardians, "no guardian")
        verify(guardians[name], "spean/log", payload, value)
        good[name] = value
    must(len(good) >= needed > 0, "too few guardians")
    must(entry["common"][3] in good, "the named guardian did not sign")
    first = entry["common"][3]
    rest = [name for name in good if name != first]
    log, statements = public_record(said["record"])
    log.append(encode({0: payload, 1: [[name, good[name]] for name in [first, *rest]]}))
    return b"SPNA\1" + b"".join(
        len(items).to_bytes(2, "big") + b"".join(len(item).to_bytes(4, "big") + item for item in items)
        for items in (log, statements)
    )


def cut(root, me, leaf, path):
    """The last good packets and the receipts of a peer's part of a cut."""
    must(len(leaf) <= 1024 * 1024, "longer than 1 MiB")
    way = fields(cbor(path), {0: "index", 1: "siblings"})
    must(len(way["siblings"]) == 12 and way["index"] < 4096, "a way through no cut's tree")
    value = digest("spean/cut/leaf", leaf)
    for level, sibling in enumerate(way["siblings"]):
        pair = sibling + value if way["index"] >> level & 1 else value + sibling
        value = digest("spean/cut/node", pair)
    must(value == root, "another root")
    said = fields(cbor(leaf), {0: "peer", 1: "salt", 2: "packets", 3: "receipts"})
    must(said["peer"] == me and len(said["salt"]) == 32, "another peer")
    must(len(said["packets"]) % 80 == 0 and len(said["receipts"]) % 32 == 0, "not whole")
    rows = [said["packets"][at : at + 80] for at in range(0, len(said["packets"]), 80)]
    receipts = [said["receipts"][at : at + 32] for at in range(0, len(said["receipts"]), 32)]
    must(len(rows) <= 8192 and len(receipts) <= 8192, "too many")
    names = [row[:32] for row in rows]
    must(names == sorted(set(names)) and receipts == sorted(set(receipts)), "out of order, or twice")
    numbers = [(int.from_bytes(row[32:40], "big"), int.from_bytes(row[40:48], "big")) for row in rows]
    must(all(min(pair) > 0 for pair in numbers), "counted from 1")
    return {row[:32]: (*number, row[48:]) for row, number in zip(rows, numbers)}, receipts


def check_statement(kind, body):
    if kind == "transport":
        must(1 <= len(body[0]) <= 3 and all(len(pin) == 32 for pin in body[0]), "one to three pins")
    elif kind == "endpoints":
        must(len(body[0]) <= 4 and all(a.startswith("https://") and len(a) <= 256 for a in body[0]), "addresses")
    elif kind == "policy":
        must(1 <= len(body[0]) <= 16 and len(body[3]) <= 128 and len(body[4]) <= 64, "policy")
    elif kind == "sealing":
        must(body[0] == 0x647A and len(body[1]) == 1216 and body[2] == kid(body[1]), "sealing key")
        must(body[3] < body[4] <= body[3] + 31 * 86400, "life of a sealing key")


def _signers(kind, body, root, next_root, guardians, signatures):
    if kind == "rotate_root":
        must(digest("spean/next-root", body[0]) == next_root, "not the root that was committed to")
        return [root, body[0]]
    if kind == "retire" and 0 in body:
        must(digest("spean/next-root", body[0]) == next_root, "not the root that was committed to")
        return [root, body[0]]
    if kind in ("recover", "retire"):
        by_id = {key_id(public): public for public in guardians[1]}
        must(len({name for name, _ in signatures}) == len(signatures) >= guardians[0] > 0, "too few guardians")
        return [by_id[name] for name, _ in signatures]
    return [root]


# 3.4: fingerprint and card


def fingerprint(name):
    value = digest("spean/fingerprint", name)
    for _ in range(5200):
        value = hashlib.sha256(value + name).digest()
    number = int.from_bytes(value, "big") % 10**40
    digits = f"{number:040d}"
    return " ".join(digits[i : i + 4] for i in range(0, 40, 4)) + f" {98 - 100 * number % 97:02d}"


def card(text):
    lines = [line.lstrip("> \t").strip() for line in text.splitlines()]
    inside = lines[lines.index("-----BEGIN SPEAN AGENCY CARD-----") + 1 : lines.index("-----END SPEAN AGENCY CARD-----")]
    inside = [line for line in inside if line]
    must(inside[-1].startswith("=") and len(inside[-1]) == 9, "no checksum")
    record = base64.b64decode("".join(inside[:-1]), validate=True)
    must(digest("spean/card", record).hex()[:8] == inside[-1][1:], "checksum")
    return record


# 3.1: X-Wing and HPKE


class XWing:
    """A private X-Wing key of a 32-byte seed."""

    def __init__(self, seed):
        expanded = hashlib.shake_256(seed).digest(96)
        self._ml = MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
        self._x = X25519PrivateKey.from_private_bytes(expanded[64:])
        self._x_public = self._x.public_key().public_bytes_raw()
        self.public = self._ml.public_key().public_bytes_raw() + self._x_public

    def decapsulate(self, enc):
        must(len(enc) == 1120, "length of the encapsulation")
        ml, x = enc[:1088], enc[1088:]
        shared_ml = self._ml.decapsulate(ml)
        shared_x = self._x.exchange(X25519PublicKey.from_public_bytes(x))
        return hashlib.sha3_256(shared_ml + shared_x + x + self._x_public + b"\\.//^\\").digest()


SUITE_ID = b"HPKE" + bytes.fromhex("647a00010003")


def _labeled_extract(salt, label, ikm):
    return _hmac.new(salt, b"HPKE-v1" + SUITE_ID + label + ikm, hashlib.sha256).digest()


def _labeled_expand(prk, label, info, length):
    return _expand(prk, length.to_bytes(2, "big") + b"HPKE-v1" + SUITE_ID + label + info, length)


def hpke_open(key, enc, info, aad, ciphertext):
    """Plaintext, and what both ends export for the acknowledgement."""
    shared = key.decapsulate(enc)
    context = b"\0" + _labeled_extract(b"", b"psk_id_hash", b"") + _labeled_extract(b"", b"info_hash", info)
    secret = _labeled_extract(shared, b"secret", b"")
    cipher = ChaCha20Poly1305(_labeled_expand(secret, b"key", context, 32))
    nonce = _labeled_expand(secret, b"base_nonce", context, 12)
    exporter = _labeled_expand(secret, b"exp", context, 32)
    try:
        plain = cipher.decrypt(nonce, ciphertext, aad)
    except InvalidTag as error:
        raise Fault("does not open") from error
    return plain, _labeled_expand(exporter, b"sec", b"spean/ack/1", 32)


# 3.7: packet and envelope

KINDS = ("offer", "withdraw", "accept", "decline", "release", "note", "progress", "return", "complete", "rekey", "erased")
HEADER = {
    0: "common", 1: "suite", 2: "class", 3: "type", 4: "sender_head", 5: "recipient", 6: "recipient_head?",
    7: "exchange", 8: "seq", 9: "prev?", 10: "seen?", 11: "created", 12: "expires?", 13: "reply_kem_pk?",
    14: "body_commit", 15: "attachments", 16: "consent_ref?", 17: "purpose", 18: "kind", 19: "onward",
    20: "provenance", 21: "crit",
}  # fmt: skip
OUTER = 4 + 1 + 2 + 16


def exchange_id(origin, recipient, nonce):
    return digest("spean/exchange", origin + recipient + nonce)


def reference(exchange):
    number = int.from_bytes(digest("spean/ref", exchange)[:8], "big") % 10**6
    return f"{number // 1000:03d} {number % 1000:03d}"


def padded_length(length):
    if length <= 4096:
        return 4096
    if length <= 65536:
        return 1 << (length - 1).bit_length()
    exponent = length.bit_length() - 1
    step = 1 << (exponent - exponent.bit_length())
    return -(-length // step) * step


def unpad(plain):
    length = int.from_bytes(plain[:4], "big")
    content = plain[4 : 4 + length]
    must(len(content) == length, "open/padding-length")
    must(padded_length(4 + length) == len(plain), "open/padding-size")
    must(not any(plain[4 + length :]), "open/padding-not-zero")
    return content


def _head(major, n):
    if n < 24:
        return bytes([major << 5 | n])
    width = next(width for width in (1, 2, 4, 8) if n < 1 << (8 * width))
    return bytes([major << 5 | 24 + (1, 2, 4, 8).index(width)]) + n.to_bytes(width, "big")


def encode(value):
    """Deterministic CBOR of integers, byte strings, lists, and maps in ascending order."""
    if isinstance(value, int):
        return _head(0, value)
    if isinstance(value, bytes):
        return _head(2, len(value)) + value
    if isinstance(value, list):
        return _head(4, len(value)) + b"".join(encode(item) for item in value)
    return _head(5, len(value)) + b"".join(encode(key) + encode(value[key]) for key in sorted(value))


BODIES = {
    "offer": {"nonce", "triage"},
    "withdraw": {"reason"},
    "accept": {"note?"},
    "decline": {"reason", "text?"},
    "release": {"consent", "release"},
    "note": {"text"},
    "progress": {"status", "date?", "text?"},
    "return": {"reason", "text?"},
    "complete": {"outcome", "text?"},
    "rekey": {"applied?"},
    "erased": {"receipt"},
}
CLASS_0, CLASS_1 = {"offer", "withdraw", "rekey"}, set(KINDS) - {"offer", "rekey"}
PURPOSES = {"care", "health_treatment", "tracing", "shelter", "reintegration", "legal", "statistics"}


def _as(code, call, *arguments):
    """The result of `call`; whatever is wrong has this code."""
    try:
        return call(*arguments)
    except (Fault, TypeError) as error:
        raise Fault(code) from error


def info(network, recipient, name, introduced=None):
    """What HPKE binds; `introduced` is (exchange, sender, packet hash) for class 1."""
    bound = {0: 1, 1: network, 2: recipient, 3: 0 if introduced is None else 1, 4: name}
    if introduced is not None:
        bound[5], bound[6], bound[7] = introduced
    return pae("spean/hpke/1", encode(bound))


def receive(data, keys, network, me, sender):
    """A packet that `me` may act on: all checks of 3.7 up to place and state, in their order.

    `keys` are pairs of a private key and what it was made for (None: a published sealing key). A Fault's text is the
    code that the vectors give.
    """
    must(OUTER + 1120 + 16 + 4096 <= len(data) <= 1 << 20, "open/length")
    must(data[:4] == b"SPN1", "open/magic")
    must(data[4] == 1, "open/format")
    must(data[5:7] == b"\0\1", "open/outer-suite")
    name = data[7:OUTER]
    found = [pair for pair in keys if kid(pair[0].public) == name]
    must(found, "open/unknown-key")
    key, introduced = found[0]
    enc, ciphertext = data[OUTER : OUTER + 1120], data[OUTER + 1120 :]
    bound = info(network, me, name, introduced)
    plain, exported = _as("open/sealing", hpke_open, key, enc, bound, data[:OUTER], ciphertext)
    inner = unpad(plain)
    parts = _as("open/packet", lambda: fields(cbor(inner), {0: "header", 1: "signature", 2: "k_commit", 3: "body"}))
    sizes = len(parts["signature"]) == 64 and len(parts["k_commit"]) == 32
    must(sizes, "open/packet")
    must(len(parts["header"]) <= 16 * 1024, "open/header-too-long")
    must(len(parts["body"]) <= 256 * 1024, "open/body-too-long")
    raw = _as("open/header", cbor, parts["header"])
    must(raw[0][0] == 1, "open/version")
    header = _as("open/header", fields, raw, HEADER)
    common = _as("open/header", fields, header["common"], COMMON)
    packet = {**header, "common": common, "hash": digest("spean/packet", parts["header"]), "exported": exported}
    _check_sender(packet, parts, sender)
    _check_meant(packet, network, me, introduced, sender)
    _check_body(packet, parts, me)
    return packet


def _check_sender(packet, parts, sender):
    common = packet["common"]
    must(common["agency"] == sender["id"], "open/other-sender")
    must(common["key"] in sender["all_keys"], "open/unknown-signing-key")
    public = sender["all_keys"][common["key"]]
    _as("open/signature", verify, public, "spean/packet", parts["header"], parts["signature"])
    must(common["key"] in sender["keys"], "open/revoked-signing-key")


def _check_meant(packet, network, me, introduced, sender):
    must(packet["recipient"] == me, "open/not-for-me")
    expected = 0 if introduced is None else 1
    packet["kind_name"] = KINDS[packet["type"] - 1] if 1 <= packet["type"] <= len(KINDS) else None
    allowed = (CLASS_0, CLASS_1)[expected] | {None}
    must(packet["class"] == expected and packet["kind_name"] in allowed, "open/class")
    if introduced is not None:
        must(introduced[:2] == (packet["exchange"], packet["common"]["agency"]), "open/key-of-other-exchange")
    must(packet["common"]["network"] == network, "open/network")
    must(1 <= packet["common"]["incarnation"] <= sender["incarnation"], "open/incarnation")
    must(packet["suite"] == 1, "open/suite")


def _check_body(packet, parts, me):
    kind = packet["kind_name"]
    if kind is None:
        return  # refused as `type` once its place is known
    must(mac(parts["k_commit"], f"spean/body/{kind}", parts["body"]) == packet["body_commit"], "open/commitment")
    body = packet["body"] = _as("open/offer" if kind == "offer" else "refused/body", _body, kind, parts["body"])
    if kind == "offer":
        must(len(body["nonce"]) == 32, "open/offer")
        expected = exchange_id(packet["common"]["agency"], me, body["nonce"])
        must(packet["exchange"] == expected, "open/exchange-id")
    if kind == "release":
        expected = mac(parts["k_commit"], "spean/consent", body["consent"])
        must(packet.get("consent_ref") == expected, "consent reference")


def _body(kind, data):
    body, names = cbor(data), BODIES[kind]
    must(isinstance(body, dict) and set(body) <= {name.rstrip("?") for name in names}, "unknown names")
    must(all(name in body for name in names if not name.endswith("?")), "missing names")
    return body


def refusal(packet):
    """Why a verified packet that would be the first of an exchange is refused, or None."""
    if packet["kind_name"] != "offer":
        return "unknown-exchange"
    if "reply_kem_pk" not in packet:
        return "no-key"
    for field, right, code in (
        ("kind", "referral", "transfer"),
        ("onward", "none", "onward"),
        ("provenance", [], "provenance"),
        ("attachments", [], "attachments"),
        ("crit", [], "critical"),
    ):
        if packet[field] != right:
            return code
    return None if packet["purpose"] in PURPOSES else "purpose"


# 3.8, 3.9: acknowledgement, consent statement, receipt

ACK = {0: "common", 1: "peer", 2: "exchange", 3: "items", 4: "log_head", 5: "last?"}
CONSENT = {
    0: "common", 1: "id", 2: "exchange", 3: "recipient", 4: "categories", 5: "fields", 6: "purposes", 7: "basis",
    8: "assent?", 9: "onward", 10: "not_before", 11: "not_after", 12: "full", 13: "evidence?",
}  # fmt: skip
RECEIPT = {
    0: "common", 1: "peer", 2: "exchange", 3: "packets", 4: "items", 5: "erased_at", 6: "method", 7: "residual",
    8: "downstream", 9: "audit_checkpoint?",
}  # fmt: skip


def by_agency(data, label, names, sender):
    """The payload of a kind that one signing key of `sender` signs."""
    payload, signatures = signed(data)
    said = fields(cbor(payload), names)
    common = fields(said["common"], COMMON)
    must(common["agency"] == sender["id"] and len(signatures) == 1, "another signer")
    must(common["key"] in sender["keys"], "unknown key")
    check_signed(data, label, [sender["keys"][common["key"]]])
    return {**said, "common": common}


def acknowledgement(data, exported, sender):
    must(len(data) == 565 and data[:5] == b"SPA1\1", "outer form")
    cipher = ChaCha20Poly1305(derive(exported, data[5:37], "spean/ack/key", b""))
    try:
        plain = cipher.decrypt(bytes(12), data[37:], data[:5])
    except InvalidTag as error:
        raise Fault("does not open") from error
    length = int.from_bytes(plain[:2], "big")
    must(len(plain) == 512 and not any(plain[2 + length :]), "padding")
    return by_agency(plain[2 : 2 + length], "spean/ack", ACK, sender)


def consent_statement(data, origin):
    return by_agency(data, "spean/consent", CONSENT, origin)


def receipt(data, sender):
    return by_agency(data, "spean/receipt", RECEIPT, sender)
