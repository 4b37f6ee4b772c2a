#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What JUnit files of ctest and GoogleTest say, for people.

    tools/junit_summary.py FILE…    failures with the end of their output, skips with their reasons,
                                    and last a line "N passed, N failed, N skipped"

A ctest that runs a whole GoogleTest program counts as the tests that it ran.
"""
import collections
import re
import sys
import xml.etree.ElementTree

OUTPUT_LINES = 25

Case = collections.namedtuple("Case", "name state output")


def cases_of(path):
    root = xml.etree.ElementTree.parse(path).getroot()
    for element in root.iter("testcase"):
        output = "".join(part.text or "" for part in element if part.tag in (
            "system-out", "failure", "skipped")) or "".join(
                part.get("message") or "" for part in element)
        suite = element.get("classname") or ""
        name = element.get("name") or "?"
        if suite and suite != name and "." not in name:
            name = f"{suite}.{name}"
        if element.find("failure") is not None or element.find("error") is not None:
            state = "failed"
        elif element.find("skipped") is not None or element.get("status") in (
                "notrun", "disabled") or element.get("result") == "suppressed":
            state = "skipped"
        else:
            state = "passed"
        yield Case(name, state, output)


def inner_cases(case):
    """The GoogleTest cases inside the output of one ctest, when there are several."""
    ran = re.search(r"\[=+\] Running (\d+) tests? from", case.output)
    if not ran or int(ran[1]) < 2:
        return [case]
    found = re.findall(r"^\[ +(OK|FAILED|SKIPPED) +\] (\S+) \(\d+ ms\)$", case.output, re.MULTILINE)
    if len(found) < int(ran[1]):  # it crashed in the middle
        return [case]
    states = {"OK": "passed", "FAILED": "failed", "SKIPPED": "skipped"}
    return [Case(name, states[word], section(case.output, name)) for word, name in found]


def section(output, name):
    start = output.find(f"[ RUN      ] {name}\n")
    return output[start:output.find(f" {name} (", start)] if start >= 0 else output


def reason(case):
    """Why a test was skipped: GTEST_SKIP()'s text, or what ctest says."""
    lines = [line.strip() for line in case.output.splitlines()]
    for number, line in enumerate(lines):
        if line.endswith("Skipped") and number + 1 < len(lines):
            return lines[number + 1] or "no reason given"
    text = [line for line in lines if line and not line.startswith(("[", "Note:", "Running"))]
    return text[-1] if text else "no reason given"


def main():
    counts = collections.Counter()
    skips = collections.defaultdict(list)
    for path in sys.argv[1:]:
        for whole in cases_of(path):
            for case in inner_cases(whole):
                counts[case.state] += 1
                if case.state == "failed":
                    print(f"FAILED {case.name}")
                    for line in case.output.strip().splitlines()[-OUTPUT_LINES:]:
                        print(f"    {line}")
                elif case.state == "skipped":
                    skips[reason(case)].append(case.name)
    for why, names in sorted(skips.items()):
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        print(f"skipped: {names[0]}{more}: {why}")
    print(f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped")


if __name__ == "__main__":
    main()
