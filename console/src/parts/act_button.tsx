// SPDX-License-Identifier: Apache-2.0
// A button that does something. Where the role may not, it stays in its place and says why.
import { Button, Tooltip, type ButtonProps } from '@fluentui/react-components';
import { useRefusal } from '../api/session';
import type { Role } from '../api/types';

export type ActButtonProps = Omit<ButtonProps, 'as' | 'ref'> & { need: Role; reason?: string | null };

export function ActButton({ need, reason = null, disabled, ...rest }: ActButtonProps) {
  const refused = useRefusal(need) ?? reason;
  if (refused === null) return <Button {...(rest as ButtonProps)} disabled={disabled} />;
  return (
    <Tooltip content={refused} relationship="description">
      <Button {...(rest as ButtonProps)} disabledFocusable onClick={undefined} />
    </Tooltip>
  );
}
