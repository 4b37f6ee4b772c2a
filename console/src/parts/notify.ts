// SPDX-License-Identifier: Apache-2.0
// A word in the corner: what was done, or what failed. Nothing that one must not miss is said here only.
import { createElement, useCallback } from 'react';
import { Toast, ToastBody, ToastTitle, useToastController } from '@fluentui/react-components';

export const toasterId = 'console';

export function useNotify() {
  const { dispatchToast } = useToastController(toasterId);
  return useCallback((intent: 'success' | 'error' | 'info', title: string, text?: string) => {
    dispatchToast(
      createElement(Toast, null, createElement(ToastTitle, null, title), text ? createElement(ToastBody, null, text) : null),
      { intent, timeout: intent === 'error' ? 12_000 : 5000 },
    );
  }, [dispatchToast]);
}
