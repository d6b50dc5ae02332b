#!/usr/bin/env python3
"""Checks the frozen test vectors against the second reading in spean1.py. Needs `cryptography`; `tests/run` brings it.

    check.py [FOLDER]      FOLDER is the repository's root, by default the one above this file
"""

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
        "keys/vectors/sealing.json": sealing,
        "keys/vectors/x-wing.json": x_wing,
    }
    for name, reader in readers.items():
        reader(json.loads((root / name).read_text(encoding="utf-8")))
    print(f"vectors: {checked} checks held")


main()
