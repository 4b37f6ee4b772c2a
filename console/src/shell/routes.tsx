// SPDX-License-Identifier: Apache-2.0
// Which address shows which page. Addresses stand behind '#', so that the server serves one file and a one-time
// link is in no log. Each page is loaded when it is first opened.
import type { ComponentType } from 'react';
import { createHashRouter, type RouteObject } from 'react-router';
import { Gate } from './gate';
import { Broken } from './broken';

type PageModule = Record<string, ComponentType>;

function page(path: string, load: () => Promise<PageModule>, name: string): RouteObject {
  return {
    path,
    lazy: async () => {
      const module = await load();
      const Component = module[name];
      if (!Component) throw new Error(`there is no page ${name}`);
      return { Component };
    },
  };
}

const routes: RouteObject[] = [
  page('/', () => import('../pages/home_page'), 'HomePage'),
  page('/operations', () => import('../pages/operations_page'), 'OperationsPage'),
  page('/operations/runs/:id', () => import('../pages/run_page'), 'RunPage'),
  page('/operations/live/:id', () => import('../pages/live_page'), 'LivePage'),
  page('/connectors', () => import('../pages/connectors_page'), 'ConnectorsPage'),
  page('/connectors/:name', () => import('../pages/connector_page'), 'ConnectorPage'),
  page('/connectors/:name/objects/:id', () => import('../pages/object_page'), 'ObjectPage'),
  page('/metaverse', () => import('../pages/metaverse_page'), 'MetaversePage'),
  page('/metaverse/:id', () => import('../pages/metaverse_object_page'), 'MetaverseObjectPage'),
  page('/rules', () => import('../pages/rules_page'), 'RulesPage'),
  page('/rules/history', () => import('../pages/history_page'), 'HistoryPage'),
  page('/rules/edit/:id', () => import('../pages/rule_page'), 'RulePage'),
  page('/pending', () => import('../pages/pending_page'), 'PendingPage'),
  page('/compare', () => import('../pages/compare_page'), 'ComparePage'),
  page('/migration', () => import('../pages/migration_page'), 'MigrationPage'),
  page('/tasks', () => import('../pages/tasks_page'), 'TasksPage'),
  page('/health', () => import('../pages/health_page'), 'HealthPage'),
  page('/settings', () => import('../pages/settings_page'), 'SettingsPage'),
  page('/audit', () => import('../pages/audit_page'), 'AuditPage'),
  page('/access', () => import('../pages/access_page'), 'AccessPage'),
  page('/setup', () => import('../pages/setup_page'), 'SetupPage'),
  page('*', () => import('../pages/missing_page'), 'MissingPage'),
];

export function makeRouter() {
  return createHashRouter([
    { ...page('/link/:token', () => import('../pages/link_page'), 'LinkPage'), errorElement: <Broken />, hydrateFallbackElement: <></> },
    { path: '/', element: <Gate />, errorElement: <Broken />, hydrateFallbackElement: <></>,
      children: routes.map((route) => ({ ...route, errorElement: <Broken /> })) },
  ]);
}
