// SPDX-License-Identifier: Apache-2.0
// Is all well? One answer out of the status and the alerts.
import type { Alert, Status } from '../api/types';
import { plural } from '../text/format';
import { meaningOf, toSentence } from '../text/results';

export interface Health { tone: 'good' | 'notice' | 'bad'; title: string; text: string; problems: string[] }

// What the status says, too: there the text is longer, here it would stand twice.
const inStatus = ['run-error', 'guard-stopped', 'pair-drift', 'staging-too-long'];
const isOfRun = (alert: Alert) => alert.next.startsWith('tandem runs ');

export function newsOf(alerts: Alert[]): Alert[] {
  return alerts.filter((a) => !inStatus.includes(a.kind) && !isOfRun(a));
}

export function healthOf(status: Status, alerts: Alert[]): Health {
  const stopped = status.connectors.filter((c) => c.lastRun && ['bad', 'guard'].includes(meaningOf(c.lastRun.result).tone));
  const pending = status.connectors.reduce((sum, c) => sum + c.pendingExports.adds + c.pendingExports.updates + c.pendingExports.deletes, 0);
  const errors = status.connectors.reduce((sum, c) => sum + c.errors, 0);
  const problems = [...status.problems, ...newsOf(alerts).map((a) => (a.next === '' ? toSentence(a.text) : `${toSentence(a.text)} Next: ${a.next}`))];
  const waiting = pending === 0 ? 'Nothing is pending.' : `${plural(pending, 'export')} ${pending === 1 ? 'is' : 'are'} pending.`;
  if (status.retired) {
    return { tone: 'bad', title: 'This server is retired', text: 'It can never write again. Its folder may be deleted.', problems };
  }
  if (stopped.length > 0) {
    return { tone: 'bad', title: 'Something stopped', text: `${plural(stopped.length, 'connector')} did not get through. ${waiting}`, problems };
  }
  const title = `${plural(Math.max(problems.length, 1), 'thing')} to look at`;
  if (alerts.some((a) => a.severity === 'error')) return { tone: 'bad', title, text: waiting, problems };
  if (problems.length > 0 || errors > 0) {
    return { tone: 'notice', title, text: `Synchronization works. ${errors > 0 ? `${plural(errors, 'object')} failed. ` : ''}${waiting}`, problems };
  }
  return { tone: 'good', title: 'All is well', text: waiting, problems };
}
