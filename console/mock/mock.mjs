// SPDX-License-Identifier: Apache-2.0
// A stand-in for the server's API: enough of it to work on the console, and to test its parts. What it answers was
// printed by real commands of a demo home (fixtures/); what changes lives in memory.
// Accounts: admin, olivia (operator), victor (viewer); the password of each is "correct horse battery".
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeOperations } from './operations.mjs';
import { makeSpace } from './space.mjs';

export const fixture = (name) => JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures', `${name}.json`), 'utf8'));

const profileNames = { 'full-import': 'Full Import', 'delta-import': 'Delta Import', 'full-synchronization': 'Full Synchronization', 'delta-synchronization': 'Delta Synchronization', export: 'Export' };
const password = 'correct horse battery';
const now = () => new Date().toISOString();
const fault = (status, code, message, more = {}) => ({ status, body: { error: { code, message }, ...more } });
const ok = (body, headers) => ({ status: 200, body, headers });

export function makeMock({ speed = 1, signedInAs = null, objects = 20_000, setup = false, broken = false, paired = false } = {}) {
  const policy = fixture('policy');
  const state = {
    session: null, etag: 1, policy, setupNeeded: setup, secrets: fixture('secrets'), scheduler: fixture('scheduler'), threshold: fixture('threshold'),
    status: { ...fixture('status'), name: 'sync01:/var/lib/tandem' }, pair: fixture('pair'), excluded: new Set(),
    history: [{ n: 1, at: '2026-11-20T08:00:00Z', who: 'set-up', digest: '6ad1…', summary: 'As the server was made', policy: structuredClone(policy) }],
    accounts: [
      { name: 'admin', role: 'administrator', disabled: false, lastSignIn: now(), created: '2026-11-20T08:00:00Z', oidcSubject: '', oidcEmail: '', tokens: [], lockedUntil: null, hasPassword: true },
      { name: 'olivia', role: 'operator', disabled: false, lastSignIn: '2026-11-25T16:12:44Z', created: '2026-11-21T09:30:00Z', oidcSubject: '', oidcEmail: 'olivia@corp.example.com', tokens: [{ name: 'monitoring', created: '2026-11-22T11:00:00Z', lastFour: 'x7Qa' }], lockedUntil: null, hasPassword: true },
      { name: 'victor', role: 'viewer', disabled: false, lastSignIn: null, created: '2026-11-22T11:05:00Z', oidcSubject: '', oidcEmail: '', tokens: [], lockedUntil: null, hasPassword: true },
    ],
    audit: [],
  };
  const at = Date.now();
  state.scheduler.NextSyncCycleStartTimeInUTC = new Date(at + 22 * 60_000).toISOString();
  state.scheduler.canary = { intervalMinutes: 1440, arguments: ['--container', 'OU=Test,DC=corp,DC=example,DC=com', '--account', 'CN=ops,DC=corp,DC=example,DC=com', '--account-secret', 'canary'],
    last: { at: new Date(at - 7 * 3600_000).toISOString(), passed: true, secondsToCloud: 41.2, cause: '', next: '' } };
  const overrides = fixture('connectors').connectors.map((c) => ({ ConnectorName: c.Name, ConnectorIdentifier: c.Identifier, FullImportRequired: false, FullSyncRequired: false }));
  for (const c of state.status.connectors) {
    if (c.lastRun) c.lastRun.startedAt = c.lastRun.endedAt = new Date(at - 8 * 60_000).toISOString();
  }
  const space = makeSpace(objects, fixture);
  const operations = makeOperations(fixture, state, speed);
  const audit = (act, on, outcome = 'done') => state.audit.push({
    n: state.audit.length + 1, at: now(), who: state.session?.name ?? '–', door: 'console', from: '192.0.2.17', act, on, outcome,
    hash: `${(state.audit.length * 7919 + 104729).toString(16).padStart(8, '0')}5b1c`,
  });
  for (const [act, on] of [['account.create', 'admin'], ['policy.save', 'version 1'], ['cycle.start', 'initial'], ['secret.set', 'entra.client-secret'],
    ['sign-in', 'admin'], ['sign-in.failed', 'root'], ['run.start', 'entra: Export'], ['staging.off', 'sync01:/var/lib/tandem']]) audit(act, on);
  const signIn = (account, door) => {
    state.session = { signedIn: true, name: account.name, role: account.role, door, csrf: 'mock-csrf', expires: new Date(Date.now() + 12 * 3600_000).toISOString() };
    return ok(state.session);
  };
  const partner = (url) => ({ serverId: '7d1d6f6a-63b5-4a4e-9f5c-02dd21f0a1c9', name: 'sync02:/var/lib/tandem', url, fingerprint: '5a1f8f3b0c9d4e77a2b1c8d0', pairedAt: now(), answers: true, version: 'Tandem 0.1.0', role: 'staging', lagSeconds: 95 });
  if (paired) state.pair = { ...state.pair, partner: partner('https://sync02.corp.example.com:8543') };
  if (signedInAs) signIn(state.accounts.find((a) => a.name === signedInAs), 'password');

  const rank = { viewer: 0, operator: 1, administrator: 2 };
  const start = (act, title) => {
    const operation = operations.start(act, title, state.session.name);
    audit(`${act}.start`, title);
    return operation ? { status: 202, body: { operation } } : fault(409, 'busy', `"${operations.running().title}" is running and holds this home. Next: wait for it, or stop it`);
  };
  const rules = () => {
    const disabled = new Set(state.policy.standardRules.disabled);
    const own = state.policy.rules ?? [];
    return [...own, ...fixture('rules').rules.filter((r) => !disabled.has(r.name))].sort((a, b) => a.precedence - b.precedence);
  };
  const checkRule = (rule) => {
    const problems = [];
    const known = new Set(fixture('functions').functions.map((f) => f.name));
    const attributes = new Set(languageAttributes().metaverse);
    (rule.attributeFlowMappings ?? []).forEach((flow, i) => {
      if (rule.direction === 'Inbound' && flow.destination && !attributes.has(flow.destination)) {
        problems.push({ severity: 'error', place: `attributeFlowMappings[${i}].destination`, message: `the metaverse has no attribute "${flow.destination}"` });
      }
      if (flow.flowType !== 'Expression') return;
      const text = [flow.expression ?? ''].flat().join('\n');
      const place = `attributeFlowMappings[${i}].expression`;
      for (const match of text.matchAll(/([A-Za-z]\w*)\s*\(/g)) {
        if (!known.has(match[1])) problems.push({ severity: 'error', place, offset: match.index, length: match[1].length, message: `there is no function "${match[1]}"` });
      }
      const open = (text.match(/\(/g) ?? []).length - (text.match(/\)/g) ?? []).length;
      if (open !== 0) problems.push({ severity: 'error', place, offset: Math.max(0, text.length - 1), length: 1, message: open > 0 ? 'a parenthesis is not closed' : 'a parenthesis too many' });
      if (text.trim() === '') problems.push({ severity: 'error', place, offset: 0, length: 0, message: 'an expression is expected' });
    });
    if (!rule.name) problems.push({ severity: 'error', place: 'name', message: 'a rule needs a name' });
    return { valid: problems.length === 0, problems };
  };
  const languageAttributes = () => {
    const mv = new Set(); const cs = {};
    for (const r of fixture('rules').rules) {
      cs[r.connector] ??= new Set();
      for (const f of r.attributeFlowMappings ?? []) {
        (r.direction === 'Inbound' ? mv : cs[r.connector]).add(f.destination);
        for (const m of [f.expression ?? ''].flat().join(' ').matchAll(/\[([\w-]+)\]/g)) (r.direction === 'Inbound' ? cs[r.connector] : mv).add(m[1]);
        for (const s of [f.source ?? []].flat()) (r.direction === 'Inbound' ? cs[r.connector] : mv).add(s);
      }
    }
    return { metaverse: [...mv].sort(), connectors: Object.fromEntries(Object.entries(cs).map(([k, v]) => [k, [...v].sort()])) };
  };
  const savePolicy = (next, summary) => {
    state.policy = next;
    state.etag += 1;
    state.history.push({ n: state.history.length + 1, at: now(), who: state.session.name, digest: `${state.etag}f0c…`, summary, policy: structuredClone(next) });
    audit('policy.save', `version ${state.history.length}`);
    return { status: 200, body: { saved: true, version: state.history.length }, headers: { ETag: `"${state.etag}"` } };
  };
  const latency = () => {
    const days = Array.from({ length: 14 }, (_, i) => ({
      day: new Date(Date.now() - (13 - i) * 86_400_000).toISOString().slice(0, 10),
      p50Seconds: 820 + ((i * 137) % 260), p99Seconds: 1650 + ((i * 311) % 420), changes: 140 + ((i * 97) % 310),
    }));
    days[9].p99Seconds = 3120;
    const counts = ({ p50Seconds, p99Seconds, changes }) => ({ p50Seconds, p99Seconds, changes });
    return { days, last24h: counts(days.at(-1)), answered24h: counts({ ...days.at(-1), p50Seconds: 610, p99Seconds: 1480 }) };
  };

  // [method, pattern, least role or null, handler]
  const table = [
    ['GET', /^\/session$/, null, () => ok(state.session ?? { signedIn: false, oidc: { name: 'Contoso ID' }, setup: state.setupNeeded })],
    ['POST', /^\/session$/, null, (_, body) => {
      const account = state.accounts.find((a) => a.name === body.name && !a.disabled);
      return account && body.password === password ? signIn(account, 'password') : fault(401, 'sign-in', 'The name or the password is wrong.');
    }],
    ['POST', /^\/session\/link$/, null, (_, body) => (body.token === 'used' ? fault(401, 'link', 'This link was used already, or is older than ten minutes. Next: make another with \'tandem account link\'') : signIn(state.accounts[0], 'link'))],
    ['DELETE', /^\/session$/, null, () => { state.session = null; return { status: 204 }; }],
    ['POST', /^\/session\/password$/, 'viewer', (_, body) => (body.old === password ? ok({}) : fault(400, 'password', 'The present password is wrong.'))],
    ['GET', /^\/accounts$/, 'administrator', () => ok({ accounts: state.accounts })],
    ['POST', /^\/accounts$/, 'administrator', (_, body) => {
      if (state.accounts.some((a) => a.name === body.name)) return fault(409, 'exists', `There is an account "${body.name}" already.`);
      state.accounts.push({ name: body.name, role: body.role, disabled: false, lastSignIn: null, created: now(), oidcSubject: '', oidcEmail: '', tokens: [], lockedUntil: null, hasPassword: true });
      audit('account.create', body.name);
      return ok(state.accounts.at(-1));
    }],
    ['PATCH', /^\/accounts\/([^/]+)$/, 'administrator', ([name], body) => { const a = state.accounts.find((x) => x.name === name); Object.assign(a, { role: body.role ?? a.role, disabled: body.disabled ?? a.disabled }); audit('account.change', name); return ok(a); }],
    ['DELETE', /^\/accounts\/([^/]+)$/, 'administrator', ([name]) => { state.accounts = state.accounts.filter((x) => x.name !== name); audit('account.remove', name); return { status: 204 }; }],
    ['POST', /^\/accounts\/([^/]+)\/tokens$/, 'administrator', ([name], body) => { state.accounts.find((x) => x.name === name).tokens.push({ name: body.token, created: now(), lastFour: '7vR2' }); audit('account.token', name); return ok({ name: body.token, token: 'tdm_8Zk1p0sExampleOnlyQ4nY7vR2' }); }],
    ['GET', /^\/audit$/, 'administrator', (_, __, q) => {
      const before = Number(q.get('before') ?? Infinity); const limit = Number(q.get('limit') ?? 100);
      const lines = state.audit.filter((l) => l.n < before && (!q.get('who') || l.who.includes(q.get('who'))) && (!q.get('act') || l.act.includes(q.get('act')))).reverse().slice(0, limit);
      return ok({ lines, next: lines.length === limit ? lines.at(-1).n : null });
    }],
    ['GET', /^\/audit\/verify$/, 'administrator', () => ok({ lines: state.audit.length, torn: 0, lastHash: state.audit.at(-1).hash, problem: null })],
    ['GET', /^\/status$/, 'viewer', () => ok(state.status)],
    ['GET', /^\/latency$/, 'viewer', () => ok(latency())],
    ['GET', /^\/alerts$/, 'viewer', () => ok({
      alerts: [{
        id: 'certificate-expiry:the console', kind: 'certificate-expiry', severity: 'warning', text: 'the certificate of the console ends on 2026-12-08 09:00:00Z',
        next: 'put a new one in place and restart the service', since: new Date(at - 3 * 3600_000).toISOString(), sentTo: ['mail'],
      }],
      ways: ['mail', 'webhook'], ignored: ['staging-too-long'],
    })],
    ['POST', /^\/alerts\/test$/, 'administrator', () => { audit('alerts', 'test'); return ok({ sent: [{ way: 'mail', sent: true, error: '' }, { way: 'webhook', sent: false, error: 'https://hooks.example.com/tandem answers 503' }] }); }],
    ['GET', /^\/runs$/, 'viewer', (_, __, q) => ok({ runs: fixture('runs').runs.filter((r) => !q.get('connector') || r.connector === q.get('connector')).slice(0, Number(q.get('limit') ?? 20)) })],
    ['GET', /^\/runs\/(\d+)$/, 'viewer', ([id]) => { const run = fixture('run-details')[id]; return run ? ok({ runs: [run] }) : fault(404, 'not_found', `there is no run ${id}`); }],
    ['GET', /^\/runs\/(\d+)\/objects$/, 'viewer', ([id], _, q) => ok({ run: Number(id), counter: q.get('counter'), objects: space.rows(fixture('run-details')[id].connector).slice(0, 8).map((o) => ({ object: o.id, dn: o.dn })) })],
    ['POST', /^\/cycles$/, 'operator', (_, body) => start('cycle', body.policyType === 'initial' ? 'Initial cycle' : 'Delta cycle')],
    ['POST', /^\/connectors\/([^/]+)\/runs$/, 'operator', ([c], body) => start('run', `${profileNames[body.profile] ?? body.profile} of ${c}${body.dryRun ? ', dry run' : ''}`)],
    ['GET', /^\/operations$/, 'viewer', () => ok({ operations: operations.list() })],
    ['GET', /^\/operations\/([^/]+)$/, 'viewer', ([id]) => (operations.find(id) ? ok(operations.find(id)) : fault(404, 'not_found', 'There is no such operation; a restart of the service forgets them.'))],
    ['DELETE', /^\/operations\/([^/]+)$/, 'operator', ([id]) => { operations.cancel(id); return { status: 204 }; }],
    ['GET', /^\/connectors$/, 'viewer', () => ok(fixture('connectors'))],
    ['GET', /^\/connectors\/([^/]+)\/statistics$/, 'viewer', ([c]) => ok(fixture(c === 'entra' ? 'statistics-entra' : 'statistics-corp'))],
    ['POST', /^\/connectors\/([^/]+)\/test$/, 'operator', ([c]) => start('connector test', `Connection test of ${c}`)],
    ['GET', /^\/connectors\/([^/]+)\/containers$/, 'viewer', (_, __, q) => ok({ containers: space.containers(q.get('parent') ?? '', state.excluded) })],
    ['PUT', /^\/connectors\/([^/]+)\/containers$/, 'administrator', (_, body) => { state.excluded = new Set(body.exclude); audit('policy.save', 'containers'); return ok({ saved: true }); }],
    ['GET', /^\/connectors\/([^/]+)\/objects$/, 'viewer', ([c], _, q) => ok(space.search(c, q))],
    ['GET', /^\/connectors\/([^/]+)\/objects\/(\d+)$/, 'viewer', ([c, id]) => ok(space.object(c, id))],
    ['GET', /^\/connectors\/([^/]+)\/objects\/(\d+)\/why$/, 'viewer', (_, __, q) => ok(fixture(q.get('attribute') ? 'why-title' : 'why'))],
    ['GET', /^\/connectors\/([^/]+)\/objects\/(\d+)\/preview$/, 'viewer', () => ok(fixture('preview'))],
    ['GET', /^\/metaverse$/, 'viewer', (_, __, q) => ok(space.searchMetaverse(q))],
    ['GET', /^\/metaverse\/(\d+)$/, 'viewer', ([id]) => { const all = fixture('metaverse'); return ok(all[id] ?? { ...Object.values(all)[0], ObjectId: Number(id) }); }],
    ['GET', /^\/policy$/, 'viewer', () => ok(state.policy, { ETag: `"${state.etag}"` })],
    ['PUT', /^\/policy$/, 'administrator', (_, body, __, headers) => {
      if (headers['if-match'] !== `"${state.etag}"`) return fault(412, 'changed', 'Somebody else has saved the policy meanwhile. Next: load it again and make your change there');
      const bad = (body.policy.rules ?? []).flatMap((r) => checkRule(r).problems);
      return bad.length > 0 ? fault(400, 'policy', 'The policy has errors; nothing was saved.', { problems: bad }) : savePolicy(body.policy, 'saved in the console');
    }],
    ['POST', /^\/policy\/check$/, 'viewer', (_, body) => { const problems = (body.policy.rules ?? []).flatMap((r) => checkRule(r).problems); return ok({ valid: problems.length === 0, problems }); }],
    ['POST', /^\/policy\/effect$/, 'viewer', () => start('policy effect', 'Effect of a policy')],
    ['GET', /^\/policy\/history$/, 'viewer', () => ok({ versions: state.history.map((h) => ({ n: h.n, at: h.at, who: h.who, digest: h.digest, summary: h.summary })).reverse() })],
    ['GET', /^\/policy\/history\/(\d+)$/, 'viewer', ([n]) => ok({ n: Number(n), policy: state.history[Number(n) - 1].policy })],
    ['POST', /^\/policy\/history\/(\d+)\/restore$/, 'administrator', ([n]) => savePolicy(structuredClone(state.history[Number(n) - 1].policy), `As version ${n}`)],
    ['GET', /^\/policy\/export$/, 'viewer', () => ok({ ...state.policy, exported: { by: state.session.name, host: 'sync01', at: now() } }, { 'Content-Disposition': 'attachment; filename="settings.json"' })],
    ['POST', /^\/policy\/diff$/, 'viewer', () => ok(fixture('diff'))],
    ['GET', /^\/rules$/, 'viewer', () => ok({ rules: rules() })],
    ['POST', /^\/rules\/check$/, 'viewer', (_, body) => ok(checkRule(body.rule))],
    ['POST', /^\/policy\/preview$/, 'operator', () => ok(fixture('preview'))],
    ['GET', /^\/language\/functions$/, 'viewer', () => ok(fixture('functions'))],
    ['GET', /^\/language\/attributes$/, 'viewer', () => ok(languageAttributes())],
    ['GET', /^\/pending$/, 'viewer', (_, __, q) => {
      const all = fixture('pending').pendingExports.filter((p) => (!q.get('connector') || p.connector === q.get('connector')) && (!['adds', 'updates', 'deletes'].some((f) => q.get(f)) || q.get(`${p.operation.toLowerCase()}s`)));
      return ok({ pendingExports: all.slice(0, Number(q.get('limit') ?? 100)), total: all.length });
    }],
    ['GET', /^\/pending\.csv$/, 'viewer', () => ({ status: 200, text: 'DN,Type,OMODT,Attribute,AMODT,Value\n', headers: { 'Content-Type': 'text/csv', 'Content-Disposition': 'attachment; filename="pending.csv"' } })],
    ['POST', /^\/compare$/, 'operator', () => start('compare', 'Comparison with the partner')],
    ['GET', /^\/pair$/, 'viewer', () => ok(state.pair)],
    ['POST', /^\/pair\/invitations$/, 'administrator', () => { state.pair = { ...state.pair, inviting: true }; audit('pair.invite', ''); return ok({ code: '4F7K-9Q2M-XC3D', expiresAt: new Date(Date.now() + 600_000).toISOString(), url: 'https://sync01.corp.example.com:8853' }); }],
    ['POST', /^\/pair\/accept$/, 'administrator', (_, body) => { state.pair = { ...state.pair, partner: partner(body.url) }; audit('pair.accept', body.url); return ok({ paired: true }); }],
    ['DELETE', /^\/pair$/, 'administrator', () => { state.pair = { ...state.pair, partner: null }; audit('pair.remove', ''); return ok({}); }],
    ['POST', /^\/swap$/, 'administrator', (_, body) => start('swap', body.back ? 'Swap back' : 'Swap')],
    ['POST', /^\/staging$/, 'administrator', (_, body) => start(body.on ? 'staging on' : 'staging off', body.on ? 'Staging on' : 'Staging off')],
    ['POST', /^\/failover$/, 'administrator', () => start('failover', 'Failover')],
    ['POST', /^\/canary$/, 'operator', () => start('canary', 'Test user into the tenant')],
    ['POST', /^\/decommission$/, 'administrator', () => start('decommission', 'Decommission')],
    ['GET', /^\/scheduler$/, 'viewer', () => ok({ ...state.scheduler, SyncCycleInProgress: operations.running()?.act === 'cycle' })],
    ['PATCH', /^\/scheduler$/, 'administrator', (_, body) => {
      const s = state.scheduler;
      if (body.interval !== undefined) s.CustomizedSyncCycleInterval = s.CurrentlyEffectiveSyncCycleInterval = body.interval;
      if (body.enabled !== undefined) s.SyncCycleEnabled = body.enabled;
      if (body.maintenance !== undefined) s.MaintenanceEnabled = body.maintenance;
      if (body.suspended !== undefined) s.SchedulerSuspended = body.suspended;
      if (body.onChange !== undefined) s.onChange = body.onChange;
      if (body.quietSeconds !== undefined) s.quietSeconds = body.quietSeconds;
      if (body.history !== undefined) s.PurgeRunHistoryInterval = body.history;
      if (body.next !== undefined) s.NextSyncCyclePolicyType = body.next === 'initial' ? 'Initial' : 'Delta';
      audit('scheduler.set', Object.keys(body).join(', '));
      return ok(s);
    }],
    ['GET', /^\/scheduler\/overrides$/, 'viewer', () => ok({ overrides })],
    ['PATCH', /^\/scheduler\/overrides\/([^/]+)$/, 'operator', ([name], body) => {
      const one = overrides.find((o) => o.ConnectorName === name);
      if (!one) return fault(404, 'not_found', `there is no connector "${name}"`);
      if (body.fullImport !== undefined) one.FullImportRequired = body.fullImport;
      if (body.fullSync !== undefined) one.FullSyncRequired = body.fullSync;
      audit('scheduler.override', name);
      return ok({ overrides });
    }],
    ['GET', /^\/threshold$/, 'viewer', () => ok(state.threshold)],
    ['PUT', /^\/threshold$/, 'administrator', (_, body) => { state.threshold = { ...state.threshold, DeletionPrevention: 1, ThresholdCount: body.count, ThresholdPercentage: body.percent }; audit('threshold.set', `${body.count}`); return ok(state.threshold); }],
    ['DELETE', /^\/threshold$/, 'administrator', () => { state.threshold = { ...state.threshold, DeletionPrevention: 0 }; audit('threshold.disable', ''); return ok(state.threshold); }],
    ['GET', /^\/secrets$/, 'administrator', () => ok(state.secrets)],
    ['PUT', /^\/secrets\/([^/]+)$/, 'administrator', ([name]) => { const s = state.secrets.secrets.find((x) => x.name === name); if (s) s.set = true; else state.secrets.secrets.push({ name, set: true, namedByPolicy: false }); audit('secret.set', name); return ok({}); }],
    ['DELETE', /^\/secrets\/([^/]+)$/, 'administrator', ([name]) => { state.secrets.secrets = state.secrets.secrets.filter((x) => x.name !== name); audit('secret.remove', name); return { status: 204 }; }],
    ['POST', /^\/checks\/preflight$/, 'operator', () => start('check preflight', 'Preflight')],
    ['GET', /^\/checks\/attributes$/, 'viewer', (_, __, q) => {
      const all = fixture('checks-attributes');
      const findings = all.findings.filter((f) => !q.get('errors') || f.severity === 'error');
      return ok({ ...all, total: findings.length, findings: findings.slice(0, Number(q.get('limit') ?? 50)) });
    }],
    ['GET', /^\/checks\/attributes\.csv$/, 'viewer', () => ({ status: 200, text: 'Connector,Object,Type\n', headers: { 'Content-Type': 'text/csv', 'Content-Disposition': 'attachment; filename="repair.csv"' } })],
    ['GET', /^\/setup$/, 'viewer', () => ok({ needed: state.setupNeeded, folder: '/var/lib/tandem', host: 'sync01', version: '0.1.0' })],
    ['POST', /^\/setup\/inspect$/, 'administrator', (_, body) => {
      if (!body.import?.content?.trim().startsWith('{')) return fault(400, 'format', 'The file is neither a policy nor an export of Entra Connect. Next: take the JSON file that “Export settings” of the wizard wrote');
      return ok({
        format: 'entraConnect', valid: true, name: 'Example Corporation', exported: { by: 'CORP\\administrator', host: 'AADC01', at: '2026-11-20T10:11:12Z', version: '2.4.131.0' },
        connectors: [{ name: 'corp.example.com', kind: 'activeDirectory', directory: 'dc1.corp.example.com' }, { name: 'entra', kind: 'entra', directory: 'example.onmicrosoft.com' }],
        rules: 2, standardRules: 24, signIn: 'passwordHashSync',
        secrets: [{ name: 'directory.password', purpose: 'the password of tandem@corp.example.com (connector corp.example.com)' }, { name: 'entra.client-secret', purpose: 'the client secret of the application (connector entra)' }],
        files: [{ path: 'directory-ca.pem', purpose: 'the authorities that vouch for dc1.corp.example.com' }], problems: [],
        report: [
          { outcome: 'carried', subject: 'Connector corp.example.com', text: 'forest, 1 partition, 2 excluded containers' },
          { outcome: 'carried', subject: 'Rule “In from AD - Own Title”', text: 'precedence 50, 1 flow' },
          { outcome: 'adapted', subject: 'Source anchor', text: 'ms-DS-ConsistencyGuid with objectGUID where that is empty' },
          { outcome: 'notCarried', subject: 'Device writeback', text: 'this release does not act on it', question: 'Do devices come from somewhere else?', default: 'off' },
        ],
      });
    }],
    ['POST', /^\/setup\/test$/, 'administrator', (_, body) => start('connector test', body.tenant ? 'Connection test of entra' : 'Connection test of corp.example.com')],
    ['POST', /^\/setup\/containers$/, 'administrator', (_, body) => ok({ containers: space.containers(body.parent, new Set()) })],
    ['POST', /^\/setup$/, 'administrator', () => start('init', 'Set-up of this server')],
  ];

  function answer(method, url, body, headers = {}) {
    const { pathname, searchParams } = new URL(url, 'http://mock');
    const path = pathname.replace(/^\/api\/v1/, '');
    if (broken && path !== '/session') return fault(500, 'failed', 'the store cannot be read: database disk image is malformed. Next: move tandem.db away and run \'tandem cycle initial\'');
    for (const [m, pattern, role, handler] of table) {
      const match = m === method ? pattern.exec(path) : null;
      if (!match) continue;
      if (role && !state.session) return fault(401, 'signed-out', 'You are not signed in.');
      if (role && rank[state.session.role] < rank[role]) return fault(403, 'role', `This needs the role ${role}.`);
      if (method !== 'GET' && role && headers['x-tandem-csrf'] !== state.session.csrf) return fault(403, 'csrf', 'The request does not come from the console.');
      return handler(match.slice(1).map(decodeURIComponent), body ?? {}, searchParams, headers);
    }
    return fault(404, 'not_found', `There is no ${method} ${path}.`);
  }
  return { answer, operations, state };
}
