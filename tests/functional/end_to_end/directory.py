# SPDX-License-Identifier: Apache-2.0
"""Directories that a story changes, all by the same four verbs: LDIF files, Active Directory, OpenLDAP.

Written without a line of Tandem's own code: what it expects must not share its mistakes.
"""
import base64
import os
import pathlib
import re
import subprocess
import uuid

REFERENCES = ("member", "manager", "managedby", "uniquemember", "owner", "secretary")


def parent_of(dn):
    found = re.match(r"(?:[^,\\]|\\.)*,", dn)
    return dn[found.end():] if found else ""


def first_rdn(dn):
    return re.match(r"(?:[^,\\]|\\.)*", dn)[0]


def key(dn):
    """Equal for names that differ in the case of letters, or in how a special character is written."""
    def plain(found):
        text = found[1]
        return "\\" + (chr(int(text, 16)) if len(text) == 2 else text)
    return re.sub(r"\\([0-9a-fA-F]{2}|.)", plain, dn).lower()


def escape(value):
    """RFC 4514."""
    value = re.sub(r'([,+"\\<>;=])', r"\\\1", value)
    return re.sub(r"^[ #]|(?<!^) $", lambda found: "\\" + found[0], value)


class Entry:
    def __init__(self, dn, attributes=None):
        self.dn = dn
        self.attributes = {}
        for name, values in (attributes or {}).items():
            values = values if isinstance(values, (list, tuple)) else [values]
            self.attributes[name.lower()] = [
                value if isinstance(value, bytes) else str(value).encode() for value in values]

    def all(self, name):
        return self.attributes.get(name.lower(), [])

    def text(self, name):
        values = self.all(name)
        return values[0].decode() if values else None

    def is_a(self, name):
        return name.lower().encode() in [value.lower() for value in self.all("objectClass")]


def parse_ldif(text):
    entries = []
    current = None
    for line in re.sub(r"\r?\n ", "", text).splitlines():
        if not line:
            current = None
            continue
        if line.startswith("#") or line.startswith("version:"):
            continue
        name, _, value = line.partition(":")
        value = (base64.b64decode(value[1:].strip()) if value.startswith(":")
                 else value.strip().encode())
        if name.lower() == "dn":
            current = Entry(value.decode())
            entries.append(current)
        elif current is not None:
            current.attributes.setdefault(name.lower().split(";")[0], []).append(value)
    return entries


def ldif_line(name, value):
    value = value if isinstance(value, bytes) else str(value).encode()
    safe = re.fullmatch(rb"(?![ :<])[\x01-\x09\x0b\x0c\x0e-\x7f]*(?<! )", value)
    return (f"{name}: {value.decode()}" if safe and value
            else f"{name}:: {base64.b64encode(value).decode()}")


