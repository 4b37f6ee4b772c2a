# SPDX-License-Identifier: Apache-2.0
"""The synchronization moves from one server to another, again and again, while people keep changing the
directory: one writer at any time, nothing lost, and the tenant is right at the end.

Use: pair_story.py BUILD_DIR ldif|samba [SWAPS]
"""
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "end_to_end"))
from directory import LdapServer, LdifFolder, parent_of  # noqa: E402
from expected import ActiveDirectoryModel  # noqa: E402
from lab import Failed, Lab, Server  # noqa: E402
from samba_story import ADDRESS, BASE, SERVER, prepare, why_not  # noqa: E402
from slapd_story import read_env  # noqa: E402
from story import Story, active_directory_person  # noqa: E402

GUARD = 3  # exit code of what a safety limit has refused
LEASE = 15  # seconds, the shortest there is: a failover is waited for in a test


class Writer(threading.Thread):
    """Somebody who changes titles, one after the other, until told to stop."""

    def __init__(self, directory, people):
        super().__init__(daemon=True)
        self.directory, self.people = directory, people
        self.stopping, self.changes, self.error = threading.Event(), 0, None

    def run(self):
        try:
            while not self.stopping.wait(0.2):
                self.change()
        except Exception as error:  # noqa: BLE001 told by stop()
            self.error = error

    def change(self):
        dn = self.people[self.changes % len(self.people)]
        self.directory.modify(dn, ("replace", "title", f"Title {self.changes}"))
        self.changes += 1

    def stop(self):
        self.stopping.set()
        self.join()
        if self.error:
            raise Failed(f"the writer stopped: {self.error}")


