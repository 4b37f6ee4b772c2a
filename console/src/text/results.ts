// SPDX-License-Identifier: Apache-2.0
// What the results of runs mean and what to do, in the words of docs/guide/when_it_stops.md.

export type Tone = 'good' | 'notice' | 'bad' | 'guard' | 'neutral' | 'busy';

export interface Meaning { tone: Tone; means: string; next: string }

const known: Record<string, Meaning> = {
  'success': { tone: 'good', means: 'All of it is done.', next: '' },
  'completed-no-objects': { tone: 'good', means: 'There was nothing to do.', next: '' },
  'completed-warnings': { tone: 'notice', means: 'Done, with something to know.', next: 'Read the message. When it comes back each time, repair its cause.' },
  'completed-discovery-errors': { tone: 'notice', means: 'Some objects could not be imported.', next: 'Each is listed with its reason; mostly an attribute is missing or malformed in the directory.' },
  'completed-sync-errors': { tone: 'notice', means: 'Rules failed for some objects.', next: 'Open an object and ask “Why”.' },
  'completed-export-errors': { tone: 'notice', means: 'The tenant refused some objects. Every export tries them again.', next: 'Open an object and ask “Why”; the message says what the tenant wants.' },
  'no-start-credentials': { tone: 'bad', means: 'The account, password or secret was refused.', next: 'Check the account, set the secret under Settings, then test the connection.' },
  'no-start-connection': { tone: 'bad', means: 'The server cannot be reached.', next: 'Test the connection: it says whether name, port, certificate or clock is to blame.' },
  'no-start-full-import-required': { tone: 'bad', means: 'A delta cannot be had and cannot be replaced here.', next: 'Run a full import.' },
  'no-start-bad-ma-configuration': { tone: 'bad', means: 'The connector’s settings contradict themselves or the directory.', next: 'Check the policy; the message names the setting.' },
  'no-start-file-not-found': { tone: 'bad', means: 'A folder, keytab or certificate file is not there.', next: 'The message names it.' },
  'stopped-clock-skew': { tone: 'guard', means: 'The clock of the directory to write was 300 s or more from this server’s.', next: 'Run NTP on both, then a delta cycle.' },
  'stopped-deletion-threshold-exceeded': { tone: 'guard', means: 'More deletions or changes are pending than the threshold allows. Nothing was exported.', next: 'Look at the pending deletions. Unexpected? Find the container or rule that changed. Meant? Export once with deletions allowed.' },
  'stopped-deletion-limit': { tone: 'guard', means: 'A full import missed more objects than allowed. Nothing was staged as deleted.', next: 'Check that the directory is whole and that the account may still read it.' },
  'stopped-not-caught-up': { tone: 'guard', means: 'This server took over and has not read every directory since.', next: 'Repair the import that the message names, then run a delta cycle.' },
  'stopped-export-disabled': { tone: 'guard', means: 'This server is in staging, or lost the right to write.', next: 'Nothing, if it is meant to be.' },
  'stopped-connectivity': { tone: 'bad', means: 'The connection broke, or the tenant kept throttling.', next: 'Run it again: it goes on where it was.' },
  'stopped-bad-server-credentials': { tone: 'bad', means: 'The account lost a right in the middle.', next: 'Test the connection, then give the right that the message names.' },
  'stopped-database-disk-full': { tone: 'bad', means: 'There is no space left for the store.', next: 'Free some on its file system, then run it again.' },
  'stopped-user-termination-from-wmi-or-ui': { tone: 'notice', means: 'Somebody stopped it.', next: 'Run it again when you like.' },
  'stopped-server-down': { tone: 'notice', means: 'The process or the machine went down in the middle.', next: 'Nothing: the next run repairs it.' },
  'stopped-error-limit': { tone: 'bad', means: 'Very many objects failed: there is a common cause.', next: 'Repair it, then export again.' },
  'stopped-unexpected-data': { tone: 'bad', means: 'An answer was no answer.', next: 'Is a proxy or another service at that address? The message quotes the beginning.' },
  'stopped-server': { tone: 'bad', means: 'A fault of Tandem’s own.', next: 'Please report it with the message.' },
  'in-progress': { tone: 'busy', means: 'It is running.', next: '' },
  '': { tone: 'busy', means: 'It is running.', next: '' },
};

export function meaningOf(result: string): Meaning {
  const meaning = known[result];
  if (meaning) return meaning;
  if (result.startsWith('completed')) return { tone: 'notice', means: 'Done, with something to know.', next: 'Read the message.' };
  if (result.startsWith('stopped') || result.startsWith('no-start')) return { tone: 'bad', means: 'It did not get through.', next: 'Read the message.' };
  return { tone: 'neutral', means: '', next: '' };
}

// What a command says behind a colon, as a sentence of its own.
export const toSentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;

// Messages end with "Next: …": the page sets it apart.
export function splitNext(message: string): { text: string; next: string } {
  const at = message.lastIndexOf('Next: ');
  if (at < 0) return { text: message, next: '' };
  const next = message.slice(at + 6);
  return { text: message.slice(0, at).trim(), next: next.charAt(0).toUpperCase() + next.slice(1) };
}
