// SPDX-License-Identifier: Apache-2.0
import { useSyncExternalStore } from 'react';

export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (notify) => {
      const list = matchMedia(query);
      list.addEventListener('change', notify);
      return () => list.removeEventListener('change', notify);
    },
    () => matchMedia(query).matches,
  );
}

export const phoneWidth = '(max-width: 640px)';
export const usePhone = () => useMedia(phoneWidth);
export const useNarrow = () => useMedia('(max-width: 1023px)');
