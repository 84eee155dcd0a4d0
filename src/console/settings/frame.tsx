import type { Child } from 'hono/jsx'
import type { Permission } from '../../core/access/permission.ts'
import { Head } from '../components/page/head.tsx'
import { Tabs } from '../components/page/tabs.tsx'
import type { View } from '../edge/visit.ts'

const TABS = [
  { tab: 'people', label: 'People and roles', href: '/console/settings/people', needs: 'access.read' },
  { tab: 'api-keys', label: 'API keys', href: '/console/settings/api-keys', needs: null },
  { tab: 'keyring', label: 'Keyring', href: '/console/settings/keyring', needs: 'settings.read' },
  { tab: 'you', label: 'You', href: '/console/settings/you', needs: null },
] as const satisfies readonly {
  readonly tab: string
  readonly label: string
  readonly href: string
  readonly needs: Permission | null
}[]

export type SettingsTab = (typeof TABS)[number]['tab']

export function settingsView(
  tab: SettingsTab,
  permissions: ReadonlySet<Permission>,
  content: Child,
  more: Pick<View, 'status' | 'overlay'> = {},
): View {
  const shown = TABS.filter(({ needs }) => needs === null || permissions.has(needs))
  return {
    title: `${TABS.find((one) => one.tab === tab)?.label}, settings`,
    section: 'settings',
    ...more,
    content: (
      <>
        <Head title="Settings" />
        <Tabs
          label="Settings"
          tabs={shown.map(({ label, href, tab: its }) => ({ label, href, isCurrent: its === tab }))}
        />
        <div class="stack">{content}</div>
      </>
    ),
  }
}
