/** `illumio:read_only` → "Illumio: read only" */
export function roleName(role: string): string {
  const [dialect = '', name = ''] = role.split(':')
  return `${DIALECTS[dialect] ?? dialect}: ${name.replaceAll('_', ' ')}`
}

const DIALECTS: Readonly<Record<string, string>> = {
  native: 'Latchkey',
  illumio: 'Illumio',
  zpa: 'ZPA',
  datonis: 'Datonis',
}
