// SPDX-License-Identifier: Apache-2.0
// The rule as it stands in the editor, tried on one object. It is worked out anew when the rule changes.
import { Text } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { post } from '../api/client';
import { useRefusal } from '../api/session';
import type { Explanation, Policy, SpaceRow } from '../api/types';
import { ExplanationView } from '../parts/explanation';
import { ObjectPicker } from '../parts/object_picker';
import { Section } from '../parts/page';
import { Lines, Loaded } from '../parts/states';

export function RulePreview({ policy, connector, blocked }: { policy: Policy; connector: string; blocked: boolean }) {
  const [object, setObject] = useState<SpaceRow | null>(null);
  const refused = useRefusal('operator');
  const preview = useQuery({
    queryKey: ['rules', 'preview', connector, object?.id, policy],
    queryFn: () => post<Explanation>('/rules/preview', { policy, connector, object: object?.id }),
    enabled: object !== null && !blocked && refused === null,
    placeholderData: (before) => before,
    staleTime: Infinity,
  });
  return (
    <Section title="Preview">
      {refused !== null ? <Text>{refused}</Text> : <ObjectPicker connector={connector} label="Try it on" onPick={setObject} />}
      {object && blocked && <Text>The preview goes on when the rule has no errors.</Text>}
      {object && !blocked && <Loaded query={preview} doing="working out the preview" waiting={<Lines count={6} />}>{(data) => <ExplanationView explanation={data} />}</Loaded>}
    </Section>
  );
}
