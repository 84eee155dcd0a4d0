import type { Child } from 'hono/jsx'
import { Icon } from './icon.tsx'

/** The title of a page, what leads back, and what can be done with all of it. */
export function Head({
  title,
  sub,
  crumb,
  actions,
  isOneLine = false,
}: {
  readonly title: string
  readonly sub?: Child
  readonly crumb?: { readonly href: string; readonly label: string }
  readonly actions?: Child
  /** On a phone the actions stay beside the title. */
  readonly isOneLine?: boolean
}) {
  return (
    <div class={isOneLine ? 'head keep' : 'head'}>
      <div>
        {crumb && (
          <a class="crumb" href={crumb.href}>
            <Icon name="left" isSmall />
            {crumb.label}
          </a>
        )}
        <h1>{title}</h1>
        {sub && <p class="sub">{sub}</p>}
      </div>
      {actions && <div class="row">{actions}</div>}
    </div>
  )
}
