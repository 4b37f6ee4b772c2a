// SPDX-License-Identifier: Apache-2.0
// The optional features. Those that this release carries and does not act on say so.
import { Checkbox, Field, Input, makeStyles, Text } from '@fluentui/react-components';
import type { OptionalFeatures } from '../api/types';

const useStyles = makeStyles({ list: { display: 'flex', flexDirection: 'column', rowGap: '2px' } });

type Switches = 'passwordWriteback' | 'groupWriteback' | 'deviceWriteback' | 'userWriteback' | 'exchangeHybrid' | 'exchangeMailPublicFolders';

export const featureNames: Record<Switches, string> = {
  exchangeHybrid: 'Exchange hybrid deployment', exchangeMailPublicFolders: 'Exchange mail public folders', passwordWriteback: 'Password writeback',
  groupWriteback: 'Group writeback', deviceWriteback: 'Device writeback', userWriteback: 'User writeback',
};

export const noFeatures: OptionalFeatures = {
  passwordWriteback: false, groupWriteback: false, deviceWriteback: false, userWriteback: false, exchangeHybrid: false, exchangeMailPublicFolders: false,
  pilotGroup: '', directoryExtensions: [],
};

export function FeatureList({ features, onChange, disabled = false }: { features: OptionalFeatures; onChange: (features: OptionalFeatures) => void; disabled?: boolean }) {
  const styles = useStyles();
  return (
    <>
      <Text>These are carried from server to server. A feature that is on and that this release does not act on shows as a warning in the policy check.</Text>
      <div className={styles.list} role="group" aria-label="Optional features">
        {Object.entries(featureNames).map(([key, label]) => (
          <Checkbox key={key} label={label} disabled={disabled} checked={features[key as Switches]} onChange={(_, d) => onChange({ ...features, [key]: d.checked === true })} />
        ))}
      </div>
      <Field label="Only members of this group (a pilot)" hint="Its distinguished name; empty: everybody" style={{ maxWidth: 560 }}>
        <Input value={features.pilotGroup} readOnly={disabled} onChange={(_, d) => onChange({ ...features, pilotGroup: d.value })} />
      </Field>
      <Field label="Directory extensions" hint="Attributes, separated by commas" style={{ maxWidth: 560 }}>
        <Input defaultValue={features.directoryExtensions.join(', ')} readOnly={disabled}
          onChange={(_, d) => onChange({ ...features, directoryExtensions: d.value.split(',').map((t) => t.trim()).filter((t) => t !== '') })} />
      </Field>
    </>
  );
}
