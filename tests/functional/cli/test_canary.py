# SPDX-License-Identifier: Apache-2.0
"""'tandem canary': a test user that arrives, and at each step one that does not."""
import json
import signal
import subprocess
import sys

import test_cli
from openldap import BASE, WithOpenLdap


def lines(forest):
    return {name: sorted(data.splitlines()) for name, data in forest.items()}


class CanaryArrives(test_cli.WithTenant):
    def forest(self):
        """Every byte of the directory."""
        return {file.name: file.read_bytes() for file in (self.home / "forest").iterdir()}

    def mark(self):
        return self.home / "state" / "canary.json"

    def stages(self, report):
        return [step["stage"] for step in report["steps"] if step["ok"]]

    def person(self, name):
        return self.tandem_json("demo", "hire", name)

    def test_a_test_user_arrives_and_nothing_is_left(self):
        before, objects = self.forest(), self.tandem_json("status")["metaverseObjects"]
        text = self.tandem("canary")
        for line in ("created in corp.example.com: CN=tandem-canary-",
                     "imported from corp.example.com", "in scope", "wanted in entra",
                     "pending for entra: an add", "exported to entra", "seen in entra",
                     "the values there are the wanted ones", "Arrived, ",
                     "the test user is removed from corp.example.com, and so in entra"):
            self.assertIn(line, " ".join(text.split()))
        self.assertEqual(before, self.forest())
        self.assertFalse(self.mark().exists())
        status = self.tandem_json("status")
        self.assertEqual(objects, status["metaverseObjects"])
        for connector in status["connectors"]:
            self.assertEqual({"adds": 0, "updates": 0, "deletes": 0}, connector["pendingExports"])
        runs = self.tandem_json("runs", "--limit", "3")["runs"]
        self.assertEqual({"canary"}, {run["startedBy"] for run in runs})

    def test_json(self):
        report = self.tandem_json("canary")
        self.assertTrue(report["arrived"])
        self.assertEqual(["directory", "import", "rules", "rules out", "pending", "export", "tenant",
                          "values"], self.stages(report))
        self.assertGreater(report["secondsToCloud"], 0)
        self.assertEqual("", report["leftBehind"])

    def test_an_excluded_container_stops_at_the_import(self):
        policy = self.home / "policy.json"
        before = policy.read_text()
        document = json.loads(before)
        document["connectors"][0]["partitions"][0]["exclude"] = [f"OU=Service Accounts,{BASE}"]
        policy.write_text(json.dumps(document, indent=2))
        try:
            self.tandem("cycle", "initial")
            report = self.tandem_json("canary", "--container", f"OU=Service Accounts,{BASE}", code=1)
        finally:
            policy.write_text(before)
            self.tandem("cycle", "initial")
        self.assertEqual("import", report["stoppedAt"])
        self.assertIn("its container is not among those", report["cause"])
        self.assertFalse(self.mark().exists())

    def test_a_rule_that_filters_says_by_which_condition(self):
        text = self.tandem("canary", "--user", f"CN=Administrator,CN=Users,{BASE}", code=1)
        self.assertIn("STOP rules:", text)
        self.assertIn("STOP rules: not in the metaverse", text)
        self.assertIn("Next:", text)
        self.assertNotIn("exported", text)

    def test_following_somebody_writes_nothing(self):
        person = self.person("Emmy Noether")
        self.tandem("cycle", "delta")
        before = self.forest()
        text = self.tandem("canary", "--user", person["userPrincipalName"])
        self.assertIn("Arrived, ", text)
        self.assertNotIn("removed", text)
        self.assertEqual(before, self.forest())

    def test_somebody_as_new_as_now(self):
        person = self.person("Sophie Germain")
        self.assertTrue(self.tandem_json("canary", "--user", person["dn"])["arrived"])
        other = self.person("Mary Somerville")
        self.assertTrue(self.tandem_json("canary", "--user", other["userPrincipalName"])["arrived"])

    def test_nobody_of_that_name(self):
        report = self.tandem_json("canary", "--user", "nobody@corp.example.com", code=1)
        self.assertEqual("import", report["stoppedAt"])

    def test_a_change_is_followed_and_restored(self):
        person = self.person("Ada Lovelace")
        self.tandem("cycle", "delta")
        before = self.forest()
        report = self.tandem_json("canary", "--user", person["dn"], "--change", "title")
        self.assertTrue(report["arrived"], report)
        self.assertIn("title is what it was", report["removal"])
        self.assertEqual(lines(before), lines(self.forest()))  # attributes have no order
        report = self.tandem_json("canary", "--user", person["dn"], "--change", "comment", code=1)
        self.assertEqual("import", report["stoppedAt"])
        self.assertIn("no rule uses it", report["cause"])
        self.tandem("canary", "--change", "title", code=2)

    def test_a_killed_one_is_cleaned_up_by_the_next(self):
        before = self.forest()
        command, variables = self.command("canary")
        with subprocess.Popen(command, env=variables, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT) as process:
            while process.poll() is None and b"imported" not in process.stdout.readline():
                pass
            process.kill()
        self.assertTrue(self.mark().exists())
        self.assertNotEqual(before, self.forest())
        report = self.tandem_json("canary")
        self.assertIn("of an earlier canary", report["removal"])
        self.assertEqual(before, self.forest())
        self.assertFalse(self.mark().exists())

    def test_a_tenant_that_shows_things_later(self):
        """What is written can be read 1.5 s later, as on a replica that lags."""
        before, objects = self.forest(), self.tandem_json("status")["metaverseObjects"]
        self.tenant.admin("PUT", "faults", {"replicationDelayMs": 1500})
        try:
            report = self.tandem_json("canary")
        finally:
            self.tenant.admin("PUT", "faults", {})
        self.assertTrue(report["arrived"], report)
        self.assertIn("values", self.stages(report))
        self.assertEqual("", report["leftBehind"])
        self.assertEqual(before, self.forest())
        self.settle()
        self.assertEqual(objects, self.tandem_json("status")["metaverseObjects"])

    def test_kept_and_taken_back_later(self):
        before = self.forest()
        report = self.tandem_json("canary", "--keep")
        self.assertTrue(report["arrived"])
        self.assertIn("as you said", report["leftBehind"])
        self.assertIn(report["user"], self.tandem("search", "tandem-canary", "--json"))
        self.tandem("canary")
        self.assertEqual(before, self.forest())

    def test_a_running_cycle_is_waited_for(self):
        lock = self.home / "lock"
        holder = subprocess.Popen(
            [sys.executable, "-c",
             "import fcntl, os, sys, time\n"
             "file = open(sys.argv[1], 'r+')\n"
             "fcntl.flock(file, fcntl.LOCK_EX)\n"
             "print('held', flush=True); time.sleep(2)", str(lock)],
            stdout=subprocess.PIPE, text=True)
        with holder:
            holder.stdout.readline()
            self.tandem("canary", "--wait", "0", code=1)
            self.assertIn("is held by", self.error)
            self.tandem("canary")
            self.assertIn("waiting for what runs", self.error)

    def test_a_stop_on_request_cleans_up(self):
        before = self.forest()
        command, variables = self.command("canary")
        with subprocess.Popen(command, env=variables, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT) as process:
            while process.poll() is None and b"created" not in process.stdout.readline():
                pass
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)
        self.assertEqual(before, self.forest())
        self.tandem("canary")
        self.assertFalse(self.mark().exists())


