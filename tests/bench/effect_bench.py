#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""'policy effect' and 'check attributes' over an invented organisation, beside their yardstick: a full
synchronization of the same objects that changes nothing, in the same run.

  effect_bench.py [--size PEOPLE] [--build FOLDER]

'policy effect' synchronizes everything twice on copies of the store and compares, so a quarter of the
yardstick's objects a second is what it should reach where nothing changes; where each person does, it
writes all of them to a copy, and the figure is there without a budget. 'check attributes' runs no rules
and should be no slower than the yardstick. Times are of whole commands, with their start.
"""
import argparse
import json
import pathlib
import sys
import time

PROJECT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT / "tests/functional/end_to_end"))
from lab import Lab  # noqa: E402 (after the path)

DIRECTORY, TENANT = "corp.example.com", "entra"


def seconds_of(work):
    start = time.monotonic()
    answer = work()
    return time.monotonic() - start, answer


def print_row(what, objects, seconds, yardstick, least):
    speed = objects / seconds
    note = "" if yardstick is None else f", {speed / yardstick:4.2f} of the yardstick"
    if least is not None:
        note += f", at least {least:4.2f}: " + ("met" if speed >= least * yardstick else "MISSED")
    print(f"{what:<42} {objects:>9} objects {seconds:>8.2f} s {speed:>9.0f} objects/s{note}", flush=True)
    return speed


def with_other_title(home):
    """The policy in force, and a rule that takes everybody's title away."""
    policy = json.loads((home / "policy.json").read_text())
    policy.setdefault("rules", []).append({
        "id": "0b7e8a52-3c1f-4b39-9d5e-2a6f7c8d9e01", "name": "In from AD - Own Title",
        "connector": DIRECTORY, "direction": "Inbound", "sourceObjectType": "user",
        "targetObjectType": "person", "linkType": "Join", "precedence": 50,
        "attributeFlowMappings": [{"flowType": "Expression", "destination": "title",
                                   "expression": "AuthoritativeNull"}]})
    path = home.parent / "other.json"
    path.write_text(json.dumps(policy))
    return path


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--size", type=int, default=20_000)
    parser.add_argument("--build", default=PROJECT / "build/release")
    options = parser.parse_args()
    with Lab(options.build, "effect-bench") as lab:
        server = lab.server
        server.init(lab.tenant, "--demo", "--people", str(options.size))
        for connector, profile in ((TENANT, "full import"), (DIRECTORY, "full import"),
                                   (DIRECTORY, "full synchronization")):
            server.run("run", connector, profile)
        seconds, answer = seconds_of(lambda: server.run("run", DIRECTORY, "full synchronization"))
        counters = answer["runs"][0]["counters"]
        objects = sum(count for name, count in counters.items() if "/" not in name)
        yardstick = print_row("full synchronization, nothing changes", objects, seconds, None, None)
        same = server.home / "policy.json"
        other = with_other_title(server.home)
        for what, path, least in (("policy effect, the same policy", same, 0.25),
                                  ("policy effect, one value of each person", other, None)):
            seconds, answer = seconds_of(lambda path=path: server.run("policy", "effect", str(path)))
            print_row(what, answer["objects"], seconds, yardstick, least)
        seconds, answer = seconds_of(lambda: server.run("check", "attributes", check=False))
        print_row("check attributes", objects, seconds, yardstick, 1.0)


if __name__ == "__main__":
    main()
