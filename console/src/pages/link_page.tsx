// SPDX-License-Identifier: Apache-2.0
// A one-time link. It signs in when the button is pressed, not when the page opens: what previews a link in a
// chat must not use it up.
import { Button, Card, makeStyles, Text, Title2, tokens } from '@fluentui/react-components';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from 'react-router';
import { post } from '../api/client';
import { sessionKey } from '../api/session';
import { ErrorState } from '../parts/states';

const useStyles = makeStyles({
  all: { minHeight: '100%', display: 'grid', placeItems: 'center', padding: '16px', backgroundColor: tokens.colorNeutralBackground3 },
  card: { width: 'min(420px, 100%)', padding: '32px', rowGap: '16px' },
});

export function LinkPage() {
  const styles = useStyles();
  const { token = '' } = useParams();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const use = useMutation({
    mutationFn: () => post('/session/link', { token }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: sessionKey });
      await navigate('/', { replace: true });
    },
  });
  return (
    <main className={styles.all}>
      <Card className={styles.card}>
        <Title2 as="h1">Sign in with a one-time link</Title2>
        <Text>The link works once, within ten minutes of being made.</Text>
        {use.error && <ErrorState error={use.error} doing="signing in with the link" />}
        <Button appearance="primary" size="large" disabled={use.isPending} onClick={() => use.mutate()}>Sign in</Button>
        {use.error && <Button onClick={() => void navigate('/')}>Sign in with a name instead</Button>}
      </Card>
    </main>
  );
}
