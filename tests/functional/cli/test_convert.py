# SPDX-License-Identifier: Apache-2.0
"""What Entra Connect exports: convert it, compare it, make a server of it."""
import json
import os
import pathlib
import re
import unittest

from test_cli import CliTest

DIRECTORY = "aaaaaaaa-0000-4000-8000-000000000001"
TENANT = "b891884f-051e-4a83-95af-2544101c9083"

CONNECTOR = """<ma-data><id>{%s}</id><name>%s</name><category>%s</category>
<private-configuration><adma-configuration><forest-name>corp.example.com</forest-name>
<forest-login-user>MSOL_1</forest-login-user></adma-configuration></private-configuration>
<ma-partition-data><partition><name>%s</name><selected>1</selected></partition></ma-partition-data>
</ma-data>"""

RULE = """<synchronizationRule>
<id>{cccccccc-0000-4000-8000-00000000000%d}</id>
<name>%s</name><immutable-tag>%s</immutable-tag>
<direction>Inbound</direction><disabled>False</disabled>
<connector>{%s}</connector>
<sourceObjectType>user</sourceObjectType><targetObjectType>person</targetObjectType>
<linkType>%s</linkType><precedence>%d</precedence>
<attribute-mappings><mapping><dest>title</dest><src><attr>title</attr></src>
<expression>Trim([title])</expression><valueMergeType>Update</valueMergeType></mapping></attribute-mappings>
</synchronizationRule>"""

SETTINGS = """<saved-mv-configuration server='SYNC01' export-date='2026-01-02 03:04:05'>
<mv-data><parameter-values><parameter name="Microsoft.Synchronize.TimeInterval" type="string"
use="SynchronizationGlobal">00:45:00</parameter></parameter-values></mv-data></saved-mv-configuration>"""


def write_export(folder, title="In from corp - Title"):
    for part in ("Connectors", "GlobalSettings", "SynchronizationRules"):
        (folder / part).mkdir(parents=True)
    connectors = [(DIRECTORY, "corp.example.com", "AD", "DC=corp,DC=example,DC=com"),
                  (TENANT, "lab.onmicrosoft.com - AAD", "Extensible2", "default")]
    for guid, name, category, partition in connectors:
        text = CONNECTOR % (guid.upper(), name, category, partition)
        # As Windows writes it.
        (folder / "Connectors" / f"Connector_{{{guid}}}.xml").write_bytes(text.encode("utf-16"))
    (folder / "GlobalSettings" / "MV.xml").write_text(SETTINGS)
    rules = [(1, title, "", DIRECTORY, "Join", 50),
             (2, "In from AD - User Join", "Microsoft.InfromADUserJoin.006", DIRECTORY, "Provision", 100)]
    for rule in rules:
        (folder / "SynchronizationRules" / f"rule{rule[0]}.xml").write_text(RULE % rule)
    return folder


class ConvertsExports(CliTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.export = write_export(cls.folder / "export")

    def test_a_folder_becomes_a_policy_with_a_report(self):
        policy = self.folder / "policy.json"
        text = self.tandem("policy", "convert", self.export, policy)
        self.assertIn('rule "In from corp - Title": precedence 50', text)
        self.assertIn("becomes our \"In from AD - User Join\"", text)
        self.assertRegex(text, r"Question: which app registration\?")
        self.tandem("policy", "check", policy)
        written = json.loads(policy.read_text())
        self.assertEqual("00:45:00", written["scheduler"]["cycleInterval"])
        self.assertEqual(["In from corp - Title"], [rule["name"] for rule in written["rules"]])
        self.tandem("policy", "convert", self.export, policy, code=1)
        self.assertIn("--yes", self.error)

    def test_there_and_back_means_the_same(self):
        policy = self.folder / "there.json"
        self.tandem("policy", "convert", self.export, policy)
        for kind in ("folder", "settings"):
            back = self.folder / f"back-{kind}"
            self.tandem("policy", "convert", policy, back, "--to", kind)
            diff = self.tandem_json("policy", "diff", policy, back)
            self.assertTrue(diff["same"], diff)

    def test_the_report_alone_writes_nothing(self):
        before = sorted(self.folder.iterdir())
        answer = self.tandem_json("policy", "convert", self.export)
        self.assertEqual("folder", answer["format"])
        for line in answer["report"]:
            self.assertTrue(line["outcome"] != "notCarried" or line["question"] and line["default"], line)
        self.assertEqual(before, sorted(self.folder.iterdir()))

    def test_two_servers_are_compared_as_text_json_and_page(self):
        other = write_export(self.folder / "other", title="In from corp - Other title")
        text = self.tandem("policy", "diff", self.export, other)
        self.assertIn('was called "In from corp - Title"', text)
        page = self.folder / "page.html"
        answer = self.tandem_json("policy", "diff", self.export, other, "--html", page)
        self.assertEqual(["content"], [rule["matchedBy"] for rule in answer["rules"]])
        self.assertIn("In from corp - Other title", page.read_text())
        self.assertNotRegex(page.read_text(), "https?://|<script")

    def test_a_server_is_made_of_an_export(self):
        home = self.folder / "made"
        self.tandem("init", "--import", self.export, "--client-id", "5f0c0c54-8f4e-4a2b-9b1c-0d1e2f3a4b5c",
                    home=home)
        self.assertIn("Not carried, and to decide", self.error)
        rules = self.tandem_json("rule", "list", home=home)["rules"]
        self.assertIn("In from corp - Title", [rule["name"] for rule in rules])

    def test_a_bad_file_has_its_line_and_writes_nothing(self):
        bad = write_export(self.folder / "bad")
        rule = bad / "SynchronizationRules" / "rule1.xml"
        rule.write_text(rule.read_text().replace("<linkType>Join", "<linkType>Glue"))
        output = self.folder / "bad.json"
        self.tandem("policy", "convert", bad, output, code=2)
        self.assertRegex(re.sub(r"\s+", " ", self.error), r"rule1\.xml:7:1: .*\"Glue\" is no link type")
        self.assertFalse(output.exists())
        self.tandem("policy", "diff", bad, self.export, code=2)

    @unittest.skipUnless("TANDEM_SAMPLES" in os.environ, "TANDEM_SAMPLES is not set")
    def test_the_export_of_a_real_server(self):
        server = pathlib.Path(os.environ["TANDEM_SAMPLES"]) / "entra-connect" / "contoso"
        policy = self.folder / "contoso.json"
        self.tandem("policy", "convert", server, policy)
        self.tandem("policy", "check", policy)
        self.assertTrue(self.tandem_json("policy", "diff", server, server)["same"])
