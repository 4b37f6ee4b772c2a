# SPDX-License-Identifier: Apache-2.0
"""What a tenant must hold, given a directory: computed from the documented meaning of the standard rules,
not from the rules themselves. And what it does hold, as Graph tells it."""
import base64
import collections
import re
import uuid

from directory import key

VERIFIED = ("corp.example.com",)
INITIAL = "lab.onmicrosoft.com"
USER_FIELDS = ("displayName", "givenName", "surname", "department", "jobTitle", "city", "country",
               "companyName", "mobilePhone", "employeeId", "accountEnabled", "userPrincipalName")


def anchor_of(entry):
    for name in ("ms-DS-ConsistencyGuid", "objectGUID"):
        if entry.all(name):
            return base64.b64encode(entry.all(name)[0]).decode()
    return base64.b64encode(uuid.UUID(entry.text("entryUUID")).bytes).decode()


def flag(entry, name):
    return (entry.text(name) or "").upper() == "TRUE"


def is_system(entry):
    name = (entry.text("sAMAccountName") or "").lower()
    alias = (entry.text("mailNickname") or "").lower()
    return (flag(entry, "isCriticalSystemObject") or "\\0acnf:" in entry.dn.lower()
            or name.startswith(("msol_", "aad_", "cas_{", "support_388945a0"))
            or alias.startswith(("cas_{", "systemmailbox{"))
            or (entry.text("adminDescription") or "").startswith("User_"))


def at_initial_domain(alias):
    """The fallback of a user principal name, without the characters that the tenant drops."""
    return re.sub(r"[^A-Za-z0-9._'!#^~-]", "", alias) + "@" + INITIAL


def trimmed(value):
    return value.strip() or None if value is not None else None


class ActiveDirectoryModel:
    """users, groups, contacts: {anchor: {…}}; names: {DN key: anchor} of all of them."""

    def __init__(self, entries, excluded=()):
        self.users, self.groups, self.contacts, self.names = {}, {}, {}, {}
        entries = [entry for entry in entries
                   if not any(key(entry.dn).endswith(key(dn)) for dn in excluded)]
        for entry in entries:
            if entry.is_a("computer"):
                continue
            if entry.is_a("user") or entry.is_a("inetOrgPerson"):
                self._user(entry)
            elif entry.is_a("group"):
                self._group(entry)
            elif entry.is_a("contact"):
                self._contact(entry)
        for entry in entries:
            anchor = self.names.get(key(entry.dn))
            if anchor in self.groups:
                members = [self.names.get(key(value.decode())) for value in entry.all("member")]
                self.groups[anchor]["members"] = sorted(name for name in members if name)
            if anchor in self.users:
                manager = entry.text("manager")
                found = self.names.get(key(manager)) if manager else None
                self.users[anchor]["manager"] = found if found in self.users else None

    def _user(self, entry):
        details = int(entry.text("msExchRecipientTypeDetails") or 0)
        if is_system(entry) or not entry.all("sAMAccountName") or details & 0x21C07000 or details == 2:
            return
        control = entry.text("userAccountControl")
        upn = trimmed(entry.text("userPrincipalName"))
        account = entry.text("sAMAccountName")
        if not upn or upn.split("@")[-1].lower() not in VERIFIED:
            upn = at_initial_domain(entry.text("mailNickname") or account)
        anchor = anchor_of(entry)
        self.names[key(entry.dn)] = anchor
        self.users[anchor] = {
            "dn": entry.dn,
            "displayName": entry.text("displayName") or entry.text("cn"),
            "givenName": trimmed(entry.text("givenName")), "surname": trimmed(entry.text("sn")),
            "department": trimmed(entry.text("department")), "jobTitle": trimmed(entry.text("title")),
            "city": trimmed(entry.text("l")), "country": trimmed(entry.text("co")),
            "companyName": trimmed(entry.text("company")),
            "mobilePhone": trimmed(entry.text("mobile")),
            "employeeId": trimmed(entry.text("employeeID")),
            "accountEnabled": control is not None and not int(control) & 2,
            "userPrincipalName": upn,
            "proxyAddresses": {value.decode().strip() for value in entry.all("proxyAddresses")},
        }

    def _group(self, entry):
        security = bool(int(entry.text("groupType") or 0) & 0x80000000)
        mail = "@" in (entry.text("mail") or "") or any(
            value.startswith(b"SMTP:") and b"@" in value for value in entry.all("proxyAddresses"))
        if is_system(entry) or not (security or mail):
            return
        anchor = anchor_of(entry)
        self.names[key(entry.dn)] = anchor
        self.groups[anchor] = {"dn": entry.dn, "members": [],
                               "displayName": entry.text("displayName") or entry.text("cn"),
                               "description": trimmed((entry.text("description") or "")[:448])}

    def _contact(self, entry):
        mail = "@" in (entry.text("mail") or "") or any(
            value.startswith(b"SMTP:") and b"@" in value for value in entry.all("proxyAddresses"))
        if flag(entry, "isCriticalSystemObject") or not mail:
            return
        anchor = anchor_of(entry)
        self.names[key(entry.dn)] = anchor
        self.contacts[anchor] = {"dn": entry.dn,
                                 "displayName": entry.text("displayName") or entry.text("cn")}


