/** Lists. The roles are said, since the layout of a phone takes them from the elements. */
import type { Child } from 'hono/jsx'
import { Icon } from '../page/icon.tsx'

/** `sort`: where the link leads, and the order that is set now. */
export type Column = {
  readonly label: Child
  readonly class?: string | undefined
  readonly sort?: { readonly href: string; readonly order: 'ascending' | 'descending' | null }
}

export type Cell = { readonly content: Child; readonly class?: string | undefined }
export type Row = {
  readonly cells: readonly Cell[]
  readonly isDead?: boolean
  /** A row that came since the page before. */
  readonly isFresh?: boolean
}

export function Table({
  caption,
  columns,
  rows,
  class: name,
}: {
  readonly caption: string
  readonly columns: readonly Column[]
  readonly rows: readonly Row[]
  /** `picks`: its rows are selected; `log`: events. */
  readonly class?: string | undefined
}) {
  return (
    // biome-ignore-start lint/a11y/noRedundantRoles: display: grid on a phone takes the roles away
    <table class={name ? `t ${name}` : 't'} role="table">
      <caption class="sr">{caption}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map(({ label, class: name, sort }) => (
            <th scope="col" role="columnheader" class={name} aria-sort={sort?.order ?? undefined}>
              {sort ? (
                <a href={sort.href}>
                  {label}
                  {sort.order && <Icon name={sort.order === 'ascending' ? 'up' : 'down'} />}
                </a>
              ) : (
                label
              )}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map(({ cells, isDead, isFresh }) => (
          <tr role="row" class={isDead ? 'dead' : isFresh ? 'fresh' : undefined}>
            {cells.map((cell) => (
              <td role="cell" class={cell.class}>
                {cell.content}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
    // biome-ignore-end lint/a11y/noRedundantRoles: display: grid on a phone takes the roles away
  )
}

/** The first cell of a row: what it is called, where that leads, and a second line. */
export function nameCell(name: string, href: string, second?: Child): Cell {
  return {
    class: 'name',
    content: (
      <>
        <a class="plain" href={href} title={name}>
          {name}
        </a>
        {second && <small>{second}</small>}
      </>
    ),
  }
}

/** A checkbox of a row. */
export function pickCell(name: string, value: string, label: string): Cell {
  return {
    class: 'ck',
    content: (
      <label>
        <input type="checkbox" name={name} value={value} />
        <span class="sr">Select {label}</span>
      </label>
    ),
  }
}

/** Its column. Selecting all needs the script, and is left out without. */
export const PICK_COLUMN: Column = {
  class: 'ck',
  label: (
    <label data-js>
      <input type="checkbox" data-all />
      <span class="sr">Select all on this page</span>
    </label>
  ),
}

/** What can be done with the selected rows: it shows by itself as soon as one is. */
export function SelectionBar({ children }: { readonly children?: Child }) {
  return (
    <div class="bulk">
      <span class="n"> selected</span>
      {children}
    </div>
  )
}

/** Below a list: what is on the page, what a filter hides, and where it goes on. Cursors know no page numbers. */
export function Foot({
  children,
  first,
  next,
  labels = ['First page', 'Next'],
}: {
  readonly children?: Child
  /** Absent: this is the first page. */
  readonly first?: string | undefined
  readonly next?: string | undefined
  readonly labels?: readonly [string, string]
}) {
  const isPaged = first !== undefined || next !== undefined
  return (
    <div class="foot">
      <span>{children}</span>
      {isPaged && (
        <span class="end row">
          {link(first, labels[0])}
          {link(next, labels[1])}
        </span>
      )}
    </div>
  )
}

function link(href: string | undefined, label: string) {
  if (href === undefined) {
    return (
      <button class="b sm" type="button" disabled>
        {label}
      </button>
    )
  }
  return (
    <a class="b sm" href={href}>
      {label}
    </a>
  )
}
