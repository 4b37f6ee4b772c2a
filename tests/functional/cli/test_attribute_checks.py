# SPDX-License-Identifier: Apache-2.0
"""'tandem check attributes', objects that are held back, and pending exports as csexport's files."""
import csv
import json

import test_cli


class DirtyDirectory(test_cli.WithTenant):
    @classmethod
    def hire(cls, name, **values):
        person = cls.tandem_json("demo", "hire", name)
        for attribute, value in values.items():
            cls.tandem("demo", "set", person["dn"], attribute, value)
        return person

    @classmethod
    def hold_back(cls, on):
        path = cls.home / "policy.json"
        policy = json.loads(path.read_text())
        policy["attributeChecks"] = {"holdBack": on}
        path.write_text(json.dumps(policy, indent=2))

    def synchronize(self):
        self.tandem("run", "corp.example.com", "Delta Import")
        self.tandem("run", "corp.example.com", "Delta Synchronization")

    def findings(self, code=1):
        found = self.tandem_json("check", "attributes", "--all", code=code)["findings"]
        return {(one["source"], one["check"]): one for one in found}

    def test_1_an_invented_organisation_has_no_errors(self):
        self.tandem("cycle", "delta")
        report = self.tandem_json("check", "attributes", "--errors")
        self.assertEqual((True, 0), (report["ok"], report["errors"]))
        self.assertEqual(0, report["warnings"])
        self.assertIn("is in order", self.tandem("check", "attributes"))

    def test_2_what_is_wrong_is_found_before_the_tenant_sees_it(self):
        long = self.hire("Grace Hopper", givenName="G" * 70)
        twin = self.hire("Ada Lovelace", mail="twin@corp.example.com")
        other = self.hire("Edith Clarke", mail="TWIN@corp.example.com")
        spaced = self.hire("Joan Clarke", displayName=" Joan Clarke")
        self.hold_back(True)
        self.synchronize()
        found = self.findings()
        self.assertEqual("G" * 64, found[long["dn"], "givenName-length"]["suggested"])
        self.assertEqual("error", found[twin["dn"], "mail-duplicate"]["severity"])
        self.assertIn((other["dn"], "mail-duplicate"), found)
        self.assertEqual(("warning", "Joan Clarke"),
                         (found[spaced["dn"], "displayName-space"]["severity"],
                          found[spaced["dn"], "displayName-space"]["suggested"]))
        text = self.tandem("check", "attributes", code=1)
        self.assertIn("givenName-length", text)
        self.assertIn("held back", text)
        self.assertLessEqual(max(map(len, text.splitlines())), 80)
        path = self.folder / "findings.csv"
        self.tandem("check", "attributes", "--csv", path, code=1)
        with open(path, newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(len(found), len(rows))
        self.assertIn(long["dn"], [row["Source"] for row in rows])
        # The export leaves them here and says why.
        cycle = self.tandem_json("cycle", "delta")
        export = [run for run in cycle["runs"] if run["profile"] == "Export"][-1]
        self.assertEqual("completed-export-errors", export["result"])
        self.assertEqual((3, 1), (export["counters"]["export-held-back"],
                                  export["counters"]["export-add"]))
        held = [one for one in self.tandem_json("pending")["pendingExports"] if one["heldBack"]]
        self.assertEqual(3, len(held))
        self.assertIn("(held back)", self.tandem("pending"))
        why = " ".join(self.tandem("why", long["dn"]).split())
        self.assertIn("held back", why)
        self.assertIn("givenName has more than 64 characters", why)
        status = " ".join(self.tandem("status").split())
        self.assertIn("attribute-check", status)
        self.assertIn("tandem check attributes", status)
        # Repaired, they go out with the next cycle.
        self.tandem("demo", "set", long["dn"], "givenName", "Grace")
        self.tandem("demo", "set", other["dn"], "mail", "edith.clarke@corp.example.com")
        cycle = self.tandem_json("cycle", "delta")
        export = [run for run in cycle["runs"] if run["profile"] == "Export"][-1]
        self.assertEqual(("success", 3), (export["result"], export["counters"]["export-add"]))
        self.assertEqual(0, self.tandem_json("check", "attributes", "--errors")["errors"])
        self.assertNotIn("attribute-check", self.tandem("status"))

    def test_3_without_the_policy_the_tenant_decides(self):
        self.hold_back(False)
        long = self.hire("Hedy Lamarr", givenName="H" * 70)
        self.synchronize()
        # Whoever synchronizes has looked, also a server in staging that never exports.
        self.tandem("run", "entra", "Delta Synchronization")
        entra = self.tandem_json("status")["connectors"][-1]
        self.assertEqual(("entra", 1), (entra["name"], entra["attributeChecks"]["errors"]))
        self.assertIn((long["dn"], "givenName-length"), self.findings())
        self.assertIn("Nothing is held back",
                      " ".join(self.tandem("check", "attributes", code=1).split()))
        cycle = self.tandem_json("cycle", "delta", code=0)
        export = [run for run in cycle["runs"] if run["profile"] == "Export"][-1]
        self.assertNotIn("export-held-back", export["counters"])
        self.tandem("demo", "set", long["dn"], "givenName", "Hedy")
        self.tandem("cycle", "delta")

    def test_4_a_connector_that_is_no_tenant_has_no_checks(self):
        self.tandem("check", "attributes", "corp.example.com", code=1)
        self.assertIn("is no tenant", self.error)

    def test_5_pending_exports_are_written_and_compared(self):
        person = self.hire("Radia Perlman")
        self.synchronize()
        path = self.folder / "pending.xml"
        rows = self.folder / "pending.csv"
        self.tandem("pending", "entra", "--csexport", path, "--csv", rows)
        self.assertIn("Radia Perlman", path.read_text(encoding="utf-8"))
        with open(rows, newline="", encoding="utf-8") as file:
            names = [row for row in csv.DictReader(file) if row["Attribute"] == "displayName"]
        self.assertEqual(["Radia Perlman"], [row["Value"] for row in names])
        self.assertIn("0 differences", self.tandem("compare", "--with", path))
        other = self.folder / "other.XML"
        other.write_text(path.read_text(encoding="utf-8").replace(">Radia Perlman<", ">R. P.<"),
                         encoding="utf-8")
        text = self.tandem("compare", "--with", other, code=1)
        self.assertIn("1 difference", text)
        self.assertIn("displayName", text)
        self.assertIn("R. P.", text)
        report = self.tandem_json("compare", "--with", other, code=1)
        self.assertEqual(["pendingExports"], [space["space"] for space in report["spaces"]])
        other.write_text("<cs-objects>\n<cs-object/>\n</cs-objects>", encoding="utf-8")
        self.tandem("compare", "--with", other, code=1)
        self.assertIn("other.XML:2:", self.error)
        self.tandem("compare", "--with", other, "--refresh", code=1)
        self.assertIn("--refresh", self.error)
        self.tandem("demo", "remove", person["dn"])
        self.tandem("cycle", "delta")
