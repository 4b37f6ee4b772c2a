// SPDX-License-Identifier: Apache-2.0
// One connector: its numbers and settings, what is read, whether it can be reached, its objects.
import { Tab } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useParams, useSearchParams } from 'react-router';
import { connectorsQuery } from '../api/queries';
import { Page } from '../parts/page';
import { EmptyState, ErrorState, Lines } from '../parts/states';
import { Tabs } from '../parts/tabs';
import { kindNames } from '../text/names';
import { Text } from '@fluentui/react-components';
import { ConnectorContainers } from './connector_containers';
import { ConnectorOverview } from './connector_overview';
import { ConnectorSearch } from './connector_search';
import { ConnectorTestTab } from './connector_test_tab';
import { RunMenu } from './run_menu';

export function ConnectorPage() {
  const { name = '' } = useParams();
  const [parameters] = useSearchParams();
  const connectors = useQuery(connectorsQuery);
  const connector = connectors.data?.find((c) => c.Name === name);
  const tab = parameters.get('tab') ?? 'overview';
  const crumbs = [{ text: 'Connectors', to: '/connectors' }];
  if (connectors.isError && !connectors.data) {
    return <Page title={name} crumbs={crumbs}><ErrorState error={connectors.error} doing={`reading the connector ${name}`} retry={() => void connectors.refetch()} /></Page>;
  }
  if (!connectors.data) return <Page title={name} crumbs={crumbs}><Lines count={8} /></Page>;
  if (!connector) return <Page title={name} crumbs={crumbs}><EmptyState title={`The policy has no connector ${name}`} /></Page>;
  return (
    <Page title={name} crumbs={crumbs} beside={<Text>{kindNames[connector.Type]}</Text>} actions={<RunMenu connector={name} />}>
      <Tabs selected={tab}>
        <Tab value="overview">Overview</Tab>
        <Tab value="search">Search connector space</Tab>
        {connector.Type !== 'entra' && <Tab value="containers">Containers</Tab>}
        <Tab value="test">Test connection</Tab>
      </Tabs>
      {tab === 'overview' && <ConnectorOverview connector={connector} />}
      {tab === 'search' && <ConnectorSearch connector={name} />}
      {tab === 'containers' && <ConnectorContainers connector={name} />}
      {tab === 'test' && <ConnectorTestTab connector={name} />}
    </Page>
  );
}
