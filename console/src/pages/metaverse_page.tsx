// SPDX-License-Identifier: Apache-2.0
import { Page } from '../parts/page';

export function MetaversePage() {
  return <Page title="Metaverse"><p>…</p></Page>;
}
