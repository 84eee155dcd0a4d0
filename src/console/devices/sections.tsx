import type { Permission } from '../../core/access/permission.ts'
import { Head } from '../components/page/head.tsx'
import { Tabs } from '../components/page/tabs.tsx'

export const THINGS = '/console/devices'
export const KEY_PAIRS = '/console/devices/key-pairs'
export const CERTIFICATES = '/console/certificates'

const SECTIONS = [
  { href: THINGS, label: 'Things', permission: 'things.read' },
  { href: KEY_PAIRS, label: 'Key pairs', permission: 'key_pairs.read' },
  { href: CERTIFICATES, label: 'Certificates', permission: 'issuers.read' },
] as const satisfies readonly { href: string; label: string; permission: Permission }[]

/** The head of what devices and components of other APIs are known by. */
export function DevicesHead({
  current,
  permissions,
}: {
  readonly current: string
  readonly permissions: ReadonlySet<Permission>
}) {
  const shown = SECTIONS.filter(({ permission }) => permissions.has(permission))
  return (
    <>
      <Head title="Devices" isOneLine />
      <Tabs
        label="Devices"
        tabs={shown.map(({ href, label }) => ({ href, label, isCurrent: href === current }))}
      />
    </>
  )
}
