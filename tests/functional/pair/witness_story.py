# SPDX-License-Identifier: Apache-2.0
"""A permanent pair with etcd as its witness: three real members, two real servers. Servers are killed and
paused, members of etcd are stopped, and the standby takes over by itself, in time.

Use: witness_story.py BUILD_DIR
"""
import json
import os
import pathlib
import signal
import subprocess
import sys
import time
from urllib.parse import quote

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "end_to_end"))
from directory import LdifFolder, key  # noqa: E402
from expected import ActiveDirectoryModel  # noqa: E402
from lab import PROJECT, Failed, Lab, Server  # noqa: E402
from story import Story  # noqa: E402

LEASE = 10  # seconds, as in the settings when nothing is said
CLUSTER = PROJECT / "tests/functional/servers/etcd_cluster.sh"


class Etcd:
    """Three members, TLS with client certificates, a user with a password."""

    def __init__(self, folder):
        self.folder = folder
        self._do("start")
        self.facts = dict(line.split("=", 1) for line in (folder / "env").read_text().splitlines())

    def _do(self, *arguments):
        command, *rest = arguments
        subprocess.run([CLUSTER, command, self.folder, *rest], check=True, timeout=120,
                       env={**os.environ, "SECURE": "1"})

    def stop(self):
        self._do("stop")

    def kill(self, member):
        self._do("kill", str(member))

    def restart(self, member):
        self._do("restart", str(member))

    def settings(self):
        endpoints = ", ".join(f'"{one}"' for one in self.facts["ENDPOINTS"].split(","))
        return (f'[witness]\nkind = "etcd"\nendpoints = [{endpoints}]\n'
                f'ca_file = "{self.facts["CA_FILE"]}"\n'
                f'certificate_file = "{self.facts["CERTIFICATE_FILE"]}"\n'
                f'key_file = "{self.facts["KEY_FILE"]}"\n'
                f'user = "tandem"\npassword_secret = "etcd"\n'
                f'failover = "automatic"\n')


class Daemon:
    """A 'tandem serve' of a home, as its own process."""

    def __init__(self, server):
        self.server = server
        self.log = server.home.parent / f"{server.home.name}.log"
        self.process = None

    def start(self):
        announced = self.server.home.parent / f"{self.server.home.name}.announced"
        with open(announced, "wb") as out, open(self.log, "ab") as errors:
            self.process = subprocess.Popen(
                [self.server.program, "--home", self.server.home, "--json", "serve",
                 "--console", "off"],
                stdout=out, stderr=errors, stdin=subprocess.DEVNULL)
        wait_for("the server to start", 30, lambda: b"}" in announced.read_bytes())

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        self.process.kill()
        self.process.wait(30)

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.terminate()
            self.process.wait(60)


def wait_for(what, seconds, asked):
    """What asked() answers, as soon as that is something; fails after so many seconds."""
    until = time.monotonic() + seconds
    while True:
        answer = asked()
        if answer:
            return answer
        if time.monotonic() > until:
            raise Failed(f"waited {seconds} s in vain for {what}")
        time.sleep(0.1)


