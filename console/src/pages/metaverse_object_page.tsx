// SPDX-License-Identifier: Apache-2.0
// A metaverse object: every value with the rule and the object it comes from.
import { Text } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useParams } from 'react-router';
import { metaverseObjectQuery } from '../api/queries';
import type { MetaverseObject } from '../api/types';
import { AttributeTable } from '../parts/attribute_table';
import { LinkTo, Page, Section } from '../parts/page';
import { Lines, Loaded } from '../parts/states';
import { Table } from '../parts/table';
import { ValueList } from '../parts/values';

function nameOf(object: MetaverseObject): string {
  const value = object.Attributes.find((a) => a.Name === 'displayName') ?? object.Attributes.find((a) => a.Name === 'cn');
  return typeof value?.Values === 'string' && value.Values.trim() !== '' ? value.Values : `Metaverse object ${object.ObjectId}`;
}

export function MetaverseObjectPage() {
  const { id = '' } = useParams();
  const query = useQuery(metaverseObjectQuery(id));
  const connectorOf = (object: MetaverseObject, csId: number) => object.Lineage.find((l) => l.ConnectedCsObjectId === csId)?.ConnectorName;
  return (
    <Page title={query.data ? nameOf(query.data) : `Metaverse object ${id}`} crumbs={[{ text: 'Metaverse', to: '/metaverse' }]}
      beside={query.data && <Text>{`${query.data.ObjectType} #${id}`}</Text>}>
      <Loaded query={query} doing={`reading the metaverse object ${id}`} waiting={<Lines count={12} />}>
        {(object) => (
          <>
            <Section title="Connectors">
              <Table label="Connectors" rows={object.Lineage} keyOf={(l) => l.ConnectedCsObjectId} one="object" empty={<Text>No object is linked to it.</Text>} columns={[
                { key: 'connector', title: 'Connector', width: '180px', render: (l) => l.ConnectorName },
                { key: 'dn', title: 'Object', width: 'minmax(300px, 3fr)', render: (l) => <LinkTo to={`/connectors/${encodeURIComponent(l.ConnectorName)}/objects/${l.ConnectedCsObjectId}`}>{l.ConnectedCsObjectDN}</LinkTo> },
              ]} />
            </Section>
            <Section title="Attributes">
              <AttributeTable label="Attributes" columns={['Value', 'Rule', 'From']} rows={object.Attributes.map((a) => {
                const connector = connectorOf(object, a.ConnectorObjectId);
                return {
                  name: a.Name,
                  cells: [
                    <ValueList key="v" values={a.Values} />,
                    <LinkTo key="r" to={`/rules?text=${encodeURIComponent(a.SyncRuleName)}`}>{a.SyncRuleName}</LinkTo>,
                    connector ? <LinkTo key="f" to={`/connectors/${encodeURIComponent(connector)}/objects/${a.ConnectorObjectId}`}>{`${connector} #${a.ConnectorObjectId}`}</LinkTo> : `#${a.ConnectorObjectId}`,
                  ],
                };
              })} />
            </Section>
          </>
        )}
      </Loaded>
    </Page>
  );
}
