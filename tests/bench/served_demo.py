# SPDX-License-Identifier: Apache-2.0
"""A tenant, a home with an invented organisation, its service, and people who have the console open."""
import asyncio
import json
import os
import pathlib
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import time

# What the console's home page asks, and how often (seconds).
PAGE = ("/status", "/operations", "/scheduler", "/runs?limit=20", "/session", "/alerts", "/latency")
PERIOD = 5.0


class ServedDemo:
    def __init__(self, programs, people, *serve_options):
        self.tandem = [str(programs / "tandem")]
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tandem-served-"))
        self.home = self.folder / "home"
        (self.folder / "tenant").mkdir()
        self.tenant = self._start_tenant(programs)
        self.run("init", "--demo", "--people", str(people), "--tenant", "lab.onmicrosoft.com",
                 "--client-id", self.tenant.told("client id"), "--client-secret-file",
                 self.tenant.told("secret file"), "--login-url", self.tenant.url, "--graph-url",
                 self.tenant.url + "/v1.0", "--entra-ca-file", str(self.tenant.folder / "ca.pem"),
                 "--sync-profile")
        self.log = open(self.folder / "log", "wb")  # pylint: disable=consider-using-with
        self.process = subprocess.Popen(
            [*self.tandem, "--home", self.home, "serve", "--console", "127.0.0.1:0", *serve_options],
            stdout=self.log, stderr=self.log)
        self.url = json.loads(self._when_it_answers("account", "link"))["url"].split("/#")[0]
        self.run("account", "add", "load", "--role", "viewer", "--password-file", self._password_file())
        self.token = json.loads(self.run("account", "token", "load", "--label", "load"))["token"]

    def _start_tenant(self, programs):
        os.environ["TANDEM_BIN"] = str(programs)
        sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "functional" / "cli"))
        from test_cli import Tenant  # pylint: disable=import-outside-toplevel
        return Tenant(self.folder / "tenant")

    def _when_it_answers(self, *arguments):
        end = time.monotonic() + 60
        while True:
            done = self.try_run(*arguments)
            if done.returncode == 0:
                return done.stdout
            if time.monotonic() > end or self.process.poll() is not None:
                sys.exit("the service did not start:\n" + (self.folder / "log").read_text())
            time.sleep(0.1)

    def _password_file(self):
        file = self.folder / "password"
        file.write_text("a long password for a test")
        file.chmod(0o600)
        return str(file)

    def try_run(self, *arguments):
        return subprocess.run([*self.tandem, "--home", self.home, "--json", "--yes", *arguments],
                              capture_output=True, text=True, check=False)

    def run(self, *arguments):
        done = self.try_run(*arguments)
        if done.returncode != 0:
            sys.exit(f"tandem {' '.join(arguments)}: {done.stdout}{done.stderr}")
        return done.stdout

    def resident_mb(self):
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
        return 0

    def open_files(self):
        return len(list(pathlib.Path(f"/proc/{self.process.pid}/fd").iterdir()))

    def threads(self):
        return len(list(pathlib.Path(f"/proc/{self.process.pid}/task").iterdir()))

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)
        self.tenant.stop()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)


async def _ask(reader, writer, path, token):
    writer.write(f"GET /api/v1{path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    length = next(int(line.split(":")[1]) for line in head.splitlines()
                  if line.lower().startswith("content-length"))
    await reader.readexactly(length)
    if " 200 " not in head.splitlines()[0]:
        raise RuntimeError(head)


async def _person(number, served, until, times):
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    host, port = served.url.removeprefix("https://").split(":")
    await asyncio.sleep(PERIOD * (number % 97) / 97)
    reader, writer = await asyncio.open_connection(host, int(port), ssl=context, limit=2**22)
    while time.monotonic() < until:
        began = time.monotonic()
        for path in PAGE:
            start = time.perf_counter()
            await _ask(reader, writer, path, served.token)
            times.setdefault(path, []).append(time.perf_counter() - start)
        await asyncio.sleep(max(0, PERIOD - (time.monotonic() - began)))
    writer.close()


async def crowd(served, people, seconds):
    """So many people with the console open, each over a connection of their own: seconds by route."""
    times, until = {}, time.monotonic() + seconds
    await asyncio.gather(*(_person(number, served, until, times) for number in range(people)))
    return times