class OpenLdapModel:
    def __init__(self, entries, excluded=()):
        self.users, self.groups, self.contacts, self.names = {}, {}, {}, {}
        entries = [entry for entry in entries
                   if not any(key(entry.dn).endswith(key(dn)) for dn in excluded)]
        for entry in entries:
            if entry.is_a("inetOrgPerson") and entry.all("uid"):
                self._person(entry)
            elif entry.is_a("groupOfNames"):
                anchor = anchor_of(entry)
                self.names[key(entry.dn)] = anchor
                self.groups[anchor] = {
                    "dn": entry.dn, "members": [],
                    "displayName": entry.text("displayName") or entry.text("cn"),
                    "description": trimmed((entry.text("description") or "")[:448])}
        for entry in entries:
            anchor = self.names.get(key(entry.dn))
            if anchor in self.groups:
                members = [self.names.get(key(value.decode())) for value in entry.all("member")]
                self.groups[anchor]["members"] = sorted(name for name in members if name)
            if anchor in self.users:
                manager = entry.text("manager")
                self.users[anchor]["manager"] = self.names.get(key(manager)) if manager else None

    def _person(self, entry):
        uid, mail = entry.text("uid").strip(), trimmed(entry.text("mail"))
        upn = mail if mail and "@" in mail else None
        if not upn or upn.split("@")[-1].lower() not in VERIFIED:
            upn = at_initial_domain(uid)
        anchor = anchor_of(entry)
        self.names[key(entry.dn)] = anchor
        self.users[anchor] = {
            "dn": entry.dn,
            "displayName": entry.text("displayName") or entry.text("cn"),
            "givenName": trimmed(entry.text("givenName")), "surname": trimmed(entry.text("sn")),
            "department": trimmed(entry.text("ou") or entry.text("departmentNumber")),
            "jobTitle": trimmed(entry.text("title")), "city": trimmed(entry.text("l")),
            "country": None, "companyName": trimmed(entry.text("o")),
            "mobilePhone": trimmed(entry.text("mobile")),
            "employeeId": trimmed(entry.text("employeeNumber")),
            "accountEnabled": True, "userPrincipalName": upn,
            "proxyAddresses": {"SMTP:" + mail} if mail else set(),
        }


def compare(tenant, model, seen_by_backstage=None):
    """Differences between what the tenant holds and what it should, as lines; [] when there are none."""
    wrong = []
    ids = compare_users(tenant, model, wrong)
    compare_groups(tenant, model, ids, wrong)
    contacts = collections.Counter(one["displayName"] for one in tenant.graph("contacts"))
    wanted = collections.Counter(one["displayName"] for one in model.contacts.values())
    if contacts != wanted:
        wrong.append(f"contacts: too many {contacts - wanted}, missing {wanted - contacts}")
    if seen_by_backstage is not None:
        compare_backstage(model, ids, seen_by_backstage, wrong)
    return wrong


