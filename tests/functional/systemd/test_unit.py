#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The unit of the package: valid, tight, and with a filter that the program can work within."""
import ctypes
import ctypes.util
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

BIN = pathlib.Path(os.environ["TANDEM_BIN"])
UNIT = pathlib.Path(__file__).resolve().parents[3] / "packaging" / "systemd" / "tandem.service"
EXPOSURE_MAX = 20  # tenths: "2.0 OK"

ALLOW, ERRNO, EPERM = 0x7FFF0000, 0x00050000, 1
NO_NEW_PRIVILEGES = 38  # prctl
NOBODY = 65534


def settings(name):
    """The values of a setting, in the order of the unit."""
    for line in UNIT.read_text(encoding="utf-8").splitlines():
        if line.startswith(name + "="):
            yield line.partition("=")[2]


def members(group):
    """The system calls of a group of systemd's, groups within it included."""
    out = subprocess.run(["systemd-analyze", "syscall-filter", group], check=True, text=True,
                         capture_output=True).stdout
    calls = set()
    for line in out.splitlines()[1:]:
        word = line.strip()
        if word.startswith("@"):
            calls |= members(word)
        elif word and not word.startswith("#"):
            calls.add(word)
    return calls


def allowed_calls():
    """SystemCallFilter, line by line: what is named, or with ~ what is taken away."""
    calls = members("@default")
    for value in settings("SystemCallFilter"):
        named = set()
        for word in value.lstrip("~").split():
            named |= members(word) if word.startswith("@") else {word}
        calls = calls - named if value.startswith("~") else calls | named
    # systemd allows what it needs itself to start the program.
    return calls | {"execve"}


class Filter:
    """The unit's filter for a process and those that it starts, by libseccomp as systemd does it."""

    def __init__(self, calls):
        self.library = ctypes.CDLL(ctypes.util.find_library("seccomp") or "libseccomp.so.2")
        self.library.seccomp_init.restype = ctypes.c_void_p
        self.context = ctypes.c_void_p(self.library.seccomp_init(ctypes.c_uint32(ERRNO | EPERM)))
        for call in sorted(calls):
            number = self.library.seccomp_syscall_resolve_name(call.encode())
            if number >= 0:
                self.library.seccomp_rule_add_exact(self.context, ctypes.c_uint32(ALLOW), number, 0)

    def load(self):
        if os.getuid() == 0:  # the service is not root, and as root the program may change owners
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        ctypes.CDLL(None).prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        if self.library.seccomp_load(self.context) != 0:
            raise OSError("the kernel does not take the filter")


@unittest.skipUnless(shutil.which("systemd-analyze"), "systemd-analyze is not there (package systemd)")
class Unit(unittest.TestCase):
    def analyze(self, *arguments):
        # A unit whose program is not installed is none that systemd accepts.
        with tempfile.TemporaryDirectory(prefix="tandem-unit-") as folder:
            unit = pathlib.Path(folder) / "tandem.service"
            unit.write_text(UNIT.read_text(encoding="utf-8").replace("/usr/bin/tandem", str(BIN / "tandem")),
                            encoding="utf-8")
            return subprocess.run(["systemd-analyze", *arguments, unit], text=True, check=False,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def test_it_is_valid(self):
        verified = self.analyze("verify", "--man=no")
        self.assertEqual((0, ""), (verified.returncode, verified.stdout))

    def test_it_is_tight(self):
        judged = self.analyze("security", "--offline=true", f"--threshold={EXPOSURE_MAX}", "--no-pager")
        self.assertEqual(0, judged.returncode, judged.stdout)

    def test_the_program_works_within_the_filter(self):
        calls = allowed_calls()
        self.assertIn("openat", calls)
        self.assertNotIn("mount", calls)
        self.assertNotIn("chown", calls)
        try:
            rules = Filter(calls)
        except OSError as problem:
            self.skipTest(f"libseccomp is not there: {problem}")
        with tempfile.TemporaryDirectory(prefix="tandem-filter-") as folder:
            if os.getuid() == 0:
                os.chown(folder, NOBODY, NOBODY)
            for words in (["init", "--demo", "--people", "300"], ["cycle", "initial"], ["status"],
                          ["check", "preflight"], ["audit", "verify"]):
                done = subprocess.run([BIN / "tandem", "--home", f"{folder}/home", *words], text=True,
                                      check=False, capture_output=True, preexec_fn=rules.load)
                self.assertNotIn("Operation not permitted", done.stdout + done.stderr, words)
                if words[0] != "check":  # which finds a lot to say about a machine without a tenant
                    self.assertEqual(0, done.returncode, (words, done.stderr))
            self.serve(f"{folder}/home", rules)

    def serve(self, home, rules):
        with subprocess.Popen([BIN / "tandem", "--home", home, "serve", "--no-cycles", "--console",
                               "127.0.0.1:0", "--json"], text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, preexec_fn=rules.load) as service:
            self.assertEqual("{\n", service.stdout.readline())
            link = subprocess.run([BIN / "tandem", "--home", home, "account", "link"], text=True,
                                  check=False, capture_output=True)
            service.terminate()
            _, log = service.communicate(timeout=30)
        self.assertIn("https://127.0.0.1:", link.stdout, link.stderr)
        self.assertEqual(0, service.returncode, log)
        self.assertNotIn("Operation not permitted", log)


if __name__ == "__main__":
    unittest.main()
