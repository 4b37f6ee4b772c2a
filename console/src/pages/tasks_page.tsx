// SPDX-License-Identifier: Apache-2.0
import { Page } from '../parts/page';

export function TasksPage() {
  return <Page title="Tasks"><p>…</p></Page>;
}
