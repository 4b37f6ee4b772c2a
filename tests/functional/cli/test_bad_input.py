# SPDX-License-Identifier: Apache-2.0
"""What goes wrong outside: a clear message with what to do, the right exit code, nothing half done."""
import contextlib
import json
import pathlib
import shutil
import subprocess
import unittest

import test_cli
from openldap import BASE, WithOpenLdap

SERVERS = pathlib.Path(__file__).resolve().parents[1] / "servers"
GUARD = 3


class NothingHalfDone:
    """For tests with a tenant: what a failed cycle must leave as it was."""

    def outside_and_inside(self):
        status = self.tandem_json("status")
        inside = {one["name"]: (one["objects"], one["toSynchronize"], one["pendingExports"])
                  for one in status["connectors"]}
        return self.tenant.writes(), status["metaverseObjects"], inside

    def fails(self, *says, command=("cycle", "delta"), code=1, **environment):
        """The command fails and says all of this; afterwards everything is as it was."""
        before = self.outside_and_inside()
        output = self.tandem(*command, code=code, **environment)
        text = " ".join((output + self.error).split())
        for what in says:
            self.assertIn(what, text)
        self.assertEqual(before, self.outside_and_inside())
        return text

    def works_again(self):
        self.assertEqual("success", self.tandem_json("cycle", "delta")["result"])
        self.settle()

    @contextlib.contextmanager
    def policy(self, change):
        path = self.home / "policy.json"
        before = path.read_text()
        document = json.loads(before)
        change(document)
        path.write_text(json.dumps(document, indent=2))
        try:
            yield
        finally:
            path.write_text(before)
        self.works_again()

    @contextlib.contextmanager
    def faults(self, *faults):
        self.tenant.admin("PUT", "faults", {"faults": list(faults)})
        try:
            yield
        finally:
            self.tenant.admin("PUT", "faults", {})
        self.works_again()


class BadDirectory(NothingHalfDone, WithOpenLdap):
    people_at_start = ("ada", "grace", "emmy")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.settle()

    def connector(self, **settings):
        """With some settings of the directory's connector changed; of "tls" and "bind" what is named."""
        def change(document):
            connector = document["connectors"][0]
            for key, value in settings.items():
                if isinstance(value, dict):
                    connector[key].update(value)
                else:
                    connector[key] = value
        return self.policy(change)

    def test_a_wrong_password(self):
        self.tandem("secret", "set", "directory.password", typed="not this\n")
        try:
            self.fails("signing in to", "user name or password are wrong")
        finally:
            self.tandem("secret", "set", "directory.password",
                        typed=self.server["READER_PASSWORD"] + "\n")
        self.works_again()

    def test_an_unreachable_server(self):
        self.stop()
        try:
            self.fails(f"nothing listens at 127.0.0.1:{self.server['PORT']}: check the port")
        finally:
            self.start()
        self.works_again()

    def test_an_untrusted_certificate(self):
        with self.connector(tls={"caFile": str(self.tenant.folder / "ca.pem")}):
            self.fails("was issued by", "does not vouch for", "add the issuer's certificate")

    def test_a_name_mismatch(self):
        with self.connector(host="other.example.com"):
            self.fails(f"the certificate is for {self.server['SERVER_NAME']}")

    @unittest.skipUnless(shutil.which("faketime"), "faketime is not installed")
    def test_an_expired_certificate(self):
        tls, kept = self.directory / "tls", self.directory / "tls-good"
        self.stop()
        shutil.copytree(tls, kept)
        (tls / "ca.pem").unlink()
        subprocess.run(
            ["faketime", "2 years ago", "bash", "-c",
             '. "$1/tls_files.sh"; make_authority "$2"; make_leaf "$2" "$3" "$4"', "bash",
             SERVERS, tls, self.server["SERVER_NAME"], self.server["ADDRESS"]], check=True)
        self.start()
        try:
            self.fails("certificate", "ended on")
        finally:
            self.stop()
            shutil.rmtree(tls)
            kept.rename(tls)
            self.start()
        self.works_again()

    def test_an_account_that_may_read_nothing(self):
        with self.connector(bind={"account": f"cn=blind,{BASE}"}):
            self.tandem("secret", "set", "directory.password", typed="blind-password\n")
            try:
                self.fails("the account may not see it: check the name and its rights")
            finally:
                self.tandem("secret", "set", "directory.password",
                            typed=self.server["READER_PASSWORD"] + "\n")

    def test_a_size_limit(self):
        self.stop()
        self.start(SIZE_LIMIT="2")
        try:
            self.fails("size limit", "give the account a higher one", command=("cycle", "initial"))
        finally:
            self.stop()
            self.start()
        self.works_again()

    def test_a_directory_that_suddenly_answers_empty(self):
        kept = self.directory / "db-full"
        self.stop()
        (self.directory / "db").rename(kept)
        self.start()
        try:
            # The new directory's own top is news, and all that is.
            writes, people, inside = self.outside_and_inside()
            text = self.tandem("cycle", "initial", code=GUARD) + self.error
            for what in ("objects were not found any more", "--allow-absence"):
                self.assertIn(what, " ".join(text.split()))
            now = self.outside_and_inside()
            self.assertEqual((writes, people, inside["entra"]), (now[0], now[1], now[2]["entra"]))
        finally:
            self.stop()
            shutil.rmtree(self.directory / "db")
            kept.rename(self.directory / "db")
            self.start()
        self.works_again()


