#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""'tandem serve' and a service manager: ready, alive, stopping. The manager is this file."""
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest

BIN = pathlib.Path(os.environ["TANDEM_BIN"])
# Enough that a cycle takes some seconds; the watchdog is fed about once a second then.
PEOPLE = 25000
WATCHDOG_SECONDS = 1
WAIT_SECONDS = 60
STOP_SECONDS = 15


class Manager:
    """Starts the service and hears what it says."""

    def __init__(self, home, *arguments, abstract=True):
        self.home = home
        name = f"tandem-test-{os.getpid()}-{time.monotonic_ns()}"
        address = "\0" + name if abstract else str(home.parent / name)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(address)
        self.log = open(home.parent / "serve.log", "ab")
        self.process = subprocess.Popen(
            [BIN / "tandem", "--home", home, "serve", "--console", "127.0.0.1:0", *arguments],
            stdout=self.log, stderr=self.log,
            env={**os.environ, "NOTIFY_SOCKET": "@" + name if abstract else address,
                 "WATCHDOG_USEC": str(WATCHDOG_SECONDS * 1000000)})
        self.heard, self.awaited = [], 0

    def hear(self, seconds):
        """Everything that is said within the time, line by line."""
        lines, end = [], time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.socket.settimeout(left)
            try:
                lines += self.socket.recv(4096).decode().split("\n")
            except TimeoutError:
                break
        self.heard += lines
        return lines

    def wait_for(self, start, seconds=WAIT_SECONDS):
        """The next such line behind the one that was waited for last."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for number in range(self.awaited, len(self.heard)):
                if self.heard[number].startswith(start):
                    self.awaited = number + 1
                    return self.heard[number]
            self.hear(0.1)
        raise AssertionError(f"{start} was not said, but {self.heard}")

    def curl(self, path, **options):
        command = ["curl", "--silent", "--no-buffer", "--unix-socket", self.home / "api.sock",
                   f"http://localhost/api/v1{path}"]
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **options)

    def get(self, path):
        with self.curl(path) as process:
            return json.loads(process.stdout.read())

    def stop(self):
        """How long it took, and its exit code."""
        began = time.monotonic()
        self.process.terminate()
        code = self.process.wait(WAIT_SECONDS)
        return time.monotonic() - began, code

    def close(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
            self.process.wait()
        self.socket.close()
        self.log.close()


class Notify(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.whole = pathlib.Path(tempfile.mkdtemp(prefix="tandem-systemd-"))
        subprocess.run([BIN / "tandem", "--home", cls.whole / "home", "init", "--demo", "--people",
                        str(PEOPLE)], check=True, capture_output=True)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.whole, ignore_errors=True)

    def serve(self, *arguments, home=None, **options):
        """A home that has run no cycle, so that the first one is long; its service."""
        if home is None:
            folder = pathlib.Path(tempfile.mkdtemp(dir=self.whole))
            home = folder / "home"
            shutil.copytree(self.whole / "home", home)
        manager = Manager(home, *arguments, **options)
        self.addCleanup(manager.close)
        return manager

    def assert_stopped(self, manager):
        seconds, code = manager.stop()
        manager.hear(0.2)
        self.assertIn("STOPPING=1", manager.heard)
        self.assertEqual(0, code)
        self.assertLess(seconds, STOP_SECONDS)

    def test_ready_says_what_it_does_and_feeds_the_watchdog_in_a_long_cycle(self):
        manager = self.serve()
        manager.wait_for("READY=1")
        manager.wait_for("STATUS=active; a cycle is running")
        began = len(manager.heard)
        manager.wait_for("STATUS=active; next cycle at ")
        self.assertGreaterEqual(manager.heard[began:manager.awaited].count("WATCHDOG=1"), 3)
        manager.wait_for("WATCHDOG=1")
        self.assert_stopped(manager)

    def test_a_process_that_stands_still_feeds_nothing(self):
        manager = self.serve("--no-cycles")
        manager.wait_for("WATCHDOG=1")
        manager.process.send_signal(signal.SIGSTOP)
        manager.hear(0.5)  # what was on its way
        self.assertEqual([], manager.hear(2 * WATCHDOG_SECONDS))
        manager.process.send_signal(signal.SIGCONT)
        manager.wait_for("WATCHDOG=1")
        self.assert_stopped(manager)

    def test_stops_within_seconds_in_a_cycle_that_somebody_follows(self):
        manager = self.serve()
        manager.wait_for("STATUS=active; a cycle is running")
        operation, end = None, time.monotonic() + WAIT_SECONDS
        while operation is None and time.monotonic() < end:
            running = [one for one in manager.get("/operations")["operations"]
                       if one["state"] == "running"]
            operation = running[0]["id"] if running else None
        stream = manager.curl(f"/operations/{operation}/events")
        self.assertTrue(stream.stdout.readline(), "the stream says nothing")
        self.assert_stopped(manager)
        self.assertTrue(stream.stdout.read() is not None and stream.wait(STOP_SECONDS) is not None)
        stream.stdout.close()

    def test_a_folder_that_is_not_set_up_is_ready_and_says_so(self):
        manager = self.serve(home=pathlib.Path(tempfile.mkdtemp(dir=self.whole)) / "new", abstract=False)
        manager.wait_for("READY=1")
        manager.wait_for("STATUS=waiting to be set up: tandem account link")
        manager.wait_for("WATCHDOG=1")
        self.assert_stopped(manager)


if __name__ == "__main__":
    unittest.main()
