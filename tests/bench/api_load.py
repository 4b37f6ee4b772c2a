#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""People with the console open, while an initial cycle runs: how long the control API takes.

Use: api_load.py BIN_DIR [--people 20000] [--users 100] [--seconds 30]
Each user asks what the home page asks, every five seconds, over a connection of their own. Prints the
times by route, and the service's memory before and after. The yardstick is the same without the cycle.
"""
import argparse
import asyncio
import json
import pathlib
import shutil
import signal
import ssl
import statistics
import subprocess
import sys
import tempfile
import time

PAGE = ("/status", "/operations", "/scheduler", "/runs?limit=20", "/session")
PERIOD = 5.0  # seconds; what the console's pages use


class Service:
    def __init__(self, programs, people):
        self.tandem = [str(programs / "tandem")]
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tandem-api-"))
        self.home = self.folder / "home"
        self.run("init", "--demo", "--people", str(people))
        self.log = open(self.folder / "log", "wb")
        self.process = subprocess.Popen(
            [*self.tandem, "--home", self.home, "serve", "--no-cycles", "--console", "127.0.0.1:0"],
            stdout=self.log, stderr=self.log)
        for _ in range(600):
            done = subprocess.run([*self.tandem, "--home", self.home, "--json", "account", "link"],
                                  capture_output=True, text=True, check=False)
            if done.returncode == 0:
                break
            time.sleep(0.1)
        self.url = json.loads(done.stdout)["url"].split("/#")[0]
        self.run("account", "add", "load", "--role", "viewer", "--password-file", self.password_file())
        self.token = json.loads(self.run("account", "token", "load", "--label", "load"))["token"]

    def password_file(self):
        file = self.folder / "password"
        file.write_text("a long password for a test")
        file.chmod(0o600)
        return str(file)

    def run(self, *arguments):
        done = subprocess.run([*self.tandem, "--home", self.home, "--json", "--yes", *arguments],
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"tandem {' '.join(arguments)}: {done.stdout}{done.stderr}")
        return done.stdout

    def resident_mb(self):
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) // 1024
        return 0

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)
        shutil.rmtree(self.folder, ignore_errors=True)


async def ask(reader, writer, path, token):
    writer.write(f"GET /api/v1{path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    length = next(int(line.split(":")[1]) for line in head.splitlines()
                  if line.lower().startswith("content-length"))
    await reader.readexactly(length)
    if " 200 " not in head.splitlines()[0]:
        raise RuntimeError(head)


async def user(number, service, until, times):
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    host, port = service.url.removeprefix("https://").split(":")
    await asyncio.sleep(PERIOD * (number % 97) / 97)
    reader, writer = await asyncio.open_connection(host, int(port), ssl=context, limit=2**22)
    while time.monotonic() < until:
        began = time.monotonic()
        for path in PAGE:
            start = time.perf_counter()
            await ask(reader, writer, path, service.token)
            times.setdefault(path, []).append(time.perf_counter() - start)
        await asyncio.sleep(max(0, PERIOD - (time.monotonic() - began)))
    writer.close()


async def crowd(service, users, seconds):
    times, until = {}, time.monotonic() + seconds
    await asyncio.gather(*(user(number, service, until, times) for number in range(users)))
    return times


def show(title, times):
    everything = sorted(one for list_ in times.values() for one in list_)
    print(f"{title}: {len(everything)} requests")
    for path, list_ in [*times.items(), ("all", everything)]:
        list_ = sorted(list_)
        print(f"  {path:16} median {statistics.median(list_) * 1000:7.1f} ms"
              f"   p99 {list_[int(len(list_) * 0.99) - 1] * 1000:7.1f} ms   worst {list_[-1] * 1000:7.1f} ms")
    return everything[int(len(everything) * 0.99) - 1]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("programs", type=pathlib.Path)
    parser.add_argument("--people", type=int, default=20000)
    parser.add_argument("--users", type=int, default=100)
    parser.add_argument("--seconds", type=int, default=30)
    options = parser.parse_args()
    service = Service(options.programs, options.people)
    try:
        cycle = subprocess.Popen([*service.tandem, "--home", service.home, "--json", "cycle", "initial"],
                                 stdout=subprocess.DEVNULL)
        busy = asyncio.run(crowd(service, options.users, options.seconds))
        print(f"the initial cycle {'was running to the end' if cycle.poll() is None else 'ended before'}")
        cycle.wait()
        before = service.resident_mb()
        quiet = asyncio.run(crowd(service, options.users, options.seconds))
        worst = show(f"{options.users} users, an initial cycle of {options.people} people", busy)
        show("the same without it", quiet)
        print(f"resident: {before} MB, after the second half {service.resident_mb()} MB")
        print(f"p99 {worst * 1000:.1f} ms; budget 200 ms: {'met' if worst < 0.2 else 'missed'}")
    finally:
        service.stop()


if __name__ == "__main__":
    main()
