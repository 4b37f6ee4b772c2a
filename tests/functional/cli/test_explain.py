# SPDX-License-Identifier: Apache-2.0
"""What would happen, and why is it so: 'preview', 'why' and 'policy effect', one test for each kind of
question that an administrator asks."""
import hashlib
import json
import subprocess
import unittest

import test_cli

COMMON = "In from AD - User Common"


class Explains(test_cli.WithTenant):
    """Hires people, asks about them, and makes policies that are not in force."""

    def policy(self, change, name="other.json"):
        document = json.loads(self.tandem("policy", "export"))
        change(document)
        path = self.folder / name
        path.write_text(json.dumps(document))
        return path

    def with_rule(self, title_from, flow="Expression"):
        """A rule of one's own above the standard ones that gives everybody another title."""
        def change(document):
            document.setdefault("rules", []).append({
                "id": "0b7e8a52-3c1f-4b39-9d5e-2a6f7c8d9e01", "name": "In from AD - Own Title",
                "connector": "corp.example.com", "direction": "Inbound", "sourceObjectType": "user",
                "targetObjectType": "person", "linkType": "Join", "precedence": 50,
                "attributeFlowMappings": [{"flowType": flow, "destination": "title",
                                           "expression" if flow == "Expression" else "source": title_from}]})
        return change

    def everything(self):
        """All bytes of the home folder; a log that others fold is not there while nobody works."""
        digests = {}
        for path in sorted(self.home.rglob("*")):
            if path.is_file():
                digests[str(path)] = hashlib.sha256(path.read_bytes()).hexdigest()
        return digests

    def cause(self, *arguments, **options):
        return self.tandem_json("why", *arguments, **options)["cause"]

    def steps(self, answer):
        return " ".join(step["text"] + " ".join(step["details"]) for step in answer["steps"])

    def cloud_id(self, upn):
        found = self.tandem_json("search", upn, "--connector", "entra")["objects"]
        self.assertEqual(1, len(found), found)
        return f"#{found[0]['id'] if 'id' in found[0] else found[0]['object']}"


class Why(Explains):
    def test_a_scope_condition_keeps_her_out(self):
        dn, _ = self.hire("Kathleen Booth")
        self.tandem("demo", "set", dn, "adminDescription", "User_excluded")
        self.tandem("cycle", "delta")
        self.assertRegex(self.cause(dn), r"adminDescription NOTSTARTSWITH User_ does not hold: the value "
                                         r"is \"User_excluded\"")

    def test_imported_but_not_synchronized(self):
        dn, _ = self.hire("Ida Rhodes")
        self.tandem("run", "corp.example.com", "Delta Import")
        self.assertIn("has been imported but not synchronized", self.cause(dn))
        self.assertIn("would be added to entra", self.tandem_json("preview", dn)["cause"])
        self.settle()

    def test_not_imported_at_all(self):
        dn, _ = self.hire("Klara Dan")
        self.tandem("why", dn, code=1)
        self.assertIn("has been imported", self.error)
        self.settle()

    def test_a_value_says_rule_source_and_run(self):
        dn, upn = self.hire("Jean Sammet")
        self.settle()
        cause = self.cause(dn, "department")
        self.assertRegex(cause, r'department is ".*" in entra: "Out to .*" takes it out, and "In from AD - '
                                r'User Common" brings it in from #\d+ CN=Jean Sammet.*; written in run \d+')
        back = self.cause(self.cloud_id(upn), "department")
        self.assertIn("In from AD - User Common", back)
        self.assertIn("CN=Jean Sammet", self.steps(self.tandem_json("why", self.cloud_id(upn))))

    def test_an_absent_value_says_who_has_none(self):
        dn, _ = self.hire("Marlyn Meltzer")
        self.settle()
        self.assertRegex(self.cause(dn, "pager"),
                         r"absent in entra: .*no value of|no rule in scope writes it")

    def test_the_tenant_refused_it(self):
        dn, _ = self.hire("Betty Holberton")
        self.settle()
        self.tandem("demo", "set", dn, "department", "x" * 80)  # the tenant takes 64
        self.tandem("cycle", "delta")
        answer = self.tandem_json("why", dn)
        self.assertIn("is refused by entra: ", answer["cause"])
        self.assertIn("since", answer["cause"])
        self.assertIn("Update sent", self.steps(answer))
        self.assertIn("the tenant refused it: ", self.cause(dn, "department"))
        self.tandem("demo", "set", dn, "department", "Programming")
        self.settle()
        self.assertIn("is where the rules want it", self.cause(dn))

    def test_who_deleted_her(self):
        dn, upn = self.hire("Frances Spence")
        self.settle()
        self.tandem("demo", "remove", dn)
        self.settle()
        for name in (upn, dn, "frances spence"):
            answer = self.tandem_json("why", name)
            self.assertRegex(answer["cause"], r"was deleted from entra by this server \(run \d+, .*\): "
                                              r"CN=Frances Spence.* is gone from corp.example.com")
            self.assertIsNone(answer["object"])
            self.assertIn("Delete sent", self.steps(answer))

    def test_she_left_the_scope_and_her_account_is_gone(self):
        dn, _ = self.hire("Kay McNulty")
        self.settle()
        self.tandem("demo", "set", dn, "adminDescription", "User_left")
        self.settle()
        answer = self.tandem_json("why", dn)
        self.assertIn("adminDescription NOTSTARTSWITH User_", answer["cause"])
        self.assertRegex(self.steps(answer),
                         r"was to be deleted from entra .*left the scope of .In from AD - User Join.: ")

    def test_zz_a_threshold_holds_it(self):
        dn, upn = self.hire("Mary Keller")
        self.settle()
        account = self.cloud_id(upn)
        self.tandem("threshold", "enable", "--count", "0")
        self.tandem("demo", "remove", dn)
        self.tandem("cycle", "delta", code=3)
        self.assertRegex(self.tandem("why", account), r"last\s+export\s+of\s+entra\s+was\s+stopped")
        self.tandem("run", "entra", "export", "--allow-deletions", "--yes")
        self.tandem("threshold", "enable", "--count", "500")

    def test_it_fits_80_columns(self):
        dn, _ = self.hire("Adele Goldstine")
        self.settle()
        for command in (["why", dn], ["why", dn, "title"], ["preview", dn, "--all"],
                        ["preview", dn, "--deleted"]):
            for line in self.tandem(*command).splitlines():
                if " " in line.strip():  # a long name is not broken
                    self.assertLessEqual(len(line), 80, (command, line))


