#!/usr/bin/env python3
"""Checks the frozen test vectors against the second reading in spean1.py. Needs `cryptography`; `tests/run` brings it.

    check.py [FOLDER]      FOLDER is the repository's root, by default the one above this file
"""

import base64
import json
import pathlib
import sys

import spean1

checked = 0


def expect(condition, what):
    global checked
    checked += 1
    if not condition:
        sys.exit(f"vectors: {what} is not what docs/protocol.md gives")


def refused(call, what):
    try:
        call()
    except (spean1.Fault, KeyError, IndexError, TypeError, ValueError):
        return expect(True, what)
    sys.exit(f"vectors: the bad vector `{what}` is accepted")


def h(vector, name):
    return bytes.fromhex(vector[name])


def agency(vectors):
    good = vectors["good"]
    network = spean1.network_id(good["network"])
    expect(network.hex() == good["network_id"], "network id")
    read = spean1.agency(h(good, "record"), network)
    expect(bech32m("agency", read["id"]) == good["agency_id"], "agency id")
    expect(spean1.fingerprint(read["id"]) == good["fingerprint"], "fingerprint")
    expect(read["head"] == (good["head_seq"], h(good, "head_hash")), "head of the log")
    for vector in vectors["bad"]:
        refused(lambda vector=vector: spean1.agency(h(vector, "record"), network), vector["name"])


def history(vectors):
    network = spean1.network_id("spean")
    read = spean1.agency(h(vectors["good"], "record"), network)
    expect(read["head"][1] == h(vectors["good"], "head_hash"), "head of the log")
    for vector in vectors["bad"]:
        refused(lambda vector=vector: spean1.agency(h(vector, "record"), network), vector["name"])
    for vector in vectors["forks"]:
        found = spean1.fork(h(vector, "proof"), network)
        expect(found == (vector["kind"], h(vector, "id")), vector["name"])
    for vector in vectors["bad_forks"]:
        refused(lambda vector=vector: spean1.fork(h(vector, "proof"), network), vector["name"])
    cut = vectors["cut"]
    root, peer = h(cut, "root"), h(cut, "peer")
    packets, receipts = spean1.cut(root, peer, h(cut, "leaf"), h(cut, "path"))
    expect(len(packets) == 2 and len(receipts) == 1, "the cut")
    for vector in cut["bad"]:
        refused(lambda vector=vector: spean1.cut(root, peer, h(vector, "leaf"), h(vector, "path")), vector["name"])


def recovery(vectors):
    network = spean1.network_id("spean")
    for name, prefix in (("page", "spnguard"), ("kit", "spnkit")):
        text = vectors[name]["text"].replace(" ", "")
        expect(text == bech32m(prefix, h(vectors[name], "seed")), f"the secret of a {name}")

    def outcome(vector):
        return spean1.recovery(h(vector, "request"), [bytes.fromhex(s) for s in vector["signatures"]], network)

    good = vectors["good"]
    expect(outcome(good) == h(good, "record"), "the record after a recovery")
    expect(spean1.agency(h(good, "record"), network)["head"][0] == 2, "head of the log")
    for vector in vectors["bad"]:
        refused(lambda vector=vector: outcome(vector), vector["name"])


def sealing(vectors):
    for vector in vectors:
        expect(spean1.kid(h(vector, "pk")).hex() == vector["kid"], "kid")
        if "seed" in vector:
            key = spean1.XWing(h(vector, "seed"))
            expect(key.public == h(vector, "pk"), "X-Wing public key")
            plain, exported = spean1.hpke_open(key, *(h(vector, n) for n in ("enc", "info", "aad", "ct")))
            expect((plain, exported) == (h(vector, "plain"), h(vector, "exported")), "HPKE")


def x_wing(vectors):
    for vector in vectors:
        key = spean1.XWing(h(vector, "seed"))
        expect(key.public == h(vector, "pk"), "X-Wing public key")
        expect(key.decapsulate(h(vector, "ct")) == h(vector, "ss"), "X-Wing shared secret")


def padding(vectors):
    for vector in vectors:
        expect(spean1.padded_length(vector["length"]) == vector["padded"], f"padding of {vector['length']}")


