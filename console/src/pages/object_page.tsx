// SPDX-License-Identifier: Apache-2.0
// One object of a connector space: what was imported, what is wanted of it, what is on its way, and why.
import { Field, Input, MessageBar, MessageBarBody, MessageBarTitle, Switch, Tab, Text } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useParams, useSearchParams } from 'react-router';
import { metaverseObjectQuery, previewQuery, spaceObjectQuery, whyQuery } from '../api/queries';
import type { SpaceObject } from '../api/types';
import { AttributeTable } from '../parts/attribute_table';
import { useSettled } from '../parts/debounce';
import { ExplanationView } from '../parts/explanation';
import { Facts } from '../parts/facts';
import { Message } from '../parts/message';
import { LinkTo, Page, Section } from '../parts/page';
import { EmptyState, Lines, Loaded } from '../parts/states';
import { Table } from '../parts/table';
import { ToneBadge } from '../parts/tone';
import { namesOf, sameValues, ValueList } from '../parts/values';
import { Tabs } from '../parts/tabs';
import { firstNameOf } from '../text/names';

function titleOf(object: SpaceObject): string {
  // What was sent, or is to be sent, has a name before an import shows it.
  const named = object.Attributes.displayName ?? object.Unconfirmed?.displayName ?? object.Wanted?.displayName ?? object.Attributes.userPrincipalName;
  if (typeof named === 'string' && named.trim() !== '') return named;
  return firstNameOf(object.DistinguishedName);
}

function Import({ object }: { object: SpaceObject }) {
  const names = namesOf(object.Attributes);
  if (names.length === 0) return <EmptyState title="Nothing was imported" text="The object is known only because it is wanted, or because others refer to it." />;
  return <AttributeTable label="Import image" columns={['Value']} rows={names.map((name) => ({ name, cells: [<ValueList key="v" values={object.Attributes[name]} />] }))} />;
}

function PendingExportTab({ object }: { object: SpaceObject }) {
  if (object.PendingExport === 'Delete') return <MessageBar intent="warning"><MessageBarBody>The next export deletes this object.</MessageBarBody></MessageBar>;
  if (!object.Wanted) return <EmptyState title="Nothing is pending" text="No outbound rule wants anything of this object." />;
  const all = namesOf(object.Attributes, object.Wanted).filter((name) => object.Wanted?.[name] !== undefined || object.Attributes[name] !== undefined);
  const rows = all.map((name) => ({ name, changed: object.Wanted?.[name] !== undefined && !sameValues(object.Attributes[name], object.Wanted[name]) }))
    .sort((a, b) => Number(b.changed) - Number(a.changed))
    .filter((r) => object.Wanted?.[r.name] !== undefined);
  return (
    <>
      <Text>{object.PendingExport ? `The next export sends: ${object.PendingExport}.` : 'The directory is as the rules want it.'} What differs stands first and is marked.</Text>
      <AttributeTable label="Pending export" columns={['In the directory', 'Wanted']}
        rows={rows.map((r) => ({ ...r, cells: [<ValueList key="a" values={object.Attributes[r.name]} />, <ValueList key="w" values={object.Wanted?.[r.name]} />] }))} />
    </>
  );
}

function Unconfirmed({ object }: { object: SpaceObject }) {
  const sent = object.Unconfirmed;
  if (!sent || Object.keys(sent).length === 0) return <EmptyState title="Nothing is unconfirmed" text="Everything that was exported has been seen by an import." />;
  return <AttributeTable label="Unconfirmed" columns={['Sent']} rows={namesOf(sent).map((name) => ({ name, cells: [<ValueList key="v" values={sent[name]} />] }))} />;
}

function Lineage({ object }: { object: SpaceObject }) {
  return object.Lineage && object.Lineage.length > 0
    ? <Table label="Lineage" rows={object.Lineage} keyOf={(l) => `${l.SyncRuleName} ${l.Direction}`} one="rule" empty={null} columns={[
        { key: 'rule', title: 'Rule that linked it', width: 'minmax(240px, 2fr)', render: (l) => <LinkTo to={`/rules?text=${encodeURIComponent(l.SyncRuleName)}`}>{l.SyncRuleName}</LinkTo> },
        { key: 'direction', title: 'Direction', width: '140px', render: (l) => l.Direction },
      ]} />
    : <EmptyState title="No rule has linked it" text="It is a disconnector. “Why” says what keeps it out." />;
}

