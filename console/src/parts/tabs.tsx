// SPDX-License-Identifier: Apache-2.0
// Tabs whose choice stands in the address. On a phone they are wider than the page: the chosen one is in sight.
import { TabList } from '@fluentui/react-components';
import { useEffect, useRef, type ReactNode } from 'react';
import { useSearchParams } from 'react-router';

export function Tabs({ selected, children }: { selected: string; children: ReactNode }) {
  const [, setParameters] = useSearchParams();
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const box = list.current;
    const tab = box?.querySelector<HTMLElement>('[aria-selected="true"]');
    if (box && tab) box.scrollLeft = tab.offsetLeft - (box.clientWidth - tab.offsetWidth) / 2;
  }, [selected]);
  return (
    <TabList ref={list} selectedValue={selected} onTabSelect={(_, d) => setParameters({ tab: String(d.value) }, { replace: true })}
      style={{ position: 'relative', overflowX: 'auto', overflowY: 'hidden' }}>
      {children}
    </TabList>
  );
}
