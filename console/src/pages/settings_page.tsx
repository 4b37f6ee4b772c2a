// SPDX-License-Identifier: Apache-2.0
import { Tab } from '@fluentui/react-components';
import { useSearchParams } from 'react-router';
import { Page } from '../parts/page';
import { Tabs } from '../parts/tabs';
import { AlertsTab } from './settings_alerts';
import { SchedulerTab } from './settings_scheduler';
import { SecretsTab } from './settings_secrets';
import { ThresholdTab } from './settings_threshold';

export function SettingsPage() {
  const [parameters] = useSearchParams();
  const tab = parameters.get('tab') ?? 'scheduler';
  return (
    <Page title="Settings">
      <Tabs selected={tab}>
        <Tab value="scheduler">Scheduler</Tab>
        <Tab value="alerts">Alerts</Tab>
        <Tab value="threshold">Deletion threshold</Tab>
        <Tab value="secrets">Secrets</Tab>
      </Tabs>
      {tab === 'scheduler' && <SchedulerTab />}
      {tab === 'alerts' && <AlertsTab />}
      {tab === 'threshold' && <ThresholdTab />}
      {tab === 'secrets' && <SecretsTab />}
    </Page>
  );
}
