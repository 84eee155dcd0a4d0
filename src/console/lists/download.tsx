/** Selected rows as a file that programs read. */
import * as z from 'zod'
import { type Column, csvText } from '../../http/csv.ts'
import { Button } from '../components/form/button.tsx'
import type { Download } from '../edge/visit.ts'

const FORMATS = { csv: 'text/csv; charset=utf-8', json: 'application/json' } as const
export const Format = z.enum(['csv', 'json']).default('csv')

/** @param name of the file, without its ending @param rows as the native API has them */
export function downloadOf<Row>(
  name: string,
  format: keyof typeof FORMATS,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): Download {
  const text = format === 'csv' ? csvText(columns, rows) : `${JSON.stringify({ items: rows }, null, 2)}\n`
  return { file: `${name}.${format}`, contentType: FORMATS[format], text }
}

/** `a=1 b=2`: no value of a label has a space. */
export function labelText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')
}

/** Buttons of a selection. @param action a page that answers with a download */
export function ExportButtons({ action }: { readonly action: string }) {
  const more = { formaction: action, formmethod: 'get', formnovalidate: true }
  return (
    <>
      <Button type="submit" name="format" value="csv" isSmall more={more}>
        Export CSV
      </Button>
      <Button type="submit" name="format" value="json" isSmall more={more}>
        Export JSON
      </Button>
    </>
  )
}
