import type { Child } from 'hono/jsx'
import { Act } from '../form/button.tsx'
import { Icon, type IconName } from './icon.tsx'

const TONES = {
  done: ['note', 'check'],
  bad: ['note bad', 'warn'],
  warn: ['note warn', 'pause'],
} as const satisfies Readonly<Record<string, readonly [string, IconName]>>

/** A line at the top of a page, or of a part of it. */
export function Note({
  tone = 'done',
  icon,
  isStatus = false,
  children,
}: {
  readonly tone?: keyof typeof TONES
  readonly icon?: IconName
  /** It says what just happened, so that readers say it at once. */
  readonly isStatus?: boolean
  readonly children?: Child
}) {
  const [name, own] = TONES[tone]
  return (
    <div class={name} role={isStatus ? 'status' : undefined}>
      <Icon name={icon ?? own} />
      {children}
    </div>
  )
}

/** What an action did, at the top of the page that follows it. */
export function Message({
  notice,
}: {
  notice: {
    readonly text: string
    readonly undo?: { readonly action: string; readonly fields: Readonly<Record<string, string>> } | undefined
  }
}) {
  return (
    <Note isStatus>
      <p>{notice.text}</p>
      {notice.undo && (
        <Act action={notice.undo.action} fields={notice.undo.fields} tone="bare" isSmall>
          Undo
        </Act>
      )}
    </Note>
  )
}

/** A form that was not accepted says so at its top: what is wrong stands beside the fields. */
export function NothingChanged({ children }: { readonly children?: Child }) {
  return (
    <Note tone="bad" isStatus>
      <p>Nothing was changed: {children}</p>
    </Note>
  )
}

/** What needs an operator. No item, no box. */
export function NeedsYou({
  items,
}: {
  readonly items: readonly { readonly text: Child; readonly href: string; readonly label: string }[]
}) {
  if (items.length === 0) return null
  return (
    <section class="need" aria-labelledby="need">
      <h2 id="need">
        <Icon name="warn" />
        {items.length === 1 ? '1 thing needs you' : `${items.length} things need you`}
      </h2>
      <ul>
        {items.map(({ text, href, label }) => (
          <li>
            <p>{text}</p>
            <a class="b sm" href={href}>
              {label}
            </a>
          </li>
        ))}
      </ul>
    </section>
  )
}
