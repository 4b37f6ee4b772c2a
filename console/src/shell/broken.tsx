// SPDX-License-Identifier: Apache-2.0
// A page that could not be shown: after an update of the server its files have other names.
import { Button } from '@fluentui/react-components';
import { useRouteError } from 'react-router';
import { Page } from '../parts/page';
import { ErrorState } from '../parts/states';

export function Broken() {
  const error = useRouteError();
  const stale = error instanceof Error && /dynamically imported module|Importing a module/.test(error.message);
  return (
    <Page title="This page could not be shown">
      <ErrorState
        error={stale ? new Error('The server has been updated since this page was opened. Next: load the page again') : error}
        doing="showing the page"
      />
      <div><Button appearance="primary" onClick={() => location.reload()}>Load again</Button></div>
    </Page>
  );
}
