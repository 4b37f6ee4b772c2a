// SPDX-License-Identifier: Apache-2.0
// What the set-up wizard knows so far, and what it will do. Passwords are kept in memory only.
import type { DirectoryInput, OptionalFeatures, SetupInspection, SetupRequest, SetupTest, TenantInput } from '../api/types';
import { listsOf, type Choices } from '../parts/container_choice';
import { noFeatures } from '../parts/feature_list';
import { signInNames } from '../text/names';
import { plural } from '../text/format';

export type Mode = 'import' | 'fresh';
export type StepKey = 'start' | 'file' | 'secrets' | 'signIn' | 'tenant' | 'directories' | 'containers' | 'features' | 'summary';

export interface SetupDraft {
  mode: Mode | null; file: { name: string; content: string } | null; inspection: SetupInspection | null; secrets: Record<string, string>;
  organisation: string; signIn: string; tenant: TenantInput; tenantTest: SetupTest | null; directories: DirectoryInput[]; directoryTests: Record<string, SetupTest>;
  choices: Record<string, Choices>; names: Map<string, string>; features: OptionalFeatures; staging: boolean; startCycle: boolean;
}

export const emptyDraft = (): SetupDraft => ({
  mode: null, file: null, inspection: null, secrets: {}, organisation: '', signIn: 'passwordHashSync', tenant: { tenant: '', clientId: '', clientSecret: '' }, tenantTest: null,
  directories: [], directoryTests: {}, choices: {}, names: new Map(), features: noFeatures, staging: true, startCycle: true,
});

export const stepTitles: Record<StepKey, string> = {
  start: 'Start', file: 'Settings file', secrets: 'Secrets', signIn: 'Sign-in method', tenant: 'Connect to the tenant', directories: 'Connect directories',
  containers: 'Domains and OUs', features: 'Optional features', summary: 'Ready to configure',
};

export function stepsOf(mode: Mode | null): StepKey[] {
  if (mode === 'import') return ['start', 'file', 'secrets', 'signIn', 'summary'];
  if (mode === 'fresh') return ['start', 'signIn', 'tenant', 'directories', 'containers', 'features', 'summary'];
  return ['start'];
}

// Null: one may go on. Otherwise what is missing, for people.
export function missingIn(step: StepKey, draft: SetupDraft): string | null {
  switch (step) {
    case 'start': return draft.mode === null ? 'Choose how to start.' : null;
    case 'file': return draft.inspection === null ? 'Choose a settings file.' : !draft.inspection.valid ? 'The file has errors.' : null;
    case 'secrets': {
      const missing = (draft.inspection?.secrets ?? []).filter((s) => (draft.secrets[s.name] ?? '') === '');
      return missing.length === 0 ? null : `${plural(missing.length, 'secret')} to enter.`;
    }
    case 'tenant': return draft.tenantTest?.ok === true ? null : 'Test the connection to the tenant first.';
    case 'directories':
      if (draft.directories.length === 0) return 'Add a directory.';
      return draft.directories.every((d) => draft.directoryTests[d.name]?.ok === true) ? null : 'Test the connection to each directory first.';
    default: return null;
  }
}

// What the directory has, where the test could tell; otherwise what the chosen containers lie in.
function partitionsOf(draft: SetupDraft, name: string, dns: string[]): string[] {
  const told = draft.directoryTests[name]?.containers?.map((c) => c.dn);
  return told ?? [...new Set(dns.map((dn) => dn.slice(Math.max(0, dn.search(/dc=/i)))))];
}

export function requestOf(draft: SetupDraft): SetupRequest {
  const common = { signIn: draft.signIn, staging: draft.staging, startCycle: draft.startCycle };
  if (draft.mode === 'import' && draft.file) return { ...common, import: draft.file, secrets: draft.secrets };
  const lists = Object.fromEntries(Object.entries(draft.choices).map(([name, choices]) => [name, listsOf(choices, draft.names)]));
  return {
    ...common, organisation: draft.organisation, tenant: draft.tenant, directories: draft.directories, optionalFeatures: draft.features,
    partitions: Object.fromEntries(Object.entries(lists).map(([name, l]) => [name, partitionsOf(draft, name, [...l.include, ...l.exclude])])),
    include: Object.fromEntries(Object.entries(lists).map(([name, l]) => [name, l.include])), exclude: Object.fromEntries(Object.entries(lists).map(([name, l]) => [name, l.exclude])),
  };
}

// Exactly what will happen, in the order in which it does.
export function planOf(draft: SetupDraft): string[] {
  const plan: string[] = [];
  const signIn = signInNames[draft.signIn] ?? draft.signIn;
  if (draft.mode === 'import' && draft.inspection) {
    plan.push(`Settings are taken over from ${draft.file?.name ?? 'the file'}: ${plural(draft.inspection.connectors?.length ?? 0, 'connector')}, ${plural(draft.inspection.rules ?? 0, 'rule')} of its own.`);
    plan.push(`Sealed on this server: ${plural(Object.keys(draft.secrets).length, 'secret')}.`);
    const files = draft.inspection.files ?? [];
    if (files.length > 0) plan.push(`To be copied here by you, before the first cycle: ${files.map((f) => f.path).join(', ')}.`);
  } else {
    plan.push(`A policy is made: ${plural(draft.directories.length, 'directory', 'directories')} (${draft.directories.map((d) => d.name).join(', ')}), and the tenant ${draft.tenant.tenant}.`);
    for (const [name, choices] of Object.entries(draft.choices)) {
      const lists = listsOf(choices, draft.names);
      if (lists.exclude.length > 0) plan.push(`Left out of ${name}: ${lists.exclude.join(' · ')}.`);
    }
    plan.push(`Sealed on this server: ${plural(draft.directories.length + 1, 'secret')}.`);
  }
  plan.push(`The sign-in method is recorded: ${signIn}.`);
  plan.push(draft.staging ? 'This server starts in staging: it writes nothing outside.' : 'This server takes the right to write; it is refused if another server holds it.');
  plan.push(draft.startCycle
    ? `An initial cycle imports and synchronizes everything${draft.staging ? ', and leaves the exports out' : ', and exports what differs'}.`
    : 'No cycle is started; the scheduler starts the first one.');
  return plan;
}
