#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fails when a file in src/ includes a header of a module on the same or a higher floor.

The floors are read from the tandem_module() calls, so there is one table and not two.
Linking alone does not notice an #include of a header that needs no symbol.
"""
import pathlib
import re
import sys

import cpp_text

root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve() / "src"
floor = {}
for listing in root.rglob("CMakeLists.txt"):
    found = re.search(r"tandem_module\(\s*\w+\s+FLOOR\s+(\d+)", listing.read_text())
    if found:
        floor[listing.parent.relative_to(root).as_posix()] = int(found[1])


def module_of(path):
    """The deepest folder of path that is a module, or None."""
    parts = path.split("/")
    for depth in range(len(parts), 0, -1):
        if "/".join(parts[:depth]) in floor:
            return "/".join(parts[:depth])
    return None


sources = {path: "src/" + path.relative_to(root).as_posix() for path in root.rglob("*.[hc]*")}
tests = cpp_text.test_code({name: path.read_text() for path, name in sources.items()})
bad = 0
for path in sorted(sources):
    here = module_of(path.relative_to(root).parent.as_posix())
    if here is None or sources[path] in tests:
        continue
    for number, line in enumerate(path.read_text().splitlines(), 1):
        found = re.match(r'#include "([a-z_/]+)/[a-z_0-9]+\.h"', line)
        there = found and module_of(found[1])
        if there and there != here and floor[there] >= floor[here]:
            print(f"{path}:{number}: {here} (floor {floor[here]}) may not include "
                  f"{there} (floor {floor[there]})")
            bad += 1
print(f"floors: {len(floor)} modules, {bad} wrong includes")
sys.exit(bad > 0)
