# SPDX-License-Identifier: Apache-2.0
"""The rules of a genuine Entra Connect server over a Samba domain with objects of every kind.

Use: sample_rules_story.py BUILD_DIR

The server's export is not part of the project: the folder that TANDEM_SAMPLES names holds it, and without
it this is skipped. It is converted, its 62 rules are run, and each value of the metaverse and of what is
wanted of the tenant has to be what rule_oracle makes of the rules' own text and of what ldapsearch reads.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import uuid

from directory import LdapServer
from lab import PROJECT, Failed, Lab
from rule_oracle import Evaluator, Export, Ref, RuleError, flow_all, in_scope, sid_text
from samba_story import SERVER, why_not
from slapd_story import read_env

ADDRESS = "127.0.0.36"
BASE = "DC=corp,DC=example,DC=com"
DIRECTORY, TENANT = "corp.example.com", "entra"
FROM_TENANT = ("cloudAnchor", "cloudSourceAnchor", "cloudMastered")
KINDS = ("computer", "inetOrgPerson", "user", "contact", "group", "foreignSecurityPrincipal")


class Steps:
    def __init__(self):
        self.passed = self.failed = 0

    def step(self, title, work):
        try:
            wrong = work()
        except (Failed, AssertionError, RuleError) as error:
            wrong = [str(error)]
        if not wrong:
            self.passed += 1
            print(f"  ok      {title}", flush=True)
            return
        self.failed += 1
        print(f"  FAILED  {title}", flush=True)
        for line in wrong[:40]:
            print(f"            {line}")
        if len(wrong) > 40:
            print(f"            and {len(wrong) - 40} more")


# ---------------------------------------------------------------- the domain

def start(folder, export):
    environment = {**os.environ, "DC_ADDRESS": ADDRESS}
    plain = PROJECT / "build/cache/samba-domain.tar.zst"
    subprocess.run([SERVER, "start", folder, plain], check=True, env=environment)
    subprocess.run([SERVER, "stop", folder], check=True, env=environment)
    done = subprocess.run(["/usr/bin/python3", pathlib.Path(__file__).with_name("rule_domain.py"), folder],
                          input=json.dumps(export.directory_attributes()), text=True,
                          capture_output=True, check=False)
    if done.returncode != 0:
        raise Failed("filling the domain: " + done.stderr[-2000:])
    subprocess.run([SERVER, "start", folder], check=True, env=environment)
    return {name.lower(): (kind, multi) for name, (kind, multi) in json.loads(done.stdout).items()}


def ldap_of(server):
    return LdapServer({
        "arguments": ["-x", "-H", f"ldaps://{server['ADDRESS']}", "-D", server["ADMIN"],
                      "-w", server["ADMIN_PASSWORD"]],
        "environment": {"LDAPTLS_CACERT": server["CA_FILE"], "LDAPTLS_REQCERT": "allow"}}, BASE)


class Directory:
    """What ldapsearch reads, typed by the domain's own schema."""

    def __init__(self, server, schema, export):
        ldap = ldap_of(server)
        self.objects = {}
        read = {name.lower() for name in export.directory_attributes()}
        by_sid = {}
        for entry in ldap.entries():
            kind = next((one for one in KINDS if entry.is_a(one)), None)
            if kind is None:
                continue
            attributes = {name: self._typed(values, *schema[name]) for name, values in
                          entry.attributes.items() if name in read and name in schema}
            attributes["dn"] = entry.dn
            self.objects[entry.dn.lower()] = (kind, entry.dn, attributes)
            by_sid.update({octets: entry.dn for octets in entry.all("objectSid")})
        # Entra Connect's directories have SIDs that name an object as references to it.
        for _, _, attributes in self.objects.values():
            creator = attributes.pop("ms-ds-creatorsid", None)
            if creator in by_sid:
                attributes["ms-ds-creatorsid"] = Ref(by_sid[creator])

    @staticmethod
    def _typed(values, kind, multi):
        def one(value):
            if kind == "bytes":
                return value
            text = value.decode()
            return (Ref(text) if kind == "reference" else int(text) if kind == "int"
                    else text.upper() == "TRUE" if kind == "bool" else text)
        # Several values have no order of their own; Tandem's is that of their octets.
        typed = [one(value) for value in sorted(values)]
        return typed if multi else typed[0]


# ---------------------------------------------------------------- what is expected