class Preview(Explains):
    def test_nothing_would_change(self):
        dn, _ = self.hire("Evelyn Berezin")
        self.settle()
        answer = self.tandem_json("preview", dn)
        self.assertIn("would stay as it is", answer["cause"])
        self.assertEqual([], answer["writes"])
        self.assertTrue(any(flow["target"] == "department" and flow["result"] == "won"
                            for flow in answer["flows"]))

    def test_a_change_is_followed_and_nothing_is_written(self):
        dn, _ = self.hire("Erna Hoover")
        self.settle()
        self.tandem("demo", "set", dn, "title", "Chief Switch")
        self.tandem("run", "corp.example.com", "Delta Import")
        before = self.everything()
        answer = self.tandem_json("preview", dn)
        self.tandem("preview", dn, "--all")
        self.tandem("why", dn, "title")
        self.assertEqual(before, self.everything())
        self.assertEqual(["Update"], [write["operation"] for write in answer["writes"]])
        change = next(one for one in answer["writes"][0]["changes"] if one["after"] == "Chief Switch")
        self.assertIn(change["attribute"], ("title", "jobTitle"))
        self.settle()

    def test_her_deletion(self):
        dn, _ = self.hire("Dorothy Vaughan")
        self.settle()
        answer = self.tandem_json("preview", dn, "--deleted")
        self.assertEqual(["Delete"], [write["operation"] for write in answer["writes"]])
        self.assertIn("would be deleted from entra", answer["cause"])
        self.assertIn("is where the rules want it", self.cause(dn))

    def test_another_policy_outranks_and_says_who_lost(self):
        dn, _ = self.hire("Annie Easley")
        self.settle()
        path = self.policy(self.with_rule("Boss", flow="Constant"))
        answer = self.tandem_json("preview", dn, "title", "--policy", path)
        results = {flow["rule"]: flow["result"] for flow in answer["flows"] if flow["target"] == "title"}
        self.assertEqual("won", results["In from AD - Own Title"], answer)
        self.assertEqual("outranked", results[COMMON], answer)
        self.assertIn("would be written to entra: Boss", answer["cause"])
        self.assertIn("outranked", self.tandem("preview", dn, "title", "--policy", path))

    def test_another_policy_clears_a_value_on_purpose(self):
        dn, _ = self.hire("Mary Jackson")
        self.tandem("demo", "set", dn, "title", "Engineer")
        self.settle()
        path = self.policy(self.with_rule("AuthoritativeNull"))
        answer = self.tandem_json("preview", dn, "title", "--policy", path)
        self.assertIn("AuthoritativeNull", answer["cause"])
        self.assertIn(("Engineer", ""),
                      [(one["before"], one["after"]) for one in answer["writes"][0]["changes"]])

    def test_another_policy_leaves_her_container_out(self):
        dn, _ = self.hire("Christine Darden")
        self.settle()
        container = dn.split(",", 1)[1]

        def leave_out(document):
            source = next(one for one in document["connectors"] if one["name"] == "corp.example.com")
            for partition in source.setdefault("partitions", [{"dn": "DC=corp,DC=example,DC=com"}]):
                partition.setdefault("exclude", []).append(container)
        answer = self.tandem_json("preview", dn, "--policy", self.policy(leave_out))
        self.assertIn("container is not among those", answer["cause"])
        self.assertEqual(["Delete"], [write["operation"] for write in answer["writes"]])

    def test_it_looks_while_a_cycle_writes(self):
        dn, _ = self.hire("Hedy Lamarr")
        self.settle()
        path = self.policy(self.with_rule("Boss", flow="Constant"))
        command, variables = self.command("cycle", "initial")
        looks = 0
        with subprocess.Popen(command, env=variables, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True) as cycle:
            while cycle.poll() is None or looks == 0:
                self.assertIn("nothing would be written", self.tandem_json("preview", dn)["cause"])
                self.tandem("policy", "effect", path)
                looks += 1
            self.assertEqual(0, cycle.returncode, cycle.stderr.read())
        self.assertEqual("success", self.tandem_json("cycle", "initial")["result"])

    def test_a_bad_policy_is_wrong_use(self):
        path = self.folder / "bad.json"
        path.write_text("{}")
        self.tandem("preview", "#1", "--policy", path, code=2)
        self.tandem("policy", "effect", path, code=2)

    def test_staging_says_that_nothing_is_written(self):
        staging = self.folder / "staging"
        self.init(staging, "--staging")
        self.tandem("cycle", "initial", home=staging)
        person = self.tandem_json("demo", "hire", "Gladys West", home=staging)
        self.tandem("run", "corp.example.com", "Delta Import", home=staging)
        answer = self.tandem_json("preview", person["dn"], home=staging)
        self.assertEqual(1, len(answer["writes"]), answer)
        self.assertIn("this server is in staging", self.steps(answer))


