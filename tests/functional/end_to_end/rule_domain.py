#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Fills a stopped Samba domain with objects of every kind that synchronization rules tell apart.

Use: rule_domain.py DIR, with the schema's extension on standard input: {"attribute": [type, multi]}.
Attributes of Exchange and of Lync are not in Samba's schema: those that are asked for and not there
are added to it, with ids of an arc that is nobody's. Prints {"attribute": [type, multi]} of all.
"""
import json
import sys

import ldb
from samba.auth import system_session
from samba.dcerpc import security
from samba.ndr import ndr_pack
from samba.param import LoadParm
from samba.samdb import SamDB

SYNTAXES = {"str": ("2.5.5.12", "64"), "int": ("2.5.5.16", "65"), "bool": ("2.5.5.8", "1"),
            "bytes": ("2.5.5.10", "4"), "reference": ("2.5.5.1", "127")}
TYPES = {"2.5.5.1": "reference", "2.5.5.8": "bool", "2.5.5.9": "int", "2.5.5.16": "int",
         "2.5.5.10": "bytes", "2.5.5.15": "bytes", "2.5.5.17": "bytes", "2.5.5.7": "reference"}
# Entra Connect's own copy of the schema shows these as text.
SHOWN_AS_TEXT = {"msExchRecipientTypeDetails": "int", "authOrig": "reference", "unauthOrig": "reference",
                 "dLMemRejectPerms": "reference", "dLMemSubmitPerms": "reference"}
ARC = "1.3.6.1.4.1.32473.1."  # for examples in documents (RFC 5612)
CLASSES = ("user", "contact", "group")  # inetOrgPerson and computer are users
SECURITY, GLOBAL, LOCAL, UNIVERSAL = -0x80000000, 2, 4, 8
FOREIGN = "S-1-5-21-1-2-3-1104"


class Domain:
    def __init__(self, folder, wanted=()):
        self.wanted = wanted
        parameters = LoadParm()
        parameters.load(f"{folder}/etc/smb.conf")
        parameters.set("dsdb:schema update allowed", "yes")
        self.sam = SamDB(url=f"{folder}/private/sam.ldb", lp=parameters,
                         session_info=system_session())
        self.base = str(self.sam.get_default_basedn())
        self.people = f"OU=People,{self.base}"

    def schema(self):
        found = {}
        for one in self.sam.search(base=self.sam.get_schema_basedn(),
                                   expression="(objectClass=attributeSchema)",
                                   attrs=["lDAPDisplayName", "attributeSyntax", "isSingleValued",
                                          "rangeUpper"]):
            upper = int(one["rangeUpper"][0]) if "rangeUpper" in one else 0
            found[str(one["lDAPDisplayName"])] = (TYPES.get(str(one["attributeSyntax"]), "str"),
                                                  str(one["isSingleValued"]) != "TRUE", upper)
        return found

    def extend(self, wanted):
        known = {name.lower() for name in self.schema()}
        schema = str(self.sam.get_schema_basedn())
        added = []
        for name, (kind, multi) in sorted(wanted.items()):
            if name.lower() in known:
                continue
            kind = SHOWN_AS_TEXT.get(name, kind)
            syntax, om_syntax = SYNTAXES[kind]
            entry = {"dn": f"CN={name},{schema}", "objectClass": "attributeSchema",
                     "lDAPDisplayName": name, "attributeID": f"{ARC}{len(added) + 1}",
                     "attributeSyntax": syntax, "oMSyntax": om_syntax,
                     "isSingleValued": "FALSE" if multi else "TRUE", "searchFlags": "0"}
            if kind == "reference":
                entry["oMObjectClass"] = b"\x2b\x0c\x02\x87\x73\x1c\x00\x85\x4a"
            self.sam.add(entry)
            added.append(name)
        self.sam.modify_ldif("dn:\nchangetype: modify\nadd: schemaUpdateNow\nschemaUpdateNow: 1\n")
        for one in CLASSES:
            lines = "".join(f"mayContain: {name}\n" for name in added)
            name = {"user": "User", "contact": "Contact", "group": "Group"}[one]
            self.sam.modify_ldif(f"dn: CN={name},{schema}\nchangetype: modify\nadd: mayContain\n{lines}")
        self.sam.modify_ldif("dn:\nchangetype: modify\nadd: schemaUpdateNow\nschemaUpdateNow: 1\n")

    def add(self, name, kind, *controls, parent=None, **attributes):
        dn = f"CN={name},{parent or self.people}"
        number = attributes.pop("rich", None)
        entry = {"dn": dn, "objectClass": kind}
        entry.update({key.replace("_", "-"): value for key, value in attributes.items() if value is not None})
        self.sam.add(entry, list(controls))
        if number is not None:
            self.fill(dn, number)
        return dn

    def fill(self, dn, number):
        """A value, or some, of each attribute that rules read, that the object may have and has not."""
        found = self.sam.search(base=dn, scope=ldb.SCOPE_BASE, attrs=["*", "allowedAttributes"])[0]
        allowed = {str(name).lower() for name in found["allowedAttributes"]}
        there = {name.lower() for name in found.keys()}
        self.change(dn, **{name: value for name, value in everything(self, number).items()
                           if name.lower() in allowed and name.lower() not in there})

    def user(self, name, account=None, control=512, kind="user", **attributes):
        account = account or name.replace(" ", ".").lower()[:20]
        attributes.setdefault("userPrincipalName", f"{account}@corp.example.com")
        dn = self.add(name, kind, sAMAccountName=account, **attributes)
        self.change(dn, userAccountControl=str(control))
        return dn

    def group(self, name, kind, members=(), **attributes):
        account = attributes.pop("account", name)
        dn = self.add(name, "group", sAMAccountName=account, groupType=str(kind), **attributes)
        if members:
            self.change(dn, member=list(members))
        return dn

    def change(self, dn, **attributes):
        message = ldb.Message(ldb.Dn(self.sam, dn))
        for name, values in attributes.items():
            message[name] = ldb.MessageElement(values, ldb.FLAG_MOD_REPLACE, name)
        self.sam.modify(message, ["relax:0"])


def sid(text):
    return ndr_pack(security.dom_sid(text))


def value_of(name, kind, upper, number):
    if kind == "int":
        return str(1000 + number)
    if kind == "bool":
        return "TRUE" if number % 2 else "FALSE"
    if kind == "bytes":
        return bytes([number, 0, 255, number])
    text = f"  {name} {number}"
    return text[-upper:] if upper else text + " "


def everything(domain, number):
    own = {"objectsid", "objectguid", "distinguishedname", "cn", "samaccountname", "useraccountcontrol",
           "userprincipalname", "pwdlastset", "iscriticalsystemobject", "admindescription", "membercount",
           "member", "grouptype", "msexchrecipienttypedetails", "msexchmasteraccountsid", "objectclass",
           "msrtcsip-originatorsid", "ms-ds-creatorsid", "photo", "proxyaddresses", "mail", "c",
           "countrycode", "msds-deviceid", "operatingsystem", "operatingsystemversion", "dn",
           "msexchbypassmoderationfromdlmembersbl", "hidedlmembership", "legacyexchangedn"}
    schema = {name.lower(): (name, *rest) for name, rest in domain.schema().items()}
    result = {}
    for asked in domain.wanted:
        name, kind, multi, upper = schema.get(asked.lower(), (None,) * 4)
        if name is None or name.lower() in own:
            continue
        if kind == "reference":
            result[name] = [f"CN=Ada Boss,{domain.people}"]
        elif multi and name not in ("description", "postOfficeBox", "url"):
            result[name] = [value_of(name, kind, upper, number + i) for i in (0, 2, 4)]
        else:
            result[name] = value_of(name, kind, upper, number)
    result["mailNickname"] = f"nick{number}"
    result["legacyExchangeDN"] = f"/o=Example/cn={number}"
    result["c"], result["countryCode"], result["initials"] = "NO", "578", "X Y"
    return result


def populate(domain):
    domain.sam.add({"dn": domain.people, "objectClass": "organizationalUnit"})
    boss = domain.user("Ada Boss", description="  The head of all  ", title=" Head ", givenName="Ada",
                       sn="Boss", mail="ada.boss@corp.example.com")

    users = {
        "Rich Enabled": {"mail": "rich@corp.example.com",
                         "proxyAddresses": ["SMTP:rich@corp.example.com", "smtp:Rich.Old@corp.example.com",
                                            "x500:/o=Example/cn=rich"], "rich": 1},
        "Rich Disabled": {"control": 514, "mail": "off@corp.example.com",
                          "proxyAddresses": ["SMTP:off@corp.example.com"], "rich": 2},
        "No Mail Disabled": {"control": 514, "department": "  Trimmed  "},
        "Linked Mailbox": {"control": 514, "msExchMasterAccountSid": sid(FOREIGN),
                           "msExchRecipientTypeDetails": "2", "mailNickname": "linked",
                           "mail": "linked@corp.example.com"},
        "Shared Mailbox": {"control": 514, "msExchRecipientTypeDetails": "4", "mailNickname": "shared"},
        "User Mailbox": {"msExchRecipientTypeDetails": "1", "mailNickname": "mailbox",
                         "mail": "mailbox@corp.example.com"},
        "Arbitration": {"msExchRecipientTypeDetails": str(0x800000), "mailNickname": "arbitration"},
        "Discovery": {"msExchRecipientTypeDetails": str(0x20000000), "mailNickname": "discovery"},
        "Written Back": {"adminDescription": "User_1234"},
        "Other Description": {"adminDescription": "a user_ of ours"},
        "Support": {"account": "SUPPORT_388945a0"},
        "Old Tool": {"account": "MSOL_1234567890"},
        "New Tool": {"account": "AAD_1234567890"},
        "Client Access": {"account": "CAS_{12345}", "userPrincipalName": "cas@corp.example.com"},
        "Client Nickname": {"mailNickname": "CAS_{67890}"},
        "System Mailbox": {"mailNickname": "SystemMailbox{1f05a927}"},
        "No Principal Name": {"userPrincipalName": None},
        "Long Texts": {"description": "d" * 700, "info": " " + "i" * 900, "mailNickname": "long",
                       "url": "https://example.com/" + "u" * 500},
        "Comma\\, Umlaut Ä": {"account": "comma", "displayName": "Ä, of all", "sn": "Ünder"},
        "No Display Name": {"mailNickname": "nodisplay"},
    }
    for name, attributes in users.items():
        domain.user(name, **attributes)
    people = {
        "Inet Enabled": {"mail": "inet@corp.example.com", "mailNickname": "inet"},
        "Inet Disabled": {"control": 514, "rich": 3},
        "Inet Written Back": {"adminDescription": "User_5678"},
        "Inet Tool": {"account": "AAD_inet"},
    }
    for name, attributes in people.items():
        domain.user(name, kind="inetOrgPerson", **attributes)
    contacts = {
        "Contact Mail": {"mail": "one@partner.example", "proxyAddresses": ["SMTP:one@partner.example"]},
        "Contact Address Alone": {"proxyAddresses": ["SMTP:two@partner.example"], "mailNickname": "two"},
        "Contact Secondary Alone": {"proxyAddresses": ["smtp:three@partner.example"]},
        "Contact Without": {"displayName": "Nobody"},
        "Contact Rich": {"mail": "four@partner.example", "rich": 4},
        "Contact (MSOL) Hidden": {"mail": "five@partner.example", "displayName": "x (MSOL)",
                                  "msExchHideFromAddressLists": "TRUE"},
        "Contact (MSOL) Shown": {"mail": "six@partner.example", "displayName": "x (MSOL)",
                                 "msExchHideFromAddressLists": "FALSE"},
        "Contact Client Access": {"mail": "seven@partner.example", "mailNickname": "CAS_{1}"},
    }
    outside = [domain.add(name, "contact", **attributes) for name, attributes in contacts.items()]
    populate_groups(domain, boss, outside)
    populate_computers(domain, boss)


def populate_groups(domain, boss, outside):
    inner = domain.group("Security Global", SECURITY | GLOBAL, [boss])
    members = [boss, inner, f"CN=Rich Enabled,{domain.people}", f"CN=Rich Disabled,{domain.people}",
               f"CN=Support,{domain.people}", outside[0], outside[3]]
    domain.group("Security Universal", SECURITY | UNIVERSAL, members, managedBy=boss)
    domain.group("Security Local", SECURITY | LOCAL, members[:2])
    domain.group("Security Mail", SECURITY | UNIVERSAL, [boss], mail="security@corp.example.com",
                 mailNickname="security", proxyAddresses=["SMTP:security@corp.example.com"])
    domain.group("Distribution Global", GLOBAL, [boss])
    domain.group("Distribution Global Mail", GLOBAL, members, mail="dlg@corp.example.com",
                 proxyAddresses=["SMTP:dlg@corp.example.com"])
    domain.group("Distribution Universal", UNIVERSAL, [boss], mail="no address")
    domain.group("Distribution Universal Mail", UNIVERSAL, members[:3], mail="dlu@corp.example.com",
                 mailNickname="dlu")
    domain.group("Distribution Local Mail", LOCAL, proxyAddresses=["SMTP:dll@corp.example.com"])
    domain.group("Distribution Secondary", UNIVERSAL, proxyAddresses=["smtp:dls@corp.example.com"])
    domain.group("Group Rich", SECURITY | GLOBAL, [boss], mail="group@corp.example.com", rich=5)
    domain.group("Group Written Back", SECURITY | GLOBAL, adminDescription="Group_1234")
    domain.group("Group Of The Tool", SECURITY | GLOBAL, account="MSOL_AD_Sync_RichCoexistence")
    domain.group("Group Of Roles", SECURITY | UNIVERSAL, msExchRecipientTypeDetails=str(0x40000000))


def populate_computers(domain, boss):
    creator = domain.sam.search(base=boss, scope=ldb.SCOPE_BASE, attrs=["objectSid"])[0]["objectSid"][0]
    parent = f"CN=Computers,{domain.base}"
    for name, more in {"PC1": {"userCertificate": [b"\x30\x03\x02\x01\x01", b"\x30\x03\x02\x01\x02"],
                               "mS-DS-CreatorSID": creator, "operatingSystem": "Windows 10",
                               "operatingSystemVersion": "10.0 (19045)"},
                       "PC2": {"displayName": "The second"},
                       "PC3": {"userCertificate": [b"\x30\x03\x02\x01\x03"], "displayName": "The third",
                               "control": 4098}}.items():
        control = more.pop("control", 4096)
        entry = {"dn": f"CN={name},{parent}", "objectClass": "computer", "sAMAccountName": name + "$", **more}
        domain.sam.add(entry, ["relax:0"])
        domain.change(entry["dn"], userAccountControl=str(control))


def main():
    wanted = json.load(sys.stdin)
    domain = Domain(sys.argv[1])
    domain.extend(wanted)
    domain = Domain(sys.argv[1], wanted)  # with the new schema
    populate(domain)
    print(json.dumps({name: [kind, multi] for name, (kind, multi, _) in domain.schema().items()}))


main()
