# SPDX-License-Identifier: Apache-2.0
"""Kills tandem with SIGKILL at random points of imports, synchronizations and exports, many times, while
the directory goes on changing. Afterwards the tenant must hold what a tenant holds whose server was
never killed: nothing twice, nothing lost, and a further cycle writes nothing.

    kill_story.py BUILD_DIR [KILLS] [SEED]       prints its seed; the same seed kills at the same moments
                                                 as far as the machine allows
"""
import collections
import pathlib
import random
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "functional/end_to_end"))
from directory import LdifFolder, key, parent_of  # noqa: E402
from expected import ActiveDirectoryModel, compare  # noqa: E402
from lab import Failed, Lab  # noqa: E402
from story import active_directory_person  # noqa: E402

PEOPLE = "1000"


class Changes:
    """Random changes of the directory: some of each kind, a few at a time."""

    def __init__(self, folder, dice):
        self.folder, self.dice = folder, dice
        base = "OU=Kill,DC=corp,DC=example,DC=com"
        self.folder.add(base, {"objectClass": ["top", "organizationalUnit"], "ou": "Kill"})
        self.person = active_directory_person(base, "corp.example.com", "kill")
        self.number = 0

    def pick(self, kind):
        model = ActiveDirectoryModel(self.folder.entries())
        things = model.users if kind == "user" else model.groups
        return self.dice.choice(sorted(things.values(), key=lambda one: one["dn"]))["dn"]

    def one(self):
        self.number += 1
        kind = self.dice.randrange(6)
        if kind == 0:
            self.folder.add(*self.person(f"Killed {self.number}", self.pick("user")))
        elif kind == 1:
            self.folder.modify(self.pick("user"), ("replace", "title", f"Title {self.number}"))
        elif kind == 2:
            group, user = self.pick("group"), self.pick("user")
            members = {key(value.decode()) for value in self.folder.find(group).all("member")}
            self.folder.modify(group, ("delete" if key(user) in members else "add", "member", user))
        elif kind == 3:
            user = self.pick("user")
            self.folder.modify(user, ("replace", "manager", self.pick("user")))
        elif kind == 4:
            self.folder.delete(self.pick("user"))
        else:
            user = self.pick("user")
            self.folder.rename(user, f"CN=Renamed {self.number}")


