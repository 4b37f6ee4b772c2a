// SPDX-License-Identifier: Apache-2.0
// Operations of the stand-in: a script of notes and progress, told over time.

const notes = {
  cycle: ['corp.example.com: Full Import: success (0.2 s)', 'entra: Delta Import: success (0.1 s)', 'corp.example.com: Delta Synchronization: success (0.1 s)',
    'entra: Delta Synchronization: success (0.1 s)', 'entra: Export: completed-export-errors (0.4 s)'],
  swap: ['sync02 imports and synchronizes what is new', 'sync01 stops writing', 'sync01 sees what it has written arrive', 'sync01 gives the right to write away',
    'what was sent and not seen yet is handed over', 'sync02 takes the right to write', 'sync02 runs its first cycle'],
  init: ['the home folder is made', 'settings are written', '2 secrets are sealed', 'preflight: 14 ok', 'corp.example.com: Full Import: success (3.1 s)',
    'entra: Full Import: success (1.2 s)', 'corp.example.com: Full Synchronization: success (4.0 s)'],
};
const results = {
  cycle: 'cycle', run: 'cycle', swap: 'swap', canary: 'canary', compare: 'compare-diff', 'policy effect': 'effect', 'check preflight': 'preflight', 'connector test': 'connector-test',
};

export function makeOperations(fixture, state, speed) {
  const all = [];
  let count = 0;
  const plain = (operation) => ({ ...operation, events: operation.events.length, listeners: undefined, timer: undefined });
  const running = () => all.find((o) => o.state === 'running');

  const emit = (operation, event, data) => {
    operation.events.push({ event, data });
    for (const listener of operation.listeners) listener(operation.events.length, event, data);
  };
  const end = (operation, how) => {
    clearInterval(operation.timer);
    operation.state = how;
    operation.endedAt = new Date().toISOString();
    operation.exitCode = how === 'done' ? 0 : 1;
    const name = operation.act === 'compare' && state.comparedOnce ? 'compare-eq' : results[operation.act];
    if (how === 'done' && name) operation.result = fixture(name);
    if (operation.act === 'compare') state.comparedOnce = true;
    if (operation.act === 'connector test') {
      const only = operation.result.connectors.filter((c) => operation.title.includes(c.connector));
      operation.result = { ...operation.result, connectors: only };
    }
    if (operation.act.startsWith('staging') && how === 'done') state.status.role = operation.act === 'staging on' ? 'staging' : 'active';
    if (operation.act === 'init' && how === 'done') state.setupNeeded = false;
    emit(operation, 'end', plain(operation));
  };

  return {
    running: () => running() && plain(running()),
    list: () => all.map((o) => ({ ...plain(o), result: undefined })).reverse(),
    find: (id) => { const o = all.find((x) => x.id === id); return o && plain(o); },
    raw: (id) => all.find((x) => x.id === id),
    cancel: (id) => { const o = all.find((x) => x.id === id); if (o?.state === 'running') end(o, 'cancelled'); },
    start(act, title, who) {
      if (running()) return null;
      count += 1;
      const operation = {
        id: `op-${count}`, act, title, startedBy: who, startedAt: new Date().toISOString(), endedAt: null, state: 'running', exitCode: null,
        result: null, error: null, events: [], listeners: new Set(), timer: null,
      };
      all.push(operation);
      const lines = notes[act] ?? [];
      let tick = 0;
      const total = Math.max(8, lines.length * 2);
      operation.timer = setInterval(() => {
        tick += 1;
        emit(operation, 'progress', { text: act === 'policy effect' ? 'objects looked at' : 'objects', done: Math.round((1455 * tick) / total), total: 1455 });
        const line = lines[Math.floor((tick * lines.length) / total) - 1];
        if (line && Math.floor((tick * lines.length) / total) !== Math.floor(((tick - 1) * lines.length) / total)) emit(operation, 'note', { text: line });
        if (tick >= total) end(operation, 'done');
      }, 400 / speed);
      return plain(operation);
    },
  };
}
