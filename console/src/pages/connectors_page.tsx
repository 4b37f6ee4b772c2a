// SPDX-License-Identifier: Apache-2.0
import { Page } from '../parts/page';

export function ConnectorsPage() {
  return <Page title="Connectors"><p>…</p></Page>;
}