class Effect(Explains):
    def test_counts_are_those_of_the_real_thing(self):
        self.settle()
        path = self.policy(self.with_rule("AuthoritativeNull"))
        before = self.everything()
        effect = self.tandem_json("policy", "effect", path)
        self.assertEqual(before, self.everything())
        users = next(one for one in effect["types"] if one["connector"] == "entra" and one["type"] == "user")
        loses = {one["attribute"]: one["loses"]["count"] for one in users["attributes"]}
        self.assertEqual(1, len([count for count in loses.values() if count]), users)
        text = self.tandem("policy", "effect", path)
        self.assertRegex(text, r"\d+ lose (jobTitle|title): ")
        for line in text.splitlines():
            self.assertLessEqual(len(line), 80, line)
        diff = self.tandem_json("policy", "diff", path, "--effect")
        self.assertTrue(any(" title: " in line for line in diff["effect"]["lines"]), diff["effect"])
        self.assertIn("Effect on what", self.tandem("policy", "diff", path, "--effect"))
        self.assertNotIn("effect", self.tandem_json("policy", "diff", path))
        self.tandem("policy", "import", path, "--yes")
        for connector in ("corp.example.com", "entra"):
            self.tandem("run", connector, "Delta Synchronization")
        self.assertEqual(max(loses.values()), self.tandem_json("pending", "--limit", "1")["total"])
        self.assertIn("Nothing would change", self.tandem("policy", "effect", path))
        self.tandem("policy", "import", self.policy(lambda document: document["rules"].clear()), "--yes")
        self.settle()

    def test_a_container_less_deletes_and_warns_of_the_threshold(self):
        self.settle()

        def leave_out(document):
            source = next(one for one in document["connectors"] if one["name"] == "corp.example.com")
            for partition in source.setdefault("partitions", [{"dn": "DC=corp,DC=example,DC=com"}]):
                partition.setdefault("exclude", []).append("DC=corp,DC=example,DC=com")
        effect = self.tandem_json("policy", "effect", self.policy(leave_out))
        deleted = sum(one["deleted"]["count"] for one in effect["types"])
        self.assertGreaterEqual(deleted, test_cli.PEOPLE)
        self.assertIn("deletions are pending", effect["stopped"][0])
        self.assertIn("containers", effect["notes"][0])


if __name__ == "__main__":
    unittest.main()
