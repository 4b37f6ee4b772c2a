#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The audit log, when those that append to it are killed.

Several commands at once change the server, and each is killed with SIGKILL at a random moment, or in the
middle of a line (die_at_audit.c). Afterwards every act that was acknowledged has both of its lines,
nothing was done that has no line, and the chain verifies.

    audit_story.py BUILD_DIR [KILLS] [SEED]
"""
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import threading
import time

WORKERS = 4
LINE_LENGTHS = (0, 1, 7, 40, 150, 300, 9999)


class Home:
    def __init__(self, program, folder):
        self.program, self.home = program, folder / "home"
        self.run("init", "--demo", "--people", "5")

    def start(self, *arguments, **environment):
        return subprocess.Popen(
            [self.program, "--home", self.home, "--json", "--yes", *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, **environment})

    def run(self, *arguments, code=0):
        process = self.start(*arguments)
        out, errors = process.communicate(timeout=120)
        if process.returncode != code:
            raise SystemExit(f"{arguments}: exit code {process.returncode}: {errors}")
        return json.loads(out)

    def entries(self):
        """Every entry, oldest first."""
        found, before = [], None
        while True:
            more = [] if before is None else ["--before", str(before)]
            page = self.run("audit", "list", "--limit", "1000", *more)
            found += page["entries"]
            before = page["before"]
            if before is None:
                return found[::-1]


class Worker(threading.Thread):
    """Sets secrets, one after the other, and kills what it started."""

    def __init__(self, home, number, kills, seed):
        super().__init__()
        self.home, self.number, self.kills = home, number, kills
        self.dice = random.Random(f"{seed}-{number}")
        self.acknowledged, self.killed = [], 0
        self.span = 0.2

    def run(self):
        for i in range(self.kills * 6):
            if self.killed >= self.kills:
                return
            name = f"w{self.number}.{i}"
            began = time.monotonic()
            process = self.home.start("secret", "set", name)
            try:
                process.communicate("secret value", timeout=self.dice.uniform(0.001, self.span))
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
            if process.returncode == 0:
                self.acknowledged.append(name)
                self.span = max(0.02, (time.monotonic() - began) * 1.1)
            elif process.returncode < 0:
                self.killed += 1
                self.span = min(self.span * 1.1, 5)


def torn(home, library):
    """Dies in each of the two lines of a command, so far into it. How many died."""
    died = 0
    for line in (1, 2):
        for length in LINE_LENGTHS:
            process = home.start("secret", "set", f"torn.{line}.{length}",
                                 LD_PRELOAD=str(library), DIE_AT_AUDIT=f"{line}:{length}")
            process.communicate("secret value", timeout=60)
            died += process.returncode == -9
    return died


def problems(home, acknowledged):
    verdict = home.run("audit", "verify")
    if verdict["problem"]:
        yield f"line {verdict['problem']['line']}: {verdict['problem']['message']}"
    outcomes = {}
    entries = home.entries()
    for entry in entries:
        if entry["act"] == "secret.set":
            outcomes.setdefault(entry["on"], set()).add(entry["outcome"])
    if [entry["number"] for entry in entries] != list(range(1, verdict["lines"] + 1)):
        yield "the list has not every line"
    for name in acknowledged:
        if outcomes.get(name) != {"begun", "done"}:
            yield f"{name} was acknowledged, and the log says {outcomes.get(name)}"
    for secret in home.run("secret", "list")["secrets"]:
        if secret["set"] and "begun" not in outcomes.get(secret["name"], ()):
            yield f"{secret['name']} was done without a line"


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    kills = int(sys.argv[2]) if len(sys.argv) > 2 else 60
    seed = sys.argv[3] if len(sys.argv) > 3 else str(random.randrange(10**6))
    print(f"seed {seed}")
    failed = 0
    with tempfile.TemporaryDirectory(prefix="tandem-audit-") as name:
        folder = pathlib.Path(name)
        home = Home(build / "src/bin/tandem", folder)
        library = folder / "die_at_audit.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library,
                        pathlib.Path(__file__).with_name("die_at_audit.c"), "-ldl"], check=True)
        checks = [("each line of a command is torn at several places",
                   f"{died} of {2 * len(LINE_LENGTHS)} died"
                   if (died := torn(home, library)) != 2 * len(LINE_LENGTHS) else None)]
        workers = [Worker(home, number, max(1, kills // WORKERS), seed) for number in range(WORKERS)]
        for worker in workers:
            worker.start()
        died = torn(home, library)
        for worker in workers:
            worker.join()
        acknowledged = [name for worker in workers for name in worker.acknowledged]
        killed = sum(worker.killed for worker in workers) + died
        checks.append((f"{killed} were killed and {len(acknowledged)} acknowledged",
                       None if killed and acknowledged else "nothing was tried"))
        found = list(problems(home, acknowledged))
        checks.append(("every act has its lines, and the chain verifies", "; ".join(found[:5])))
    for title, problem in checks:
        failed += bool(problem)
        print(f"  FAILED  {title}: {problem}" if problem else f"  ok      {title}")
    print(f"{len(checks) - failed} passed, {failed} failed, 0 skipped")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
