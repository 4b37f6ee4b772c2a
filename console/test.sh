#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What the console is checked for without a browser: types, style, and its own tests.
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")" || exit 1
./build.sh || exit 1
# shellcheck source=tools/provide_node.sh
. ../tools/provide_node.sh
provide_node
passed=0 failed=0
if npm run lint --silent; then passed=1; else failed=1; fi
npm test --silent -- --reporter=json --outputFile=.test.json > .test.log 2>&1 || tail -n 40 .test.log
counts=$(node -e "
  const r = JSON.parse(require('fs').readFileSync('.test.json', 'utf8'));
  const failed = r.numFailedTests + (r.success || r.numFailedTests ? 0 : 1);
  console.log(r.numPassedTests, failed, r.numPendingTests + r.numTodoTests)" || echo "0 1 0")
read -r more_passed more_failed skipped <<< "$counts"
echo "$((passed + more_passed)) passed, $((failed + more_failed)) failed, $skipped skipped"
[ $((failed + more_failed)) -eq 0 ]
