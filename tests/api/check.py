#!/usr/bin/env python3
"""Holds a real node to the description of its interface for programs: whatever is asked, it answers with no fault of its
own, and with nothing that `/api/v1/openapi.json` does not allow. `tests/api/run` brings schemathesis and the program.

    check.py PROGRAM EXAMPLES       PROGRAM is a built `spean`; so many examples of each operation
"""

import contextlib
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

PATIENCE = 60
CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "missing_required_header",
    "unsupported_method",
]


def stop(what):
    sys.exit(f"api: {what}")


# -- two agencies -----------------------------------------------------------------------------------------------------


def free_ports(count):
    """Held until all are chosen, so that they differ."""
    with contextlib.ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


class Agencies:
    def __init__(self, program, folder):
        self.program, self.folder, self.serving = program, pathlib.Path(folder), []
        cmo, dt, self.port = free_ports(3)
        for name, kind, port in (("cmo", "reception", cmo), ("dt", "shelter", dt)):
            self.ask(name, "init", "--name", name.upper(), "--kind", kind, "--listen", f"127.0.0.1:{port}")
        settings = self.folder / "dt/config.toml"
        before, web = settings.read_text().split("[web]")
        for key, value in (
            ("open", "true"),
            ("address", f'"127.0.0.1:{self.port}"'),
            ("api", "true"),
            ("api_requests_per_s", "10000"),
        ):
            web = re.sub(rf"^{key} = .*$", f"{key} = {value}", web, flags=re.MULTILINE)
        settings.write_text(f"{before}[web]{web}")
        for name in ("cmo", "dt"):
            self.start(name)

    def ask(self, name, *words):
        command = [self.program, "--dir", name, *words]
        done = subprocess.run(command, cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode:
            stop(f"`spean {' '.join(words)}` failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def start(self, name):
        log = open(self.folder / f"{name}.log", "wb")
        serving = subprocess.Popen([self.program, "--dir", name, "serve"], cwd=self.folder, stderr=log)
        self.serving.append(serving)
        until = time.monotonic() + PATIENCE
        while not (self.folder / name / "node.sock").exists():
            if serving.poll() is not None or time.monotonic() > until:
                stop(f"the node of {name} does not start")
            time.sleep(0.1)

    def end(self):
        for serving in self.serving:
            serving.terminate()
        for serving in self.serving:
            serving.wait()

    def introduce(self, name, other):
        card = self.folder / f"{other}.card"
        card.write_text(self.ask(other, "agency", "card"))
        self.ask(name, "peer", "add", str(card), "--by", "Dara")
        digits = json.loads(self.ask(other, "agency", "fingerprint", "--json"))["digits"]
        self.ask(name, "peer", "verify", other.upper(), "--fingerprint", digits, "--by", "Dara", "--approved-by", "Chan")

    def case(self, name):
        """A case of an invented child, and a consent; its id."""
        record = self.folder / "case.json"
        record.write_text(self.ask(name, "case", "template"))
        case = json.loads(self.ask(name, "case", "add", str(record), "--by", "Dara", "--json"))["id"]
        other = "DT" if name == "cmo" else "CMO"
        until = time.strftime("%Y-%m-%d", time.localtime(time.time() + 100 * 86400))
        self.ask(
            name, "consent", "grant", case, "--to", other, "--purpose", "shelter", "--until", until,
            "--categories", "identity,family,protection,health", "--given-by", "best_interest", "--assent", "given",
            "--form", "written", "--explained", "all", "--language", "km", "--reason", "no caregiver can be reached",
            "--by", "Dara", "--approved-by", "Chan",
        )  # fmt: skip
        return case

    def offer(self, case):
        """CMO offers it to DT; the exchange's id, once it is there."""
        answer = self.ask(
            "cmo", "refer", case, "--to", "DT", "--service", "shelter.transitional", "--urgency", "high",
            "--purpose", "shelter", "--arrival", "within_24h", "--summary", "Needs a safe bed tonight", "--by", "Dara",
            "--reason", "agreed on the telephone", "--wait", "60", "--json",
        )  # fmt: skip
        return json.loads(answer)["exchange"]


# -- the check --------------------------------------------------------------------------------------------------------


def get(url, token=None):
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"} if token else {})
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)


def config(case, exchange):
    """Schemathesis may not guess ids: here it is told one that is there."""
    return f"""
[[operations]]
include-path-regex = "^/cases/"
parameters = {{ "path.id" = "{case}" }}

[[operations]]
include-path-regex = "^/exchanges/"
parameters = {{ "path.id" = "{exchange}" }}
"""


def schemathesis(folder, url, token, examples, told):
    settings = pathlib.Path(folder, "schemathesis.toml")
    settings.write_text(told)
    command = [
        str(pathlib.Path(sys.executable).with_name("schemathesis")), "--config-file", str(settings), "run", f"{url}/openapi.json",
        "--header", f"Authorization: Bearer {token}", "--checks", ",".join(CHECKS), "--max-examples", str(examples),
        "--phases", "examples,coverage,fuzzing", "--continue-on-failure", "--request-timeout", "60", "--seed", "1",
        "--warnings", "off", "--no-color",
    ]  # fmt: skip
    if subprocess.run(command, cwd=folder).returncode:
        stop("an answer is not as the description says (above)")


def main(program, examples):
    with tempfile.TemporaryDirectory(prefix="spean-api-") as folder:
        passphrase = pathlib.Path(folder, "passphrase")
        passphrase.write_text("five words that nobody guesses\n")
        os.environ["SPEAN_PASSPHRASE_FILE"] = str(passphrase)
        agencies = Agencies(os.path.abspath(program), folder)
        try:
            agencies.introduce("cmo", "dt")
            agencies.introduce("dt", "cmo")
            own, case = agencies.case("dt"), agencies.case("cmo")
            exchange = agencies.offer(case)
            roles = ("--role", "supervisor", "--role", "social_worker")
            token = json.loads(agencies.ask("dt", "token", "create", "Check", "--program", "check", *roles, "--json"))["token"]
            url = f"http://127.0.0.1:{agencies.port}/api/v1"
            status, inbox = get(f"{url}/inbox", token)
            if status != 200 or [line["id"] for line in inbox["exchanges"]] != [exchange]:
                stop(f"the inbox is not as it should be: {status} {inbox}")
            for path in ("status", "cases", f"cases/{own}", f"cases/{own}/consents", "outbox", "exchanges", f"exchanges/{exchange}"):
                status, answer = get(f"{url}/{path}", token)
                if status != 200:
                    stop(f"{path} is not as it should be: {status} {answer}")
            schemathesis(folder, url, token, examples, config(own, exchange))
            schemathesis(folder, url, token, examples, "")
            for name in ("cmo", "dt"):
                if "panic" in (pathlib.Path(folder, f"{name}.log")).read_text():
                    stop(f"the node of {name} met a fault of its own:\n" + pathlib.Path(folder, f"{name}.log").read_text())
            agencies.ask("dt", "audit", "verify")
        finally:
            agencies.end()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
    print("api: every answer was one that the description allows")