class CanaryInStaging(test_cli.WithTenant):
    def test_it_stops_before_the_export_and_says_what_would_be_written(self):
        home = self.folder / "staging"
        self.init(home, "--staging")
        settings = home / "server.toml"
        settings.write_text(settings.read_text().replace('role = "active"', 'role = "staging"'))
        self.tandem("canary", home=home, code=1)
        self.assertIn("tandem cycle initial", self.error)
        self.tandem("cycle", "initial", home=home)
        text = " ".join(self.tandem("canary", home=home).split())
        self.assertIn("this server is in staging and stops here: the active one would send an add to "
                      "entra", text)
        self.assertIn("The test user would arrive", text)
        report = self.tandem_json("canary", home=home)
        self.assertEqual((False, True), (report["arrived"], report["wouldArrive"]))
        exports = [run for run in self.tandem_json("runs", home=home)["runs"]
                   if run["profile"] == "Export"]
        self.assertEqual([], exports)
        self.assertIn("exports nothing", self.tandem("cycle", "initial", home=home) + self.error)


class CanaryWithoutTenant(test_cli.WithTenant):
    def test_a_tenant_that_is_not_there(self):
        before = {file.name: file.read_bytes() for file in (self.home / "forest").iterdir()}
        self.tenant.stop()
        report = self.tandem_json("canary", code=1)
        self.assertEqual("export", report["stoppedAt"])
        self.assertIn("127.0.0.1", report["cause"])
        after = {file.name: file.read_bytes() for file in (self.home / "forest").iterdir()}
        self.assertEqual(before, after)


class CanaryInOpenLdap(WithOpenLdap):
    """A real directory, an account that only reads, and one that may write."""

    def canary(self, account, password, *more, code=0):
        return self.tandem_json("canary", "--container", BASE, "--account", account,
                                "--password-file", self.password("writer", password), *more,
                                code=code)

    def test_a_real_user_arrives_and_is_removed(self):
        before = self.people()
        report = self.canary(self.server["ADMIN"], self.server["ADMIN_PASSWORD"])
        self.assertTrue(report["arrived"], report)
        self.assertTrue(report["user"].lower().startswith("uid=tandem-canary-"), report["user"])
        self.assertIn("and so in entra", report["removal"])
        self.assertEqual(before, self.people())

    def test_an_account_that_only_reads_is_refused(self):
        report = self.canary(self.server["READER"], self.server["READER_PASSWORD"], code=1)
        self.assertEqual("directory", report["stoppedAt"])
        self.assertIn("nsufficient access", report["cause"])
        self.assertEqual("", report["leftBehind"])

    def test_a_wrong_password_and_none(self):
        self.tandem("canary", "--container", BASE, "--account", self.server["ADMIN"],
                    "--password-file", self.password("wrong", "no"), code=1)
        self.assertIn("signing in to", self.error)
        self.tandem("canary", "--container", BASE, code=1)
        self.assertIn("--account", self.error)
        self.tandem("canary", "--container", BASE, "--account", self.server["ADMIN"], code=1)
        self.assertIn("--password-file", self.error)
        open_file = self.password("open", "x")
        open_file.chmod(0o644)
        self.tandem("canary", "--container", BASE, "--account", self.server["ADMIN"],
                    "--password-file", open_file, code=1)
        self.assertIn("chmod 600", self.error)

    def test_by_a_secret_and_with_a_change(self):
        self.tandem("secret", "set", "canary.password", typed=self.server["ADMIN_PASSWORD"] + "\n")
        kept = self.tandem_json("canary", "--container", BASE, "--account", self.server["ADMIN"],
                                "--account-secret", "canary.password", "--keep")
        self.assertTrue(kept["arrived"], kept)
        again = self.tandem_json("canary", "--container", BASE, "--account", self.server["ADMIN"],
                                 "--account-secret", "canary.password")
        self.assertIn("of an earlier canary", again["removal"])
        self.tandem("secret", "remove", "canary.password", "--yes")
