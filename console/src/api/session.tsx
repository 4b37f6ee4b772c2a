// SPDX-License-Identifier: Apache-2.0
// Who is signed in, and what that role may do. Roles include one another; the server decides, this only
// explains beforehand.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, useContext, useEffect } from 'react';
import { get, setCsrf, whenSignedOut } from './client';
import type { Role, Session, SignedIn } from './types';

const rank: Record<Role, number> = { viewer: 0, operator: 1, administrator: 2 };

export const sessionKey = ['session'];

export function useSession() {
  const queries = useQueryClient();
  useEffect(() => {
    whenSignedOut(() => void queries.invalidateQueries({ queryKey: sessionKey }));
  }, [queries]);
  return useQuery({
    queryKey: sessionKey,
    queryFn: async () => {
      const session = await get<Session>('/session');
      setCsrf(session.signedIn ? session.csrf : '');
      return session;
    },
    staleTime: 60_000,
    refetchInterval: 5 * 60_000,
  });
}

export const SessionContext = createContext<SignedIn | null>(null);

export function useMe(): SignedIn {
  const me = useContext(SessionContext);
  if (!me) throw new Error('useMe outside of a session');
  return me;
}

// Null: allowed. Otherwise the reason, for people.
export function refusal(role: Role, need: Role): string | null {
  if (rank[role] >= rank[need]) return null;
  const article = need === 'viewer' ? 'a' : 'an';
  return `This needs ${article} ${need}; you are signed in as ${role === 'viewer' ? 'a viewer' : `an ${role}`}.`;
}

export function useRefusal(need: Role): string | null {
  return refusal(useMe().role, need);
}
