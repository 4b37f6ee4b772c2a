// SPDX-License-Identifier: Apache-2.0
import { useEffect, useState } from 'react';

// The value as it was when nobody had typed for a moment.
export function useSettled<T>(value: T, ms = 350): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}