class LdifFolder:
    """A folder of LDIF. It does itself what a server does: names follow moved containers and members."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.found = {}
        for path in sorted(self.folder.glob("*.ldif")):
            for entry in parse_ldif(path.read_text()):
                self.found[key(entry.dn)] = entry
            path.unlink()
        self._write()

    def _write(self):
        lines = []
        for entry in self.found.values():
            lines.append(ldif_line("dn", entry.dn))
            for name, values in entry.attributes.items():
                lines += [ldif_line(name, value) for value in values]
            lines.append("")
        new = self.folder / "forest.ldif.new"
        new.write_text("\n".join(lines) + "\n")
        os.replace(new, self.folder / "forest.ldif")

    def entries(self):
        return list(self.found.values())

    def find(self, dn):
        return self.found[key(dn)]

    def add(self, dn, attributes):
        entry = Entry(dn, attributes)
        if "objectguid" not in entry.attributes:
            entry.attributes["objectguid"] = [uuid.uuid4().bytes]
        self.found[key(dn)] = entry
        self._write()

    def modify(self, dn, *changes):
        entry = self.find(dn)
        for what, name, *values in changes:
            values = [value if isinstance(value, bytes) else str(value).encode() for value in values]
            now = entry.attributes.setdefault(name.lower(), [])
            if what == "add":
                now += values
            elif what == "replace":
                now[:] = values
            else:
                now[:] = [value for value in now if values and value not in values]
            if not now:
                del entry.attributes[name.lower()]
        self._write()

    def delete(self, dn):
        gone = self.found.pop(key(dn))
        for entry in self.found.values():
            for name in REFERENCES:
                if name in entry.attributes:
                    entry.attributes[name] = [value for value in entry.attributes[name]
                                              if key(value.decode()) != key(gone.dn)]
                    if not entry.attributes[name]:
                        del entry.attributes[name]
        self._write()

    def rename(self, dn, rdn=None, parent=None):
        new_dn = f"{rdn or first_rdn(dn)},{parent or parent_of(dn)}"
        names = {}
        for entry in self.found.values():
            if key(entry.dn) == key(dn):
                names[key(entry.dn)] = new_dn
            elif key(entry.dn).endswith("," + key(dn)):
                names[key(entry.dn)] = entry.dn[:len(entry.dn) - len(dn)] + new_dn
        moved = {}
        for entry in self.found.values():
            entry.dn = names.get(key(entry.dn), entry.dn)
            for name in REFERENCES:
                if name in entry.attributes:
                    entry.attributes[name] = [names.get(key(value.decode()), value.decode()).encode()
                                              for value in entry.attributes[name]]
            moved[key(entry.dn)] = entry
        self.found = moved
        if rdn:
            attribute, _, value = rdn.partition("=")
            self.found[key(new_dn)].attributes[attribute.lower()] = [
                re.sub(r"\\(.)", r"\1", value).encode()]
        self._write()
        return new_dn


class LdapServer:
    """A real server, changed and read with OpenLDAP's own tools. what: the env file of its fixture."""

    def __init__(self, connection, base, reading=(), follows_references=True):
        self.connection, self.base, self.reading = connection, base, list(reading)
        # OpenLDAP without its refint overlay leaves old names in members and managers, until whoever
        # renames repairs them: so does this class.
        self.follows_references = follows_references

    def _tool(self, name, *arguments, text=None):
        environment = {**os.environ, **self.connection.get("environment", {})}
        done = subprocess.run([name, *self.connection["arguments"], *arguments], input=text, text=True,
                              capture_output=True, env=environment, check=False, timeout=600)
        if done.returncode != 0:
            raise RuntimeError(f"{name}: {done.stderr[-1000:]}\n{(text or '')[:1000]}")
        return done.stdout

    def entries(self):
        return parse_ldif(self._tool("ldapsearch", "-LLL", "-o", "ldif-wrap=no", "-E", "pr=500/noprompt",
                                     "-b", self.base, "(objectClass=*)", "*", *self.reading))

    def find(self, dn):
        return parse_ldif(self._tool("ldapsearch", "-LLL", "-o", "ldif-wrap=no", "-b", dn, "-s", "base",
                                     "(objectClass=*)", "*", *self.reading))[0]

    def add(self, dn, attributes):
        lines = [ldif_line("dn", dn), "changetype: add"]
        for name, values in attributes.items():
            values = values if isinstance(values, (list, tuple)) else [values]
            lines += [ldif_line(name, value) for value in values]
        self._tool("ldapmodify", text="\n".join(lines) + "\n")

    def modify(self, dn, *changes):
        lines = [ldif_line("dn", dn), "changetype: modify"]
        for what, name, *values in changes:
            lines += [f"{what}: {name}", *(ldif_line(name, value) for value in values), "-"]
        self._tool("ldapmodify", text="\n".join(lines) + "\n")

    def rename(self, dn, rdn=None, parent=None):
        lines = [ldif_line("dn", dn), "changetype: modrdn", ldif_line("newrdn", rdn or first_rdn(dn)),
                 "deleteoldrdn: 1"]
        if parent:
            lines.append(ldif_line("newsuperior", parent))
        self._tool("ldapmodify", text="\n".join(lines) + "\n")
        new_dn = f"{rdn or first_rdn(dn)},{parent or parent_of(dn)}"
        if not self.follows_references:
            self._repair_references(dn, new_dn)
        return new_dn

    def delete(self, dn):
        self._tool("ldapdelete", dn)
        if not self.follows_references:
            self._repair_references(dn, None)

    def _repair_references(self, old, new):
        for entry in self.entries():
            changes = []
            for name in REFERENCES:
                for value in entry.all(name):
                    text = value.decode()
                    if key(text) == key(old) or key(text).endswith("," + key(old)):
                        changes.append(("delete", name, text))
                        if new:
                            changes.append(("add", name, text[:len(text) - len(old)] + new))
            if changes:
                self.modify(entry.dn, *changes)
