import type { PropsWithChildren } from 'hono/jsx'
import type { Permission } from '../../../core/access/permission.ts'
import { Icon, type IconName, Mark } from './icon.tsx'

export type Person = {
  readonly name: string
  readonly organization: string
  readonly permissions: ReadonlySet<Permission>
}

type Section = 'overview' | 'keys' | 'agents' | 'waiting' | 'activity' | 'devices' | 'settings'

export type FrameProps = PropsWithChildren<{
  /** What of the navigation is current. */
  section: Section | 'none'
  person: Person
  /** How many claims wait for a decision; 0: no number is shown. */
  waiting?: number
  /** Whether it has any: without, they are not in the navigation. */
  hasDevices?: boolean
  /** A dialog is over it. */
  isInert?: boolean
}>

type Entry = {
  readonly section: Section
  readonly label: string
  readonly icon: IconName
  readonly href: string
  /** Any of them; absent: everybody who signed in. */
  readonly needs?: readonly Permission[]
}

const MAIN: readonly Entry[] = [
  { section: 'overview', label: 'Overview', icon: 'overview', href: '/console' },
  { section: 'keys', label: 'Keys', icon: 'key', href: '/console/keys', needs: ['keys.read'] },
  { section: 'agents', label: 'Agents', icon: 'agent', href: '/console/agents', needs: ['agents.read'] },
  {
    section: 'waiting',
    label: 'Waiting',
    icon: 'waiting',
    href: '/console/waiting',
    needs: ['agents.approve'],
  },
  {
    section: 'activity',
    label: 'Activity',
    icon: 'activity',
    href: '/console/activity',
    needs: ['events.read'],
  },
]

/** On a phone these are under *More*. */
const WIDE: readonly Entry[] = [
  {
    section: 'devices',
    label: 'Devices',
    icon: 'device',
    href: '/console/devices',
    needs: ['things.read', 'key_pairs.read'],
  },
  { section: 'settings', label: 'Settings', icon: 'settings', href: '/console/settings' },
]

/** The rail, and the page beside it; a bar above and one below on a phone. */
export function Frame({
  section,
  person,
  waiting = 0,
  hasDevices = true,
  isInert = false,
  children,
}: FrameProps) {
  const may = (one: Entry) =>
    (!one.needs || one.needs.some((needed) => person.permissions.has(needed))) &&
    (hasDevices || one.section !== 'devices')
  const entry = (one: Entry, name?: string) => (
    <NavEntry
      {...one}
      class={name}
      isCurrent={one.section === section}
      count={one.section === 'waiting' ? waiting : 0}
    />
  )
  const wide = WIDE.filter(may)
  return (
    <>
      <a class="skip" href="#content" hidden={isInert}>
        Skip to content
      </a>
      <div class="frame" inert={isInert}>
        <header class="rail">
          <a class="brand" href="/console">
            <Mark />
            <span>
              Latchkey<small>{person.organization}</small>
            </span>
          </a>
          <search>
            <form class="find" action="/console/search" method="get">
              <Icon name="search" isSmall />
              <input
                type="search"
                name="q"
                placeholder="Search"
                aria-label="Search keys, agents and request ids"
              />
              <kbd title="Press / to search">/</kbd>
            </form>
          </search>
          <nav aria-label="Main">
            <ul class="nav">
              {MAIN.filter(may).map((one) => entry(one))}
              {wide.map((one, i) => entry(one, i === 0 ? 'wide gap' : 'wide'))}
              <li class="more">
                <details>
                  <summary>
                    <Icon name="more" />
                    <span>More</span>
                  </summary>
                  <ul>
                    {wide.map((one) => entry(one))}
                    <li>
                      <a href="/console/search">
                        <Icon name="search" />
                        <span>Search</span>
                      </a>
                    </li>
                    <li>
                      <form method="post" action="/console/sign-out">
                        <button type="submit">
                          <Icon name="exit" />
                          <span>Sign out</span>
                        </button>
                      </form>
                    </li>
                  </ul>
                </details>
              </li>
            </ul>
          </nav>
          <div class="me">
            <span class="face" aria-hidden="true">
              {initialsOf(person.name)}
            </span>
            <span class="cut">{person.name}</span>
            <form method="post" action="/console/sign-out">
              <button class="b bare sm sq" type="submit" title="Sign out">
                <Icon name="exit" />
                <span class="sr">Sign out</span>
              </button>
            </form>
          </div>
        </header>
        <main class="main" id="content" tabindex={-1}>
          <div class="page">{children}</div>
        </main>
      </div>
    </>
  )
}

function NavEntry({
  label,
  icon,
  href,
  class: name,
  isCurrent,
  count,
}: Entry & { readonly class?: string | undefined; readonly isCurrent: boolean; readonly count: number }) {
  return (
    <li class={name}>
      <a href={href} aria-current={isCurrent ? 'page' : undefined}>
        <Icon name={icon} />
        <span>{label}</span>
        {count > 0 && (
          <span class="n">
            {count}
            <span class="sr"> to decide</span>
          </span>
        )}
      </a>
    </li>
  )
}

/** "IO" of "Ines Okafor". */
function initialsOf(name: string): string {
  const words = name.split(/[\s@._-]+/).filter((word) => word !== '')
  return [words[0], words.length > 1 ? words.at(-1) : undefined]
    .map((word) => (word === undefined ? '' : String.fromCodePoint(word.codePointAt(0) ?? 63)))
    .join('')
    .toUpperCase()
}
