#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the tests of this folder: all, or those that are named ("TheMainJob", "CanaryArrives.test_json")."""
import sys
import unittest

import test_attribute_checks
import test_bad_input
import test_canary
import test_cli
import test_convert
import test_explain
import test_service

MODULES = (test_cli, test_bad_input, test_canary, test_attribute_checks, test_convert, test_explain,
           test_service)


def main():
    loader = unittest.defaultTestLoader
    tests = unittest.TestSuite()
    for name in sys.argv[1:]:
        module = next((one for one in MODULES if hasattr(one, name.split(".")[0])), test_cli)
        tests.addTests(loader.loadTestsFromName(name, module))
    if len(sys.argv) == 1:
        for module in MODULES:
            tests.addTests(loader.loadTestsFromModule(module))
    result = unittest.TextTestRunner(verbosity=2).run(tests)
    failed = len(result.failures) + len(result.errors)
    passed = result.testsRun - failed - len(result.skipped)
    print(f"{passed} passed, {failed} failed, {len(result.skipped)} skipped")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
