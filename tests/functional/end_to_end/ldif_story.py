# SPDX-License-Identifier: Apache-2.0
"""A folder of LDIF into the tenant. Use: ldif_story.py BUILD_DIR [PEOPLE]"""
import shutil
import sys

from directory import LdifFolder, key, parent_of
from expected import ActiveDirectoryModel
from lab import Lab
from story import Story, active_directory_person

EXCLUDED = "OU=Excluded,DC=corp,DC=example,DC=com"


def guards(story):
    """A directory that suddenly answers empty, or loses much, deletes nothing."""
    lab, folder = story.lab, story.directory.folder
    before = lab.tenant.writes()
    hidden = folder.with_name("hidden.ldif")

    def refuses():
        code, answer = lab.server.run("cycle", "delta", check=False)
        assert code == 3, f"exit code {code}: {answer}"
        results = [run["result"] for run in answer["runs"]]
        assert any(result.startswith("stopped-deletion") for result in results), results
        assert lab.tenant.writes() == before, "something was written"

    def empty():
        shutil.move(folder / "forest.ldif", hidden)
        (folder / "forest.ldif").write_text("dn: DC=corp,DC=example,DC=com\nobjectClass: domainDNS\n"
                                            "dc: corp\n\n")
        refuses()
    story.step("a directory that suddenly answers empty stops the cycle: exit code 3", empty)

    def half():
        text = hidden.read_text()
        (folder / "forest.ldif").write_text(text[:text.rindex("\ndn:", 0, len(text) // 2) + 1])
        refuses()
    story.step("half a directory, too", half)

    def back():
        shutil.move(hidden, folder / "forest.ldif")
    story.step("when it is whole again, nothing has to be written", back, {})


def scope(story, person, ada):
    """Out of scope and back: deleted, and the same object restored."""
    d = story.directory
    d.add(EXCLUDED, {"objectClass": ["top", "organizationalUnit"], "ou": "Excluded"})
    home = parent_of(ada["dn"])
    identity = story.model().names[key(ada["dn"])]
    found = {}

    def identify():
        found["id"] = [one["id"] for one in story.lab.tenant.graph(
            "users?$select=id,onPremisesImmutableId&$top=999") if
            one.get("onPremisesImmutableId") == identity]
        assert len(found["id"]) == 1
    story.step("who is she in the tenant", identify)

    def leave():
        found["dn"] = d.rename(ada["dn"], parent=EXCLUDED)
    story.step("moved to an excluded OU", leave, {"users.delete": 1})

    def back():
        ada["dn"] = d.rename(found["dn"], parent=home)
    # The tenant gives a restored user its memberships back by itself.
    story.step("moved back: restored, and its new DN written", back,
               {"users.restore": 1, "users.update": 1})

    def same():
        now = [one["id"] for one in story.lab.tenant.graph(
            "users?$select=id,onPremisesImmutableId&$top=999")
            if one.get("onPremisesImmutableId") == identity]
        assert now == found["id"], "another object"
    story.step("it is the same object", same)


def main():
    people = sys.argv[2] if len(sys.argv) > 2 else "5200"
    with Lab(sys.argv[1], "ldif") as lab:
        lab.server.init(lab.tenant, "--demo", "--people", people)
        lab.server.edit_policy(lambda policy: policy["connectors"][0]["partitions"][0].update(
            exclude=[EXCLUDED]))
        directory = LdifFolder(lab.server.home / "forest")
        story = Story(lab, directory, ActiveDirectoryModel, excluded=(EXCLUDED,))
        story.initial_cycle(people_min=1000, groups_min=100, members_min=min(5000, int(people) - 200))
        chosen = story.candidates(3)
        group = next(one["dn"] for one in story.model().groups.values() if 5 < len(one["members"]) < 100)
        person = active_directory_person(parent_of(chosen[1]), "corp.example.com")
        ada = story.changes(chosen, group, person, disable=True)
        scope(story, person, ada)
        guards(story)
        story.step("at the very end the tenant is right", story.matches)
    print(f"{story.passed} passed, {story.failed} failed, 0 skipped")
    sys.exit(story.failed > 0)


if __name__ == "__main__":
    main()
