# SPDX-License-Identifier: Apache-2.0
"""OpenLDAP, by syncrepl and StartTLS, into the tenant. Use: slapd_story.py BUILD_DIR [PEOPLE]"""
import os
import pathlib
import shutil
import subprocess
import sys

from directory import LdapServer, escape, parent_of
from expected import OpenLdapModel
from lab import PROJECT, Lab
from story import Story

SERVER = PROJECT / "tests/functional/servers/slapd.sh"
SUFFIX = "dc=corp,dc=example,dc=com"


def read_env(folder):
    return dict(line.split("=", 1) for line in (folder / "env").read_text().splitlines())


def person_maker(base_ou):
    numbers = iter(range(1, 10000))

    def make(name, manager):
        uid = f"e2e{next(numbers)}"
        given, _, family = name.partition(" ")
        attributes = {"objectClass": ["top", "person", "organizationalPerson", "inetOrgPerson"],
                      "cn": name, "uid": uid, "givenName": given, "sn": family or name,
                      "displayName": name, "title": "Analyst", "mail": f"{uid}@corp.example.com"}
        if manager:
            attributes["manager"] = manager
        return f"cn={escape(name)},{base_ou}", attributes
    return make


def load(lab, folder, people):
    """slapadd takes thousands of entries in a second; what it needs is what `demo forest` makes."""
    forest = lab.folder / "forest"
    lab.server.run("demo", "forest", str(forest), "--people", people, "--openldap", "--for-loading",
                   "--base", SUFFIX)
    text = "\n".join(path.read_text() for path in sorted(forest.glob("*.ldif")))
    subprocess.run([SERVER, "load", folder], input=text, text=True, check=True,
                   env={**os.environ, "SUFFIX": SUFFIX})


def main():
    if not pathlib.Path("/usr/sbin/slapd").exists():
        print("skipped: slapd is not installed\n0 passed, 0 failed, 1 skipped")
        return
    people = sys.argv[2] if len(sys.argv) > 2 else "5200"
    with Lab(sys.argv[1], "slapd") as lab:
        folder = lab.folder / "slapd"
        load(lab, folder, people)
        subprocess.run([SERVER, "start", folder], check=True, env={**os.environ, "SUFFIX": SUFFIX})
        try:
            story = tell(lab, read_env(folder), folder)
        finally:
            subprocess.run([SERVER, "stop", folder], check=False)
            shutil.rmtree(folder / "db", ignore_errors=True)
    print(f"{story.passed} passed, {story.failed} failed, 0 skipped")
    sys.exit(story.failed > 0)


def tell(lab, server, folder):
    password = lab.folder / "password"
    password.write_text(server["READER_PASSWORD"])
    lab.server.init(lab.tenant, "--openldap", server["SERVER_NAME"], "--connect-address",
                    server["ADDRESS"], "--start-tls", "--ca-file", server["CA_FILE"],
                    "--account", server["READER"], "--password-file", str(password),
                    "--partition", SUFFIX)
    lab.server.edit_policy(lambda policy: connection_of(policy).update(port=int(server["PORT"])))
    directory = LdapServer({"arguments": [
        "-x", "-H", f"ldap://{server['ADDRESS']}:{server['PORT']}", "-D", server["ADMIN"],
        "-w", server["ADMIN_PASSWORD"]]}, SUFFIX, reading=("entryUUID",),
        follows_references=False)
    story = Story(lab, directory, OpenLdapModel)
    story.initial_cycle(people_min=1000, groups_min=100, members_min=5000)

    def by_syncrepl():
        answer = lab.server.cycle("delta")
        first = answer["runs"][0]
        assert first["profile"] == "Delta Import" and not first["message"], first
    story.step("the delta import is a delta: syncrepl, over StartTLS", by_syncrepl)
    chosen = story.candidates(3)
    group = next(one["dn"] for one in story.model().groups.values() if 5 < len(one["members"]) < 100)
    story.changes(chosen, group, person_maker(parent_of(chosen[1])))
    return story


def connection_of(policy):
    """The LDAP settings of the first connector, wherever the document keeps them."""
    connector = policy["connectors"][0]
    return next((connector[name] for name in ("connection", "ldap") if name in connector), connector)


if __name__ == "__main__":
    main()
