/** A line of CSV (RFC 4180, with the line's end of this system). null is empty. */
export function csvLine(values: readonly (string | null)[]): string {
  return `${values.map(cell).join(',')}\n`
}

function cell(value: string | null): string {
  if (value === null) return ''
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value
}
