// SPDX-License-Identifier: Apache-2.0
// Light and dark: the system's preference, or what was chosen here. The choice stays in this browser.
import { webDarkTheme, webLightTheme, type Theme } from '@fluentui/react-components';
import { createContext, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { useMedia } from '../parts/media';

export type ThemeChoice = 'system' | 'light' | 'dark';

const key = 'tandem.theme';

// Fluent's grey on grey is too faint for small text (WCAG 1.4.3).
export const lightTheme: Theme = { ...webLightTheme, colorNeutralForeground3: '#5c5c5c', colorNeutralForeground4: '#616161' };
export const darkTheme: Theme = { ...webDarkTheme, colorNeutralForeground4: '#adadad', colorBrandForegroundLink: '#75b8ef', colorBrandForegroundLinkHover: '#96c6fa' };

function stored(): ThemeChoice {
  try {
    const value = localStorage.getItem(key);
    return value === 'light' || value === 'dark' ? value : 'system';
  } catch {
    return 'system';
  }
}

export const ThemeContext = createContext<{ choice: ThemeChoice; choose: (choice: ThemeChoice) => void }>({
  choice: 'system', choose: () => undefined,
});

export const useThemeChoice = () => useContext(ThemeContext);

export function useTheme() {
  const [choice, setChoice] = useState<ThemeChoice>(stored);
  const prefersDark = useMedia('(prefers-color-scheme: dark)');
  const dark = choice === 'dark' || (choice === 'system' && prefersDark);
  const choose = useCallback((next: ThemeChoice) => {
    setChoice(next);
    try {
      localStorage.setItem(key, next);
    } catch {
      // Private windows forget it; the choice holds until the page closes.
    }
  }, []);
  useEffect(() => {
    document.documentElement.style.colorScheme = dark ? 'dark' : 'light';
    document.body.style.background = dark ? '#1f1f1f' : '#fafafa';
  }, [dark]);
  const context = useMemo(() => ({ choice, choose }), [choice, choose]);
  return { theme: dark ? darkTheme : lightTheme, context };
}