function Connectors({ object }: { object: SpaceObject }) {
  const id = object.ConnectedMVObjectId;
  const query = useQuery({ ...metaverseObjectQuery(String(id ?? '')), enabled: id !== null });
  if (id === null) return <EmptyState title="It is not linked" text="So it has no metaverse object, and no other connectors." />;
  return (
    <Loaded query={query} doing={`reading the metaverse object ${id}`}>
      {(mv) => (
        <>
          <Text>Linked to <LinkTo to={`/metaverse/${id}`}>{`metaverse object ${id}`}</LinkTo>, a {mv.ObjectType}.</Text>
          <Table label="Connectors" rows={mv.Lineage} keyOf={(l) => l.ConnectedCsObjectId} one="object" empty={null} columns={[
            { key: 'connector', title: 'Connector', width: '180px', render: (l) => l.ConnectorName },
            { key: 'object', title: 'Object', width: 'minmax(300px, 3fr)', render: (l) => <LinkTo to={`/connectors/${encodeURIComponent(l.ConnectorName)}/objects/${l.ConnectedCsObjectId}`}>{l.ConnectedCsObjectDN}</LinkTo> },
          ]} />
        </>
      )}
    </Loaded>
  );
}

function Preview({ connector, id }: { connector: string; id: string }) {
  const [deleted, setDeleted] = useState(false);
  const query = useQuery(previewQuery(connector, id, deleted));
  return (
    <>
      <Text>What the next synchronization would make of it, worked out by the engine on a copy. Nothing is written.</Text>
      <Switch label="As if it had been deleted" checked={deleted} onChange={(_, data) => setDeleted(data.checked)} />
      <Loaded query={query} doing="working out the preview" waiting={<Lines count={8} />}>{(data) => <ExplanationView explanation={data} />}</Loaded>
    </>
  );
}

function Why({ connector, id }: { connector: string; id: string }) {
  const [attribute, setAttribute] = useState('');
  const query = useQuery(whyQuery(connector, id, useSettled(attribute.trim(), 500)));
  return (
    <>
      <Field label="Of one attribute only" style={{ maxWidth: 320 }}>
        <Input value={attribute} placeholder="all of the object" onChange={(_, data) => setAttribute(data.value)} />
      </Field>
      <Loaded query={query} doing="finding out why" waiting={<Lines count={8} />}>{(data) => <ExplanationView explanation={data} />}</Loaded>
    </>
  );
}

function Errors({ object }: { object: SpaceObject }) {
  return (
    <>
      {object.Errors.map((error, i) => (
        <MessageBar key={i} intent="error" layout="multiline">
          <MessageBarBody><MessageBarTitle>{error.type}</MessageBarTitle><Message text={error.message} /></MessageBarBody>
        </MessageBar>
      ))}
    </>
  );
}

export function ObjectPage() {
  const { name = '', id = '' } = useParams();
  const [parameters] = useSearchParams();
  const tab = parameters.get('tab') ?? 'import';
  const query = useQuery(spaceObjectQuery(name, id));
  const object = query.data;
  return (
    <Page title={object ? titleOf(object) : `#${id}`}
      crumbs={[{ text: 'Connectors', to: '/connectors' }, { text: name, to: `/connectors/${encodeURIComponent(name)}?tab=search` }]}
      beside={object && <Text>{`${object.ObjectType} #${id}`}</Text>}>
      <Loaded query={query} doing={`reading object #${id} of ${name}`} waiting={<Lines count={12} />}>
        {(data) => (
          <>
            <Errors object={data} />
            <Facts facts={[
              ['DN', data.DistinguishedName],
              ['State', (
                <span key="s" style={{ display: 'flex', gap: 8, flexWrap: 'wrap' }}>
                  <ToneBadge tone={data.IsConnector ? 'good' : 'neutral'} text={data.IsConnector ? 'Linked' : 'Disconnector'} />
                  {data.PendingExport && <ToneBadge tone="notice" text={`Pending export: ${data.PendingExport}`} />}
                  {data.IsPlaceHolder && <ToneBadge tone="neutral" text="Placeholder" />}
                  {data.IsTransient && <ToneBadge tone="notice" text="Transient" />}
                </span>
              )],
            ]} />
            <Tabs selected={tab}>
              <Tab value="import">Import image</Tab>
              <Tab value="export">Pending export</Tab>
              <Tab value="unconfirmed">Unconfirmed</Tab>
              <Tab value="lineage">Lineage</Tab>
              <Tab value="connectors">Connectors</Tab>
              <Tab value="preview">Preview</Tab>
              <Tab value="why">Why</Tab>
            </Tabs>
            <Section title={{ import: 'Import image', export: 'Pending export', unconfirmed: 'Unconfirmed', lineage: 'Lineage', connectors: 'Connectors', preview: 'Preview', why: 'Why' }[tab] ?? 'Object'}>
              {tab === 'import' && <Import object={data} />}
              {tab === 'export' && <PendingExportTab object={data} />}
              {tab === 'unconfirmed' && <Unconfirmed object={data} />}
              {tab === 'lineage' && <Lineage object={data} />}
              {tab === 'connectors' && <Connectors object={data} />}
              {tab === 'preview' && <Preview connector={name} id={id} />}
              {tab === 'why' && <Why connector={name} id={id} />}
            </Section>
          </>
        )}
      </Loaded>
    </Page>
  );
}
