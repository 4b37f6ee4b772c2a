#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Real Graph and OAuth clients from npm against tandem-tenant. Use: run.sh BUILD_DIR [test files]
set -eu
[ $# -ge 1 ] || { echo "use: run.sh BUILD_DIR [test files]" >&2; exit 2; }
build=$(cd "$1" && pwd)
shift
cd "$(dirname "$0")"
tenant="$build/src/bin/tandem-tenant"
[ -x "$tenant" ] || { echo "no $tenant; build the target tandem-tenant first" >&2; exit 2; }

if ! cmp -s package-lock.json node_modules/.tandem-lock 2>/dev/null; then
  npm ci --no-audit --no-fund --loglevel=error
  cp package-lock.json node_modules/.tandem-lock
fi

folder=$(mktemp -d)
pid=
finish() {
  if [ -n "$pid" ]; then kill "$pid" 2>/dev/null || true; wait "$pid" 2>/dev/null || true; fi
  rm -rf "$folder"
}
trap finish EXIT
trap 'exit 1' INT TERM

openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=tandem-test \
  -keyout "$folder/app.key" -out "$folder/app.pem" 2>/dev/null
cat "$folder/app.key" "$folder/app.pem" > "$folder/app-both.pem"
"$tenant" --data "$folder" --listen 127.0.0.1:0 --port-file "$folder/port" --throttling off \
  --initial-domain lab.onmicrosoft.com --domain lab.example --profile sync \
  --client-certificate "$folder/app.pem" > "$folder/announcement" 2> "$folder/errors" &
pid=$!
tries=0
until [ -s "$folder/port" ]; do
  tries=$((tries + 1))
  if [ $tries -gt 200 ] || ! kill -0 "$pid" 2>/dev/null; then cat "$folder/errors" >&2; exit 1; fi
  sleep 0.1
done
TENANT_PORT=$(cat "$folder/port")
TENANT_FOLDER=$folder
NODE_EXTRA_CA_CERTS=$folder/ca.pem
export TENANT_PORT TENANT_FOLDER NODE_EXTRA_CA_CERTS

# A second app with what public Graph grants, and nothing more.
node --input-type=module -e '
  const token = (await import("node:fs")).readFileSync(process.env.TENANT_FOLDER + "/admin.token", "utf8").trim();
  const answer = await fetch(`https://localhost:${process.env.TENANT_PORT}/tandem/tenant`, { method: "PATCH",
    headers: { Authorization: `Bearer ${token}` }, body: JSON.stringify({ apps: [{
      clientId: "aaaaaaaa-0000-0000-0000-000000000002", displayName: "Ordinary app",
      secret: "a secret of the graph profile", profile: "graph" }] }) });
  if (!answer.ok) { console.error(await answer.text()); process.exit(1); }'

# One file after the other: they share the tenant, and some set faults.
passed=0; failed=0; skipped=0
[ $# -gt 0 ] || set -- *.test.mjs
for file in "$@"; do
  node --test --test-reporter=spec "$file" > "$folder/log" 2>&1 || true
  grep -vE '^ℹ (tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) ' "$folder/log" || true
  number() { sed -n "s/^ℹ $1 //p" "$folder/log" | tail -1; }
  if [ -z "$(number pass)" ]; then failed=$((failed + 1)); continue; fi  # node itself failed
  passed=$((passed + $(number pass))); skipped=$((skipped + $(number skipped)))
  failed=$((failed + $(number fail) + $(number cancelled)))
done
[ -s "$folder/errors" ] && cat "$folder/errors"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
