// SPDX-License-Identifier: Apache-2.0
import { Page } from '../parts/page';

export function ComparePage() {
  return <Page title="Compare"><p>…</p></Page>;
}
