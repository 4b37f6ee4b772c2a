// SPDX-License-Identifier: Apache-2.0
// What the pages ask for, by name: one key and one interval a resource, so that two pages share one answer.
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { get, part, send, type Parameters } from './client';
import type * as T from './types';

const seconds = 1000;

export const statusQuery = queryOptions({ queryKey: ['status'], queryFn: () => get<T.Status>('/status'), refetchInterval: 10 * seconds });
export const latencyQuery = queryOptions({ queryKey: ['latency'], queryFn: () => get<T.Latency>('/latency'), refetchInterval: 60 * seconds });
export const alertsQuery = queryOptions({ queryKey: ['alerts'], queryFn: () => get<T.Alerts>('/alerts'), refetchInterval: 30 * seconds });
export const schedulerQuery = queryOptions({
  queryKey: ['scheduler'], queryFn: () => get<T.Scheduler>('/scheduler'), refetchInterval: 15 * seconds,
});
export const overridesQuery = queryOptions({
  queryKey: ['scheduler', 'overrides'], queryFn: async () => (await get<{ overrides: T.Override[] }>('/scheduler/overrides')).overrides,
  refetchInterval: 15 * seconds,
});
export const pairQuery = queryOptions({
  queryKey: ['pair'], queryFn: () => get<T.Pair>('/pair'),
  // Who has invited waits for the other to come.
  refetchInterval: (query) => (query.state.data?.inviting === true && query.state.data.partner === null ? 3 : 30) * seconds,
});
export const operationsQuery = queryOptions({
  queryKey: ['operations'],
  queryFn: async () => (await get<{ operations: T.Operation[] }>('/operations')).operations,
  refetchInterval: (query) => (query.state.data?.some((o) => o.state === 'running') ? 2 : 6) * seconds,
});
export const runsQuery = (connector: string, limit: number) => queryOptions({
  queryKey: ['runs', connector, limit],
  queryFn: async () => (await get<{ runs: T.Run[] }>('/runs', { connector, limit })).runs,
  refetchInterval: 10 * seconds,
  placeholderData: keepPreviousData,
});
export const runQuery = (id: string) => queryOptions({
  queryKey: ['run', id],
  queryFn: async () => {
    const runs = (await get<{ runs: T.Run[] }>(`/runs/${part(id)}`)).runs;
    return runs[0] ?? null;
  },
});
export const runObjectsQuery = (id: string, counter: string) => queryOptions({
  queryKey: ['run', id, 'objects', counter],
  queryFn: () => get<T.RunObjects>(`/runs/${part(id)}/objects`, { counter }),
  enabled: counter !== '',
});

export const connectorsQuery = queryOptions({
  queryKey: ['connectors'], queryFn: async () => (await get<{ connectors: T.Connector[] }>('/connectors')).connectors,
});
export const statisticsQuery = (connector: string) => queryOptions({
  queryKey: ['statistics', connector], queryFn: () => get<T.ConnectorStatistics>(`/connectors/${part(connector)}/statistics`),
  refetchInterval: 15 * seconds,
});
export const containersQuery = (connector: string, parent: string) => queryOptions({
  queryKey: ['containers', connector, parent],
  queryFn: async () =>
    (await get<{ containers: T.Container[] }>(`/connectors/${part(connector)}/containers`, { parent })).containers,
});
export const spaceObjectQuery = (connector: string, id: string) => queryOptions({
  queryKey: ['object', connector, id], queryFn: () => get<T.SpaceObject>(`/connectors/${part(connector)}/objects/${part(id)}`),
});
export const whyQuery = (connector: string, id: string, attribute: string) => queryOptions({
  queryKey: ['why', connector, id, attribute],
  queryFn: () => get<T.Explanation>(`/connectors/${part(connector)}/objects/${part(id)}/why`, { attribute }),
});
export const previewQuery = (connector: string, id: string, deleted: boolean) => queryOptions({
  queryKey: ['preview', connector, id, deleted],
  queryFn: () => get<T.Explanation>(`/connectors/${part(connector)}/objects/${part(id)}/preview`, { deleted }),
});
export const metaverseObjectQuery = (id: string) => queryOptions({
  queryKey: ['metaverse', id], queryFn: () => get<T.MetaverseObject>(`/metaverse/${part(id)}`),
});
export const pendingQuery = (parameters: Parameters) => queryOptions({
  queryKey: ['pending', parameters], queryFn: () => get<T.Pending>('/pending', parameters), placeholderData: keepPreviousData,
});

export const policyQuery = queryOptions({
  queryKey: ['policy'],
  queryFn: async () => {
    const answer = await send<T.Policy>('GET', '/policy');
    return { policy: answer.value, etag: answer.etag ?? '' };
  },
});
export const historyQuery = queryOptions({
  queryKey: ['policy', 'history'], queryFn: async () => (await get<{ versions: T.PolicyVersion[] }>('/policy/history')).versions,
});
export const rulesQuery = queryOptions({
  queryKey: ['rules'], queryFn: async () => (await get<{ rules: T.Rule[] }>('/rules')).rules,
});
export const functionsQuery = queryOptions({
  queryKey: ['language', 'functions'], staleTime: Infinity,
  queryFn: async () => (await get<{ functions: T.LanguageFunction[] }>('/language/functions')).functions,
});
export const attributesQuery = queryOptions({
  queryKey: ['language', 'attributes'], staleTime: 60 * seconds, queryFn: () => get<T.LanguageAttributes>('/language/attributes'),
});
export const thresholdQuery = queryOptions({ queryKey: ['threshold'], queryFn: () => get<T.Threshold>('/threshold') });
export const secretsQuery = queryOptions({ queryKey: ['secrets'], queryFn: () => get<T.Secrets>('/secrets') });
export const attributeChecksQuery = (errors: boolean, limit: number) => queryOptions({
  queryKey: ['checks', errors, limit], queryFn: () => get<T.AttributeChecks>('/checks/attributes', { errors, limit }),
  placeholderData: keepPreviousData,
});
export const accountsQuery = queryOptions({
  queryKey: ['accounts'], queryFn: async () => (await get<{ accounts: T.Account[] }>('/accounts')).accounts,
});
export const setupQuery = queryOptions({ queryKey: ['setup'], queryFn: () => get<T.SetupState>('/setup') });
