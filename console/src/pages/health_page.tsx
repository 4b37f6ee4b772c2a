// SPDX-License-Identifier: Apache-2.0
// Whether the server can do its work: alerts, preflight, attribute checks with their repair.
import { Tab } from '@fluentui/react-components';
import { useSearchParams } from 'react-router';
import { Page } from '../parts/page';
import { Tabs } from '../parts/tabs';
import { AlertList } from './health_alerts';
import { AttributeCheckList } from './health_attributes';
import { PreflightTab } from './health_preflight';

export function HealthPage() {
  const [parameters] = useSearchParams();
  const tab = parameters.get('tab') ?? 'alerts';
  return (
    <Page title="Health">
      <Tabs selected={tab}>
        <Tab value="alerts">Alerts</Tab>
        <Tab value="preflight">Preflight</Tab>
        <Tab value="attributes">Attribute checks</Tab>
      </Tabs>
      {tab === 'alerts' && <AlertList />}
      {tab === 'preflight' && <PreflightTab />}
      {tab === 'attributes' && <AttributeCheckList />}
    </Page>
  );
}