class Move:
    def __init__(self, lab, story, swaps):
        self.lab, self.story, self.swaps = lab, story, swaps
        self.old = lab.server
        self.new = Server(lab.program("tandem"), lab.folder / "new")
        self.settings = lab.folder / "settings.json"
        self.downtimes = []

    def shorten_lease(self, server):
        path = server.home / "server.toml"
        text = path.read_text()
        assert "[witness]\n" in text, text
        path.write_text(text.replace("[witness]\n", f"[witness]\nlease_seconds = {LEASE}\n"))

    def role(self, server):
        return server.run("status")["role"]

    def refused(self, server, *arguments):
        code, answer = server.run(*arguments, check=False)
        if code != GUARD:
            raise Failed(f"tandem {' '.join(arguments)}: exit code {code}, should be {GUARD}: {answer}")
        return answer["error"]["message"]

    def active_and_staging(self):
        roles = {self.role(self.old): self.old, self.role(self.new): self.new}
        if set(roles) != {"active", "staging"}:
            raise Failed(f"roles are {sorted(roles)}")
        return roles["active"], roles["staging"]

    # ------------------------------------------------------------------ phases

    def export_settings(self):
        self.old.run("policy", "export", str(self.settings))
        text = self.settings.read_text()
        secret = pathlib.Path(self.lab.tenant.secret_file).read_text().strip()
        assert secret not in text, "a secret is in the settings"

    def set_up(self):
        secrets = self.lab.folder / "secrets"
        names = [one["name"] for one in self.old.run("secret", "list")["secrets"]]
        values = {}
        for name in names:
            values[name] = (self.lab.folder / "password" if "password" in name else
                            pathlib.Path(self.lab.tenant.secret_file)).read_text().strip()
        secrets.write_text("".join(f"{name}={value}\n" for name, value in values.items()))
        secrets.chmod(0o600)
        answer = self.new.run("init", "--import", str(self.settings), "--secrets-file", str(secrets))
        assert answer["role"] == "staging" and not answer["secretsToSet"], answer
        forest = self.old.home / "forest"
        if forest.is_dir():  # both read the same folder of LDIF
            (self.new.home / "forest").symlink_to(forest)
        self.shorten_lease(self.new)

    def verify(self):
        before = self.lab.tenant.writes()
        self.new.cycle("initial")
        assert self.lab.tenant.writes() == before, "a server in staging has written"
        pending = self.new.run("pending")
        assert pending["total"] == len(pending["pendingExports"]), pending
        assert pending["total"] == 0, \
            f"{pending['total']} pending exports on the new server: {str(pending)[:800]}"
        code, compared = self.new.run("compare", "--with", str(self.old.home), "--refresh",
                                      check=False)
        assert code == 0 and compared["differences"] == [], f"exit code {code}: {str(compared)[:800]}"

    def both_active_is_impossible(self):
        message = self.refused(self.new, "staging", "off")
        assert "is the active server" in message, message
        self.old.cycle("delta")
        assert self.role(self.old) == "active" and self.role(self.new) == "staging"

    def swap_once(self, number):
        active, staging = self.active_and_staging()
        runs_it, other = (active, staging) if number % 2 else (staging, active)
        report = runs_it.run("swap", "--with", str(other.home))
        assert report["writesLost"] == 0, report
        self.downtimes.append(report["downtimeMs"])
        if self.role(staging) != "active" or self.role(active) != "staging":
            raise Failed(f"after swap {number}: {self.role(active)}, {self.role(staging)}")

    def swap_many(self):
        people = self.story.candidates(12)
        writer = Writer(self.story.directory, people)
        # Files that change while they are read cannot be imported, so LDIF changes in between.
        at_once = not isinstance(self.story.directory, LdifFolder)
        if at_once:
            writer.start()
        try:
            for number in range(self.swaps):
                if not at_once:
                    writer.change()
                self.swap_once(number)
        finally:
            if at_once:
                writer.stop()
        return (f": {writer.changes} changes meanwhile; without a writer for "
                f"{statistics.median(self.downtimes)} ms (median), {max(self.downtimes)} ms (longest)")

    def converged(self):
        active, staging = self.active_and_staging()
        active.cycle("delta")
        active.cycle("delta")
        self.story.matches(with_backstage=True)
        before = self.lab.tenant.writes()
        staging.cycle("delta")
        active.cycle("delta")
        assert self.lab.tenant.writes() == before, "a cycle without changes has written"

    def swap_back(self):
        active, staging = self.active_and_staging()
        staging.run("swap", "--with", str(active.home))
        report = active.run("swap", "--back")
        assert report["writesLost"] == 0, report
        assert self.role(active) == "active" and self.role(staging) == "staging"

    def two_clicks(self):
        active, staging = self.active_and_staging()
        active.run("staging", "on")
        code, answer = active.run("cycle", "delta", check=False)
        assert code == 0 and answer.get("skippedExports"), answer
        staging.run("staging", "off")
        staging.cycle("delta")
        assert self.role(staging) == "active"

    def restored_server(self):
        """A backup of the active server is played back: it writes nothing, and says why."""
        active, _ = self.active_and_staging()
        backup = self.lab.folder / "backup"
        shutil.copytree(active.home, backup, symlinks=True)
        someone = self.story.candidates(1)[0]
        self.story.directory.modify(someone, ("replace", "title", "After the backup"))
        active.cycle("delta")
        shutil.rmtree(active.home)
        shutil.copytree(backup, active.home, symlinks=True)
        self.story.directory.modify(someone, ("replace", "title", "After the restore"))
        before = self.lab.tenant.writes()
        code, answer = active.run("cycle", "delta", check=False)
        export = answer["runs"][-1]
        assert "restored from a backup" in export["message"], (code, export)
        assert self.lab.tenant.writes() == before, "a restored server has written"
        assert self.role(active) == "staging"
        assert "cycle initial" in self.refused(active, "staging", "off")
        active.cycle("initial")
        active.run("staging", "off")
        active.cycle("delta")
        self.story.matches()

    def failover(self):
        active, staging = self.active_and_staging()
        shutil.move(active.home, str(active.home) + ".off")  # its disk is gone
        self.refused(staging, "staging", "off")
        answer = staging.run("failover")
        assert answer["role"] == "active", answer
        staging.cycle("delta")
        shutil.move(str(active.home) + ".off", active.home)  # it comes back
        before = self.lab.tenant.writes()
        someone = self.story.candidates(1)[0]
        self.story.directory.modify(someone, ("replace", "title", "After the failover"))
        active.run("cycle", "delta", check=False)
        assert self.lab.tenant.writes() == before, "the server that was replaced has written"
        assert self.role(active) == "staging"
        staging.cycle("delta")
        self.story.matches()

    def decommission(self):
        active, staging = self.active_and_staging()
        self.refused(active, "decommission")
        copy = self.lab.folder / "copy"
        shutil.copytree(staging.home, copy, symlinks=True)
        staging.run("decommission")
        assert not (staging.home / "secrets.key").exists(), "the key is still there"
        message = self.refused(Server(self.old.program, copy), "failover", "--now", "--gone",
                               active.run("status")["serverId"])
        assert "decommissioned" in message, message
        active.cycle("delta")
        self.story.matches(with_backstage=True)

    def tell(self):
        step = self.story.step
        step("the settings are exported, without a secret", self.export_settings)
        step("a new server is set up from them, in staging", self.set_up)
        step("it imports and synchronizes, writes nothing, and would write nothing", self.verify)
        step("two active servers are impossible", self.both_active_is_impossible)
        step(f"{self.swaps} swaps back and forth while people change things", self.swap_many)
        step("afterwards the tenant is right (checked by Backstage's reader too)", self.converged)
        step("a swap is swapped back", self.swap_back)
        step("two clicks do it too", self.two_clicks)
        step("a server restored from a backup writes nothing until it has read everything",
             self.restored_server)
        step("a failover, and the one that was replaced comes back as staging", self.failover)
        step("the old server is decommissioned for good", self.decommission)


