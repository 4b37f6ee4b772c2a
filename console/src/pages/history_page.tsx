// SPDX-License-Identifier: Apache-2.0
import { Page } from '../parts/page';

export function HistoryPage() {
  return <Page title="History"><p>…</p></Page>;
}
