import type { Child } from 'hono/jsx'

/** Names and values. What has none is left out. */
export function Facts({ rows }: { readonly rows: readonly (readonly [string, Child] | null)[] }) {
  return (
    <dl class="kv">
      {rows.flatMap((row) =>
        row === null
          ? []
          : [
              <>
                <dt>{row[0]}</dt>
                <dd>{row[1]}</dd>
              </>,
            ],
      )}
    </dl>
  )
}