class BadTenant(NothingHalfDone, test_cli.WithTenant):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.settle()

    def test_a_wrong_client_secret(self):
        good = pathlib.Path(self.tenant.told("secret file")).read_text().strip()
        self.tandem("secret", "set", "entra.client-secret", typed="not this\n")
        try:
            self.fails("the client secret is wrong")
        finally:
            self.tandem("secret", "set", "entra.client-secret", typed=good + "\n")
        self.works_again()

    def test_an_untrusted_certificate(self):
        def change(document):
            del document["connectors"][1]["caFile"]
        with self.policy(change):
            self.fails("an authority that is not trusted here", "CA file")

    def test_a_tenant_that_answers_nonsense(self):
        with self.faults({"kind": "html", "rate": 1, "pathContains": "/users"}):
            self.fails("the tenant's answer is not whole JSON")

    def test_a_truncated_page(self):
        with self.faults({"kind": "truncated", "rate": 1, "method": "GET", "pathContains": "/users"}):
            self.fails("the tenant's answer is not whole JSON (truncated", command=("cycle", "initial"))

    @unittest.skipUnless(shutil.which("cc"), "there is no C compiler")
    def test_a_clock_that_is_ten_minutes_off(self):
        library = self.folder / "clock_ahead.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library,
                        pathlib.Path(__file__).with_name("clock_ahead.c"), "-ldl"], check=True)
        self.hire("Caroline Herschel")
        try:
            before = self.tenant.writes()
            text = self.tandem("cycle", "delta", code=GUARD, LD_PRELOAD=str(library))
            text = " ".join((text + self.error).split())
            self.assertIn("stopped-clock-skew", text)
            self.assertIn("600 s", text)
            self.assertEqual(before, self.tenant.writes())
        finally:
            self.works_again()

    def test_a_rule_that_does_not_parse(self):
        self.with_rule("IIF(IsPresent([title]), [title]", "policy.json:", "expected")

    def test_a_rule_that_names_an_unknown_attribute(self):
        self.with_rule("[tittle]", "policy.json:", "tittle", "did you mean \"title\"")

    def with_rule(self, expression, *says):
        def change(document):
            document.setdefault("rules", []).append(
                {"id": "7f1f2c3e-0000-4000-8000-00000000abcd", "name": "Mine", "direction": "Inbound",
                 "connector": document["connectors"][0]["name"], "sourceObjectType": "user",
                 "targetObjectType": "person", "linkType": "Join", "precedence": 50,
                 "attributeFlowMappings": [{"destination": "title", "flowType": "Expression",
                                            "expression": expression}]})
        with self.policy(change):
            self.fails(*says)
            self.tandem("policy", "check", code=1)

    def test_a_directory_that_suddenly_answers_empty(self):
        forest, kept = self.home / "forest", self.home / "forest-kept"
        forest.rename(kept)
        forest.mkdir()
        try:
            self.fails("holds no *.ldif file: nothing was imported and nothing is taken for deleted")
        finally:
            forest.rmdir()
            kept.rename(forest)
        self.works_again()
