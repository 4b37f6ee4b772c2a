# SPDX-License-Identifier: Apache-2.0
"""Just enough of C++'s surface for tidy.py: blanks comments and literals, finds functions.

Works on code that clang-format has laid out and a compiler has accepted; it is no parser.
"""
import collections
import re

TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/'                       # comments
    r'|R"(?P<tag>[^()\\\s]{0,16})\(.*?\)(?P=tag)"'  # raw string literals
    r'|"(?:\\.|[^"\\\n])*"'                     # string literals
    r"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'",    # characters, but not 1'000
    re.DOTALL)

INCLUDE = re.compile(r'^#include "([^"]+)"', re.MULTILINE)

Function = collections.namedtuple("Function", "name line lines parameters")


def blank(text, keep_strings=False):
    """text with comments (and literals) replaced by blanks; lines stay where they are."""
    def replace(found):
        token = found[0]
        if keep_strings and not token.startswith("/"):
            return token
        quote = '"' if token[0] in 'R"' else " "
        inner = re.sub(r"[^\n]", " ", token)
        return quote + inner[1:-1] + quote if len(inner) > 1 else inner
    return TOKEN.sub(replace, text)


def count_parameters(head):
    """How many parameters the last parameter list of a function's head has."""
    opening = head.find("(")
    if opening < 0:
        return 0
    depth, angle, count, seen = 0, 0, 0, False
    for char in head[opening:]:
        if char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
            if depth == 0:
                break
        elif char == "<":
            angle += 1
        elif char == ">":
            angle = max(0, angle - 1)
        elif depth == 1 and angle == 0 and char == ",":
            count += 1
        elif not char.isspace():
            seen = True
    return count + 1 if seen else 0


NO_FUNCTION = re.compile(
    r"^(?:inline\s+)?(?:namespace|class|struct|union|enum|extern)\b|^(?:typedef|using)\b|^$")


def head_kind(head):
    """'scope' for what may hold functions, 'function' with a body, or 'other' (initialisers)."""
    head = re.sub(r"^\s*(?:#[^\n]*\n\s*)*", "", head).strip()
    head = re.sub(r"^(?:public|private|protected)\s*:\s*", "", head)
    head = re.sub(r"^template\s*<.*?>\s*(?=\w)", "", head, flags=re.DOTALL)
    if NO_FUNCTION.match(head):
        return "scope"
    if "(" not in head:
        return "other"
    before = re.sub(r"operator\s*(?:==|!=|<=>|<=|>=|=)", "operator", head.split("(")[0])
    return "other" if "=" in before else "function"


def functions(code):
    """Functions with bodies in blanked code, at namespace or class level."""
    found, stack, start = [], [], 0
    for match in re.finditer(r"[{};]", code):
        char, at = match[0], match.start()
        inside = any(kind != "scope" for kind, _, _ in stack)
        if char == "{":
            kind = "other" if inside else head_kind(code[start:at])
            # A member initialiser's braces, "Type() : value_{1} {", are no body.
            if kind == "function" and re.search(r"\)[^()]*:[^{}]*\w$", code[start:at].rstrip()):
                kind = "initialiser"
            stack.append((kind, start, at))
        elif char == "}" and stack:
            kind, head_at, body_at = stack.pop()
            if kind == "initialiser":
                continue
            if kind == "function":
                head = code[head_at:body_at]
                found.append(describe(code, head, head_at, at))
        if not any(kind == "initialiser" for kind, _, _ in stack):
            start = at + 1 if not inside or char == "}" else start
    return found


def describe(code, head, head_at, end):
    first = head_at + len(head) - len(head.lstrip())
    line = code.count("\n", 0, first) + 1
    name = re.search(r"((?:operator\s*[^\w\s(]{1,3}|~?[\w:]+))\s*\(", head)
    return Function(name[1] if name else "?", line, code.count("\n", first, end) + 1,
                    count_parameters(head))


def test_code(texts):
    """Paths (of {path under the root: text}) that only tests are made of.

    tests/, src/testing/, *_test.cc, *_for_test.*, and headers of src/ that nothing else includes:
    scenes and fakes need no marker in their names.
    """
    tests = {path for path in texts if path.startswith(("tests/", "src/testing/"))
             or re.search(r"(?:_test|_for_test)\.(?:cc|h)$", path)}
    includers = collections.defaultdict(set)
    for path, text in texts.items():
        if path.endswith((".cc", ".h")):
            for name in INCLUDE.findall(text):
                includers["src/" + name].add(path)
    size = -1
    while size != len(tests):
        size = len(tests)
        tests |= {path for path in texts if path.endswith(".h") and includers[path]
                  and includers[path] <= tests}
    return tests
