// SPDX-License-Identifier: Apache-2.0
import { Page } from '../parts/page';

export function AuditPage() {
  return <Page title="Audit"><p>…</p></Page>;
}
