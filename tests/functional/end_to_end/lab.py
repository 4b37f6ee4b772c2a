# SPDX-License-Identifier: Apache-2.0
"""A tenant and a server for end-to-end tests: real programs, on loopback, in a temporary folder."""
import json
import os
import pathlib
import shutil
import signal
import ssl
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

PROJECT = pathlib.Path(__file__).resolve().parents[3]


class Failed(Exception):
    """Something that the test asked for did not happen."""


class Tenant:
    """tandem-tenant, with its counters of writes: what Graph could not tell."""

    def __init__(self, program, folder, extra=()):
        self.program, self.folder, self.extra = program, pathlib.Path(folder), list(extra)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.process = None
        self.token = None
        self.listen = "127.0.0.1:0"

    def start(self):
        announcement = self.folder / "announcement"
        with open(announcement, "wb") as out, open(self.folder / "errors", "ab") as errors:
            self.process = subprocess.Popen(
                [self.program, "--data", self.folder, "--listen", self.listen, "--throttling", "off",
                 "--initial-domain", "lab.onmicrosoft.com", "--domain", "corp.example.com",
                 "--profile", "sync", *self.extra], stdout=out, stderr=errors)
        for _ in range(400):
            text = announcement.read_text()
            if "admin token file: " in text:
                break
            if self.process.poll() is not None:
                raise Failed("the tenant did not start: " + (self.folder / "errors").read_text())
            time.sleep(0.05)
        said = dict(line.split(": ", 1) for line in text.splitlines())
        self.address, self.ca_file = said["address"].rstrip("/"), said["ca file"]
        self.id, self.client_id = said["tenant id"], said["client id"]
        self.secret_file = said["secret file"]
        self.admin_token = pathlib.Path(said["admin token file"]).read_text().strip()
        # The server's policy names the address, so the tenant has to come back on the same port.
        self.listen = "127.0.0.1:" + self.address.rsplit(":", 1)[1]
        self.context = ssl.create_default_context(cafile=self.ca_file)
        return self

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(30)

    def _call(self, method, url, token, body=None, content_type="application/json"):
        request = urllib.request.Request(url, method=method, data=body)
        if token:
            request.add_header("Authorization", "Bearer " + token)
        if body is not None:
            request.add_header("Content-Type", content_type)
        try:
            with urllib.request.urlopen(request, context=self.context, timeout=120) as answer:
                text = answer.read()
        except urllib.error.HTTPError as error:
            raise Failed(f"{method} {url}: {error.code} {error.read().decode()[:500]}") from error
        return json.loads(text) if text else None

    def admin(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        return self._call(method, f"{self.address}/tandem/{path}", self.admin_token, data)

    def writes(self):
        """{kind of write: how many} since the tenant was started. The record of who may write, one for
        each export, is none of the directory's."""
        return {name: count for name, count in self.admin("GET", "counters")["writes"].items()
                if not name.startswith("extensions.")}

    def graph(self, path):
        """All pages of a collection, or one object."""
        if self.token is None:
            form = urllib.parse.urlencode({
                "grant_type": "client_credentials", "client_id": self.client_id,
                "client_secret": pathlib.Path(self.secret_file).read_text().strip(),
                "scope": "https://graph.microsoft.com/.default"}).encode()
            self.token = self._call("POST", f"{self.address}/{self.id}/oauth2/v2.0/token", None, form,
                                    "application/x-www-form-urlencoded")["access_token"]
        url, found = f"{self.address}/v1.0/{path}", []
        while url:
            answer = self._call("GET", url, self.token)
            if "value" not in answer:
                return answer
            found += answer["value"]
            url = answer.get("@odata.nextLink")
        return found


class Server:
    """A home folder and the command line that works on it."""

    def __init__(self, program, home):
        self.program, self.home = program, pathlib.Path(home)

    def run(self, *arguments, check=True, env=None):
        """The JSON that a command prints; (exit code, JSON) when check is False."""
        done = subprocess.run([self.program, "--home", self.home, "--json", "--yes", *arguments],
                              capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False,
                              env={**os.environ, **(env or {})}, timeout=1200)
        try:
            answer = json.loads(done.stdout) if done.stdout.strip() else {}
        except json.JSONDecodeError as error:
            raise Failed(f"tandem {' '.join(arguments)} printed no JSON: {done.stdout[:500]}"
                         f"{done.stderr[:500]}") from error
        if not check:
            return done.returncode, answer
        if done.returncode != 0:
            raise Failed(f"tandem {' '.join(arguments)}: exit code {done.returncode}\n"
                         f"{done.stdout[-3000:]}\n{done.stderr[-1000:]}")
        return answer

    def cycle(self, kind="delta"):
        answer = self.run("cycle", kind)
        for run in answer["runs"]:
            if run["result"] not in ("success", "completed-no-objects"):
                detail = self.run("runs", str(run["run"]))
                raise Failed(f"{run['connector']}: {run['profile']}: {run['result']}: "
                             f"{run['message']}\n{json.dumps(detail)[:3000]}")
        return answer

    def init(self, tenant, *source):
        return self.run("init", *source, "--active", "--tenant", tenant.id,
                        "--client-id", tenant.client_id, "--client-secret-file", tenant.secret_file,
                        "--login-url", tenant.address, "--graph-url", tenant.address + "/v1.0",
                        "--entra-ca-file", tenant.ca_file, "--sync-profile")

    def edit_policy(self, change):
        path = self.home / "policy.json"
        policy = json.loads(path.read_text())
        change(policy)
        path.write_text(json.dumps(policy, indent=2))
        self.run("policy", "check")


class Lab:
    """Folder, tenant and server together; gone at the end, unless LAB_KEEP is set."""

    def __init__(self, build, name):
        self.build = pathlib.Path(build).resolve()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=f"tandem-{name}-"))
        self.tenant = Tenant(self.program("tandem-tenant"), self.folder / "tenant")
        self.server = Server(self.program("tandem"), self.folder / "server")

    def program(self, name):
        path = self.build / "src/bin" / name
        if not path.exists():
            raise Failed(f"{path} is not there; build the target {name} first")
        return path

    def __enter__(self):
        self.tenant.start()
        return self

    def __exit__(self, *_):
        self.tenant.stop()
        if os.environ.get("LAB_KEEP"):
            print(f"kept: {self.folder}")
        else:
            shutil.rmtree(self.folder, ignore_errors=True)

    def backstage(self):
        """The tenant as Backstage's reader for Graph sees it, which nobody here wrote."""
        script = pathlib.Path(__file__).with_name("backstage_read.cjs")
        done = subprocess.run(
            ["node", script, self.tenant.address, self.tenant.id, self.tenant.client_id,
             self.tenant.secret_file], capture_output=True, text=True, check=False, timeout=600,
            env={**os.environ, "NODE_EXTRA_CA_CERTS": self.tenant.ca_file})
        if done.returncode != 0:
            raise Failed("Backstage's reader failed: " + done.stderr[-2000:])
        return json.loads(done.stdout)
