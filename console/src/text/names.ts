// SPDX-License-Identifier: Apache-2.0
// How the API's words read for people.
import type { ConnectorKind, ObjectFilter } from '../api/types';

export const kindNames: Record<ConnectorKind, string> = {
  activeDirectory: 'Active Directory', openLdap: 'OpenLDAP', ldif: 'LDIF folder', entra: 'Microsoft Entra ID',
};

export const filterNames: Record<ObjectFilter, string> = {
  'all': 'All objects', 'pending-import': 'Pending import', 'pending-export': 'Pending export', 'import-error': 'Import error',
  'export-error': 'Export error', 'synchronization-error': 'Synchronization error', 'disconnector': 'Disconnectors', 'connector': 'Connectors', 'placeholder': 'Placeholders',
};

export const signInNames: Record<string, string> = {
  passwordHashSync: 'Password hash synchronization', passThroughAuthentication: 'Pass-through authentication',
  federationAdfs: 'Federation with AD FS', federationPing: 'Federation with PingFederate', notConfigured: 'Do not configure',
};

export const profiles = ['Full Import', 'Delta Import', 'Full Synchronization', 'Delta Synchronization', 'Export'] as const;
export const profileId = (profile: string) => profile.toLowerCase().replace(/ /g, '-');

// "CN=Ada Lovelace,OU=Sales,…" → "Ada Lovelace". A name of Entra's connector is its anchor in hex: left as it is.
export function firstNameOf(dn: string): string {
  let value = '';
  for (let i = dn.indexOf('=') + 1; i < dn.length; i += 1) {
    const character = dn.charAt(i);
    if (character === ',') break;
    if (character === '\\' && i + 1 < dn.length) i += 1;
    value += dn.charAt(i);
  }
  return value === '' ? dn : value;
}

// The DN behind its first name.
export function parentOf(dn: string): string {
  for (let i = 0; i < dn.length; i += 1) {
    if (dn.charAt(i) === '\\') i += 1;
    else if (dn.charAt(i) === ',') return dn.slice(i + 1);
  }
  return '';
}

// #1677 in messages of the commands.
export const objectNumbers = /#(\d+)/g;
