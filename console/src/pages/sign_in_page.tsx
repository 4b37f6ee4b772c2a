// SPDX-License-Identifier: Apache-2.0
import { Button, Card, Divider, Field, Input, makeStyles, MessageBar, MessageBarBody, Text, Title2, tokens } from '@fluentui/react-components';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { ApiError, apiRoot, post } from '../api/client';
import { sessionKey } from '../api/session';
import type { SignedOut } from '../api/types';
import { useLocation } from 'react-router';
import icon from '../icon.svg';

const useStyles = makeStyles({
  all: { minHeight: '100%', display: 'grid', placeItems: 'center', padding: '16px', backgroundColor: tokens.colorNeutralBackground3 },
  card: { width: 'min(400px, 100%)', padding: '32px', rowGap: '16px' },
  head: { display: 'flex', alignItems: 'center', columnGap: '12px' },
  form: { display: 'flex', flexDirection: 'column', rowGap: '16px' },
});

// A provider is known by its address; people know its name.
function providerName(name: string): string {
  return name.startsWith('https://') ? new URL(name).host : name;
}

function advice(error: Error): string {
  if (error instanceof ApiError && error.status === 401) {
    return 'The name or the password is wrong, or the account is locked for a while after several failures.';
  }
  return error.message;
}

export function SignInPage({ session }: { session: SignedOut }) {
  const styles = useStyles();
  const queries = useQueryClient();
  const provider = new URLSearchParams(useLocation().search).get('failed') === 'oidc';
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const nameInput = useRef<HTMLInputElement>(null);
  const signIn = useMutation({
    mutationFn: () => post('/session', { name: name.trim(), password }),
    onSuccess: () => queries.invalidateQueries({ queryKey: sessionKey }),
    onError: () => setPassword(''),
  });
  useEffect(() => {
    document.title = 'Sign in · Tandem';
    nameInput.current?.focus();
  }, []);
  return (
    <main className={styles.all}>
      <Card className={styles.card}>
        <div className={styles.head}>
          <img src={icon} alt="" width={36} height={36} />
          <Title2 as="h1">Sign in to Tandem</Title2>
        </div>
        {provider && (
          <MessageBar intent="error" layout="multiline" politeness="assertive">
            <MessageBarBody>{`${session.oidc ? providerName(session.oidc.name) : 'The provider'} did not sign you in here, or no account of this server belongs to that sign-in. Ask an administrator of this server.`}</MessageBarBody>
          </MessageBar>
        )}
        {session.setup && (
          <MessageBar intent="info" layout="multiline">
            <MessageBarBody>This server is new. The first sign-in is by the one-time link that “tandem account link” prints on it.</MessageBarBody>
          </MessageBar>
        )}
        <form className={styles.form} onSubmit={(event) => { event.preventDefault(); signIn.mutate(); }}>
          <Field label="Name">
            <Input ref={nameInput} value={name} onChange={(_, d) => setName(d.value)} autoComplete="username" autoCapitalize="none" spellCheck={false} />
          </Field>
          <Field label="Password">
            <Input type="password" value={password} onChange={(_, d) => setPassword(d.value)} autoComplete="current-password" />
          </Field>
          {signIn.error && (
            <MessageBar intent="error" layout="multiline" politeness="assertive"><MessageBarBody>{advice(signIn.error)}</MessageBarBody></MessageBar>
          )}
          <Button appearance="primary" type="submit" size="large" disabled={name.trim() === '' || password === '' || signIn.isPending}>
            {signIn.isPending ? 'Signing in' : 'Sign in'}
          </Button>
        </form>
        {session.oidc && (
          <>
            <Divider>or</Divider>
            <Button as="a" size="large" href={`${apiRoot}/session/oidc`}>{`Sign in with ${providerName(session.oidc.name)}`}</Button>
          </>
        )}
        <Text size={200}>Locked out? On the server, “tandem account link” prints a link that signs in once.</Text>
      </Card>
    </main>
  );
}
