// SPDX-License-Identifier: Apache-2.0
// A list that the server hands out page by page, behind the id of the last row: no page gets slower than the first.
import { useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { get, type Parameters } from '../api/client';
import type { Page } from '../api/types';

export const pageSize = 200;

export function usePaged<Row>(path: string, parameters: Parameters) {
  const query = useInfiniteQuery({
    queryKey: ['paged', path, parameters],
    initialPageParam: null as number | null,
    queryFn: ({ pageParam }) => get<Page<Row>>(path, { ...parameters, limit: pageSize, after: pageParam }),
    getNextPageParam: (page) => page.next,
  });
  const rows = useMemo(() => query.data?.pages.flatMap((p) => p.objects), [query.data]);
  const { fetchNextPage } = query;
  const more = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  const scanned = query.data?.pages.reduce((sum, p) => sum + (p.scanned ?? p.objects.length), 0) ?? 0;
  return { query, rows, more, scanned, hasMore: query.hasNextPage, loadingMore: query.isFetchingNextPage };
}
