// SPDX-License-Identifier: Apache-2.0
import { Page } from '../parts/page';

export function ConnectorPage() {
  return <Page title="Connector"><p>…</p></Page>;
}
