# SPDX-License-Identifier: Apache-2.0
"""A directory into the tenant, change by change: after each change one delta cycle, and exactly the
expected writes. The stories of all kinds of directories are made of these steps."""
import collections
import sys
import time
import traceback

from directory import escape, first_rdn, key, parent_of
from expected import compare
from lab import Failed


class Story:
    """Counts steps; a failed step is told, and the story goes on: the next comparison may say more."""

    def __init__(self, lab, directory, model, excluded=()):
        self.lab, self.directory, self.model_of, self.excluded = lab, directory, model, excluded
        self.passed = self.failed = 0

    def step(self, title, work, writes=None):
        """work() changes the directory; then a delta cycle must make exactly these writes."""
        started = time.monotonic()
        try:
            before = collections.Counter(self.lab.tenant.writes())
            note = work()
            if writes is not None:
                expected = writes() if callable(writes) else writes
                self.lab.server.cycle("delta")
                made = collections.Counter(self.lab.tenant.writes())
                made.subtract(before)
                made = {name: count for name, count in made.items() if count}
                if made != expected:
                    raise Failed(f"wrote {made}, should be {expected}")
            self.passed += 1
            print(f"  ok      {title} ({time.monotonic() - started:.1f} s){note or ''}", flush=True)
            return True
        except Exception as error:  # noqa: BLE001 a test tells whatever went wrong
            self.failed += 1
            print(f"  FAILED  {title}: {error}", flush=True)
            if not isinstance(error, (Failed, AssertionError)):
                traceback.print_exc(file=sys.stdout)
            return False

    def model(self):
        return self.model_of(self.directory.entries(), self.excluded)

    def matches(self, with_backstage=False):
        wrong = compare(self.lab.tenant, self.model(),
                        self.lab.backstage() if with_backstage else None)
        if wrong:
            more = f"\n      and {len(wrong) - 12} more" if len(wrong) > 12 else ""
            raise Failed(f"{len(wrong)} differences\n      " + "\n      ".join(wrong[:12]) + more)

    def initial_cycle(self, people_min, groups_min, members_min):
        """Everything arrives, and a second cycle writes nothing."""
        def first():
            self.lab.server.cycle("initial")
        self.step("the initial cycle", first)
        self.step("the tenant holds what the rules say (checked by Backstage's reader too)",
                  lambda: self.matches(with_backstage=True))

        def sizes():
            model = self.model()
            largest = max(len(group["members"]) for group in model.groups.values())
            assert len(model.users) >= people_min, f"only {len(model.users)} people"
            assert len(model.groups) >= groups_min, f"only {len(model.groups)} groups"
            assert largest >= members_min, f"the largest group has only {largest} members"
            return (f": {len(model.users)} users, {len(model.groups)} groups, the largest of {largest}, "
                    f"{len(model.contacts)} contacts")
        self.step("the directory is large enough", sizes)
        self.step("a second cycle writes nothing", lambda: None, {})
        before = collections.Counter(self.lab.tenant.writes())
        self.step("a second initial cycle writes nothing", first)

        def none():
            made = collections.Counter(self.lab.tenant.writes()) - before
            assert not made, f"wrote {dict(made)}"
        self.step("… and indeed wrote nothing", none)

    # -------------------------------------------------------------------------- the changes

    def changes(self, people, group, new_person, *, disable=None):
        """people: DNs; group: one to change; new_person(name, manager) → dn, attributes."""
        d = self.directory
        model = self.model()

        def user(dn):
            return model.users[model.names[key(dn)]]
        someone, other, third = people[:3]
        ada = {}

        def hire():
            ada["dn"], attributes = new_person("Ada Lovelace", someone)
            d.add(ada["dn"], attributes)
        self.step("somebody new", hire, {"users.create": 1, "users.manager": 1})

        def odd():
            ada["odd"], attributes = new_person('Łukasz "Żółć" O\'Neill, Jr. + Söhne', None)
            d.add(ada["odd"], attributes)
        self.step("a name with commas, quotes and letters of four alphabets", odd, {"users.create": 1})
        self.step("a new title", lambda: d.modify(ada["dn"], ("replace", "title", "Chief Engineer")),
                  {"users.update": 1})
        self.step("a title taken away", lambda: d.modify(ada["dn"], ("delete", "title")),
                  {"users.update": 1})
        self.step("an attribute that nobody synchronizes",
                  lambda: d.modify(other, ("replace", "roomNumber", "4711")),
                  self.unsynchronized_writes())
        self.step("another manager", lambda: d.modify(ada["dn"], ("replace", "manager", other)),
                  {"users.manager": 1})
        self.step("no manager", lambda: d.modify(ada["dn"], ("delete", "manager")), {"users.manager": 1})
        if disable:
            self.step("disabled", lambda: d.modify(third, ("replace", "userAccountControl", "514")),
                      {"users.update": 1})
            self.step("enabled again", lambda: d.modify(third, ("replace", "userAccountControl", "512")),
                      {"users.update": 1})
        self.step("after these the tenant is right", self.matches)

        self.step("two new members of a group",
                  lambda: d.modify(group, ("add", "member", ada["dn"], ada["odd"])),
                  {"groups.members.add": 2})
        self.step("one member less", lambda: d.modify(group, ("delete", "member", ada["odd"])),
                  {"groups.members.remove": 1})

        def rename():
            ada["dn"] = d.rename(ada["dn"], first_rdn(ada["dn"]).split("=")[0] + "=Ada King")
        self.step("renamed", rename, {"users.update": 1})

        def move():
            ada["dn"] = d.rename(ada["dn"], parent=parent_of(parent_of(ada["dn"])))
        self.step("moved to another OU", move, {"users.update": 1})
        self.step("after these the tenant is right", self.matches)

        def move_ou():
            ada["ou"] = f"OU=A Moved Unit,{self.directory_base()}"
            d.rename(parent_of(someone), first_rdn(ada["ou"]), self.directory_base())
        inside = [one for one in model.users.values()
                  if key(one["dn"]).endswith("," + key(parent_of(someone)))]
        self.step(f"an OU with {len(inside)} people moved and renamed", move_ou,
                  {"users.update": len(inside)})
        self.step("after these the tenant is right", self.matches)

        gone = user(third)
        self.step(f"{gone['displayName']} deleted", lambda: d.delete(third), {"users.delete": 1})

        def again():
            ada["third"], attributes = new_person(gone["displayName"] + " again", None)
            d.add(ada["third"], attributes)
        self.step("re-created: another object", again, {"users.create": 1})
        self.step("a group described anew",
                  lambda: d.modify(group, ("replace", "description", "Changed")), {"groups.update": 1})
        self.step("a second delta cycle writes nothing", lambda: None, {})
        self.step("at the end the tenant is right (checked by Backstage's reader too)",
                  lambda: self.matches(with_backstage=True))
        return ada

    def unsynchronized_writes(self):
        return {}

    def directory_base(self):
        entries = self.directory.entries()
        return min((entry.dn for entry in entries if entry.all("objectClass")), key=len)

    def candidates(self, count):
        """People with a group and without people under them, in different OUs, not in groups' shadow."""
        model = self.model()
        by_ou = collections.defaultdict(list)
        for anchor, one in model.users.items():
            if one["accountEnabled"]:
                by_ou[parent_of(one["dn"])].append(one["dn"])
        small = sorted((ou for ou in by_ou if len(by_ou[ou]) >= 3), key=lambda ou: (len(by_ou[ou]), ou))
        return [by_ou[ou][0] for ou in small[:count]]


def active_directory_person(base_ou, domain, account_prefix="e2e"):
    """A maker of people, for Story.changes()."""
    numbers = iter(range(1, 10000))

    def make(name, manager):
        number = next(numbers)
        account = f"{account_prefix}{number}"
        given, _, family = name.partition(" ")
        attributes = {
            "objectClass": ["top", "person", "organizationalPerson", "user"], "cn": name,
            "sAMAccountName": account, "userPrincipalName": f"{account}@{domain}",
            "displayName": name, "givenName": given, "sn": family, "title": "Analyst",
            "mail": f"{account}@{domain}", "userAccountControl": "512",
            "proxyAddresses": [f"SMTP:{account}@{domain}"] + [
                f"smtp:{account}.{alias}@{domain}" for alias in range(12)]}
        if manager:
            attributes["manager"] = manager
        return f"CN={escape(name)},{base_ou}", attributes
    return make