def exchange(vectors):
    network = spean1.network_id("spean")
    sides = [spean1.agency(h(side, "record"), network) for side in vectors["agencies"]]
    keys = [[(spean1.XWing(h(side, "sealing_seed")), None)] for side in vectors["agencies"]]
    name = spean1.exchange_id(sides[0]["id"], sides[1]["id"], h(vectors, "nonce"))
    expect(name.hex() == vectors["exchange"], "exchange id")
    expect(spean1.reference(name) == vectors["reference"], "spoken reference")
    chains = [[], []]
    for vector in vectors["packets"]:
        own = vector["from"]
        sender, reader = sides[own], sides[1 - own]
        data = base64.b64decode(vector["envelope"])
        packet = spean1.receive(data, keys[1 - own], network, reader["id"], sender)
        expect(packet["hash"].hex() == vector["packet_hash"], "packet hash")
        expect(packet["exported"] == h(vector, "exported"), "exported secret")
        expect((packet["kind_name"], packet["class"]) == (vector["kind"], vector["class"]), "kind and class")
        expect(spean1.digest("spean/envelope", data).hex() == vector["envelope_digest"], "digest of the envelope")
        chain(packet, chains[own], chains[1 - own])
        answer = spean1.acknowledgement(h(vector["ack"], "sealed"), packet["exported"], reader)
        expect(answer["items"] == [{0: {0: 1, 1: packet["seq"], 2: packet["hash"]}, 1: 0}], "acknowledgement")
        if vector["kind"] == "erased":
            said = spean1.receipt(packet["body"]["receipt"], sender)
            expect(said["packets"] == chains[1 - own] and said["peer"] == reader["id"], "receipt")
        if vector["reply_key_seed"]:
            key = spean1.XWing(h(vector, "reply_key_seed"))
            expect(key.public == packet["reply_kem_pk"], "exchange key")
            keys[own].append((key, (name, reader["id"], packet["hash"])))


def chain(packet, own, other):
    """3.8: seq, prev and seen."""
    expect(packet["seq"] == len(own) + 1 and packet.get("prev") == (own[-1] if own else None), "seq and prev")
    seen = {0: 1, 1: len(other), 2: other[-1]} if other else None
    expect(packet.get("seen") == seen, "seen")
    own.append(packet["hash"])


def bad_envelopes(vectors):
    network, reader = spean1.network_id("spean"), vectors["reader"]
    sender = spean1.agency(h(vectors, "sender"), network)
    revoked = spean1.agency(h(vectors, "sender_after_revocation"), network)
    me = unbech32m(reader["agency"])
    made_for = (h(reader, "exchange_key_exchange"), sender["id"], h(reader, "exchange_key_introduced"))
    keys = [(spean1.XWing(h(reader, "sealing_seed")), None), (spean1.XWing(h(reader, "exchange_key_seed")), made_for)]

    def outcome(envelope, by):
        try:
            refusal = spean1.refusal(spean1.receive(base64.b64decode(envelope), keys, network, me, by))
        except spean1.Fault as fault:
            return str(fault)
        return f"refused/{refusal}" if refusal else "applied"

    expect(outcome(vectors["good"], sender) == "applied", "the good envelope")
    for vector in vectors["bad"]:
        by = revoked if vector["reason"] == "open/revoked-signing-key" else sender
        found = outcome(vector["envelope"], by)
        expect(found == vector["reason"], f"`{vector['name']}`: {found}, {vector['reason']}:")


def unbech32m(text):
    """The 32 bytes of an id; that its checksum fits is checked by encoding it again."""
    alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
    prefix, words = text.split("1", 1)
    bits = "".join(f"{alphabet.index(c):05b}" for c in words[:-6])
    data = bytes(int(bits[i : i + 8], 2) for i in range(0, 256, 8))
    expect(bech32m(prefix, data) == text, "checksum of an id")
    return data


def bech32m(prefix, data):
    """BIP 350."""
    alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
    bits = "".join(f"{byte:08b}" for byte in data)
    bits += "0" * (-len(bits) % 5)
    words = [int(bits[i : i + 5], 2) for i in range(0, len(bits), 5)]
    expanded = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    check = 1
    for word in expanded + words + [0] * 6:
        top, check = check >> 25, (check & 0x1FFFFFF) << 5 ^ word
        for i, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= generator if top >> i & 1 else 0
    check ^= 0x2BC830A3
    words += [check >> 5 * (5 - i) & 31 for i in range(6)]
    return prefix + "1" + "".join(alphabet[word] for word in words)


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2])
    readers = {
        "keys/vectors/agency.json": agency,
        "keys/vectors/history.json": history,
        "keys/vectors/recovery.json": recovery,
        "keys/vectors/sealing.json": sealing,
        "keys/vectors/x-wing.json": x_wing,
        "protocol/vectors/padding.json": padding,
        "protocol/vectors/exchange.json": exchange,
        "protocol/vectors/bad.json": bad_envelopes,
    }
    for name, reader in readers.items():
        reader(json.loads((root / name).read_text(encoding="utf-8")))
    print(f"vectors: {checked} checks held")


main()
