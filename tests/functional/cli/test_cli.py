# SPDX-License-Identifier: Apache-2.0
"""Every command of tandem as an administrator types it: exit codes, texts, JSON, files.

One tenant and one server with an invented organisation serve all tests of a class; each test leaves
them as it found them, or says so in its name's order.
"""
import fcntl
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
import unittest
import urllib.request

BIN = pathlib.Path(os.environ["TANDEM_BIN"])
PEOPLE = 120


class Tenant:
    """A tandem-tenant of its own on a free port."""

    def __init__(self, folder):
        self.folder = folder
        port_file = folder / "port"
        self.announcement = folder / "announcement"
        with open(self.announcement, "w", encoding="utf-8") as out:
            self.process = subprocess.Popen(
                [BIN / "tandem-tenant", "--data", folder, "--listen", "127.0.0.1:0",
                 "--port-file", port_file, "--throttling", "off", "--profile", "sync",
                 "--initial-domain", "lab.onmicrosoft.com", "--domain", "corp.example.com"],
                stdout=out, stderr=subprocess.STDOUT)
        for _ in range(200):
            if "admin token file" in self.announcement.read_text() and port_file.exists():
                break
            time.sleep(0.05)
        self.url = f"https://127.0.0.1:{port_file.read_text().strip()}"

    def told(self, what):
        for line in self.announcement.read_text().splitlines():
            if line.startswith(what + ": "):
                return line.split(": ", 1)[1]
        raise AssertionError(f"the tenant did not say its {what}")

    def admin(self, method, path, body=None):
        """What the tenant's own interface answers: its counters, and faults on request."""
        token = pathlib.Path(self.told("admin token file")).read_text().strip()
        request = urllib.request.Request(
            f"{self.url}/tandem/{path}", method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": "Bearer " + token, "Content-Type": "application/json"})
        context = ssl.create_default_context(cafile=self.folder / "ca.pem")
        with urllib.request.urlopen(request, context=context, timeout=60) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def writes(self):
        """Without the record of who may write, one for each export."""
        counts = self.admin("GET", "counters")["writes"]
        return {name: n for name, n in counts.items() if not name.startswith("extensions.")}

    def stop(self):
        self.process.terminate()
        self.process.wait(20)


class CliTest(unittest.TestCase):
    """Runs commands in a folder of its own."""

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="tandem-cli-"))
        cls.home = cls.folder / "home"

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder, ignore_errors=True)

    @classmethod
    def command(cls, *arguments, home=None, **environment):
        variables = {**os.environ, "TANDEM_HOME": str(home or cls.home), "COLUMNS": "80"}
        variables.update(environment)
        return [str(BIN / "tandem"), *map(str, arguments)], variables

    @classmethod
    def tandem(cls, *arguments, code=0, typed="", home=None, **environment):
        command, variables = cls.command(*arguments, home=home, **environment)
        result = subprocess.run(command, env=variables, input=typed, text=True, timeout=120,
                                capture_output=True, check=False)
        if result.returncode != code:
            raise AssertionError(f"{arguments}: exit code {result.returncode}, not {code}\n"
                                 f"{result.stdout}{result.stderr}")
        cls.error = result.stderr
        return result.stdout

    @classmethod
    def tandem_json(cls, *arguments, **options):
        return json.loads(cls.tandem(*arguments, "--json", **options))

    @classmethod
    def settle(cls):
        """Two cycles: the second confirms what the first has written."""
        cls.tandem("cycle", "delta")
        cls.tandem("cycle", "delta")