class Expected:
    """The metaverse and the tenant as the rules say, before anything has been exported."""

    def __init__(self, export, directory, connector_id, skipped):
        parameters = {"Connector.ID": connector_id,
                      "Domain.FQDN": "corp.example.com", "Domain.Netbios": "CORP",
                      "Forest.FQDN": "corp.example.com", "Forest.Netbios": "CORP",
                      "Domain.LDAP": BASE, "Forest.LDAP": BASE}
        self.metaverse, self.tenant, self.failing, self.types = {}, {}, set(), {}
        inbound = export.rules_of(export.directory_id, "Inbound")
        outbound = export.rules_of(export.tenant_id, "Outbound")
        for kind, dn, attributes in directory.objects.values():
            evaluator = Evaluator(attributes, dn, parameters)
            scope = [rule for rule in inbound if in_scope(rule, kind, evaluator)]
            projecting = next((rule for rule in scope if rule.link == "Provision" and any(
                evaluator.read(one[0]) is not None for group in rule.joins for one in group)), None)
            if projecting is None:
                continue
            try:
                values, _ = flow_all([(rule, evaluator) for rule in scope], export.metaverse, True,
                                     skipped)
            except RuleError:
                self.failing.add(dn.lower())
                continue
            values = {name: value for name, value in values.items() if value is not None}
            self.metaverse[dn.lower()] = values
            self._tenant(export, outbound, projecting.target, dn, values, skipped)

    def _tenant(self, export, outbound, kind, dn, values, skipped):
        evaluator = Evaluator(values)
        scope = [rule for rule in outbound if in_scope(rule, kind, evaluator)]
        if not any(rule.link == "Provision" and (rule.name, None) not in skipped for rule in scope):
            return
        scope = [(rule, evaluator) for rule in scope if (rule.name, None) not in skipped]
        wanted, name = flow_all(scope, export.tenant, True, skipped)
        self.tenant[dn.lower()] = (name, wanted)


# ---------------------------------------------------------------- what Tandem says

def shown(value):
    """The forms in which 'show' may print a value: octets, or the GUID or SID that they are."""
    if not isinstance(value, bytes):
        return {value} if isinstance(value, (bool, int)) else {str(value)}
    forms = {value.hex()}
    if len(value) == 16:
        forms.add(str(uuid.UUID(bytes_le=value)))
    if len(value) >= 8 and value[0] == 1 and len(value) == 8 + 4 * value[1]:
        forms.add(sid_text(value))
    return forms


def is_shown(expected, found):
    if isinstance(found, list) or isinstance(expected, list):
        expected = expected if isinstance(expected, list) else [expected]
        left = list(found) if isinstance(found, list) else [found]
        for value in expected:
            match = next((one for one in left if one in shown(value)), None)
            if match is None:
                return False
            left.remove(match)
        return not left
    forms = shown(expected)
    return found in forms and isinstance(found, bool) == isinstance(next(iter(forms)), bool)


def without_references(values):
    """They are looked at when they have arrived: one whose target is not there is withheld."""
    def is_reference(value):
        return any(isinstance(one, Ref) for one in (value if isinstance(value, list) else [value]))
    return {name: value for name, value in values.items() if not is_reference(value)}


def compare(what, expected, found):
    """Lines about each attribute that is not as expected; absent is None or nothing at all."""
    wrong = []
    for name in sorted({*expected, *found}):
        wanted, there = expected.get(name), found.get(name)
        there = None if there == [] else there
        if wanted is None and there is None:
            continue
        if wanted is None or there is None or not is_shown(wanted, there):
            wrong.append(f"{what}: {name}: {there!r} and not {wanted!r}")
    return wrong


class Shown:
    """The metaverse and the tenant's space, object by object."""

    def __init__(self, server):
        self.server, self.metaverse, self.wanted = server, {}, {}
        for one in server.run("search", "", "--metaverse", "--limit", "10000")["objects"]:
            row = server.run("show", "--metaverse", "--id", str(one["metaverseId"]))
            links = {link["ConnectorName"]: link for link in row["Lineage"]}
            if DIRECTORY not in links:
                continue
            dn = links[DIRECTORY]["ConnectedCsObjectDN"].lower()
            self.metaverse[dn] = (row["ObjectType"], {value["Name"]: value["Values"]
                                                      for value in row["Attributes"]})
            if TENANT in links:
                target = server.run("show", "--id", str(links[TENANT]["ConnectedCsObjectId"]))
                self.wanted[dn] = (target["DistinguishedName"], target.get("Wanted", {}))


