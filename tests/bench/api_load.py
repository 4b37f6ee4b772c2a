#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""People with the console open, while an initial cycle runs: how long the control API takes.

Use: api_load.py BIN_DIR [--people 20000] [--users 100] [--seconds 30]
Each user asks what the home page asks, every five seconds, over a connection of their own. Prints the
times by route, and the service's memory before and after. The yardstick is the same without the cycle.
"""
import argparse
import asyncio
import pathlib
import statistics
import threading
import time

from served_demo import ServedDemo, crowd

BUDGET = 0.2  # seconds, at the 99th percentile


def show(title, times):
    everything = sorted(one for list_ in times.values() for one in list_)
    print(f"{title}: {len(everything)} requests")
    for path, list_ in [*times.items(), ("all", everything)]:
        list_ = sorted(list_)
        print(f"  {path:16} median {statistics.median(list_) * 1000:7.1f} ms"
              f"   p99 {list_[int(len(list_) * 0.99) - 1] * 1000:7.1f} ms   worst {list_[-1] * 1000:7.1f} ms")
    return everything[int(len(everything) * 0.99) - 1]


def initial_cycle(served):
    began = time.monotonic()
    served.run("cycle", "initial")
    return time.monotonic() - began


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("programs", type=pathlib.Path)
    parser.add_argument("--people", type=int, default=20000)
    parser.add_argument("--users", type=int, default=100)
    parser.add_argument("--seconds", type=int, default=30)
    options = parser.parse_args()
    served = ServedDemo(options.programs, options.people, "--no-cycles")
    try:
        took = []
        cycle = threading.Thread(target=lambda: took.append(initial_cycle(served)))
        cycle.start()
        busy = asyncio.run(crowd(served, options.users, options.seconds))
        cycle.join()
        print(f"the initial cycle took {took[0]:.0f} s, the measurement {options.seconds} s")
        before = served.resident_mb()
        quiet = asyncio.run(crowd(served, options.users, options.seconds))
        worst = show(f"{options.users} users, an initial cycle of {options.people} people", busy)
        show("the same without it", quiet)
        print(f"resident: {before:.0f} MB, after the second half {served.resident_mb():.0f} MB")
        verdict = "met" if worst < BUDGET else "missed"
        print(f"p99 {worst * 1000:.1f} ms; budget {BUDGET * 1000:.0f} ms: {verdict}")
    finally:
        served.stop()


if __name__ == "__main__":
    main()
