/** Filters of a list. Each is a link, since a list is a URL. */
import type { Child } from 'hono/jsx'
import { Icon } from '../page/icon.tsx'

export function Bar({ children }: { readonly children?: Child }) {
  return <div class="bar">{children}</div>
}

/** A filter that is set: the whole of it is the link that removes it. */
export function SetChip({
  label,
  value,
  href,
}: {
  readonly label: string
  readonly value: string
  readonly href: string
}) {
  return (
    <a class="chip on" href={href}>
      {label}: <b>{value}</b>
      <Icon name="cross" />
      <span class="sr">Remove this filter</span>
    </a>
  )
}

export type Link = { readonly href: string; readonly label: string; readonly isCurrent?: boolean }

/** A filter that is not set, and what it can be set to: links, or a form. */
export function ChipMenu({
  label,
  links = [],
  isPhoneOnly = false,
  children,
}: {
  readonly label: string
  readonly links?: readonly Link[]
  readonly isPhoneOnly?: boolean
  readonly children?: Child
}) {
  return (
    <details class={isPhoneOnly ? 'pick m' : 'pick'} name="chip">
      <summary class="chip">
        {label}
        <Icon name="down" />
      </summary>
      <div class="menu">
        {links.map((link) => (
          <a href={link.href} aria-current={link.isCurrent ? 'true' : undefined}>
            {link.label}
          </a>
        ))}
        {children}
      </div>
    </details>
  )
}

/** A filter that is typed. `hidden` keeps the others that are set. */
export function ChipForm({
  label,
  name,
  hint,
  placeholder,
  action,
  hidden,
}: {
  readonly label: string
  readonly name: string
  readonly hint: string
  readonly placeholder?: string
  readonly action: string
  readonly hidden: Readonly<Record<string, string>>
}) {
  const id = `filter-${name}`
  return (
    <ChipMenu label={label}>
      <form method="get" action={action} class="field">
        {Object.entries(hidden).map(([key, value]) => (
          <input type="hidden" name={key} value={value} />
        ))}
        <label for={id}>{hint}</label>
        <div class="row nowrap">
          <input class="in" id={id} name={name} placeholder={placeholder} autocomplete="off" required />
          <button class="b" type="submit">
            Filter
          </button>
        </div>
      </form>
    </ChipMenu>
  )
}
