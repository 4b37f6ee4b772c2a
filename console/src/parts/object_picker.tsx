// SPDX-License-Identifier: Apache-2.0
// Finds one object by a part of its name: some suggestions while typing.
import { Combobox, Field, Option } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { get, part } from '../api/client';
import type { Page, SpaceRow } from '../api/types';
import { firstNameOf, parentOf } from '../text/names';
import { useSettled } from './debounce';

const suggestionsMax = 12;

export function ObjectPicker({ connector, label, onPick }: { connector: string; label: string; onPick: (object: SpaceRow | null) => void }) {
  const [text, setText] = useState('');
  const settled = useSettled(text.trim());
  const found = useQuery({
    queryKey: ['pick', connector, settled],
    queryFn: () => get<Page<SpaceRow>>(`/connectors/${part(connector)}/objects`, { filter: 'all', text: settled, limit: suggestionsMax }),
    enabled: connector !== '',
  });
  const rows = found.data?.objects ?? [];
  return (
    <Field label={label} hint={`In ${connector}`} style={{ maxWidth: 480 }}>
      <Combobox freeform value={text} placeholder="A part of the name" onChange={(event) => setText(event.target.value)}
        onOptionSelect={(_, data) => {
          const picked = rows.find((row) => String(row.id) === data.optionValue);
          if (picked) {
            setText(firstNameOf(picked.dn));
            onPick(picked);
          }
        }}>
        {rows.map((row) => (
          <Option key={row.id} value={String(row.id)} text={firstNameOf(row.dn)}>{`${firstNameOf(row.dn)} · ${row.type} · ${parentOf(row.dn)}`}</Option>
        ))}
        {rows.length === 0 && <Option disabled value="" text="">{found.isFetching ? 'Looking' : 'Nobody fits'}</Option>}
      </Combobox>
    </Field>
  );
}
