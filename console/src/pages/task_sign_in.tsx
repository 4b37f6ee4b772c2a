// SPDX-License-Identifier: Apache-2.0
// How people sign in to the tenant.
import { Radio, RadioGroup, Text } from '@fluentui/react-components';
import { useState } from 'react';
import { useRefusal } from '../api/session';
import type { Policy } from '../api/types';
import { ActButton } from '../parts/act_button';
import { Section } from '../parts/page';
import { PolicyReview } from '../parts/policy_review';
import { signInNames } from '../text/names';

export function SignInTask({ policy, etag }: { policy: Policy; etag: string }) {
  const now = policy.signIn?.method ?? 'notConfigured';
  const [method, setMethod] = useState(now);
  const [draft, setDraft] = useState<Policy | null>(null);
  const refused = useRefusal('administrator');
  return (
    <Section title="Change sign-in" actions={
      <ActButton need="administrator" disabled={method === now} onClick={() => setDraft({ ...policy, signIn: { ...policy.signIn, method } })}>Effect and save</ActButton>
    }>
      <Text id="sign-in-about">It is part of the settings and goes with them to another server. This release keeps the choice and does not set up the method itself.</Text>
      <RadioGroup aria-label="Sign-in method" aria-describedby="sign-in-about" value={method} disabled={refused !== null} onChange={(_, d) => setMethod(d.value)}>
        {Object.entries(signInNames).map(([value, label]) => <Radio key={value} value={value} label={label} />)}
      </RadioGroup>
      {draft && <PolicyReview draft={draft} etag={etag} title="Change the sign-in method?" onSaved={() => setDraft(null)} onClose={() => setDraft(null)} />}
    </Section>
  );
}
