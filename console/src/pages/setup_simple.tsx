// SPDX-License-Identifier: Apache-2.0
// The pages of the wizard that only ask.
import { Checkbox, Field, Input, Radio, RadioGroup, Text } from '@fluentui/react-components';
import { FeatureList } from '../parts/feature_list';
import { Facts } from '../parts/facts';
import { kindNames, signInNames } from '../text/names';
import type { Update } from './setup_page';
import { planOf, type Mode, type SetupDraft } from './setup_state';

export interface StepProps { draft: SetupDraft; update: Update }

export function StartStep({ draft, update }: StepProps) {
  return (
    <RadioGroup aria-label="How to start" value={draft.mode ?? ''} onChange={(_, d) => update({ mode: d.value as Mode })}>
      <Radio value="import" label={<span><Text weight="semibold" block>Import settings</Text><Text>From the settings file of an Entra Connect server, or of another Tandem server. Rules, filters and options are taken over, and this server starts in staging.</Text></span>} />
      <Radio value="fresh" label={<span><Text weight="semibold" block>Start fresh</Text><Text>Connect directories and a tenant, with the standard rules.</Text></span>} />
    </RadioGroup>
  );
}

export function SignInStep({ draft, update }: StepProps) {
  return (
    <>
      <Text>How people sign in to the tenant. It is recorded with the settings; this release does not set up the method itself.</Text>
      <RadioGroup aria-label="Sign-in method" value={draft.signIn} onChange={(_, d) => update({ signIn: d.value })}>
        {Object.entries(signInNames).map(([value, label]) => <Radio key={value} value={value} label={label} />)}
      </RadioGroup>
      {draft.mode === 'fresh' && (
        <Field label="Name of the organisation" hint="For people, to tell servers apart" style={{ maxWidth: 420 }}>
          <Input value={draft.organisation} onChange={(_, d) => update({ organisation: d.value })} />
        </Field>
      )}
    </>
  );
}

export function FeaturesStep({ draft, update }: StepProps) {
  return <FeatureList features={draft.features} onChange={(features) => update({ features })} />;
}

export function SummaryStep({ draft, update }: StepProps) {
  const directories = draft.mode === 'import'
    ? draft.inspection?.connectors.map((c) => `${c.name} (${kindNames[c.kind]})`) ?? []
    : [...draft.directories.map((d) => `${d.name} (${kindNames[d.kind]})`), `${draft.tenant.tenant} (${kindNames.entra})`];
  return (
    <>
      <Facts facts={[['Connectors', directories.join(', ')], ['Sign-in', signInNames[draft.signIn] ?? draft.signIn]]} />
      <Checkbox label="Enable staging mode: import and synchronize, and write nothing outside" checked={draft.staging} onChange={(_, d) => update({ staging: d.checked === true })} />
      <Checkbox label="Start an initial cycle when configuration completes" checked={draft.startCycle} onChange={(_, d) => update({ startCycle: d.checked === true })} />
      <Text weight="semibold">This will happen, in this order:</Text>
      <ol style={{ margin: 0, paddingLeft: 20 }}>{planOf(draft).map((line) => <li key={line} style={{ overflowWrap: 'anywhere', marginBottom: 4 }}>{line}</li>)}</ol>
    </>
  );
}
