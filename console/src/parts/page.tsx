// SPDX-License-Identifier: Apache-2.0
// The frame of every page: where it is, its name, what can be done. A new page takes the focus to its heading,
// so that a screen reader says where one has come to.
import {
  Breadcrumb, BreadcrumbDivider, BreadcrumbItem, Link as FluentLink, makeStyles, Subtitle2, Text, tokens, typographyStyles,
} from '@fluentui/react-components';
import { Fragment, useEffect, useRef, type ReactNode } from 'react';
import { Link, useLocation } from 'react-router';

const useStyles = makeStyles({
  page: {
    padding: '12px 32px 48px', maxWidth: '1400px', minHeight: '100%', display: 'flex', flexDirection: 'column', rowGap: '16px',
    '@media (max-width: 640px)': { padding: '8px 16px 32px' },
  },
  crumbs: { minHeight: '24px', '& ol': { flexWrap: 'wrap' } },
  head: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', columnGap: '16px', rowGap: '8px' },
  title: { ...typographyStyles.title2, outline: 'none', overflowWrap: 'anywhere', '@media (max-width: 640px)': { fontSize: tokens.fontSizeBase500, lineHeight: tokens.lineHeightBase500 } },
  actions: { display: 'flex', flexWrap: 'wrap', gap: '8px', marginLeft: 'auto', '@media (max-width: 640px)': { marginLeft: 0 } },
  about: { color: tokens.colorNeutralForeground2, maxWidth: '75ch' },
  section: {
    backgroundColor: tokens.colorNeutralBackground1, borderRadius: tokens.borderRadiusLarge, boxShadow: tokens.shadow2,
    border: `1px solid ${tokens.colorNeutralStroke3}`,
    padding: '16px 20px', display: 'flex', flexDirection: 'column', rowGap: '12px', minWidth: 0,
    '@media (max-width: 640px)': { padding: '12px' },
  },
  sectionHead: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: '8px' },
  sectionActions: { marginLeft: 'auto', display: 'flex', flexWrap: 'wrap', gap: '8px' },
});

export interface Crumb { text: string; to: string }

let lastPath: string | null = null;

export function Page({ title, crumbs = [], about, beside, actions, children }: {
  title: string; crumbs?: Crumb[]; about?: ReactNode; beside?: ReactNode; actions?: ReactNode; children: ReactNode;
}) {
  const styles = useStyles();
  const heading = useRef<HTMLHeadingElement>(null);
  const { pathname } = useLocation();
  useEffect(() => {
    document.title = `${title} · Tandem`;
  }, [title]);
  useEffect(() => {
    if (lastPath !== null && lastPath !== pathname) heading.current?.focus({ preventScroll: true });
    lastPath = pathname;
  }, [pathname]);
  return (
    <div className={styles.page}>
      {crumbs.length > 0 && (
        <Breadcrumb size="small" aria-label="Where this is" className={styles.crumbs}>
          {crumbs.map((crumb) => (
            <Fragment key={crumb.to}>
              <BreadcrumbItem><LinkTo to={crumb.to}>{crumb.text}</LinkTo></BreadcrumbItem>
              <BreadcrumbDivider />
            </Fragment>
          ))}
          <BreadcrumbItem><Text size={200} truncate wrap={false} style={{ maxWidth: '40ch', overflow: 'hidden' }}>{title}</Text></BreadcrumbItem>
        </Breadcrumb>
      )}
      <div className={styles.head}>
        <h1 ref={heading} tabIndex={-1} className={styles.title}>{title}</h1>
        {beside}
        {actions && <div className={styles.actions}>{actions}</div>}
      </div>
      {about && <Text className={styles.about}>{about}</Text>}
      {children}
    </div>
  );
}

export function Section({ title, beside, actions, children }: {
  title: string; beside?: ReactNode; actions?: ReactNode; children: ReactNode;
}) {
  const styles = useStyles();
  return (
    <section className={styles.section} aria-label={title}>
      <div className={styles.sectionHead}>
        <Subtitle2 as="h2">{title}</Subtitle2>
        {beside}
        {actions && <div className={styles.sectionActions}>{actions}</div>}
      </div>
      {children}
    </section>
  );
}

// A link inside of the console that looks like all others.
export function LinkTo({ to, children, label }: { to: string; children: ReactNode; label?: string }) {
  return <Link to={to} aria-label={label} style={{ color: 'inherit', textDecoration: 'none' }}><FluentLink as="span">{children}</FluentLink></Link>;
}
