# SPDX-License-Identifier: Apache-2.0
"""A server that reads a real OpenLDAP and writes a tandem-tenant."""
import json
import os
import pathlib
import subprocess
import unittest

import test_cli

BASE = "DC=corp,DC=example,DC=com"
SLAPD = pathlib.Path(__file__).resolve().parents[1] / "servers" / "slapd.sh"


@unittest.skipUnless(pathlib.Path("/usr/sbin/slapd").exists(), "slapd is not installed")
class WithOpenLdap(test_cli.CliTest):
    people_at_start = ()  # their uid

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.directory = cls.folder / "slapd"
        cls.start()
        lines = (cls.directory / "env").read_text().splitlines()
        cls.server = dict(line.split("=", 1) for line in lines)
        for uid in cls.people_at_start:
            cls.add_person(uid)
        (cls.folder / "tenant").mkdir()
        cls.tenant = test_cli.Tenant(cls.folder / "tenant")
        cls.tandem("init", "--openldap", cls.server["SERVER_NAME"], "--connect-address",
                   cls.server["ADDRESS"], "--start-tls", "--ca-file", cls.server["CA_FILE"],
                   "--account", cls.server["READER"], "--password-file",
                   cls.password("reader", cls.server["READER_PASSWORD"]), "--partition", BASE,
                   "--active", "--tenant", "lab.onmicrosoft.com", "--client-id",
                   cls.tenant.told("client id"), "--client-secret-file",
                   cls.tenant.told("secret file"), "--login-url", cls.tenant.url, "--graph-url",
                   cls.tenant.url + "/v1.0", "--entra-ca-file", cls.tenant.folder / "ca.pem",
                   "--sync-profile")
        policy = json.loads((cls.home / "policy.json").read_text())
        policy["connectors"][0]["port"] = int(cls.server["PORT"])
        (cls.home / "policy.json").write_text(json.dumps(policy, indent=2))
        cls.tandem("cycle", "initial")

    @classmethod
    def tearDownClass(cls):
        cls.tenant.stop()
        cls.stop()
        super().tearDownClass()

    @classmethod
    def start(cls, **environment):
        subprocess.run([SLAPD, "start", cls.directory], check=True,
                       env={**os.environ, "SUFFIX": BASE.lower(), **environment})

    @classmethod
    def stop(cls):
        subprocess.run([SLAPD, "stop", cls.directory], check=False,
                       env={**os.environ, "SUFFIX": BASE.lower()})

    @classmethod
    def password(cls, name, text):
        path = cls.folder / f"password-{name}"
        path.write_text(text + "\n")
        path.chmod(0o600)
        return path

    @classmethod
    def ldap(cls, tool, *arguments, text=""):
        return subprocess.run(
            [tool, "-x", "-H", f"ldap://{cls.server['ADDRESS']}:{cls.server['PORT']}",
             "-D", cls.server["ADMIN"], "-w", cls.server["ADMIN_PASSWORD"], *arguments],
            input=text, check=True, capture_output=True, text=True).stdout

    @classmethod
    def add_person(cls, uid):
        cls.ldap("ldapadd", text=f"dn: uid={uid},{BASE}\nobjectClass: inetOrgPerson\nuid: {uid}\n"
                                 f"cn: {uid}\nsn: {uid}\nmail: {uid}@corp.example.com\n")

    def people(self):
        return self.ldap("ldapsearch", "-LLL", "-b", BASE, "(objectClass=inetOrgPerson)", "dn")
