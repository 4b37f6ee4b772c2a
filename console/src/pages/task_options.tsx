// SPDX-License-Identifier: Apache-2.0
import { useState } from 'react';
import { useRefusal } from '../api/session';
import type { Policy } from '../api/types';
import { ActButton } from '../parts/act_button';
import { FeatureList, noFeatures } from '../parts/feature_list';
import { Section } from '../parts/page';
import { PolicyReview } from '../parts/policy_review';

export function OptionsTask({ policy, etag }: { policy: Policy; etag: string }) {
  const now = { ...noFeatures, ...policy.optionalFeatures };
  const [features, setFeatures] = useState(now);
  const [draft, setDraft] = useState<Policy | null>(null);
  const refused = useRefusal('administrator');
  return (
    <Section title="Customize synchronization options" actions={
      <ActButton need="administrator" disabled={JSON.stringify(features) === JSON.stringify(now)} onClick={() => setDraft({ ...policy, optionalFeatures: features })}>Effect and save</ActButton>
    }>
      <FeatureList features={features} onChange={setFeatures} disabled={refused !== null} />
      {draft && <PolicyReview draft={draft} etag={etag} title="Change the optional features?" onSaved={() => setDraft(null)} onClose={() => setDraft(null)} />}
    </Section>
  );
}