def ldif_directory(lab):
    lab.server.run("init", "--demo", "--people", "200", "--tenant", lab.tenant.id,
                   "--client-id", lab.tenant.client_id, "--client-secret-file", lab.tenant.secret_file,
                   "--login-url", lab.tenant.address, "--graph-url", lab.tenant.address + "/v1.0",
                   "--entra-ca-file", lab.tenant.ca_file, "--sync-profile")
    return LdifFolder(lab.server.home / "forest")


def samba_directory(lab, server):
    password = lab.folder / "password"
    password.write_text(server["ADMIN_PASSWORD"])
    lab.server.init(lab.tenant, "--ad", server["SERVER_NAME"], "--connect-address", server["ADDRESS"],
                    "--ca-file", server["CA_FILE"], "--account", server["ADMIN"],
                    "--password-file", str(password), "--partition", BASE)
    return LdapServer({
        "arguments": ["-x", "-H", f"ldaps://{server['ADDRESS']}", "-D", server["ADMIN"],
                      "-w", server["ADMIN_PASSWORD"]],
        "environment": {"LDAPTLS_CACERT": server["CA_FILE"], "LDAPTLS_REQCERT": "allow"}}, BASE)


def tell(lab, directory, swaps):
    story = Story(lab, directory, ActiveDirectoryModel)
    move = Move(lab, story, swaps)
    move.shorten_lease(lab.server)
    story.step("the old server runs", lambda: lab.server.cycle("initial") and None)
    story.step("the tenant is right", story.matches)
    move.tell()
    return story


def main():
    build, kind = sys.argv[1:3]
    swaps = int(sys.argv[3]) if len(sys.argv) > 3 else 50
    reason = why_not() if kind == "samba" else None
    if reason:
        print(f"skipped: {reason}\n0 passed, 0 failed, 1 skipped")
        return
    with Lab(build, f"pair-{kind}") as lab:
        if kind == "ldif":
            story = tell(lab, ldif_directory(lab), min(swaps, 10))
        else:
            folder = lab.folder / "samba"
            try:
                prepare(lab, folder, os.environ.get("PAIR_PEOPLE", "1000"))
                story = tell(lab, samba_directory(lab, read_env(folder)), swaps)
            finally:
                subprocess.run([SERVER, "stop", folder], check=False,
                               env={**os.environ, "DC_ADDRESS": ADDRESS})
    print(f"{story.passed} passed, {story.failed} failed, 0 skipped")
    sys.exit(story.failed > 0)


if __name__ == "__main__":
    main()
