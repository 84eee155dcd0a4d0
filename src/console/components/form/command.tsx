import type { Child } from 'hono/jsx'
import { Button } from './button.tsx'

/** Something to paste. What is in `Prompt` is not copied. */
export function Command({ id, children }: { readonly id: string; readonly children?: Child }) {
  return (
    <div class="cmd">
      <pre id={id}>{children}</pre>
      <CopyButton target={id} isSmall />
    </div>
  )
}

export function Prompt({ children }: { readonly children?: Child }) {
  return <span class="p">{children}</span>
}

/** Copies the text of another element. It needs the script, and is left out without. */
export function CopyButton({
  target,
  label = 'Copy',
  isSmall = false,
  tone,
}: {
  readonly target: string
  readonly label?: string
  readonly isSmall?: boolean
  readonly tone?: 'go' | 'bare'
}) {
  return (
    <Button icon="copy" isSmall={isSmall} tone={tone} more={{ 'data-copy': target, 'data-js': true }}>
      <span aria-live="polite">{label}</span>
    </Button>
  )
}
