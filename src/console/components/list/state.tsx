import type { Child } from 'hono/jsx'
import type { AgentState } from '../../../core/enrollment/ledger/agent.ts'
import type { KeyState } from '../../../core/enrollment/ledger/key.ts'
import { Icon, type IconName } from '../page/icon.tsx'

/** `act`: an operator has to do something. */
const STATES = {
  active: ['ok', 'dot', 'Active'],
  spent: ['', 'full', 'Spent'],
  held: ['', 'waiting', 'Held'],
  scheduled: ['', 'clock', 'Scheduled'],
  expired: ['', 'clock', 'Expired'],
  disabled: ['', 'off', 'Disabled'],
  revoked: ['bad', 'cross', 'Revoked'],
  left: ['', 'exit', 'Left'],
  enabled: ['ok', 'dot', 'On'],
  paused: ['act', 'pause', 'Paused'],
  suspended_by_restore: ['act', 'restore', 'Suspended'],
  waiting: ['act', 'waiting', 'Waiting'],
  missing: ['', 'waiting', 'Missing'],
} as const satisfies Readonly<
  Record<KeyState | AgentState | 'enabled' | 'waiting' | 'missing', readonly [string, IconName, string]>
>

/** A shape and a word: never colour alone. */
export function State({ of }: { readonly of: keyof typeof STATES }) {
  const [tone, icon, word] = STATES[of]
  return (
    <span class={tone ? `st ${tone}` : 'st'}>
      <Icon name={icon} />
      {word}
    </span>
  )
}

/** What needs an operator soon, such as an end in less than a day. */
export function Attention({ icon, children }: { readonly icon: IconName; readonly children?: Child }) {
  return (
    <span class="st act">
      <Icon name={icon} />
      {children}
    </span>
  )
}

/** Whether rows of it are drawn quietly: nothing can come of them any more. */
export function isDead(state: KeyState | AgentState): boolean {
  return (
    state === 'spent' ||
    state === 'expired' ||
    state === 'disabled' ||
    state === 'revoked' ||
    state === 'left'
  )
}

export function Tag({ children }: { readonly children?: Child }) {
  return <span class="tag">{children}</span>
}
