// SPDX-License-Identifier: Apache-2.0
// Starting an operation: the server answers at once with its id, or refuses because another one holds the home's
// lock. The id lives in the address or in the page's state; the operation itself lives in the server.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ApiError, post } from '../api/client';
import type { Operation } from '../api/types';
import { useNotify } from './notify';

export function useStart(onStarted?: (operation: Operation) => void) {
  const queries = useQueryClient();
  const notify = useNotify();
  return useMutation({
    mutationFn: async ({ path, body }: { path: string; body?: unknown }) =>
      (await post<{ operation: Operation }>(path, body ?? {})).operation,
    onSuccess: (operation) => {
      void queries.invalidateQueries({ queryKey: ['operations'] });
      onStarted?.(operation);
    },
    onError: (error) =>
      notify('error', error instanceof ApiError && error.status === 409 ? 'Something else is running' : 'It could not be started', error.message),
  });
}
