// SPDX-License-Identifier: Apache-2.0
// Everything around the pages: theme, cache, toasts, routes.
import { FluentProvider, Toaster } from '@fluentui/react-components';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useState } from 'react';
import { RouterProvider } from 'react-router/dom';
import { ApiError } from '../api/client';
import { toasterId } from '../parts/notify';
import { makeRouter } from './routes';
import { ThemeContext, useTheme } from './theme';

export function makeQueries() {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5000,
        refetchOnWindowFocus: true,
        // What the server refused it refuses again; only a lost connection is worth a second try.
        retry: (count, error) => count < 2 && error instanceof ApiError && (error.status === 0 || error.status === 503),
      },
    },
  });
}

export function App() {
  const { theme, context } = useTheme();
  const [queries] = useState(makeQueries);
  const [router] = useState(makeRouter);
  return (
    <ThemeContext.Provider value={context}>
      <FluentProvider theme={theme} style={{ height: '100%' }}>
        <QueryClientProvider client={queries}>
          <RouterProvider router={router} />
          <Toaster toasterId={toasterId} position="bottom-end" />
        </QueryClientProvider>
      </FluentProvider>
    </ThemeContext.Provider>
  );
}