def kill_after(lab, arguments, seconds):
    """True when it was killed; False when it had ended before."""
    process = subprocess.Popen([lab.server.program, "--home", lab.server.home, "--json", *arguments],
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        _, errors = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.communicate()
        return True
    if process.returncode not in (0, 3):
        raise Failed(f"exit code {process.returncode}: {errors[-1500:]}")
    return False


class Count:
    def __init__(self):
        self.passed = self.failed = 0

    def check(self, title, problem):
        if problem:
            self.failed += 1
            print(f"  FAILED  {title}: {problem}", flush=True)
        else:
            self.passed += 1
            print(f"  ok      {title}", flush=True)


def duplicates(lab):
    """Objects that stand for the same one of the directory."""
    users = lab.tenant.graph("users?$select=id,onPremisesImmutableId,userPrincipalName&$top=999")
    anchors = collections.Counter(user.get("onPremisesImmutableId") for user in users)
    groups = lab.tenant.graph("groups?$select=id,displayName&$top=999")
    names = collections.Counter(group["displayName"] for group in groups)
    twice = [name for counter in (anchors, names) for name, count in counter.items()
             if name and count > 1]
    return f"{len(twice)} objects are there twice: {twice[:5]}" if twice else None


def phase(lab, changes, dice, kills, kind, cycle):
    """So many kills: change, start a cycle, kill it. The span is learnt from how long a whole one takes."""
    started = time.monotonic()
    span = 1.5
    killed = 0
    for number in range(kills * 4):
        if killed == kills:
            break
        for _ in range(dice.randrange(1, 8)):
            changes.one()
        at = dice.uniform(0.02, span)
        began = time.monotonic()
        if kill_after(lab, cycle, at):
            killed += 1
            span = min(span * 1.15, 20)
        else:
            span = max(0.3, (time.monotonic() - began) * 0.95)
        if number % 10 == 9:
            print(f"  {kind}: {number + 1} started, {killed} killed, "
                  f"{time.monotonic() - started:.0f} s", flush=True)
    return killed


def settle(lab):
    for _ in range(4):
        before = lab.tenant.writes()
        lab.server.cycle("delta")
        if lab.tenant.writes() == before:
            return None
    return "after four cycles it still writes"


def story(lab, kills, seed):
    dice = random.Random(seed)
    count = Count()
    lab.server.init(lab.tenant, "--demo", "--people", PEOPLE)
    changes = Changes(LdifFolder(lab.server.home / "forest"), dice)
    # First while the store and the tenant are still filling, then in the middle of deltas.
    initial = kills * 2 // 5
    killed = phase(lab, changes, dice, initial, "initial cycles", ["cycle", "initial"])
    lab.server.cycle("initial")
    count.check("after kills in initial cycles nothing is there twice", duplicates(lab))
    wrong = compare(lab.tenant, ActiveDirectoryModel(changes.folder.entries()))
    count.check("… and the tenant is right", "\n      ".join(wrong[:10]))
    killed += phase(lab, changes, dice, kills - initial, "delta cycles", ["cycle", "delta"])
    count.check(f"{killed} processes were killed in the middle",
                None if killed == kills else f"not {kills}, as wanted: they ended too soon")
    count.check("it comes to rest", settle(lab))
    count.check("nothing is there twice", duplicates(lab))
    wrong = compare(lab.tenant, ActiveDirectoryModel(changes.folder.entries()))
    count.check("the tenant is right", "\n      ".join(wrong[:10]))
    interrupted = [run for run in lab.server.run("runs", "--limit", "1000")["runs"]
                   if run["result"] == "in-progress"]
    count.check("no run is said to be in progress", f"{len(interrupted)} are" if interrupted else None)
    return count, changes


def control(build, changes):
    """A server that was never killed, given the directory as it is at the end."""
    with Lab(build, "control") as lab:
        lab.server.init(lab.tenant, "--demo", "--people", "10")
        folder = lab.server.home / "forest"
        for path in folder.glob("*.ldif"):
            path.unlink()
        (folder / "forest.ldif").write_text((changes.folder.folder / "forest.ldif").read_text())
        lab.server.cycle("initial")
        return picture(lab)


def picture(lab):
    """What a tenant holds, without the ids that it gave."""
    fields = "onPremisesImmutableId,displayName,userPrincipalName,jobTitle,department,accountEnabled,mail"
    users = lab.tenant.graph(
        f"users?$select={fields}&$expand=manager($select=onPremisesImmutableId)&$top=999")
    groups = lab.tenant.graph("groups?$select=id,displayName,description&$top=999")
    members = {group["displayName"]: sorted(
        str(one.get("onPremisesImmutableId")) for one in lab.tenant.graph(
            f"groups/{group['id']}/members?$select=id,onPremisesImmutableId&$top=999"))
               for group in groups}
    return (sorted(str({name: user.get(name) for name in fields.split(",")}) +
                   str((user.get("manager") or {}).get("onPremisesImmutableId")) for user in users
                   if user.get("onPremisesImmutableId")), members)


def main():
    kills = int(sys.argv[2]) if len(sys.argv) > 2 else 50
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.SystemRandom().randrange(10**6)
    print(f"seed {seed}", flush=True)
    with Lab(sys.argv[1], "crash") as lab:
        count, changes = story(lab, kills, seed)
        mine = picture(lab)
        other = control(sys.argv[1], changes)
        differing = sum((collections.Counter(mine[0]) - collections.Counter(other[0])).values())
        count.check("the tenant is as if nothing had ever been killed",
                    None if mine == other else f"{differing} users differ, groups "
                    f"{[name for name in mine[1] if mine[1][name] != other[1].get(name)][:5]}")
    print(f"{count.passed} passed, {count.failed} failed, 0 skipped")
    sys.exit(count.failed > 0)


if __name__ == "__main__":
    main()
