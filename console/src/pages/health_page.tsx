// SPDX-License-Identifier: Apache-2.0
import { Page } from '../parts/page';

export function HealthPage() {
  return <Page title="Health"><p>…</p></Page>;
}
