// SPDX-License-Identifier: Apache-2.0
// An operation as it runs. Its events come as a stream; where that breaks, the browser reconnects and goes on
// behind the last event it saw. What began before the page opened is repeated by the server from the first event.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { apiRoot, get, part } from './client';
import type { Operation, Progress } from './types';

const notesMax = 500;

export interface LiveOperation { operation: Operation | null; notes: string[]; progress: Progress | null; error: Error | null }

export function isOver(operation: Operation | null | undefined): boolean {
  return operation !== null && operation !== undefined && operation.state !== 'running';
}

const askEveryMs = 500;

// For short work whose progress nobody watches: waits until it is over.
export async function finished(operation: Operation): Promise<Operation> {
  let now = operation;
  while (!isOver(now)) {
    await new Promise((resolve) => setTimeout(resolve, askEveryMs));
    now = await get<Operation>(`/operations/${part(operation.id)}`);
  }
  return now;
}

export function useOperation(id: string | null): LiveOperation {
  const queries = useQueryClient();
  const [notes, setNotes] = useState<string[]>([]);
  const [progress, setProgress] = useState<Progress | null>(null);
  const query = useQuery({
    queryKey: ['operation', id],
    queryFn: () => get<Operation>(`/operations/${part(id ?? '')}`),
    enabled: id !== null,
    // The stream tells; asking now and then helps where a proxy holds streams back.
    refetchInterval: (q) => (isOver(q.state.data) ? false : 5000),
  });
  useEffect(() => {
    setNotes([]);
    setProgress(null);
    if (id === null) return;
    const source = new EventSource(`${apiRoot}/operations/${part(id)}/events`);
    source.addEventListener('note', (event: MessageEvent<string>) => {
      const note = JSON.parse(event.data) as { text: string };
      setNotes((before) => [...before, note.text].slice(-notesMax));
    });
    source.addEventListener('progress', (event: MessageEvent<string>) => setProgress(JSON.parse(event.data) as Progress));
    source.addEventListener('end', (event: MessageEvent<string>) => {
      source.close();
      queries.setQueryData(['operation', id], JSON.parse(event.data) as Operation);
      // Whatever it was, it may have changed anything that a page shows.
      void queries.invalidateQueries({ predicate: (q) => q.queryKey[0] !== 'operation' && q.queryKey[0] !== 'session' });
    });
    return () => source.close();
  }, [id, queries]);
  return { operation: query.data ?? null, notes, progress, error: query.error };
}
