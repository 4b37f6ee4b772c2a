// SPDX-License-Identifier: Apache-2.0
import { Page } from '../parts/page';

export function RulesPage() {
  return <Page title="Rules"><p>…</p></Page>;
}