def left_out(export, converted):
    """{(rule, target)} that the conversion has not carried; (rule, None) for a whole rule."""
    carried = {rule["name"]: {flow["destination"] for flow in rule.get("attributeFlowMappings", [])}
               for rule in converted["rules"]}
    skipped = set()
    for rule in export.rules:
        if rule.name not in carried:
            skipped.add((rule.name, None))
        skipped.update((rule.name, flow["target"]) for flow in rule.flows
                       if flow["target"] not in carried.get(rule.name, ()))
    return skipped


def install(lab, server, folder):
    """A home with connectors of its own and the sample's rules; what the conversion left out."""
    password = lab.folder / "password"
    password.write_text(server["ADMIN_PASSWORD"])
    lab.server.init(lab.tenant, "--ad", server["SERVER_NAME"], "--connect-address", server["ADDRESS"],
                    "--ca-file", server["CA_FILE"], "--account", server["ADMIN"],
                    "--password-file", str(password), "--partition", BASE)
    converted = lab.folder / "converted.json"
    report = lab.server.run("policy", "convert", str(folder), str(converted), "--standard-rules", "theirs")
    theirs = json.loads(converted.read_text())
    names = {"activeDirectory": DIRECTORY, "entra": TENANT}
    renamed = {one["name"]: names[one["kind"]] for one in theirs["connectors"]}
    for rule in theirs["rules"]:
        rule["connector"] = renamed[rule["connector"]]

    def change(policy):
        policy["rules"], policy["standardRules"] = theirs["rules"], theirs["standardRules"]
        policy["sourceAnchor"] = theirs["sourceAnchor"]
        for ours in policy["connectors"]:
            for one in theirs["connectors"]:
                if ours["kind"] == one["kind"] and "objectTypes" in one:
                    ours["objectTypes"] = one["objectTypes"]
    lab.server.edit_policy(change)
    return theirs, report


