// SPDX-License-Identifier: Apache-2.0
import { Page } from '../parts/page';

export function MetaverseObjectPage() {
  return <Page title="MetaverseObject"><p>…</p></Page>;
}
