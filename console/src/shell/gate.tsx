// SPDX-License-Identifier: Apache-2.0
// Who is not signed in sees the sign-in page; who is, the shell with the page they asked for.
import { Spinner } from '@fluentui/react-components';
import { Navigate, useLocation } from 'react-router';
import { SessionContext, useSession } from '../api/session';
import { useQuery } from '@tanstack/react-query';
import { setupQuery } from '../api/queries';
import { ErrorState } from '../parts/states';
import { SignInPage } from '../pages/sign_in_page';
import { Shell } from './shell';

export function Gate() {
  const session = useSession();
  const { pathname } = useLocation();
  const setup = useQuery({ ...setupQuery, enabled: session.data?.signedIn === true });
  if (session.isPending) return <Spinner label="Asking the server" style={{ height: '100%' }} />;
  if (session.isError && !session.data) {
    return (
      <div style={{ padding: 32, maxWidth: 720, margin: '0 auto' }}>
        <ErrorState error={session.error} doing="asking the server who is signed in" retry={() => void session.refetch()} />
      </div>
    );
  }
  if (!session.data.signedIn) return <SignInPage session={session.data} />;
  // No page asks for anything before it is known that there is something to ask for.
  if (setup.isPending) return <Spinner label="Asking the server" style={{ height: '100%' }} />;
  if (pathname === '/sign-in') return <Navigate to="/" replace />;
  if (setup.data?.needed === true && pathname !== '/setup') return <Navigate to="/setup" replace />;
  return <SessionContext.Provider value={session.data}><Shell /></SessionContext.Provider>;
}
