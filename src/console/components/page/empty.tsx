import type { Child } from 'hono/jsx'
import { LinkButton } from '../form/button.tsx'

/** What is not there, why, and one button. */
export function Empty({
  title,
  children,
  way,
}: {
  readonly title: string
  readonly children?: Child
  readonly way?: { readonly href: string; readonly label: string } | undefined
}) {
  return (
    <div class="blank-p">
      <h2>{title}</h2>
      <p>{children}</p>
      {way && (
        <LinkButton href={way.href} isSmall>
          {way.label}
        </LinkButton>
      )}
    </div>
  )
}
