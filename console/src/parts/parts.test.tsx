// SPDX-License-Identifier: Apache-2.0
// Parts in a page, against the stand-in for the API.
import { FluentProvider, webLightTheme } from '@fluentui/react-components';
import { QueryClientProvider } from '@tanstack/react-query';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { ReactNode } from 'react';
import { MemoryRouter, Route, Routes } from 'react-router';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { SessionContext } from '../api/session';
import type { Role } from '../api/types';
import { ObjectPage } from '../pages/object_page';
import { SettingsPage } from '../pages/settings_page';
import { makeQueries } from '../shell/app';
import { ActButton } from './act_button';
import { Confirm } from './confirm';
import { ContainerTree } from './container_tree';
import { EmptyState } from './states';
import { Table } from './table';
import { makeMock } from '../../mock/mock.mjs';

function show(children: ReactNode, role: Role = 'administrator', path = '/') {
  const me = { signedIn: true as const, name: 'ann', role, door: 'password', csrf: 'mock-csrf', expires: '' };
  return render(
    <FluentProvider theme={webLightTheme}>
      <QueryClientProvider client={makeQueries()}>
        <SessionContext.Provider value={me}><MemoryRouter initialEntries={[path]}>{children}</MemoryRouter></SessionContext.Provider>
      </QueryClientProvider>
    </FluentProvider>,
  );
}

let sent: unknown[] = [];

beforeEach(() => {
  sent = [];
  const mock = makeMock({ signedInAs: 'admin' });
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    const body: unknown = typeof init.body === 'string' ? JSON.parse(init.body) : undefined;
    if (init.method !== 'GET') sent.push([init.method, url, body]);
    const answer = mock.answer(init.method ?? 'GET', url, body, { 'x-tandem-csrf': 'mock-csrf' });
    return Promise.resolve(new Response(JSON.stringify(answer.body), { status: answer.status, headers: answer.headers ?? {} }));
  });
});

describe('a button that a role may not press', () => {
  it('stays in its place, says why, and does nothing', async () => {
    const act = vi.fn();
    show(<ActButton need="administrator" onClick={act}>Swap</ActButton>, 'viewer');
    const button = screen.getByRole('button', { name: 'Swap' });
    expect(button.getAttribute('aria-disabled')).toBe('true');
    await userEvent.click(button);
    expect(act).not.toHaveBeenCalled();
    await userEvent.hover(button);
    expect((await screen.findByRole('tooltip')).textContent).toContain('needs an administrator');
  });
  it('works for who may', async () => {
    const act = vi.fn();
    show(<ActButton need="operator" onClick={act}>Run</ActButton>, 'operator');
    await userEvent.click(screen.getByRole('button', { name: 'Run' }));
    expect(act).toHaveBeenCalledOnce();
  });
});

describe('a confirmation by typing', () => {
  it('opens its button only for the right words', async () => {
    const confirm = vi.fn();
    show(<Confirm open title="Retire?" act="Retire" type="sync01" onConfirm={confirm} onClose={() => undefined}><p>For good.</p></Confirm>);
    const button = screen.getByRole('button', { name: 'Retire' });
    expect(button.hasAttribute('disabled')).toBe(true);
    await userEvent.type(screen.getByRole('textbox'), 'sync01');
    await userEvent.click(button);
    expect(confirm).toHaveBeenCalledOnce();
  });
});

describe('a table', () => {
  const columns = [{ key: 'n', title: 'Number', render: (n: number) => String(n) }];
  it('says how many rows there are, and what to do with none', () => {
    const { unmount } = show(<Table label="Numbers" rows={[1, 2, 3]} columns={columns} keyOf={(n) => n} one="number" empty={null} />);
    expect(screen.getByRole('status').textContent).toContain('3 numbers');
    expect(screen.getAllByRole('row')).toHaveLength(4);
    unmount();
    show(<Table label="Numbers" rows={[]} columns={columns} keyOf={(n: number) => n} empty={<EmptyState title="No numbers" />} />);
    expect(screen.getByText('No numbers')).toBeTruthy();
  });
  it('keeps rows out of the page that nobody sees', () => {
    show(<Table label="Numbers" rows={Array.from({ length: 50_000 }, (_, i) => i)} columns={columns} keyOf={(n) => n} empty={null} />);
    expect(screen.queryAllByRole('cell').length).toBeLessThan(200);
  });
});

describe('the page of an object with a hostile name', () => {
  it('shows it as text', async () => {
    show(<Routes><Route path="/connectors/:name/objects/:id" element={<ObjectPage />} /></Routes>, 'viewer', '/connectors/corp.example.com/objects/2625');
    expect((await screen.findByRole('heading', { level: 1, name: /<script>alert\(1\)<\/script>/ })).textContent).toContain('<script>');
    expect(document.querySelector('script')).toBeNull();
  });
});

describe('the settings of the scheduler', () => {
  it('are sent only where they differ, and not with a fault', async () => {
    show(<SettingsPage />);
    const save = await screen.findByRole('button', { name: 'Save' });
    expect(save.hasAttribute('disabled')).toBe(true);
    await userEvent.click(screen.getByRole('switch', { name: 'Also when a directory changes' }));
    const quiet = screen.getByLabelText('Seconds between two cycles that changes start');
    await userEvent.clear(quiet);
    await userEvent.type(quiet, '3');
    expect(await screen.findByText(/A whole number from 5/)).toBeTruthy();
    expect(save.hasAttribute('disabled')).toBe(true);
    await userEvent.clear(quiet);
    await userEvent.type(quiet, '45');
    await userEvent.click(save);
    await vi.waitFor(() => expect(sent).toContainEqual(['PATCH', '/api/v1/scheduler', { onChange: true, quietSeconds: 45 }]));
  });
  it('let one connector be read in full', async () => {
    show(<SettingsPage />, 'operator');
    const wish = await screen.findByRole('switch', { name: 'Full import of corp.example.com' });
    await userEvent.click(wish);
    await vi.waitFor(() => expect(sent).toContainEqual(['PATCH', '/api/v1/scheduler/overrides/corp.example.com', { fullImport: true }]));
    await vi.waitFor(() => expect(screen.getByRole<HTMLInputElement>('switch', { name: 'Full import of corp.example.com' }).checked).toBe(true));
  });
});

describe('who is told of alerts', () => {
  it('is said, and a test says what became of it', async () => {
    show(<SettingsPage />, 'administrator', '/settings?tab=alerts');
    expect(await screen.findByText('mail, webhook')).toBeTruthy();
    await userEvent.click(screen.getByRole('button', { name: 'Send a test' }));
    expect(await screen.findByText(/answers 503/)).toBeTruthy();
  });
});

describe('a container of which nothing was read', () => {
  const root = { dn: 'DC=x', name: 'x', objects: null, children: 0, included: true, rule: 'include' as const };
  const tree = (unread?: string) => (
    <ContainerTree roots={[root]} load={(parent) => ({ queryKey: ['none', parent], queryFn: () => [] })} choices={new Map()} names={new Map()} disabled={false}
      onChange={() => undefined} {...(unread === undefined ? {} : { unread })} />
  );
  it('has no number', () => {
    const { unmount } = show(tree());
    expect(screen.getByText('not read')).toBeTruthy();
    unmount();
    show(tree(''));
    expect(screen.queryByText('0')).toBeNull();
  });
});
