import type { Child } from 'hono/jsx'
import { Icon, type IconName } from '../page/icon.tsx'

/** `go`: one a page; `risk`: opens a dialog, never acts; `final`: the last step of one, which counts what it does. */
type Tone = 'go' | 'risk' | 'final' | 'bare'

type Look = {
  readonly tone?: Tone | undefined
  readonly icon?: IconName | undefined
  readonly isSmall?: boolean
  readonly isWide?: boolean
  readonly children?: Child
}

const TONES: Readonly<Record<Tone, string>> = { go: ' go', risk: ' risk', final: ' risk go', bare: ' bare' }

function classOf({ tone, isSmall = false, isWide = false }: Look): string {
  return `b${tone ? TONES[tone] : ''}${isSmall ? ' sm' : ''}${isWide ? ' wide' : ''}`
}

/** What else the element has: `hx-…`, `data-…`, `formaction`. */
type More = Readonly<Record<string, string | boolean | undefined>>

export function Button({
  type = 'button',
  name,
  value,
  isDisabled = false,
  more = {},
  ...look
}: Look & {
  readonly type?: 'button' | 'submit'
  readonly name?: string | undefined
  readonly value?: string | undefined
  readonly isDisabled?: boolean
  readonly more?: More
}) {
  return (
    <button class={classOf(look)} type={type} name={name} value={value} disabled={isDisabled} {...more}>
      {look.icon && <Icon name={look.icon} />}
      {look.children}
    </button>
  )
}

export function LinkButton({
  href,
  more = {},
  ...look
}: Look & { readonly href: string; readonly more?: More }) {
  return (
    <a class={classOf(look)} href={href} {...more}>
      {look.icon && <Icon name={look.icon} />}
      {look.children}
    </a>
  )
}

/** A form of one button. */
export function Act({
  action,
  fields = {},
  ...look
}: Look & { readonly action: string; readonly fields?: Readonly<Record<string, string>> }) {
  return (
    <form method="post" action={action}>
      {Object.entries(fields).map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      <Button type="submit" {...look} />
    </form>
  )
}
