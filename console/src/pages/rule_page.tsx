// SPDX-License-Identifier: Apache-2.0
import { Page } from '../parts/page';

export function RulePage() {
  return <Page title="Rule"><p>…</p></Page>;
}
