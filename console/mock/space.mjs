// SPDX-License-Identifier: Apache-2.0
// The connector spaces of the stand-in: the demo's objects, and behind them as many invented ones as asked for.

const given = ['Ada', 'Grace', 'Katherine', 'Alan', 'Edsger', 'Barbara', 'Donald', 'Radia', 'Leslie', 'Frances'];
const family = ['Novák', 'Müller', 'Šimková', 'Okafor', 'Tanaka', 'García', 'Kowalski', 'Jensen', 'Öztürk', 'Patel', 'Smith'];
const teams = ['Sales', 'Engineering', 'Finance', 'IT', 'Marketing'];

export function makeSpace(count, fixture) {
  const details = fixture('objects');
  const known = { 'corp.example.com': fixture('objects-corp').objects, entra: fixture('objects-entra').objects };
  const pending = new Map(fixture('pending').pendingExports.map((p) => [p.object, p.operation.toLowerCase()]));
  const base = 100_000;
  const invented = (i) => {
    const name = `${given[i % given.length]} ${family[(i * 7) % family.length]} ${i}`;
    return { id: base + i, dn: `CN=${name},OU=${teams[i % teams.length]},OU=People,DC=corp,DC=example,DC=com`, name: name.toLowerCase().replace(/ /g, '.'), type: i % 9 === 0 ? 'group' : 'user', connected: i % 5 !== 0, pendingExport: null };
  };
  const real = (connector) => [
    ...Object.values(details).filter((o) => o.ConnectorName === connector)
      .map((o) => ({ id: o.ObjectId, dn: o.DistinguishedName, name: String(o.Attributes.userPrincipalName ?? o.Attributes.displayName ?? ''), type: o.ObjectType, connected: o.IsConnector, pendingExport: pending.get(o.ObjectId) ?? null, error: o.Errors[0]?.type })),
    ...(known[connector] ?? []).filter((o) => !details[o.id]).map((o) => ({ id: o.id, dn: o.dn, name: o.name, type: o.type, connected: true, pendingExport: pending.get(o.id) ?? null })),
  ].map((o) => (connector === 'entra' && o.id === 1677 ? { ...o, error: 'IdentityDataValidationFailed' } : o)).sort((a, b) => a.id - b.id);

  const fits = (o, q) => {
    const filter = q.get('filter') ?? 'all';
    const text = (q.get('text') ?? '').toLowerCase();
    if (q.get('type') && o.type !== q.get('type')) return false;
    if (text && !o.dn.toLowerCase().includes(text) && !(o.name ?? '').toLowerCase().includes(text)) return false;
    if (filter === 'pending-export') return o.pendingExport !== null;
    if (filter === 'export-error') return o.error !== undefined;
    if (filter === 'disconnector') return !o.connected;
    if (filter === 'connector') return o.connected;
    return filter === 'all';
  };
  const top = [['People', 1000, 14], ['Groups', 163, 3], ['Contacts', 50, 0], ['Leavers', 120, 0], ['Service Accounts', 34, 2], ['Domain Controllers', 3, 0]];

  return {
    rows: real,
    search(connector, q) {
      const limit = Number(q.get('limit') ?? 200); const after = Number(q.get('after') ?? 0);
      const found = real(connector).filter((o) => o.id > after && fits(o, q)).slice(0, limit);
      let i = Math.max(0, after - base + 1); let scanned = found.length;
      while (connector !== 'entra' && found.length < limit && i < count && scanned < 20_000) {
        const o = invented(i);
        if (fits(o, q)) found.push(o);
        i += 1; scanned += 1;
      }
      return { objects: found, next: found.length === limit ? found.at(-1).id : null, scanned };
    },
    object(connector, id) {
      const o = details[id] ?? Object.values(details).find((x) => x.ConnectorName === connector);
      return { ...o, ObjectId: Number(id), Errors: Number(id) === 1677 ? [{ type: 'IdentityDataValidationFailed', code: 'Request_BadRequest', message: 'updating the user: the tenant answers 400 Request_BadRequest: Invalid value specified for property \'mail\' of resource \'User\'.. Next: correct the value in the source directory', at: '2026-11-26 05:07:14Z' }] : o.Errors };
    },
    searchMetaverse(q) {
      const text = (q.get('text') ?? '').toLowerCase(); const after = Number(q.get('after') ?? 0); const limit = Number(q.get('limit') ?? 200);
      const all = fixture('objects-mv').objects.map((o) => ({ id: o.id, type: o.type, name: o.name || o.dn }))
        .concat(Array.from({ length: 2000 }, (_, i) => ({ id: base + i, type: 'person', name: invented(i).name })))
        .filter((o) => o.id > after && (!q.get('type') || o.type === q.get('type')) && o.name.toLowerCase().includes(text));
      const objects = all.slice(0, limit);
      return { objects, next: objects.length === limit ? objects.at(-1).id : null, scanned: all.length };
    },
    containers(parent, excluded) {
      if (parent === '') return [{ dn: 'DC=corp,DC=example,DC=com', name: 'corp.example.com', objects: 1455, children: top.length, included: true, rule: 'include' }];
      const included = (dn) => ![...excluded].some((e) => dn === e || dn.endsWith(`,${e}`));
      const row = (dn, name, objects, children) => ({ dn, name, objects, children, included: included(dn), rule: excluded.has(dn) ? 'exclude' : 'inherited' });
      if (/^DC=/.test(parent)) return top.map(([name, objects, children]) => row(`OU=${name},${parent}`, name, objects, children));
      const countries = ['Czechia', 'Denmark', 'France', 'Germany', 'India', 'Japan', 'Nigeria', 'Poland', 'Spain', 'Türkiye', 'United Kingdom', 'United States', 'Old <b>offices</b>', 'Test'];
      if (/^OU=People/.test(parent)) return countries.map((name, i) => row(`OU=${name},${parent}`, name, 30 + i * 11, i % 3 === 0 ? 2 : 0));
      return ['North', 'South', 'Teams'].map((name, i) => row(`OU=${name},${parent}`, name, 5 + i * 4, 0));
    },
  };
}
