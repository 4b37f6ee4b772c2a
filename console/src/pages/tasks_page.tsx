// SPDX-License-Identifier: Apache-2.0
// Additional tasks, as the wizard calls them: what is changed now and then, and never by accident.
import { Button } from '@fluentui/react-components';
import { ArrowDownload20Regular } from '@fluentui/react-icons';
import { Text } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { apiPath } from '../api/client';
import { policyQuery, statusQuery } from '../api/queries';
import { Page, Section } from '../parts/page';
import { Lines, Loaded } from '../parts/states';
import { OptionsTask } from './task_options';
import { FailoverTask, RetireTask } from './task_retire';
import { SignInTask } from './task_sign_in';
import { StagingTask } from './task_staging';

export function TasksPage() {
  const policy = useQuery(policyQuery);
  const status = useQuery(statusQuery);
  return (
    <Page title="Additional tasks">
      <Loaded query={status} doing="reading the server’s status" waiting={<Lines count={4} />}>{(data) => <StagingTask status={data} />}</Loaded>
      <Loaded query={policy} doing="reading the policy" waiting={<Lines count={8} />}>
        {(data) => (
          <>
            <SignInTask key={`s${data.etag}`} policy={data.policy} etag={data.etag} />
            <OptionsTask key={`o${data.etag}`} policy={data.policy} etag={data.etag} />
          </>
        )}
      </Loaded>
      <Section title="Export settings" actions={<Button as="a" icon={<ArrowDownload20Regular />} href={apiPath('/policy/export')} download="settings.json">Export settings</Button>}>
        <Text>One file with all settings and rules, to set up a second server from, or to keep. Secrets are not in it.</Text>
      </Section>
      <Loaded query={status} doing="reading the server’s status" waiting={<Lines count={4} />}>
        {(data) => <><FailoverTask status={data} /><RetireTask status={data} /></>}
      </Loaded>
    </Page>
  );
}
