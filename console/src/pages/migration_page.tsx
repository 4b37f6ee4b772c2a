// SPDX-License-Identifier: Apache-2.0
import { Page } from '../parts/page';

export function MigrationPage() {
  return <Page title="Migration"><p>…</p></Page>;
}
