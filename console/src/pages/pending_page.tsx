// SPDX-License-Identifier: Apache-2.0
import { Page } from '../parts/page';

export function PendingPage() {
  return <Page title="Pending"><p>…</p></Page>;
}
