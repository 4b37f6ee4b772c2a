// SPDX-License-Identifier: Apache-2.0
// The directory's containers with boxes to tick. Branches are asked for when they are opened.
import { Checkbox, makeStyles, Spinner, Text, tokens, Tree, TreeItem, TreeItemLayout } from '@fluentui/react-components';
import { Folder20Regular, Globe20Regular } from '@fluentui/react-icons';
import { useQuery, type UseQueryOptions } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Container } from '../api/types';
import { formatNumber } from '../text/format';
import { chosenFor, isMixed, keyOf, toggled, type Choices } from './container_choice';
import { ErrorState } from './states';

const useStyles = makeStyles({
  row: { display: 'flex', alignItems: 'center', columnGap: '8px', minWidth: 0 },
  count: { color: tokens.colorNeutralForeground3, fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' },
  name: { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
});

export interface ContainerTreeProps {
  load: (parent: string) => UseQueryOptions<Container[], Error, Container[], string[]>;
  choices: Choices; onChange: (next: Choices) => void; disabled: boolean; names: Map<string, string>;
  unread?: string; // in the place of a number that is not known
}

function Branch({ container, rootDefault, top, ...props }: ContainerTreeProps & { container: Container; rootDefault: boolean; top: boolean }) {
  const styles = useStyles();
  const { choices, names } = props;
  const { checked } = chosenFor(container.dn, choices, rootDefault);
  const mixed = isMixed(container.dn, choices, rootDefault);
  names.set(keyOf(container.dn), container.dn);
  const toggle = () => {
    if (!props.disabled) props.onChange(toggled(container.dn, choices, rootDefault));
  };
  return (
    <TreeItem itemType={container.children === 0 ? 'leaf' : 'branch'} value={container.dn} aria-checked={mixed ? 'mixed' : checked}
      onKeyDown={(event) => {
        if (event.key === ' ' && event.target === event.currentTarget) {
          event.preventDefault();
          toggle();
        }
      }}>
      <TreeItemLayout iconBefore={top ? <Globe20Regular /> : <Folder20Regular />}>
        <span className={styles.row} title={container.dn}>
          <Checkbox checked={mixed ? 'mixed' : checked} disabled={props.disabled} onChange={toggle} tabIndex={-1}
            aria-label={`Read ${container.name}`} onClick={(event) => event.stopPropagation()} />
          <span className={styles.name}>{container.name}</span>
          <Text size={200} className={styles.count}>{container.objects === null ? props.unread ?? 'not read' : formatNumber(container.objects)}</Text>
        </span>
      </TreeItemLayout>
      {container.children !== 0 && <Tree><Children parent={container.dn} rootDefault={rootDefault} {...props} /></Tree>}
    </TreeItem>
  );
}

function Children({ parent, rootDefault, ...props }: ContainerTreeProps & { parent: string; rootDefault: boolean }) {
  const children = useQuery(props.load(parent));
  if (children.isError) return <TreeItem itemType="leaf"><TreeItemLayout><ErrorState error={children.error} doing={`reading the containers of ${parent}`} retry={() => void children.refetch()} /></TreeItemLayout></TreeItem>;
  if (!children.data) return <TreeItem itemType="leaf"><TreeItemLayout><Spinner size="tiny" label="Asking the directory" /></TreeItemLayout></TreeItem>;
  if (children.data.length === 0) return <TreeItem itemType="leaf"><TreeItemLayout>No containers below</TreeItemLayout></TreeItem>;
  return <>{children.data.map((c) => <Branch key={c.dn} container={c} rootDefault={rootDefault} top={false} {...props} />)}</>;
}

export function ContainerTree({ roots, onRoots, ...props }: ContainerTreeProps & { roots: Container[]; onRoots?: (roots: Container[]) => void }) {
  useEffect(() => onRoots?.(roots), [roots, onRoots]);
  return (
    <div style={{ overflowX: 'auto' }}>
      <Tree aria-label="Containers" defaultOpenItems={roots.map((r) => r.dn)}>
        {roots.map((root) => <Branch key={root.dn} container={root} rootDefault={root.included} top {...props} />)}
      </Tree>
    </div>
  );
}