class Pair:
    def __init__(self, lab, etcd):
        self.lab, self.etcd = lab, etcd
        self.one, self.two = lab.server, Server(lab.program("tandem"), lab.folder / "two")
        self.daemons = {self.one: Daemon(self.one), self.two: Daemon(self.two)}
        self.titles = 0
        self.story = None

    # ------------------------------------------------------------------ what is seen

    def status(self, server):
        return server.run("status")

    def role(self, server):
        return self.status(server)["role"]

    def active_and_staging(self):
        roles = {self.role(self.one): self.one, self.role(self.two): self.two}
        if set(roles) != {"active", "staging"}:
            raise Failed(f"roles are {sorted(roles)}")
        return roles["active"], roles["staging"]

    def title_in_tenant(self, anchor):
        found = self.lab.tenant.graph(
            f"users?$select=jobTitle&$filter=onPremisesImmutableId%20eq%20'{quote(anchor)}'")
        return found[0]["jobTitle"]

    def change(self):
        """Somebody gets a title; tells how it is seen whether the tenant has it."""
        dn = self.story.candidates(1)[0]
        self.titles += 1
        title = f"Title {self.titles}"
        self.story.directory.modify(dn, ("replace", "title", title))
        anchor = self.story.model().names[key(dn)]
        return lambda: self.title_in_tenant(anchor) == title

    def updates(self):
        return self.lab.tenant.writes().get("users.update", 0)

    def cycle(self, server):
        """A cycle by hand, beside the server that runs; what its export ended with."""
        def tried():
            code, answer = server.run("cycle", "delta", check=False)
            busy = "error" in answer and "held by" in json.dumps(answer)
            return None if busy else (code, answer)
        return wait_for("the home to be free", 60, tried)

    # ------------------------------------------------------------------ phases

    def use_etcd(self, server):
        path = server.home / "server.toml"
        head, found, _ = path.read_text().partition("[witness]\n")
        assert found, head
        path.write_text(head + self.etcd.settings())
        password = self.lab.folder / "etcd-password"
        password.write_text("tandem-password")
        server.run("secret", "set", "etcd", "--file", str(password))

    def set_up(self):
        self.use_etcd(self.one)
        self.one.cycle("initial")
        settings, secrets = self.lab.folder / "settings.json", self.lab.folder / "secrets"
        self.one.run("policy", "export", str(settings))
        names = [one["name"] for one in self.one.run("secret", "list")["secrets"] if one["name"] != "etcd"]
        value = pathlib.Path(self.lab.tenant.secret_file).read_text().strip()
        secrets.write_text("".join(f"{name}={value}\n" for name in names))
        secrets.chmod(0o600)
        self.two.run("init", "--import", str(settings), "--secrets-file", str(secrets))
        (self.two.home / "forest").symlink_to(self.one.home / "forest")
        self.use_etcd(self.two)
        self.two.cycle("initial")
        self.story.matches()

    def serve(self):
        for daemon in self.daemons.values():
            daemon.start()
        time.sleep(LEASE)  # both have run their first cycle, and the holder has a lease
        self.active_and_staging()

    def measure(self, has_arrived, since):
        wait_for("the change in the tenant", 4 * LEASE, has_arrived)
        seconds = time.monotonic() - since
        if seconds > 2 * LEASE:
            raise Failed(f"it took {seconds:.1f} s, more than two leases of {LEASE} s")
        return f": {seconds:.1f} s after it, {seconds / LEASE:.2f} of a lease of {LEASE} s"

    def kill(self):
        active, staging = self.active_and_staging()
        before = self.updates()
        has_arrived = self.change()
        self.daemons[active].kill()
        note = self.measure(has_arrived, time.monotonic())
        assert self.role(staging) == "active"
        assert self.updates() == before + 1, f"{self.updates() - before} writes"
        return note

    def comes_back(self, server):
        before = self.updates()
        other = self.two if server is self.one else self.one
        wait_for("the role to change", 2 * LEASE, lambda: self.role(server) == "staging")
        status = self.status(server)
        assert str(other.home) in status["reason"] and "active server now" in status["reason"], status
        wait_for("the active one to be named", LEASE,
                 lambda: (self.status(server)["activeServer"] or {}).get("name", "").endswith(
                     str(other.home)))
        time.sleep(2 * LEASE)
        assert self.updates() == before, "something was written"
        assert self.active_and_staging() == (other, server)

    def killed_one_returns(self):
        down = next(one for one in self.daemons if self.daemons[one].process.poll() is not None)
        self.daemons[down].start()
        self.comes_back(down)

    def pause(self):
        active, staging = self.active_and_staging()
        before = self.updates()
        has_arrived = self.change()
        self.daemons[active].signal(signal.SIGSTOP)
        try:
            note = self.measure(has_arrived, time.monotonic())
            time.sleep(LEASE)
        finally:
            self.daemons[active].signal(signal.SIGCONT)
        self.comes_back(active)
        assert self.updates() == before + 1, f"{self.updates() - before} writes"
        assert self.role(staging) == "active"
        return note

    def one_member_less(self):
        active, staging = self.active_and_staging()
        self.etcd.kill(1)
        time.sleep(2 * LEASE)
        assert self.active_and_staging() == (active, staging)
        has_arrived = self.change()
        self.cycle(active)
        assert has_arrived()

    def no_quorum(self):
        active, staging = self.active_and_staging()
        self.etcd.kill(2)
        time.sleep(2 * LEASE)
        before = self.updates()
        has_arrived = self.change()
        self.cycle(active)
        assert self.updates() == before and not has_arrived(), "it has written without its witness"
        problems = "\n".join(self.status(active)["problems"])
        assert "etcd" in problems, problems
        assert self.active_and_staging() == (active, staging)
        # Without a command: the members come back, and the next cycle of the scheduler writes.
        for server, daemon in self.daemons.items():
            daemon.stop()
            self.set_interval(server, "00:00:05")
            daemon.start()
        time.sleep(LEASE)
        assert not has_arrived(), "it has written without its witness"
        for member in (1, 2):
            self.etcd.restart(member)
        wait_for("the change in the tenant", 6 * LEASE, has_arrived)
        wait_for("an end of the problem", 3 * LEASE, lambda: not self.status(active)["problems"])
        assert self.active_and_staging() == (active, staging)

    def set_interval(self, server, interval):
        server.edit_policy(lambda policy: policy.setdefault("scheduler", {}).update(
            cycleInterval=interval))

    def drift(self):
        active, staging = self.active_and_staging()

        def both_say(differs):
            def say():
                statuses = [self.status(active), self.status(staging)]
                told = [any("policy differs" in one for one in status["problems"]) for status in statuses]
                assert told == [status["policyDiffers"] for status in statuses], statuses
                return told == [differs, differs]
            wait_for(f"both to say that policies differ: {differs}", 6 * LEASE, say)
        both_say(False)
        self.set_interval(active, "00:00:06")
        both_say(True)
        self.set_interval(staging, "00:00:06")
        both_say(False)

    def swap_back(self):
        active, staging = self.active_and_staging()
        report = staging.run("swap", "--with", str(active.home))
        assert report["writesLost"] == 0, report
        time.sleep(2 * LEASE)
        assert self.active_and_staging() == (staging, active)

    def tell(self):
        step = self.story.step
        step("a pair is set up, with etcd as its witness", self.set_up)
        step("both servers run", self.serve)
        step("the active server is killed with a change waiting: the standby exports it", self.kill)
        step("the killed one returns: in staging, writes nothing, says why", self.killed_one_returns)
        step("the active server stands still for longer than its lease, and goes on", self.pause)
        step("one member of etcd less changes nothing", self.one_member_less)
        step("two less: nobody writes, and it heals by itself", self.no_quorum)
        step("a policy that drifts away is told on both servers", self.drift)
        step("a swap back", self.swap_back)
        step("the active server is killed again", self.kill)
        step("and returns again", self.killed_one_returns)
        step("at the end the tenant is right", self.story.matches)


def main():
    with Lab(sys.argv[1], "witness") as lab:
        etcd = Etcd(lab.folder / "etcd")
        pair = Pair(lab, etcd)
        try:
            lab.server.init(lab.tenant, "--demo", "--people", "300")
            directory = LdifFolder(lab.server.home / "forest")
            pair.story = Story(lab, directory, ActiveDirectoryModel)
            pair.tell()
        finally:
            for daemon in pair.daemons.values():
                daemon.stop()
            etcd.stop()
            if os.environ.get("LAB_KEEP") or pair.story is None or pair.story.failed:
                for daemon in pair.daemons.values():
                    if daemon.log.exists():
                        print(f"--- {daemon.log}\n{daemon.log.read_text()[-6000:]}")
    print(f"{pair.story.passed} passed, {pair.story.failed} failed, 0 skipped")
    sys.exit(pair.story.failed > 0)


if __name__ == "__main__":
    main()