def compare_users(tenant, model, wrong):
    fields = ",".join(("id", "onPremisesImmutableId", "proxyAddresses") + USER_FIELDS)
    users = tenant.graph(f"users?$select={fields}&$expand=manager($select=id)&$top=999")
    synced = [user for user in users if user.get("onPremisesImmutableId")]
    ids = {user["onPremisesImmutableId"]: user["id"] for user in synced}
    if len(ids) != len(synced):
        wrong.append(f"{len(synced) - len(ids)} users have the source anchor of another")
    anchors = {number: anchor for anchor, number in ids.items()}
    for anchor in model.users.keys() - ids.keys():
        wrong.append(f"missing user {model.users[anchor]['dn']}")
    for user in synced:
        expected = model.users.get(user["onPremisesImmutableId"])
        if expected is None:
            wrong.append(f"user {user['userPrincipalName']} should not be there")
            continue
        for field in USER_FIELDS:
            if user.get(field) != expected[field]:
                wrong.append(f"{expected['dn']}: {field} is {user.get(field)!r}, "
                             f"should be {expected[field]!r}")
        lost = {one.lower() for one in expected["proxyAddresses"]} - {
            one.lower() for one in user.get("proxyAddresses") or []}
        if lost:
            wrong.append(f"{expected['dn']}: proxyAddresses lack {sorted(lost)[:3]}")
        manager = (user.get("manager") or {}).get("id")
        if anchors.get(manager) != expected.get("manager"):
            wrong.append(f"{expected['dn']}: manager is {anchors.get(manager)}, "
                         f"should be {expected.get('manager')}")
    return ids


def compare_groups(tenant, model, ids, wrong):
    groups = tenant.graph("groups?$select=id,displayName,description&$top=999")
    by_name = collections.defaultdict(list)
    for group in groups:
        by_name[group["displayName"]].append(group)
    wanted = collections.Counter(group["displayName"] for group in model.groups.values())
    found = collections.Counter({name: len(those) for name, those in by_name.items()})
    if wanted != found:
        wrong.append(f"groups: too many {found - wanted}, missing {wanted - found}")
    for anchor, expected in model.groups.items():
        if len(by_name[expected["displayName"]]) == 1:
            ids[anchor] = by_name[expected["displayName"]][0]["id"]
    for anchor, expected in model.groups.items():
        if anchor not in ids:
            continue
        group = by_name[expected["displayName"]][0]
        if (group.get("description") or None) != expected["description"]:
            wrong.append(f"{expected['dn']}: description is {group.get('description')!r}")
        members = {member["id"] for member in tenant.graph(
            f"groups/{ids[anchor]}/members?$select=id&$top=999")}
        should = {ids[one] for one in expected["members"] if one in ids}
        contacts = sum(1 for one in expected["members"] if one in model.contacts)
        unknown = members - set(ids.values())
        if not should <= members or len(unknown) != contacts or len(members) != len(should) + contacts:
            wrong.append(f"{expected['dn']}: {len(members)} members, should be "
                         f"{len(should) + contacts}")


def compare_backstage(model, ids, seen, wrong):
    """The same facts through a reader that others wrote. It reads enabled accounts only."""
    enabled = {anchor for anchor, user in model.users.items() if user["accountEnabled"]}
    anchors = {number: anchor for anchor, number in ids.items()}
    users = {anchors[number] for number in seen["users"] if number in anchors}
    if users != enabled:
        wrong.append(f"Backstage sees {len(users)} synchronized users, should be {len(enabled)}")
    for number, user in seen["users"].items():
        expected = model.users.get(anchors.get(number))
        if expected and user["name"] != expected["displayName"]:
            wrong.append(f"Backstage: {expected['dn']} is called {user['name']!r}")
    memberships = {(anchors.get(number), anchors.get(group))
                   for number, user in seen["users"].items() for group in user["groups"]}
    should = {(member, anchor) for anchor, group in model.groups.items()
              for member in group["members"] if member in enabled}
    if memberships != should:
        wrong.append(f"Backstage: {len(memberships - should)} memberships too many, "
                     f"{len(should - memberships)} missing")
