// SPDX-License-Identifier: Apache-2.0
import { Page } from '../parts/page';

export function SetupPage() {
  return <Page title="Setup"><p>…</p></Page>;
}
