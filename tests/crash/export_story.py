#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An export that is killed, at either end.

The server dies at the first commit of an export, at the second, … until one ends by itself
(die_at_commit.c). Behind that some of those whose add was under way leave the directory: the server
knows no id of theirs, and cannot know whether the tenant made them.

The tenant dies (SIGKILL) in the middle of an export and comes back with its data, on the same port.

Each time the next cycle must be a success, and bring the tenant to what the directory says, nothing twice.

    export_story.py BUILD_DIR
"""
import os
import pathlib
import random
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "functional/end_to_end"))
from directory import LdifFolder  # noqa: E402
from expected import ActiveDirectoryModel, compare  # noqa: E402
from kill_story import Changes, Count, duplicates  # noqa: E402
from lab import Failed, Lab  # noqa: E402
from swap_story import build_killer  # noqa: E402

SOURCE, TENANT = "corp.example.com", "entra"
COMMITS_MAX = 40
EXPORTING_MAX = 300  # seconds


def judge(lab, changes):
    """What is wrong behind one more cycle, or None."""
    try:
        return verdict(lab, changes)
    except Failed as failure:
        return str(failure)[:1500]


def verdict(lab, changes):
    lab.server.cycle("delta")
    before = lab.tenant.writes()
    lab.server.cycle("delta")
    if lab.tenant.writes() != before:
        return "the second cycle still writes"
    # A full import says what a delta would pass over in silence.
    lab.server.cycle("initial")
    if lab.tenant.writes() != before:
        return "an initial cycle behind it writes"
    wrong = compare(lab.tenant, ActiveDirectoryModel(changes.folder.entries()))
    return duplicates(lab) or "\n      ".join(wrong[:5]) or \
        errors_kept(lab.server.run("status"))


def errors_kept(status):
    """Errors that objects have kept."""
    found = [f"{one['name']}: {one['errors']} errors" for one in status.get("connectors", [])
             if one.get("errors")]
    return ", ".join(found) or None


def newcomers(changes, number):
    made = []
    for i in range(6):
        dn, attributes = changes.person(f"Newcomer {number} {i}", changes.pick("user"))
        changes.folder.add(dn, attributes)
        made.append(dn)
    return made


def server_killed(lab, library, changes, commit, is_behind):
    """"killed", or None: the export has no such commit."""
    point = f"{commit}+" if is_behind else str(commit)
    made = newcomers(changes, point)
    changes.one()
    for profile in ("delta-import", "delta-sync"):
        lab.server.run("run", SOURCE, profile)
    done = subprocess.run(
        [lab.server.program, "--home", lab.server.home, "--json", "--yes", "run", TENANT, "export"],
        capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False, timeout=600,
        env={**os.environ, "LD_PRELOAD": str(library), "DIE_AT_COMMIT": point})
    if done.returncode not in (0, -9):
        raise Failed(f"exit code {done.returncode}: {done.stderr[-1000:]}")
    for dn in made[:3]:
        changes.folder.delete(dn)
    if not is_behind:
        # No import of the tenant in between: of what the adds have made nobody knows.
        for profile in ("delta-import", "delta-sync"):
            lab.server.run("run", SOURCE, profile)
        lab.server.run("run", TENANT, "export")
    return "killed" if done.returncode == -9 else None


def server_story(lab, count):
    lab.server.init(lab.tenant, "--demo", "--people", "20")
    lab.server.cycle("initial")
    library = build_killer(lab.folder)
    changes = Changes(LdifFolder(lab.server.home / "forest"), random.Random(11))
    for number in range(2, 2 * COMMITS_MAX):
        commit, is_behind = number // 2, number % 2 == 1
        where = "behind" if is_behind else "in front of"
        try:
            fate = server_killed(lab, library, changes, commit, is_behind)
            problem = judge(lab, changes)
        except Failed as failure:
            fate, problem = "killed", str(failure)[:1500]
        if fate is None and problem is None:
            count.check(f"an export has {commit - 1} commits, and each was died at", None)
            return
        count.check(f"the server is killed {where} commit {commit} of an export", problem)
        if problem:
            return
    count.check("an export ends at last", f"not within {COMMITS_MAX} commits")


def tenant_killed(lab, writes_min, at_once):
    """An initial cycle whose tenant dies when it has written so much."""
    process = subprocess.Popen(
        [lab.server.program, "--home", lab.server.home, "--json", "cycle", "initial"],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    ends_at = time.monotonic() + EXPORTING_MAX
    while sum(lab.tenant.writes().values()) < writes_min:
        if process.poll() is not None or time.monotonic() > ends_at:
            process.kill()
            raise Failed("the export ended before the tenant was killed: " +
                         process.communicate()[1][-500:])
    lab.tenant.process.kill()
    lab.tenant.process.wait(30)
    if at_once:
        lab.tenant.start()
    _, errors = process.communicate(timeout=EXPORTING_MAX)
    if not at_once:
        lab.tenant.start()
    if process.returncode < 0:
        raise Failed(f"the server died too: {errors[-500:]}")


def main():
    count = Count()
    with Lab(sys.argv[1], "export") as lab:
        server_story(lab, count)
    for writes_min, at_once in ((1, True), (200, False), (700, True)):
        with Lab(sys.argv[1], "tenant-killed") as lab:
            lab.server.init(lab.tenant, "--demo", "--people", "400")
            tenant_killed(lab, writes_min, at_once)
            changes = Changes(LdifFolder(lab.server.home / "forest"), random.Random(writes_min))
            for _ in range(10):
                changes.one()
            count.check(f"the tenant is killed at write {writes_min} of an export", judge(lab, changes))
    print(f"{count.passed} passed, {count.failed} failed, 0 skipped")
    sys.exit(count.failed > 0)


if __name__ == "__main__":
    main()