class WithTenant(CliTest):
    """A server with an invented organisation, after its initial cycle."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.folder / "tenant").mkdir()
        cls.tenant = Tenant(cls.folder / "tenant")
        cls.init(cls.home)
        cls.first = cls.tandem_json("cycle", "initial")

    @classmethod
    def tearDownClass(cls):
        cls.tenant.stop()
        super().tearDownClass()

    @classmethod
    def init(cls, home, *more):
        tenant = cls.tenant
        cls.tandem("init", "--demo", "--people", PEOPLE, "--tenant", "lab.onmicrosoft.com",
                   "--client-id", tenant.told("client id"), "--client-secret-file",
                   tenant.told("secret file"), "--login-url", tenant.url, "--graph-url",
                   tenant.url + "/v1.0", "--entra-ca-file", tenant.folder / "ca.pem",
                   "--sync-profile", *more, home=home)

    def hire(self, name):
        person = self.tandem_json("demo", "hire", name)
        return person["dn"], person["userPrincipalName"]


class TheMainJob(WithTenant):
    def counters(self, cycle, connector, profile):
        for run in cycle["runs"]:
            if (run["connector"], run["profile"]) == (connector, profile):
                return run["counters"]
        raise AssertionError(f"no {profile} of {connector} in {cycle}")

    def test_initial_cycle_exports_everyone(self):
        self.assertEqual("success", self.first["result"])
        status = self.tandem_json("status")
        self.assertEqual("active", status["role"])
        exported = self.counters(self.first, "entra", "Export")["export-add"]
        self.assertGreater(exported, PEOPLE)
        self.assertEqual(status["metaverseObjects"], exported + self.hired_since())

    def hired_since(self):
        demo = json.loads((self.home / "state" / "demo.json").read_text())
        return demo["hired"]

    def test_a_new_person_is_one_add(self):
        self.settle()
        self.hire("Grace Hopper")
        cycle = self.tandem_json("cycle", "delta")
        self.assertEqual(1, self.counters(cycle, "corp.example.com", "Delta Import")["stage-add"])
        self.assertEqual(1, self.counters(cycle, "entra", "Export")["export-add"])
        self.settle()
        cycle = self.tandem_json("cycle", "delta")
        self.assertEqual({}, self.counters(cycle, "entra", "Export"))

    def test_pending_shows_old_and_new(self):
        self.settle()
        dn, _ = self.hire("Barbara Liskov")
        self.settle()
        self.tandem("demo", "set", dn, "title", "Institute Professor")
        self.tandem("run", "corp.example.com", "Delta Import")
        self.tandem("run", "corp", "delta-sync")
        pending = self.tandem_json("pending")
        self.assertEqual(1, pending["total"])
        change = next(c for c in pending["pendingExports"][0]["changes"]
                      if c["attribute"] in ("title", "jobTitle"))
        self.assertEqual("Institute Professor", change["after"])
        self.assertNotEqual("", change["before"])
        self.assertIn("→ Institute Professor", self.tandem("pending", "entra", "--details"))
        self.assertIn("Nothing is pending", self.tandem("pending", "entra", "--deletes"))
        plan = self.tandem_json("run", "entra", "export", "--dry-run")
        self.assertEqual(1, plan["runs"][0]["plan"]["writes"])
        self.assertEqual(1, self.tandem_json("pending")["total"])
        self.assertIn("Updates = 1", self.tandem("run", "entra", "export"))
        self.settle()

    def test_search_show_and_why(self):
        dn, upn = self.hire("Frances Allen")
        self.settle()
        found = self.tandem_json("search", "frances allen", "--connector", "corp.example.com")
        self.assertEqual([dn], [entry["dn"] for entry in found["objects"]])
        self.assertIn("mv#", self.tandem("search", "Frances", "--metaverse"))
        shown = self.tandem_json("show", upn, "--connector", "corp.example.com")
        self.assertEqual(dn, shown["DistinguishedName"])
        self.assertEqual(upn, shown["Attributes"]["userPrincipalName"])
        joined = self.tandem_json("show", "--metaverse", dn)
        self.assertEqual(2, len(joined["Lineage"]))
        self.assertIn("is where the rules want it", self.tandem("why", dn))
        steps = self.tandem_json("why", dn)["steps"]
        self.assertTrue(all(step["ok"] for step in steps), steps)
        self.assertIn("In from AD - User Common", self.tandem("why", dn, "department"))
        self.assertIn("has been imported", self.tandem("why", "nobody@x", code=1) + self.error)

    def test_why_names_the_rule_that_keeps_an_object_out(self):
        dn, _ = self.hire("Kathleen Booth")
        self.tandem("demo", "set", dn, "adminDescription", "User_excluded")
        self.tandem("cycle", "delta")
        answer = self.tandem_json("why", dn)
        held = [step for step in answer["steps"] if not step["ok"]]
        self.assertTrue(held, answer)
        self.assertIn("adminDescription", json.dumps(answer))

    def test_runs_list_and_detail(self):
        runs = self.tandem_json("runs", "--connector", "entra", "--limit", "2")["runs"]
        self.assertEqual(2, len(runs))
        first = self.tandem_json("runs", "1")["runs"][0]
        self.assertEqual("Full Import", first["profile"])
        self.assertIn({"counter": "stage-add", "section": "Staging", "label": "Adds",
                       "number": first["steps"][0]["counters"]["stage-add"]},
                      first["steps"][0]["statistics"])
        self.assertIn("there is no run 99999", self.tandem("runs", "99999", code=1) + self.error)

    def test_tables_fit_80_columns(self):
        for command in (["status"], ["runs"], ["search", "a"], ["rule", "list"],
                        ["connector", "list"], ["secret", "list"], ["scheduler", "show"]):
            for line in self.tandem(*command).splitlines():
                self.assertLessEqual(len(line), 80, (command, line))

    def test_cmdlets(self):
        listed = self.tandem("Get-ADSyncRunProfileResult", "-NumberRequested", "1")
        self.assertIn("RunProfileName", listed)
        statistics = self.tandem("get-adsyncconnectorstatistics", "-ConnectorName", "entra")
        self.assertIn("TotalConnectors", statistics)
        self.assertIn("Identifier", self.tandem("Get-ADSyncConnector", "-Name", "entra"))
        self.assertIn("LinkType", self.tandem("Get-ADSyncRule"))
        self.assertIn("StagingModeEnabled                  : False",
                      self.tandem("Get-ADSyncScheduler"))
        self.tandem("Invoke-ADSyncRunProfile", "-ConnectorName", "corp.example.com",
                    "-RunProfileName", "Delta Import")
        self.assertIn("ObjectId", self.tandem("Get-ADSyncMVObject", "-Identifier", "1", "--json"))
        self.assertIn("DistinguishedName", self.tandem("Get-ADSyncCSObject", "-Identifier", "1"))

    def test_scheduler_next_initial_is_kept_until_done(self):
        self.tandem("scheduler", "set", "--next", "initial")
        self.assertEqual("Initial",
                         self.tandem_json("scheduler", "show")["NextSyncCyclePolicyType"])
        profiles = {run["profile"] for run in self.tandem_json("cycle")["runs"]}
        self.assertIn("Full Import", profiles)
        self.assertEqual("Delta", self.tandem_json("scheduler", "show")["NextSyncCyclePolicyType"])

    def test_connector_commands(self):
        answer = self.tandem_json("connector", "test", "entra")
        self.assertTrue(answer["ok"], answer)
        self.assertIn("there is no connector \"nowhere\"",
                      self.tandem("connector", "statistics", "nowhere", code=1) + self.error)

    def test_containers_are_shown_and_chosen(self):
        top = self.tandem_json("connector", "containers", "corp.example.com")["containers"][0]
        self.assertTrue(top["included"])
        below = self.tandem_json("connector", "containers", "corp.example.com", "--parent", top["dn"])
        people = max(below["containers"], key=lambda one: one["objects"])
        self.tandem("connector", "select", "corp.example.com", "--exclude", people["dn"], "--yes")
        text = self.tandem("connector", "containers", "corp.example.com", "--parent", top["dn"])
        self.assertRegex(text, rf"no .*{people['name']}")
        self.tandem("connector", "select", "corp.example.com", "--exclude", "DC=else", "--yes", code=1)
        self.tandem("connector", "select", "corp.example.com", "--yes")

    def test_a_former_policy_comes_back(self):
        self.tandem("threshold", "enable", "--count", "321")
        self.tandem("threshold", "enable", "--count", "500")
        versions = self.tandem_json("policy", "history")["versions"]
        self.assertEqual("threshold enable", versions[0]["summary"])
        then = self.tandem_json("policy", "history", versions[1]["n"])
        self.assertEqual(321, then["policy"]["thresholds"]["deletions"]["count"])
        self.tandem("policy", "restore", versions[1]["n"], "--yes")
        self.assertEqual(321, self.tandem_json("threshold", "show")["ThresholdCount"])
        self.tandem("policy", "restore", versions[0]["n"], "--yes")
        self.assertIn("there is no version 999", self.tandem("policy", "restore", "999", "--yes", code=1)
                      + self.error)

    def test_a_link_needs_a_service(self):
        self.tandem("account", "link", code=1)
        self.assertIn("no service answers", self.error)

    def test_zz_deletions_beyond_the_threshold_stop_the_export(self):
        self.settle()
        dn, _ = self.hire("Mary Keller")
        self.settle()
        self.tandem("threshold", "enable", "--count", "0")
        self.tandem("demo", "remove", dn)
        self.tandem("cycle", "delta", code=3)
        last = self.tandem_json("runs", "--connector", "entra", "--limit", "1")["runs"][0]
        self.assertEqual("stopped-deletion-threshold-exceeded", last["result"])
        self.assertIn("Delete", self.tandem("pending", "--deletes"))
        self.tandem("run", "entra", "export", "--allow-deletions", "--yes")
        self.assertIn("Nothing is pending", self.tandem("pending", "--deletes"))
        self.tandem("threshold", "enable", "--count", "500")

    def test_zz_history_can_be_purged(self):
        self.assertGreater(self.tandem_json("history", "purge", "--older-than", "00:00:00")
                           ["purgedRuns"], -1)
        self.tandem("history", "purge", "--older-than", "soon", code=2)


class TwoAtATime(WithTenant):
    def test_a_second_cycle_is_refused_and_names_the_first(self):
        lock = self.home / "lock"
        holder = subprocess.Popen(
            [sys.executable, "-c",
             "import fcntl, os, sys, time\n"
             "file = open(sys.argv[1], 'r+')\n"
             "fcntl.flock(file, fcntl.LOCK_EX)\n"
             "file.truncate(0); file.write(str(os.getpid())); file.flush()\n"
             "print('held', flush=True); time.sleep(60)", str(lock)],
            stdout=subprocess.PIPE, text=True)
        try:
            holder.stdout.readline()
            self.tandem("cycle", "delta", code=1)
            self.assertIn(f"is held by process {holder.pid} (", self.error)
            self.tandem("status")  # looking is possible
            self.assertTrue(self.tandem_json("scheduler", "show")["SyncCycleInProgress"])
            self.tandem("threshold", "show")
        finally:
            holder.kill()
            holder.wait()
            holder.stdout.close()
        self.tandem("cycle", "delta")

    def test_ctrl_c_ends_where_everything_is_consistent(self):
        command, variables = self.command("cycle", "initial")
        with subprocess.Popen(command, env=variables, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True) as process:
            time.sleep(0.25)
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)
        for run in self.tandem_json("runs")["runs"]:
            self.assertNotEqual("in-progress", run["result"])
        self.assertEqual("success", self.tandem_json("cycle", "initial")["result"])


class InStaging(WithTenant):
    def test_a_staging_server_exports_nothing_and_says_so(self):
        staging = self.folder / "staging"
        self.init(staging, "--staging")
        text = self.tandem("cycle", "initial", home=staging)
        self.assertIn("No exports", text)
        self.assertNotIn("entra: Export", text)
        self.tandem("run", "entra", "export", home=staging, code=3)


class ThePair(WithTenant):
    """Who may write: what each move says, and what none of them allows."""

    def setUp(self):
        self.other = self.folder / "other"
        if not self.other.exists():
            self.tandem("cycle", "initial")
            settings, secrets = self.folder / "pair.json", self.folder / "pair.secrets"
            self.tandem("policy", "export", settings, "--yes")
            secrets.write_text("entra.client-secret=" + pathlib.Path(
                self.tenant.told("secret file")).read_text().strip() + "\n")
            secrets.chmod(0o600)
            self.tandem("init", "--import", settings, "--secrets-file", secrets,
                        "--ldif", self.home / "forest", home=self.other)
            self.tandem("cycle", "initial", home=self.other)

    def refused(self, *arguments, home=None, code=3):
        result = self.tandem_json(*arguments, home=home, code=code)
        return result["error"]["message"]

    def test_a_second_active_server_is_refused_at_every_door(self):
        third = self.folder / "third"
        with self.assertRaisesRegex(AssertionError, "is the active server of this tenant"):
            self.init(third)
        self.assertFalse(third.exists())
        self.assertIn("is the active server", self.refused("staging", "off", "--yes", home=self.other))
        self.assertIn("only the active server exports",
                      self.tandem("run", "entra", "export", home=self.other, code=3))

    def test_a_server_without_import_beside_a_writer_is_told(self):
        third = self.folder / "unimported"
        self.init(third, "--staging")
        self.assertIn("You may have meant --import", self.error)

    def test_swap_and_back(self):
        text = self.tandem("swap", "--with", self.other, "--yes")
        self.assertRegex(text, r"Writes lost +: 0")
        self.assertRegex(text, r"Downtime +: .* in which nobody could write")
        self.assertTrue(all(len(line) <= 80 or str(self.folder) in line for line in text.splitlines()), text)
        back = self.tandem_json("swap", "--back", "--yes")
        self.assertEqual(0, back["writesLost"])
        self.assertEqual("active", self.tandem_json("status")["role"])

    def test_swaps_that_cannot_be(self):
        self.assertIn("the same server", self.refused("swap", "--with", self.home, "--yes"))
        self.refused("swap", "--with", self.folder / "nowhere", "--yes", code=1)

    def test_two_clicks(self):
        self.assertIn("staging off", self.tandem("staging", "on", "--yes"))
        self.assertIn("nothing has changed", self.tandem("staging", "on", "--yes"))
        self.assertIn("is active", self.tandem("staging", "off", "--yes"))

    def test_failover_at_once_needs_the_name_of_the_server_that_is_off(self):
        message = self.refused("failover", "--now", "--yes", home=self.other, code=1)
        self.assertIn("say --gone with exactly that name", message)
        self.assertIn("already", self.tandem("failover", "--yes"))

    def test_zz_decommission(self):
        self.assertIn("only one in staging", self.refused("decommission", "--yes"))
        self.assertIn("Its secrets are destroyed", self.tandem("decommission", "--yes", home=self.other))
        self.refused("staging", "off", "--yes", home=self.other, code=1)


class SecondServer(WithTenant):
    """Settings from one server to another, and whether the other would work."""

    def setUp(self):
        self.settings = self.folder / "settings.json"
        self.tandem("policy", "export", self.settings, "--yes")
        self.secret = pathlib.Path(self.tenant.told("secret file")).read_text().strip()
        self.secrets = self.folder / "secrets"
        self.secrets.write_text(f"entra.client-secret={self.secret}\n")
        self.secrets.chmod(0o600)

    def second(self, name, *more, **options):
        home = self.folder / name
        made = self.tandem_json("init", "--import", self.settings, "--ldif",
                                self.home / "forest", *more, home=home, **options)
        return home, made

    def test_the_second_server_has_the_settings_and_works(self):
        home, made = self.second("second", "--secrets-file", self.secrets)
        self.assertEqual("staging", made["role"])
        self.assertEqual([], made["secretsToSet"])
        self.assertEqual([], made["filesToCopy"])
        first = json.loads(self.tandem("policy", "show"))
        second = json.loads(self.tandem("policy", "show", home=home))
        first["connectors"][0]["folder"] = str(self.home / "forest")
        self.assertEqual(first, second)
        checked = self.tandem_json("check", "preflight", home=home)
        self.assertTrue(checked["ok"], checked)
        self.assertEqual("success", self.tandem_json("cycle", "initial", home=home)["result"])
        self.assertEqual("staging", self.tandem_json("status", home=home)["role"])

    def test_secrets_of_the_environment(self):
        _, made = self.second("by-environment", TANDEM_SECRET_ENTRA_CLIENT_SECRET=self.secret)
        self.assertEqual([], made["secretsToSet"])
        home, made = self.second("without")
        self.assertEqual(["entra.client-secret"], made["secretsToSet"])
        checked = self.tandem_json("check", "preflight", home=home, code=1)
        refused = [f["check"] for f in checked["findings"] if f["verdict"] == "refused"]
        self.assertIn("secret entra.client-secret", refused)

    def test_secrets_that_others_may_read_are_refused(self):
        self.secrets.chmod(0o644)
        home = self.folder / "open"
        self.tandem("init", "--import", self.settings, "--secrets-file", self.secrets, home=home,
                    code=1)
        self.assertIn("chmod 600", self.error)
        self.assertFalse(home.exists())
        self.tandem("init", "--import", self.settings, "--active", home=home, code=2)
        self.assertFalse(home.exists())

    def test_what_is_missing_is_listed(self):
        home = self.folder / "listed"
        text = self.tandem("init", "--import", self.settings, home=home)
        self.assertIn("forest: the LDIF files that are read", text)
        self.assertIn("tandem secret set entra.client-secret", text)

    def test_export_edit_import(self):
        home, _ = self.second("edited", "--secrets-file", self.secrets)
        policy = json.loads(self.tandem("policy", "export", home=home))
        self.assertIn("entra.client-secret: the client secret", self.error)
        self.assertNotIn(self.secret, json.dumps(policy) + self.error)
        policy["scheduler"]["cycleInterval"] = "00:20:00"
        edited = self.folder / "edited.json"
        edited.write_text(json.dumps(policy, indent=2))
        changed = self.tandem("policy", "diff", edited, home=home)
        self.assertIn("scheduler.cycleInterval: 00:30:00 → 00:20:00", changed)
        self.tandem("policy", "import", edited, home=home, code=1)
        self.assertIn("--yes", self.error)
        before = (home / "policy.json").read_bytes()
        done = self.tandem_json("policy", "import", edited, "--yes", home=home)
        self.assertEqual(["scheduler.cycleInterval"], [c["what"] for c in done["changes"]])
        self.assertEqual(before, pathlib.Path(done["kept"]).read_bytes())
        self.assertIn("00:20:00", self.tandem("scheduler", "show", home=home))

    def test_a_bad_file_changes_nothing(self):
        bad = self.folder / "bad.json"
        bad.write_text(self.settings.read_text().replace('"scheduler"', '"schedule"'))
        before = (self.home / "policy.json").read_bytes()
        self.tandem("policy", "import", bad, "--yes", code=2)
        self.assertRegex(self.error, r"bad\.json:\d+:\d+: unknown key \"schedule\"")
        self.assertEqual(before, (self.home / "policy.json").read_bytes())
        self.tandem("init", "--import", bad, home=self.folder / "never", code=2)
        self.assertFalse((self.folder / "never").exists())

    def test_zz_preflight_without_the_tenant(self):
        self.assertTrue(self.tandem_json("check", "preflight")["ok"])
        self.tenant.stop()
        checked = self.tandem_json("check", "preflight", code=1)
        refused = {f["check"].split(" ")[0] for f in checked["findings"]
                   if f["verdict"] == "refused"}
        self.assertEqual({"endpoint", "tenant", "sign-in"}, refused)
        self.assertIn("nothing listens at", json.dumps(checked))
        text = self.tandem("check", "preflight", code=1)
        for line in text.splitlines():
            self.assertLessEqual(len(line), 80 + len(str(self.folder)), line)
class TwoServersOfAPair(WithTenant):
    """An active server and a staging one, over copies of the same forest and one tenant."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.folder / "other"
        cls.dn = cls.tandem_json("demo", "hire", "Barbara Liskov")["dn"]
        cls.tandem("cycle", "delta")
        shutil.copytree(cls.home, cls.other, ignore=shutil.ignore_patterns("tandem.db*", "lock"))
        settings = cls.other / "server.toml"
        settings.write_text(settings.read_text().replace('role = "active"', 'role = "staging"'))
        cls.tandem("cycle", "delta")  # shows what the first cycle has written
        cls.tandem("cycle", "initial", home=cls.other)

    def compare(self, *more, code=0):
        return self.tandem_json("compare", "--with", self.other, *more, code=code)

    def set_title(self, title, home):
        self.tandem("demo", "set", self.dn, "title", title, home=home)

    def test_equal_servers_are_equal(self):
        found = self.compare()
        self.assertTrue(found["equal"], found["differences"])
        counts = {(space["space"], space["connector"]): space["here"] for space in found["spaces"]}
        self.assertGreater(counts["connectorSpace", "corp.example.com"], PEOPLE)
        self.assertGreater(counts["connectorSpace", "entra"], PEOPLE)
        self.assertGreater(counts["metaverse", ""], PEOPLE)
        self.assertGreater(counts["settings", ""], 20)
        text = self.tandem("compare", "--with", self.other)
        self.assertIn("0 differences in ", text)
        self.assertIn("exchanged ", text)

    def test_one_cause_is_one_finding(self):
        self.set_title("Institute Professor", self.home)
        self.tandem("run", "corp.example.com", "Delta Import")
        self.tandem("run", "corp.example.com", "delta-sync")
        found = self.compare(code=1)
        self.assertEqual(1, len(found["differences"]), found)
        cause = found["differences"][0]
        self.assertEqual(("connectorSpace", "corp.example.com"),
                         (cause["space"], cause["connector"]))
        self.assertEqual(["title"], [one["attribute"] for one in cause["attributes"]])
        self.assertEqual(["Institute Professor"], cause["attributes"][0]["here"]["values"])
        self.assertEqual({"metaverse", "pendingExports"},
                         {one["space"] for one in cause["follow"]})
        text = self.tandem("compare", "--with", self.other, code=1)
        self.assertIn("3 differences in ", text)
        self.assertIn("follows: ", text)
        self.assertIn("Update here, nothing there", text)
        for line in text.splitlines():
            self.assertLessEqual(len(line), 80, line)
        # The other server's directory does not have it: it is there after a second look, too.
        found = self.compare("--refresh", code=1)
        self.assertEqual((3, 0), (found["different"], found["transient"]))
        self.set_title("Institute Professor", self.other)
        self.assertEqual(0, self.compare("--refresh")["different"])
        self.tandem("cycle", "delta")
        self.tandem("cycle", "delta")
        self.tandem("cycle", "delta", home=self.other)

    def test_settings_are_compared_by_what_they_mean(self):
        self.tandem("threshold", "enable", "--count", "7", home=self.other)
        found = self.compare(code=1)
        self.assertEqual(["thresholds"], [one["name"] for one in found["differences"]])
        self.assertEqual([("deletions.count", ["500"], ["7"])],
                         [(one["attribute"], one["here"]["values"], one["there"]["values"])
                          for one in found["differences"][0]["attributes"]])
        self.tandem("threshold", "enable", "--count", "500", home=self.other)
        self.assertTrue(self.compare()["equal"])

    def test_looking_needs_no_lock(self):
        with open(self.other / "lock", "r+", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.assertTrue(self.compare()["equal"])
            self.tandem("compare", "--with", self.other, "--refresh", code=1)
            self.assertIn("refreshing the partner", self.error)

    def test_what_cannot_be_compared_says_why(self):
        self.tandem("compare", "--with", self.folder / "nowhere", code=1)
        self.assertIn("is no home folder", self.error)
        self.tandem("compare", "--with", "https://other.example.com", code=1)
        self.assertIn("is not paired with", self.error)
        self.tandem("compare", code=1)  # never swapped, never paired


class BadInput(CliTest):
    def test_messages_for_people(self):
        self.tandem("status", code=1)
        self.assertIn("tandem init", self.error)
        self.tandem("stauts", code=2)
        self.assertIn("did you mean \"status\"?", self.error)
        self.tandem("policy", "check", "/nowhere.json", code=1)
        self.assertIn("it does not exist", self.error)
        self.tandem("--version")
        self.assertIn("Examples:", self.tandem("why", "--help"))

    def test_init_names_what_is_missing(self):
        home = self.folder / "ad"
        self.tandem("init", "--ad", "dc1.corp.example.com", "--account", "t@corp.example.com",
                    home=home)
        self.assertEqual(0o700, home.stat().st_mode & 0o777)
        self.tandem("cycle", "initial", home=home, code=1)
        self.assertIn("tandem secret set directory.password", self.error)
        self.tandem("secret", "set", "directory.password", typed="wrong\n", home=home)
        self.assertIn("set", self.tandem("secret", "list", home=home))
        self.tandem("secret", "remove", "directory.password", "--yes", home=home)

    def test_a_key_that_others_may_read_is_refused(self):
        home = self.folder / "key"
        self.tandem("init", "--demo", "--people", "20", home=home)
        (home / "secrets.key").chmod(0o644)
        self.tandem("secret", "list", home=home, code=1)
        self.assertIn("chmod 600", self.error)

    def test_a_policy_with_errors_starts_nothing(self):
        home = self.folder / "policy"
        self.tandem("init", "--demo", "--people", "20", home=home)
        policy = json.loads((home / "policy.json").read_text())
        policy["schedule"] = {}
        (home / "policy.json").write_text(json.dumps(policy, indent=2))
        self.tandem("cycle", "initial", home=home, code=1)
        self.assertIn("unknown key \"schedule\" (did you mean \"scheduler\"?)", self.error)
        self.assertFalse((home / "tandem.db").exists())
        self.assertIn("policy.json:", self.tandem("policy", "check", home=home, code=1))
        self.assertFalse(self.tandem_json("policy", "check", home=home, code=1)["valid"])

    def test_a_server_toml_with_errors(self):
        home = self.folder / "toml"
        self.tandem("init", "--demo", "--people", "20", home=home)
        with open(home / "server.toml", "a", encoding="utf-8") as settings:
            settings.write("colour = \"blue\"\n")
        self.tandem("status", home=home, code=1)
        self.assertIn("unknown key \"colour\"", self.error)

    def test_a_full_disk_is_named(self):
        command, variables = self.command("policy", "schema")
        with open("/dev/full", "w", encoding="utf-8") as full:
            result = subprocess.run(command, env=variables, stdout=full, check=False, timeout=60)
        self.assertEqual(1, result.returncode)

    def test_a_folder_without_rights(self):
        user = {"user": 65534, "group": 65534} if os.geteuid() == 0 else {}
        closed = self.folder / "closed"
        closed.mkdir(mode=0o500)
        if user:
            self.folder.chmod(0o711)
            os.chown(closed, 65534, 65534)
        command, variables = self.command("init", "--demo", home=closed / "home")
        result = subprocess.run(command, env=variables, capture_output=True, text=True,
                                check=False, timeout=60, **user)
        self.assertEqual(1, result.returncode)
        self.assertIn("permission denied; run as the user that owns the folder", result.stderr)

    @staticmethod
    def resize(disk, size):
        subprocess.run(["mount", "-o", f"remount,size={size}", str(disk)], check=True)

    def test_a_full_disk_loses_nothing(self):
        disk = self.folder / "disk"
        disk.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", str(disk)]
        if subprocess.run(mount, check=False, capture_output=True).returncode != 0:
            self.skipTest("mounting a small disk needs root")
        home = disk / "home"
        try:
            self.tandem("init", "--demo", "--people", "200", home=home, code=1)
            self.assertIn("disk full", self.error.replace("disk is full", "disk full"))
            self.resize(disk, "50m")
            self.tandem("init", "--demo", "--people", "300", home=home)
            used = shutil.disk_usage(disk).used
            self.resize(disk, str(used + 1200 * 1024))
            text = self.tandem("cycle", "initial", home=home, code=1)
            self.assertIn("disk is full", (text + self.error).replace("\n    ", " "))
            self.resize(disk, "50m")
            self.assertEqual("success",
                             self.tandem_json("cycle", "initial", home=home)["result"])
        finally:
            subprocess.run(["umount", str(disk)], check=True)

    def test_demo_forest_policy_show_and_schema(self):
        self.tandem("demo", "forest", self.folder / "forest", "--people", "30")
        home = self.folder / "show"
        self.tandem("init", "--ldif", self.folder / "forest", home=home)
        self.assertEqual(1, json.loads(self.tandem("policy", "show", home=home))["version"])
        self.assertIn("$defs", self.tandem("policy", "schema"))
        self.tandem("threshold", "disable", home=home, code=1)
        self.assertIn("--yes", self.error)
        self.tandem("threshold", "disable", "--yes", home=home)
        self.assertIn("DeletionPrevention     : 0", self.tandem("threshold", "show", home=home))
