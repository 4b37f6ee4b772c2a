#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the packages say of the programs, made from the programs themselves.

    documents.py man PROGRAM [VERSION]    a manual page, from --help of the program and of each command
    documents.py completion PROGRAM       completion for bash: commands and options
    documents.py notices CONSOLE          the licences of what is built into the console
"""
import dataclasses
import json
import pathlib
import re
import subprocess
import sys

PURPOSE = {
    "tandem": "directory synchronization to Microsoft Entra ID",
    "tandem-tenant": "a small tenant to try directory synchronization on",
}
MORE = {
    "tandem": r"""
.SH FILES
.TP
.I /var/lib/tandem
The home folder of the service: server.toml, policy.json, sealed secrets and their key, the store,
the audit log.
.TP
.I /etc/credstore/tandem-secrets-key
The key of the secrets, if it is not to lie in the home folder.
.SH ENVIRONMENT
.TP
.B TANDEM_HOME
The home folder, instead of
.IR /var/lib/tandem .
.TP
.B TANDEM_SECRETS_KEY_FILE
The key of the secrets.
.TP
.BR NOTIFY_SOCKET ", " WATCHDOG_USEC
Where "tandem serve" tells a service manager how it is, as in
.BR sd_notify (3).
.SH EXIT STATUS
0 done, 1 failed, 2 wrong use, 3 stopped by a guard.
.SH SEE ALSO
.BR systemctl (1),
.BR journalctl (1)
""",
    "tandem-tenant": ".SH SEE ALSO\n.BR tandem (1)\n",
}


@dataclasses.dataclass
class Help:
    """One --help, in its parts."""
    summary: str
    usage: str
    options: list  # (option, what it is for)
    commands: list  # (name, summary)
    examples: str


def rows(lines):
    """"  name      text", with text that goes on in the next lines."""
    found = []
    for line in lines:
        row = re.match(r"  (\S.*?)(?:  +(.*))?$", line)
        if row and not line.startswith("   "):
            found.append([row[1], row[2] or ""])
        elif found and line.strip():
            found[-1][1] = f"{found[-1][1]} {line.strip()}".strip()
    return [tuple(row) for row in found]


def read_help(program, *words):
    text = subprocess.run([program, *words, "--help"], check=True, capture_output=True,
                          text=True).stdout
    text = text.replace(str(program), pathlib.Path(program).name)
    head, _, examples = text.partition("\n\n\n")
    parts = re.split(r"^(\w+):$", head, flags=re.MULTILINE)
    first = [line for line in parts[0].splitlines() if line.strip()]
    usage = next((line for line in first if line.startswith("Usage: ")), "")
    sections = dict(zip(parts[1::2], (part.splitlines() for part in parts[2::2])))
    if not usage:  # a program whose help is one text
        return Help("", "", [], [], text.strip("\n"))
    return Help(" ".join(line for line in first if line != usage), usage[len("Usage: "):],
                rows(sections.get("Options", []) + sections.get("Positionals", [])),
                rows(sections.get("Subcommands", [])), re.sub(r"^Examples:\n", "", examples.strip("\n")))


def all_commands(program):
    """(words, help) of each command that can be called."""
    for name, _ in read_help(program).commands:
        own = read_help(program, name)
        if not own.commands:
            yield (name,), own
        for verb, _ in own.commands:
            yield (name, verb), read_help(program, name, verb)


def roff(text):
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"^([.'])", r"\\&\1", text, flags=re.MULTILINE)


def options(help_text):
    for option, purpose in help_text.options:
        if option != "-h,--help":
            yield f".TP\n.B {roff(option)}\n{roff(purpose) or 'No more is said.'}\n"


def man(program, version):
    name = pathlib.Path(program).name
    whole = read_help(program)
    yield (f'.TH {roff(name.upper())} 1 "" "{name} {version}" "User commands"\n.SH NAME\n{roff(name)} \\- '
           f'{PURPOSE[name]}\n.SH SYNOPSIS\n.B {roff(whole.usage or name + " [OPTIONS]")}\n.SH DESCRIPTION\n')
    if whole.commands:
        yield f"{roff(whole.summary)}\n.SH OPTIONS\n" + "".join(options(whole)) + ".SH COMMANDS\n"
        for words, command in all_commands(program):
            yield f".SS {roff(' '.join((name, *words)))}\n{roff(command.summary)}\n"
            yield from options(command)
            if command.examples:
                yield f".PP\n.nf\n{roff(command.examples)}\n.fi\n"
    else:
        yield f".nf\n{roff(whole.examples)}\n.fi\n"
    yield MORE[name]


def completion(program):
    """A case for each command: its commands, or its options."""
    whole = read_help(program)
    general = " ".join(re.findall(r"--[\w-]+", " ".join(option for option, _ in whole.options)))
    cases = [f"    '') words='{' '.join(name for name, _ in whole.commands)}' ;;"]
    for name, _ in whole.commands:
        verbs = " ".join(verb for verb, _ in read_help(program, name).commands)
        if verbs:
            cases.append(f"    '{name}') words='{verbs}' ;;")
    for words, command in all_commands(program):
        own = re.findall(r"--[\w-]+", " ".join(option for option, _ in command.options))
        cases.append(f"    '{' '.join(words)}') words='{' '.join(own)}' ;;")
    body = "\n".join(cases)
    yield f"""# Completion of tandem(1) for bash; made from its --help.
_tandem()
{{
  local current=${{COMP_WORDS[COMP_CWORD]}} path='' word words=''
  for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
    case $word in
      -*) break ;;
      *) path="${{path:+$path }}$word" ;;
    esac
  done
  case $path in
{body}
  esac
  case $current in
    -*) words="$words {general}" ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}}
complete -o default -F _tandem tandem
"""


def notices(console):
    """Of everything that package-lock.json names for the running console."""
    console = pathlib.Path(console)
    lock = json.loads((console / "package-lock.json").read_text(encoding="utf-8"))
    yield "The console of tandem is built with the packages below, under the licences that follow each.\n"
    for path, package in sorted(lock["packages"].items()):
        if not path or package.get("dev") or package.get("optional"):
            continue
        name = path.rpartition("node_modules/")[2]
        yield f"\n==== {name} {package.get('version', '')}: {package.get('license', 'see below')}\n"
        for file in sorted((console / path).glob("[Ll][Ii][Cc][Ee][Nn][CcSs][Ee]*")):
            yield "\n" + file.read_text(encoding="utf-8", errors="replace").strip() + "\n"


def main():
    match sys.argv[1:]:
        case ["man", program, *version]:
            parts = man(program, "".join(version))
        case ["completion", program]:
            parts = completion(program)
        case ["notices", console]:
            parts = notices(console)
        case _:
            sys.exit(__doc__)
    sys.stdout.write("".join(parts))


if __name__ == "__main__":
    main()
