// SPDX-License-Identifier: Apache-2.0
import { Page } from '../parts/page';

export function ObjectPage() {
  return <Page title="Object"><p>…</p></Page>;
}
