// SPDX-License-Identifier: Apache-2.0
import { Page } from '../parts/page';

export function AccessPage() {
  return <Page title="Access"><p>…</p></Page>;
}
