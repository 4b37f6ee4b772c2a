// SPDX-License-Identifier: Apache-2.0
// An attribute's name, with the browser's own list of the ones there are.
import { Input, makeStyles, type InputProps } from '@fluentui/react-components';
import { useId } from 'react';

const useStyles = makeStyles({ input: { width: '100%', minWidth: 0 } });

export function AttributeInput({ attributes, ...rest }: InputProps & { attributes: string[] }) {
  const styles = useStyles();
  const id = useId();
  return (
    <>
      <Input {...rest} className={styles.input} list={rest.readOnly ? undefined : id} autoComplete="off" spellCheck={false} />
      {!rest.readOnly && <datalist id={id}>{attributes.map((name) => <option key={name} value={name} />)}</datalist>}
    </>
  );
}
