// SPDX-License-Identifier: Apache-2.0
import { LinkTo, Page } from '../parts/page';
import { EmptyState } from '../parts/states';

export function MissingPage() {
  return <Page title="There is no such page"><EmptyState title="The address leads nowhere" action={<LinkTo to="/">To Home</LinkTo>} /></Page>;
}
