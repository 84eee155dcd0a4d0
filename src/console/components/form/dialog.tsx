/** A dialog that is open from the start, with the page behind it inert: it needs no script. */
import type { Child } from 'hono/jsx'
import { Icon } from '../page/icon.tsx'
import { LinkButton } from './button.tsx'

export function Dialog({
  id,
  title,
  action,
  cancel,
  submit,
  children,
}: {
  readonly id: string
  readonly title: string
  readonly action: string
  /** Where Cancel leads. */
  readonly cancel: string
  /** The button of the last step, which counts what it does. */
  readonly submit: Child
  readonly children?: Child
}) {
  return (
    <>
      <div class="scrim"></div>
      <dialog open aria-labelledby={id} aria-modal="true" tabindex={-1} autofocus>
        <form method="post" action={action}>
          <div class="d-h">
            <h2 id={id}>{title}</h2>
          </div>
          {children}
          <div class="d-f">
            <LinkButton href={cancel} more={{ 'data-cancel': true }}>
              Cancel
            </LinkButton>
            {submit}
          </div>
        </form>
      </dialog>
    </>
  )
}

/** What ends, and then what goes on. */
export function Effects({
  ends,
  stays,
}: {
  readonly ends: readonly Child[]
  readonly stays: readonly Child[]
}) {
  return (
    <ul class="effects">
      {ends.map((text) => (
        <li class="bad">
          <Icon name="cross" />
          <span>{text}</span>
        </li>
      ))}
      {stays.map((text) => (
        <li class="ok">
          <Icon name="check" />
          <span>{text}</span>
        </li>
      ))}
    </ul>
  )
}

/** What would happen, counted at an instant; nothing is changed. */
export function DryRun({
  title,
  about,
  rows,
  rest = 0,
}: {
  readonly title: string
  readonly about: Child
  /** Each: a name, and what stands at its right. */
  readonly rows: readonly (readonly [Child, Child, Child])[]
  /** How many more there are. */
  readonly rest?: number
}) {
  return (
    <div class="dry" role="status">
      <p>
        <b>{title}</b>
        <span class="muted">{about}</span>
      </p>
      {rows.length > 0 && (
        <ul>
          {rows.map(([name, middle, end]) => (
            <li>
              <span>{name}</span>
              <span class="muted num">{middle}</span>
              <span class="muted">{end}</span>
            </li>
          ))}
          {rest > 0 && <li class="muted">and {rest} more</li>}
        </ul>
      )}
    </div>
  )
}