class Story:
    def __init__(self, lab, export, schema, server, folder):
        self.lab, self.export, self.schema, self.server = lab, export, schema, server
        self.converted, self.report = install(lab, server, folder)
        self.skipped = left_out(export, self.converted)
        policy = json.loads((lab.server.home / "policy.json").read_text())
        self.connector_id = next(one["id"] for one in policy["connectors"] if one["name"] == DIRECTORY)

    def run(self, connector, profile):
        answer = self.lab.server.run("run", connector, profile)
        assert answer["result"] in ("success", "completed-no-objects"), answer
        return answer

    def converts(self):
        rules = [rule["name"] for rule in self.converted["rules"]]
        told = {one["subject"] for one in self.report["report"]}
        flows = sum(len(rule.flows) for rule in self.export.rules)
        print(f"          {len(self.export.rules)} rules with {flows} flows, {len(rules)} rules with "
              f"{flows - len(self.skipped)} carried")
        # What is left out has a line, and is nothing but what no Graph has.
        wrong = [f"{name} is not in the report" for name, _ in self.skipped if f'rule "{name}"' not in told]
        wrong += [f"{name} of {rule} is left out" for rule, name in self.skipped
                  if rule.startswith("In from AD") and name != "msExchBypassModerationFromDLMembersLink"]
        return wrong + ([] if (len(self.export.rules), flows) == (62, 1200) else ["not the sample"])

    def expected(self):
        return Expected(self.export, Directory(self.server, self.schema, self.export), self.connector_id,
                        self.skipped)

    def imports_and_synchronizes(self):
        for connector in (TENANT, DIRECTORY):
            self.run(connector, "full import")
        self.run(DIRECTORY, "full synchronization")

    def matches(self, after_export=False):
        """Every value of the metaverse and of what is wanted of the tenant."""
        expected, shown = self.expected(), Shown(self.lab.server)
        wrong = [f"{dn}: fails, and is there" for dn in expected.failing & set(shown.metaverse)]
        wrong += [f"{dn}: {'only expected' if dn in expected.metaverse else 'not expected'}"
                  for dn in set(expected.metaverse) ^ set(shown.metaverse)]
        wrong += [f"{dn}: {'only expected' if dn in expected.tenant else 'not expected'} in the tenant"
                  for dn in set(expected.tenant) ^ set(shown.wanted)]
        values = 0
        for dn in set(expected.metaverse) & set(shown.metaverse):
            found = shown.metaverse[dn][1]
            if after_export:  # what the tenant says of itself is not the directory's
                found = {name: value for name, value in found.items() if name not in FROM_TENANT}
            wrong += compare(dn, expected.metaverse[dn], found)
            values += len(expected.metaverse[dn])
        for dn in set(expected.tenant) & set(shown.wanted):
            name, wanted = expected.tenant[dn]
            if name != shown.wanted[dn][0]:
                wrong.append(f"{dn}: the DN {shown.wanted[dn][0]} and not {name}")
            wrong += compare(f"wanted of {dn}", without_references(wanted), shown.wanted[dn][1])
            values += sum(value is not None for value in wanted.values())
        print(f"          {len(expected.metaverse)} objects in the metaverse, {len(expected.tenant)} in the "
              f"tenant, {values} values", flush=True)
        return wrong

    def kinds(self):
        """The expressions' own words, by hand: so that the domain has every kind, and the oracle sees it."""
        expected = self.expected()
        people = "ou=people," + BASE.lower()

        def of(name):
            return expected.metaverse.get(f"cn={name},{people}", {})
        facts = [
            (of("ada boss").get("accountEnabled") is True, "an enabled account"),
            (of("rich disabled").get("accountEnabled") is False, "a disabled account"),
            ("sourceAnchor" not in of("linked mailbox"), "a linked mailbox has no anchor"),
            ("sourceObjectType" not in of("linked mailbox"), "nor a type"),
            (of("shared mailbox").get("sourceObjectType") == "User", "a shared mailbox has"),
            (of("inet enabled").get("accountEnabled") is True, "an inetOrgPerson"),
            (not of("written back"), "a user that was written back is out of scope"),
            (not of("inet written back").get("cloudFiltered"), "an inetOrgPerson is not"),
            (of("no principal name").get("userPrincipalName")
             == "no.principal.name@corp.example.com", "no UPN"),
            (len(of("long texts").get("description", "")) == 448, "448 characters"),
            (of("contact mail").get("mailEnabled") is True, "a contact with mail"),
            (not of("contact without"), "a contact without has nothing to join by"),
            (not of("contact secondary alone"), "nor has one with addresses alone"),
            (of("contact (msol) hidden").get("cloudFiltered") is True, "hidden contacts of the tool"),
            ("cloudFiltered" not in of("contact (msol) shown"), "those that are shown"),
            (of("security global").get("securityEnabled") is True, "a security group"),
            (of("distribution global mail").get("securityEnabled") is False, "a distribution group"),
            (of("distribution global mail").get("memberCount") == 7, "its members"),
            (of("distribution secondary").get("mailEnabled") is False, "no primary address"),
        ]
        facts += [(of(name).get("cloudFiltered") is True, f"{name} is filtered") for name in (
            "arbitration", "discovery", "support", "old tool", "new tool", "client access", "client nickname",
            "system mailbox", "inet tool", "group of the tool", "group of roles")]
        in_tenant = {dn.split(",", 1)[0][3:] for dn in expected.tenant}
        facts += [(name in in_tenant, f"{name} goes to the tenant") for name in (
            "ada boss", "rich disabled", "inet enabled", "contact mail", "security local",
            "distribution local mail", "distribution universal mail")]
        facts += [(name not in in_tenant, f"{name} does not") for name in (
            "linked mailbox", "contact without", "distribution universal", "distribution secondary",
            "support")]
        computers = {dn: values for dn, values in expected.metaverse.items() if ",cn=computers," in dn}
        owners = [values["registeredOwnerReference"] for values in computers.values()
                  if "registeredOwnerReference" in values]
        facts += [(len(computers) == 3, "computers"), (len(owners) == 1, "one with an owner"),
                  (sum(values.get("cloudFiltered", False) for values in computers.values()) == 1,
                   "one without certificate is filtered")]
        return [what for holds, what in facts if not holds]

    def exports(self):
        for _ in range(3):
            answer = self.lab.server.cycle("delta")
        last = answer["runs"][-1]
        sent = sum(count for name, count in last["counters"].items() if name.startswith("export-"))
        nothing = self.lab.server.run("pending")
        return ([] if sent == 0 else [f"the third cycle still writes: {last['counters']}"]) + [
            f"pending: {one}" for one in nothing["pendingExports"]]

    def references(self):
        """Members and managers as an import of the tenant has them, and they have counterparts alone."""
        expected, wrong, count = self.expected(), [], 0
        names = {dn: name for dn, (name, _) in expected.tenant.items()}
        for dn, (name, wanted) in expected.tenant.items():
            found = self.lab.server.run("show", name, "--connector", TENANT)["Attributes"]
            for attribute, value in wanted.items():
                targets = [one for one in (value if isinstance(value, list) else [value])
                           if isinstance(one, Ref)]
                # Graph has no manager of a contact that could be written.
                if not targets or (attribute == "manager" and wanted.get("accountEnabled") is None):
                    continue
                there = sorted(names[one.lower()] for one in targets if one.lower() in names)
                count += len(there)
                if sorted(found.get(attribute, [])) != there:
                    wrong.append(f"{dn}: {attribute}: {found.get(attribute)} and not {there}")
        print(f"          {count} references", flush=True)
        return wrong + ([] if count > 20 else [f"only {count} references"])

    def changes(self):
        people = f"OU=People,{BASE}"
        ldap = ldap_of(self.server)
        ldap.modify(f"CN=Rich Enabled,{people}", ("replace", "userAccountControl", "514"),
                    ("replace", "description", "  other  "), ("delete", "mobile"))
        ldap.modify(f"CN=No Mail Disabled,{people}", ("replace", "userAccountControl", "512"),
                    ("replace", "proxyAddresses", "SMTP:now@corp.example.com"))
        ldap.modify(f"CN=Support,{people}", ("replace", "sAMAccountName", "supported"))
        ldap.modify(f"CN=Shared Mailbox,{people}", ("replace", "msExchRecipientTypeDetails", "2"))
        ldap.modify(f"CN=Distribution Secondary,{people}",
                    ("replace", "proxyAddresses", "SMTP:dls@corp.example.com"),
                    ("add", "member", f"CN=Support,{people}", f"CN=Ada Boss,{people}"))
        ldap.modify(f"CN=Security Universal,{people}", ("delete", "member", f"CN=Ada Boss,{people}"))
        ldap.rename(f"CN=Contact Mail,{people}", rdn="CN=Contact Renamed")
        ldap.delete(f"CN=Inet Enabled,{people}")
        answer = self.run(DIRECTORY, "delta import")
        assert not answer["runs"][0]["message"], answer
        self.run(DIRECTORY, "delta synchronization")

    def synchronizes_again(self):
        self.run(DIRECTORY, "full import")
        counters = self.run(DIRECTORY, "full synchronization")["runs"][0]["counters"]
        changed = {name: count for name, count in counters.items() if name.endswith("connector-flow")}
        return [f"a full synchronization changes what is right: {changed}"] if any(changed.values()) else []


