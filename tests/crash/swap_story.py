#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A swap that is killed: at its first commit, at its second, … until one ends by itself.

die_at_commit.c, loaded in front of SQLite, kills the process there: in front of commit n, or behind it.
Nothing in the program knows of it. The commits of one swap lie on both servers, in the order of
docs/internals/pair.md. Behind each kill an administrator goes on, or undoes it, from either side;
then exactly one server is active,
the tenant is right, and a further cycle writes nothing.

    swap_story.py BUILD_DIR [STEP]      every STEP-th commit (1: each)
"""
import json
import os
import pathlib
import random
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "functional/end_to_end"))
from directory import LdifFolder  # noqa: E402
from expected import ActiveDirectoryModel, compare  # noqa: E402
from kill_story import Changes, Count, duplicates  # noqa: E402
from lab import Failed, Lab, Server  # noqa: E402

PEOPLE = "20"
KILLS_MAX = 400


def second_server(lab):
    """The other server of the pair: the first one's settings, and the same directory."""
    settings, secrets = lab.folder / "settings.json", lab.folder / "secrets"
    lab.server.run("policy", "export", settings)
    policy = json.loads(settings.read_text())
    for connector in policy["connectors"]:
        if connector["kind"] == "ldif":
            connector["folder"] = str(lab.server.home / "forest")
    settings.write_text(json.dumps(policy))
    secret = pathlib.Path(lab.tenant.secret_file).read_text().strip()
    secrets.write_text(f"entra.client-secret={secret}\n")
    secrets.chmod(0o600)
    other = Server(lab.server.program, lab.folder / "other")
    other.run("init", "--import", settings, "--secrets-file", secrets)
    return other


def build_killer(folder):
    library = folder / "die_at_commit.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library,
                    pathlib.Path(__file__).with_name("die_at_commit.c"), "-ldl"], check=True)
    return library


def swap(here, there, killer=None, back=False):
    """None: done; otherwise why it was not. "killed" where that was wanted."""
    command = [here.program, "--home", here.home, "--json", "--yes", "swap", "--with", there.home]
    done = subprocess.run(command + (["--back"] if back else []), capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, check=False, timeout=600,
                          env={**os.environ, **(killer or {})})
    if done.returncode == 0:
        return None
    if done.returncode == -9:
        return "killed"
    return done.stderr.strip()[-600:] + done.stdout.strip()[-600:]


def role(server):
    return server.run("status")["role"]


def recover(servers, back):
    """What an administrator does behind a crash: the same again, or undo it. Why it is no good, or None."""
    here, there = servers
    problem = swap(here, there, back=back)
    if problem and "no swap" not in problem:
        problem = swap(there, here)  # a swap that had not begun has nothing to undo
    if problem:
        return problem
    roles = sorted(role(server) for server in servers)
    return None if roles == ["active", "staging"] else f"the roles are {roles}"


def judge(lab, servers, changes):
    """Converges, and says what is wrong then."""
    active = next(server for server in servers if role(server) == "active")
    for _ in range(3):
        before = lab.tenant.writes()
        active.cycle("delta")
        if lab.tenant.writes() == before:
            break
    else:
        return "after three cycles it still writes"
    return duplicates(lab) or "\n      ".join(
        compare(lab.tenant, ActiveDirectoryModel(changes.folder.entries()))[:5]) or None


def story(lab, step):
    count = Count()
    lab.server.init(lab.tenant, "--demo", "--people", PEOPLE)
    lab.server.cycle("initial")
    other = second_server(lab)
    other.run("cycle", "initial")
    servers = [lab.server, other]
    library = build_killer(lab.folder)
    changes = Changes(LdifFolder(lab.server.home / "forest"), random.Random(7))
    for number in range(1, KILLS_MAX, step):
        changes.one()
        active = next(server for server in servers if role(server) == "active")
        active.cycle("delta")
        changes.one()  # for the new server's first cycle
        here, there = servers if number // 2 % 2 else reversed(servers)
        point = f"{number}+" if number % 3 == 0 else str(number)
        problem = swap(here, there, {"LD_PRELOAD": str(library), "DIE_AT_COMMIT": point})
        if problem is None:
            count.check(f"the swap has {number - 1} commits, and each was died at", None)
            break
        if problem == "killed":
            problem = recover((there, here) if number % 4 < 2 else (here, there), back=number % 2 == 0)
        count.check(f"killed at commit {point}", problem or judge(lab, servers, changes))
        if problem:
            break
    else:
        count.check("a swap ends at last", f"not within {KILLS_MAX} commits")
    return count


def main():
    with Lab(sys.argv[1], "swap") as lab:
        count = story(lab, int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    print(f"{count.passed} passed, {count.failed} failed, 0 skipped")
    sys.exit(count.failed > 0)


if __name__ == "__main__":
    main()
