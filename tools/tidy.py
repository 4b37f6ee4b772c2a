#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The house's rules that no compiler checks; STYLE.md gives their reasons.

    tools/tidy.py [ROOT]        prints path:line: [check] what, and what instead; exit 1 on findings

An exception is a line in tools/tidy_allow.txt:  CHECK PATH REASON.  One that excuses nothing is
itself a finding, so the list stays true.
"""
import collections
import pathlib
import re
import subprocess
import sys

import cpp_text

Finding = collections.namedtuple("Finding", "path line check message")

FUNCTION_LINES_MAX, PARAMETERS_MAX = 70, 6
COLUMNS_MAX = {".cc": 100, ".h": 100, ".py": 110, ".sh": 120}
CODE = (".cc", ".h", ".py", ".sh", ".mjs", ".js", ".cjs")

# A library's header belongs to these folders, so that replacing the library touches one place and
# compiling it costs a few files only. Prefixes of paths.
CONFINED = {
    r"CLI/": ("src/cli/",),
    r"argon2\.h": ("src/access/",),
    r"(?:ldap|lber)\.h|sasl/|gssapi|krb5": ("src/connectors/ldap/", "tests/bench/"),
    r"sqlite3\.h": ("src/store/", "src/tenant/", "tests/bench/"),
    r"curl/|boost/": ("src/platform/",),
    r"openssl/": ("src/platform/", "src/expression/", "src/tenant/"),
    r"spdlog/|utf8proc\.h|xxhash\.h": ("src/base/",),
    r"libxml/": ("src/csexport/", "src/policy/entra/"),
    r"yaml\.h": ("src/policy/entra/",),
    r"libpsl\.h": ("src/checks/",),
    # server.toml and tests of rules: both are written by people, and want comments.
    r"toml\+\+|toml\.hpp": ("src/home/", "src/rule_test/"),
    r"simdjson": ("src/connectors/graph/", "src/tenant/", "tests/fuzz/"),
    r"benchmark/": ("tests/bench/",),
    r"(?:gtest|gmock|rapidcheck)": ("src/testing/", "tests/"),
}

# (pattern in code, where it is allowed: path prefixes, what to use instead)
BANNED = [
    (r"system_clock::now\(|\bgettimeofday\(|\bclock_gettime\(|std::time\(",
     ("src/platform/",), "take a platform::WallClock: tests decide what time it is"),
    (r"\b(?:this_thread::sleep_(?:for|until)|usleep|nanosleep)\(",
     ("src/platform/",), "take a platform::Sleeper: no test should wait"),
    (r"\b[fs]?n?printf\(", (), "use fmt::format or fmt::print"),
    (r"std::regex\b|#include <regex>", (), "linear-time matching only: a rule must not hang a run"),
    (r"\busing namespace (?!std::(?:chrono_|string_|string_view_)?literals\b)", (),
     "name what you use"),
    (r"\bthrow\b", (), "return an Error; exceptions are for libraries"),
    (r"\bassert\(|#include <cassert>", (), "TANDEM_CHECK: invariants hold in every build type"),
    (r"\b(?:atoi|atol|strtok|strcpy|strcat|sprintf|gets)\(", (), "use base/text.h and std::string"),
    (r"\bgetenv\(", ("src/bin/", "src/cli/", "src/home/", "src/platform/"),
     "the environment comes in through a constructor"),
    (r"#include <iostream>", ("src/bin/", "src/cli/"), "only programs talk to the terminal"),
    (r"\b(?:class|struct) \w+(?:Manager|Helper|Utils?|Data|Info)\b", (), "name what it is"),
]

SQL = re.compile(r'"\s*(?:SELECT\s|INSERT\s+(?:OR\s+\w+\s+)?INTO\s|UPDATE\s+\w+\s+SET\s'
                 r"|DELETE\s+FROM\s|CREATE\s+(?:TABLE|INDEX)\s|PRAGMA\s)")


def check_lines(path, text):
    columns_max = COLUMNS_MAX.get(pathlib.PurePosixPath(path).suffix, sys.maxsize)
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > columns_max and "http" not in line:
            yield Finding(path, number, "columns", f"{len(line)}, at most {columns_max}")
        if re.search(r"\bFIX" r"ME\b", line):
            yield Finding(path, number, "fixme", "repair it, or open an issue: TODO(#123)")
        if re.search(r"(?://|#|--)\s*TODO(?!\(#\d+\))", line):
            yield Finding(path, number, "todo", "a TODO names an open issue: TODO(#123)")
    if not re.match(r"(?:#![^\n]*\n)?(?://|#) SPDX-License-Identifier: Apache-2\.0\n", text):
        yield Finding(path, 1, "spdx", "the first line is SPDX-License-Identifier: Apache-2.0")


def check_size(path, text):
    if path.endswith("_test.cc"):
        limit = 800
    else:
        limit = 300 if path.endswith(".h") else 600
    lines = text.count("\n")
    if lines > limit:
        yield Finding(path, 1, "file-size", f"{lines} lines, at most {limit}: split it by concept")


def check_functions(path, code, is_test):
    for function in cpp_text.functions(code):
        if function.lines > FUNCTION_LINES_MAX and not function.name.startswith("TEST"):
            yield Finding(path, function.line, "function-size", f"{function.name} has "
                          f"{function.lines} lines, at most {FUNCTION_LINES_MAX}")
        if function.parameters > PARAMETERS_MAX and not is_test:
            yield Finding(path, function.line, "parameters",
                          f"{function.name} takes {function.parameters} parameters: pass a struct")


def check_banned(path, code):
    for number, line in enumerate(code.splitlines(), 1):
        for pattern, allowed, instead in BANNED:
            if re.search(pattern, line) and not path.startswith(tuple(allowed) or "\0"):
                yield Finding(path, number, "banned", f"{line.strip()[:60]}: {instead}")


def check_headers(path, code, is_test):
    for number, line in enumerate(code.splitlines(), 1):
        found = re.match(r'\s*#\s*include [<"]([^>"]+)[>"]', line)
        if not found:
            continue
        for pattern, folders in CONFINED.items():
            if re.match(pattern, found[1]) and not path.startswith(folders) and not (
                    is_test and pattern.startswith("(?:gtest")):
                yield Finding(path, number, "confined",
                              f"{found[1]} belongs to {', '.join(folders)}")
        if found[1] == "nlohmann/json.hpp" and path.endswith(".h") and not is_test:
            yield Finding(path, number, "confined", "headers include nlohmann/json_fwd.hpp at most")
    if path.endswith(".h") and "#pragma once" not in code:
        yield Finding(path, 1, "pragma-once", "a header starts with #pragma once")


def check_comments(path, text):
    for number, line in enumerate(text.splitlines(), 1):
        if re.match(r"\s*///|\s*/\*\*|\s*(?://|\*)\s*[@\\](?:brief|param|return|file)\b", line):
            yield Finding(path, number, "doxygen", "plain // comments; no C++ API is published")


def check_sql(path, text):
    if path.startswith(("src/store/", "src/tenant/", "tests/")):
        return
    for number, line in enumerate(cpp_text.blank(text, keep_strings=True).splitlines(), 1):
        if SQL.search(line):
            yield Finding(path, number, "sql", "SQL stands in store/ (and tenant/) only")


def check_cpp(path, text, is_test):
    code = cpp_text.blank(text)
    yield from check_size(path, text)
    yield from check_functions(path, code, is_test)
    yield from check_headers(path, cpp_text.blank(text, keep_strings=True), is_test)
    yield from check_comments(path, text)
    yield from check_sql(path, text)
    if not is_test:
        yield from check_banned(path, code)
    elif re.search(r"std::regex\b", code):
        yield Finding(path, 1, "banned", "std::regex: use plain text matching")


# ------------------------------------------------------------------------------ documents


LINK = re.compile(r"""\]\(<?([^)>\s]+)>?(?: "[^"]*")?\)|(?:src|srcset|href)="([^"]+)\"""")


def slug(heading):
    """GitHub's anchor of a heading."""
    text = re.sub(r"[`*_]|\[([^\]]*)\]\([^)]*\)", lambda m: m[1] or "" if m[0][0] == "[" else
                  ("_" if m[0] == "_" else ""), heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")


def without_fences(text):
    return re.sub(r"^( *)(```|~~~).*?^ *\2[^\n]*$", lambda m: re.sub(r"[^\n]", "", m[0]), text,
                  flags=re.MULTILINE | re.DOTALL)


def headings(text):
    return re.findall(r"^(#{1,6}) +(.+?) *#*$", without_fences(text), re.MULTILINE)


def links(text):
    """(line, target) of each relative link."""
    for number, line in enumerate(without_fences(text).splitlines(), 1):
        line = re.sub(r"`[^`]*`", "", line)
        for found in LINK.finditer(line):
            target = found[1] or found[2]
            if not re.match(r"[a-z]+:", target):
                yield number, target


def resolve(root, path, target):
    name = target.split("#")[0]
    if not name:
        return path
    return pathlib.PurePosixPath(
        (root / path).parent.joinpath(name).resolve().relative_to(root.resolve())).as_posix()


def check_markdown(root, texts):
    pages = {path: text for path, text in texts.items() if path.endswith(".md")}
    linked = {"README.md"}
    for path, text in pages.items():
        if sum(1 for level, _ in headings(text) if level == "#") != 1:
            yield Finding(path, 1, "one-title", "a page has exactly one # title")
        for number, target in links(text):
            try:
                there = resolve(root, path, target)
            except ValueError:
                yield Finding(path, number, "link", f"{target} leads out of the project")
                continue
            linked.add(there)
            if not (root / there).exists():
                yield Finding(path, number, "link", f"{target} is not there")
            elif "#" in target and there in pages:
                anchors = {slug(title) for _, title in headings(pages[there])}
                if target.split("#")[1] not in anchors:
                    yield Finding(path, number, "link", f"{target}: no such heading")
    folders = {path for path in linked if (root / path).is_dir()}
    for path in pages:
        in_linked_folder = pathlib.PurePosixPath(path).parent.as_posix() in folders
        if path.startswith("docs/") and path not in linked and not in_linked_folder:
            yield Finding(path, 1, "orphan", "no other page links to this one")


# ------------------------------------------------------------------------------ dead files


def listed_sources(texts):
    """Every source file that some CMakeLists.txt names."""
    for path, text in texts.items():
        if path.endswith("CMakeLists.txt"):
            folder = path[:-len("CMakeLists.txt")]
            yield from (folder + word for word in re.split(r"[\s()]+", text) if word[-3:] == ".cc")


def check_dead(texts):
    listed = set(listed_sources(texts))
    included = set(re.findall(r'#include "([^"]+)"', "\n".join(
        text for path, text in texts.items() if path.endswith((".cc", ".h")))))
    for path in texts:
        if not path.startswith("src/"):
            continue
        if path.endswith(".h") and path[len("src/"):] not in included:
            yield Finding(path, 1, "dead", "no file includes this header")
        if path.endswith(".cc") and path not in listed:
            yield Finding(path, 1, "dead", "no CMakeLists.txt names this file")


# ------------------------------------------------------------------------------ the whole


def list_files(root):
    """Tracked and new files, without what .gitignore names; without git, everything."""
    answer = subprocess.run(["git", "-C", root, "ls-files", "-co", "--exclude-standard"],
                            capture_output=True, text=True, check=False)
    if answer.returncode == 0:
        return sorted({name for name in answer.stdout.splitlines() if (root / name).is_file()})
    skipped = ("build/", ".git/")
    names = (path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())
    return sorted(name for name in names
                  if not name.startswith(skipped) and "node_modules/" not in name)


def read_texts(root):
    wanted = CODE + (".md", "CMakeLists.txt")
    return {name: (root / name).read_text(encoding="utf-8", errors="replace")
            for name in list_files(root) if name.endswith(wanted)}


def find_all(root, texts):
    tests = cpp_text.test_code(texts)
    for path, text in texts.items():
        if path.endswith(CODE):
            yield from check_lines(path, text)
        if path.endswith((".cc", ".h")):
            yield from check_cpp(path, text, path in tests)
    yield from check_markdown(root, texts)
    yield from check_dead(texts)


def read_allowances(root):
    """{(check, path): line number}; every line needs its reason."""
    allowed, findings, name = {}, [], "tools/tidy_allow.txt"
    path = root / name
    lines = path.read_text().splitlines() if path.exists() else []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        words = line.split(None, 2)
        if len(words) < 3:
            findings.append(Finding(name, number, "allow", "the reason is missing"))
        else:
            allowed[(words[0], words[1])] = number
    return allowed, findings


def run(root):
    root = pathlib.Path(root).resolve()
    texts = read_texts(root)
    allowed, findings = read_allowances(root)
    used = set()
    for finding in find_all(root, texts):
        key = (finding.check, finding.path)
        if key in allowed:
            used.add(key)
        else:
            findings.append(finding)
    stale = [(key, number) for key, number in allowed.items() if key not in used]
    findings += [Finding("tools/tidy_allow.txt", number, "allow", f"{path} needs no {check} now")
                 for (check, path), number in stale]
    return texts, findings


def main():
    texts, findings = run(sys.argv[1] if len(sys.argv) > 1 else ".")
    for finding in findings:
        print(f"{finding.path}:{finding.line}: [{finding.check}] {finding.message}")
    print(f"tidy: {len(texts)} files, {len(findings)} findings")
    sys.exit(bool(findings))


if __name__ == "__main__":
    main()
