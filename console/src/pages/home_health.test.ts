// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { Alert, Status } from '../api/types';
import { fixture } from '../../mock/mock.mjs';
import { healthOf } from './home_health';

const well = { ...(fixture('status') as Status), problems: [], retired: false };
const quiet: Status = { ...well, connectors: well.connectors.map((c) => ({ ...c, errors: 0, pendingExports: { adds: 0, updates: 0, deletes: 0 }, lastRun: null })) };
const alert = (kind: string, severity: Alert['severity'], next = 'do it'): Alert => ({ id: kind, kind, severity, text: 'the certificate ends', next, since: '', sentTo: [] });

describe('is all well', () => {
  it('says so when nothing is pending and nothing is wrong', () => expect(healthOf(quiet, [])).toMatchObject({ tone: 'good', text: 'Nothing is pending.', problems: [] }));
  it('tells what only the service knows, with what to do', () => {
    expect(healthOf(quiet, [alert('certificate-expiry', 'warning')])).toMatchObject({ tone: 'notice', title: '1 thing to look at', problems: ['The certificate ends. Next: do it'] });
  });
  it('is bad when an alert is an error', () => expect(healthOf(quiet, [alert('canary-failed', 'error')]).tone).toBe('bad'));
  it('does not tell twice what the status tells', () => {
    const status = { ...quiet, problems: ['entra: Export: stopped'] };
    expect(healthOf(status, [alert('run-error', 'error'), alert('clock', 'error', 'tandem runs 12')]).problems).toEqual(['entra: Export: stopped']);
  });
});
