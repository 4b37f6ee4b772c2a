// SPDX-License-Identifier: Apache-2.0
// Whether the server can do its work: alerts, preflight, attribute checks with their repair.
import { Tab, TabList } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'react-router';
import { alertsQuery } from '../api/queries';
import { Page } from '../parts/page';
import { AlertList } from './health_alerts';
import { AttributeCheckList } from './health_attributes';
import { PreflightTab } from './health_preflight';

export function HealthPage() {
  const [parameters, setParameters] = useSearchParams();
  const alerts = useQuery(alertsQuery);
  const watches = alerts.data !== null;  // null: this server does not watch by itself
  const asked = parameters.get('tab') ?? 'alerts';
  const tab = asked === 'alerts' && !watches ? 'preflight' : asked;
  return (
    <Page title="Health">
      <TabList selectedValue={tab} onTabSelect={(_, d) => setParameters({ tab: String(d.value) }, { replace: true })}>
        {watches && <Tab value="alerts">Alerts</Tab>}
        <Tab value="preflight">Preflight</Tab>
        <Tab value="attributes">Attribute checks</Tab>
      </TabList>
      {tab === 'alerts' && <AlertList />}
      {tab === 'preflight' && <PreflightTab />}
      {tab === 'attributes' && <AttributeCheckList />}
    </Page>
  );
}