def tell(steps, lab, export, schema, server, folder):
    story = Story(lab, export, schema, server, folder)
    steps.step("the export of a real server is converted", story.converts)
    steps.step("its rules run over the domain", story.imports_and_synchronizes)
    steps.step("all values are what the rules' text says", story.matches)
    steps.step("every kind of object is there", story.kinds)
    steps.step("a full synchronization changes nothing", story.synchronizes_again)
    steps.step("they are exported, and then nothing is", story.exports)
    steps.step("members and managers are those that have a counterpart", story.references)
    steps.step("what the tenant says changes nothing of it", lambda: story.matches(after_export=True))
    steps.step("accounts, mailboxes, addresses and members change", story.changes)
    steps.step("a delta synchronization gives the same values",
               lambda: story.matches(after_export=True))
    steps.step("a full one changes nothing", story.synchronizes_again)
    steps.step("that is exported, and then nothing is", story.exports)
    steps.step("members and managers again", story.references)


def main():
    reason = why_not()
    samples = os.environ.get("TANDEM_SAMPLES")
    folder = pathlib.Path(samples or "/nonexistent") / "entra-connect" / "contoso"
    if not reason and not folder.is_dir():
        reason = "TANDEM_SAMPLES does not name a folder with entra-connect/contoso"
    if reason:
        print(f"skipped: {reason}\n0 passed, 0 failed, 1 skipped")
        return
    steps = Steps()
    export = Export(folder)
    with Lab(sys.argv[1], "sample-rules") as lab:
        domain = lab.folder / "samba"
        try:
            schema = start(domain, export)
            tell(steps, lab, export, schema, read_env(domain), folder)
        finally:
            subprocess.run([SERVER, "stop", domain], check=False, env={**os.environ, "DC_ADDRESS": ADDRESS})
    print(f"{steps.passed} passed, {steps.failed} failed, 0 skipped")
    sys.exit(steps.failed > 0)


if __name__ == "__main__":
    main()
