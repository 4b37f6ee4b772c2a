# SPDX-License-Identifier: Apache-2.0
"""A Samba Active Directory domain, by LDAPS and DirSync, into the tenant.

Use: samba_story.py BUILD_DIR [PEOPLE]

Loading some thousand people takes minutes, so the loaded domain is kept in build/cache.
"""
import hashlib
import os
import pathlib
import subprocess
import sys

from directory import REFERENCES, LdapServer, ldif_line, parent_of, parse_ldif
from expected import ActiveDirectoryModel
from lab import PROJECT, Failed, Lab
from slapd_story import read_env
from story import Story, active_directory_person

SERVER = PROJECT / "tests/functional/servers/samba_dc.sh"
ADDRESS = "127.0.0.31"  # Samba's ports cannot be moved, so each test has an address of its own
BASE = "DC=corp,DC=example,DC=com"


def why_not():
    if not pathlib.Path("/usr/sbin/samba").exists():
        return "samba is not installed"
    if os.geteuid() != 0:
        return "Samba's ports are below 1024: run as root"
    return None


def split_links(text):
    """LDIF of the objects alone, and LDIF of the references between them: Samba takes a reference only
    when its target is there."""
    objects, links = [], []
    for entry in parse_ldif(text):
        objects.append(ldif_line("dn", entry.dn))
        changes = []
        for name, values in entry.attributes.items():
            if name in REFERENCES:
                changes += [f"add: {name}", *(ldif_line(name, value) for value in values), "-"]
            else:
                objects += [ldif_line(name, value) for value in values]
        objects.append("")
        if changes:
            links += [ldif_line("dn", entry.dn), "changetype: modify", *changes, ""]
    return "\n".join(objects), "\n".join(links)


def ldb(tool, folder, text, environment):
    done = subprocess.run([tool, "-H", folder / "private/sam.ldb",
                           f"--configfile={folder / 'etc/smb.conf'}"], input=text, text=True,
                          capture_output=True, check=False, env=environment)
    if done.returncode != 0 or "ERR" in done.stderr:
        raise Failed(f"{tool}: {done.stderr[-1000:]}")


def prepare(lab, folder, people):
    """A domain with the demo's people, from the cache when there is one of this kind."""
    forest = lab.folder / "forest"
    lab.server.run("demo", "forest", str(forest), "--people", people, "--for-loading")
    order = ["00-containers.ldif", "system.ldif"]
    files = sorted(forest.glob("*.ldif"), key=lambda path: (path.name not in order, path.name))
    text = "\n".join(path.read_text() for path in files)
    mark = hashlib.sha256(text.encode()).hexdigest()[:12]
    cache = PROJECT / f"build/cache/samba-{people}-{mark}.tar.zst"
    environment = {**os.environ, "DC_ADDRESS": ADDRESS}
    if not cache.exists():
        plain = PROJECT / "build/cache/samba-domain.tar.zst"
        subprocess.run([SERVER, "start", folder, plain], check=True, env=environment)
        subprocess.run([SERVER, "stop", folder], check=True, env=environment)
        print("  loading the people into Samba: some minutes, once", flush=True)
        objects, links = split_links(text)
        ldb("ldbadd", folder, objects, environment)
        ldb("ldbmodify", folder, links, environment)
        new = cache.with_suffix(".new")
        subprocess.run(f"tar -C '{folder}' --exclude=./run --exclude=./log --exclude='*/np' -cf - . "
                       f"2> /dev/null | zstd -q -1 -f -o '{new}'", shell=True, check=True)
        new.rename(cache)
    subprocess.run([SERVER, "start", folder, cache], check=True, env=environment)


def tell(lab, server):
    password = lab.folder / "password"
    password.write_text(server["ADMIN_PASSWORD"])
    lab.server.init(lab.tenant, "--ad", server["SERVER_NAME"], "--connect-address", server["ADDRESS"],
                    "--ca-file", server["CA_FILE"], "--account", server["ADMIN"],
                    "--password-file", str(password), "--partition", BASE)
    directory = LdapServer({
        "arguments": ["-x", "-H", f"ldaps://{server['ADDRESS']}", "-D", server["ADMIN"],
                      "-w", server["ADMIN_PASSWORD"]],
        "environment": {"LDAPTLS_CACERT": server["CA_FILE"], "LDAPTLS_REQCERT": "allow"}}, BASE)
    story = Story(lab, directory, ActiveDirectoryModel)
    story.initial_cycle(people_min=1000, groups_min=100, members_min=5000)

    def by_dirsync():
        answer = lab.server.cycle("delta")
        first = answer["runs"][0]
        assert first["profile"] == "Delta Import" and not first["message"], first
    story.step("the delta import is a delta: DirSync, over LDAPS", by_dirsync)
    chosen = story.candidates(3)
    group = next(one["dn"] for one in story.model().groups.values() if 5 < len(one["members"]) < 100)
    story.changes(chosen, group, active_directory_person(parent_of(chosen[1]), "corp.example.com"),
                  disable=True)
    return story


def main():
    reason = why_not()
    if reason:
        print(f"skipped: {reason}\n0 passed, 0 failed, 1 skipped")
        return
    people = sys.argv[2] if len(sys.argv) > 2 else "5200"
    with Lab(sys.argv[1], "samba") as lab:
        folder = lab.folder / "samba"
        try:
            prepare(lab, folder, people)
            story = tell(lab, read_env(folder))
        finally:
            subprocess.run([SERVER, "stop", folder], check=False,
                           env={**os.environ, "DC_ADDRESS": ADDRESS})
    print(f"{story.passed} passed, {story.failed} failed, 0 skipped")
    sys.exit(story.failed > 0)


if __name__ == "__main__":
    main()
