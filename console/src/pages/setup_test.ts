// SPDX-License-Identifier: Apache-2.0
// Tries what was entered, on a home that is made for it and removed again.
import { ApiError, post } from '../api/client';
import { finished } from '../api/operations';
import type { ConnectorTest, DirectoryInput, Operation, SetupTest, TenantInput } from '../api/types';

async function test(body: unknown, isWanted: (connector: string) => boolean): Promise<SetupTest> {
  const { operation } = await post<{ operation: Operation }>('/setup/test', body);
  const over = await finished(operation);
  const result = over.result as Partial<ConnectorTest> | null;
  const found = result?.connectors?.find((c) => isWanted(c.connector));
  if (!found) throw new ApiError(0, over.error ?? { code: 'failed', message: 'The test ended without an answer.' });
  return { ok: found.findings.every((f) => f.verdict !== 'refused'), findings: found.findings };
}

export const testDirectory = (directory: DirectoryInput) => test({ directories: [directory] }, (name) => name !== 'entra');

// A test wants a directory, too: an empty folder stands for it, and nobody looks at what comes of that.
export const testTenant = (tenant: TenantInput) => test({ tenant, directories: [{ kind: 'ldif', name: 'none', folder: '.' }] }, (name) => name === 'entra');
