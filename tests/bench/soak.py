#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A service at work for long: does its memory stay flat?

Use: soak.py BIN_DIR [--minutes 60] [--people 500] [--users 10]
Cycles every ten seconds, people who come, change and go in the directory, browsers that poll. Memory, open
files and threads are looked at all the time; the last third is held against the middle one (in the first,
caches fill). Ends with exit code 1 when something has grown.
"""
import argparse
import asyncio
import json
import pathlib
import statistics
import sys
import threading
import time

from served_demo import ServedDemo, crowd

# What the middle third may differ from the last without anything growing: an hour's leak of this would
# be none that anybody notices in a year's service between two updates.
ALLOWED_MB = 3.0
ALLOWED_FILES = 6  # connections that come and go
EVERY = 1.0  # seconds between two looks


class Changes(threading.Thread):
    """Someone is hired, gets a title, and leaves: the organisation stays as large as it is."""

    def __init__(self, served):
        super().__init__(daemon=True)
        self.served, self.ends, self.made = served, threading.Event(), 0

    def run(self):
        while not self.ends.wait(1):
            person = json.loads(self.served.run("demo", "hire", f"Soak {self.made}"))
            self.ends.wait(5)
            self.served.run("demo", "set", person["dn"], "title", f"Title {self.made}")
            self.ends.wait(5)
            self.served.run("demo", "remove", person["dn"])
            self.made += 1


def look(served, end, seen):
    began = time.monotonic()
    while time.monotonic() < end:
        seen.append((time.monotonic() - began, served.resident_mb(), served.open_files(), served.threads()))
        time.sleep(EVERY)


def third(seen, number, column):
    size = len(seen) // 3
    return statistics.median(one[column] for one in seen[size * number:size * (number + 1)])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("programs", type=pathlib.Path)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--users", type=int, default=10)
    options = parser.parse_args()
    served = ServedDemo(options.programs, options.people)
    try:
        served.run("scheduler", "set", "--interval", "00:00:10")
        seconds = options.minutes * 60
        seen, changes = [], Changes(served)
        looker = threading.Thread(target=look, args=(served, time.monotonic() + seconds, seen))
        changes.start()
        looker.start()
        times = asyncio.run(crowd(served, options.users, seconds))
        looker.join()
        changes.ends.set()
        changes.join()
        runs = json.loads(served.run("runs", "--limit", "1"))["runs"][0]["id"]
    finally:
        served.stop()
    print(f"{options.minutes:g} minutes: {changes.made} people came and went, {runs} runs, "
          f"{sum(map(len, times.values()))} requests")
    grown = []
    for name, column, allowed in (("resident MB", 1, ALLOWED_MB), ("open files", 2, ALLOWED_FILES),
                                  ("threads", 3, ALLOWED_FILES)):
        first, middle, last = (third(seen, number, column) for number in range(3))
        print(f"{name:12} first third {first:7.1f}   middle {middle:7.1f}   last {last:7.1f}")
        if last > middle + allowed:
            grown.append(name)
    print("flat" if not grown else "grown: " + ", ".join(grown))
    return 1 if grown else 0


if __name__ == "__main__":
    sys.exit(main())
