#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the tests of this folder: all, or those that are named ("Notify", "Unit.test_it_is_valid")."""
import sys
import unittest

import test_notify
import test_unit

MODULES = (test_notify, test_unit)


def main():
    loader = unittest.defaultTestLoader
    tests = unittest.TestSuite()
    for name in sys.argv[1:]:
        module = next((one for one in MODULES if hasattr(one, name.split(".")[0])), test_notify)
        tests.addTests(loader.loadTestsFromName(name, module))
    if len(sys.argv) == 1:
        for module in MODULES:
            tests.addTests(loader.loadTestsFromModule(module))
    result = unittest.TextTestRunner(verbosity=2).run(tests)
    for test, reason in result.skipped:
        print(f"skipped {test}: {reason}")
    failed = len(result.failures) + len(result.errors)
    passed = result.testsRun - failed - len(result.skipped)
    print(f"{passed} passed, {failed} failed, {len(result.skipped)} skipped")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
