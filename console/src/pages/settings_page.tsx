// SPDX-License-Identifier: Apache-2.0
import { Page } from '../parts/page';

export function SettingsPage() {
  return <Page title="Settings"><p>…</p></Page>;
}
