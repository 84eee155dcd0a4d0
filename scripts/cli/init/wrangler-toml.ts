/** wrangler.toml as people keep it: its comments stay, and three values are filled in. Pure. */
import { Refusal } from '../../lib/cli/refusal.ts'

export type Values = { readonly url: string; readonly databaseId: string; readonly namespaceId: string }

/** The line of each value. */
const LINES = {
  url: /^(LATCHKEY_PUBLIC_URL = )"(.*)"$/m,
  databaseId: /^(database_id = )"(.*)"$/m,
  namespaceId: /^(id = )"(.*)"$/m,
} as const satisfies Record<keyof Values, RegExp>

export function filledIn(toml: string, values: Values): string {
  return Object.entries(LINES).reduce((text, [name, line]) => {
    valueIn(toml, line)
    const value = JSON.stringify(values[name as keyof Values])
    return text.replace(line, (_, before: string) => before + value)
  }, toml)
}

export function valuesIn(toml: string): Values & { readonly databaseName: string } {
  return {
    url: valueIn(toml, LINES.url),
    databaseId: valueIn(toml, LINES.databaseId),
    namespaceId: valueIn(toml, LINES.namespaceId),
    databaseName: valueIn(toml, /^(database_name = )"(.+)"$/m),
  }
}

function valueIn(toml: string, line: RegExp): string {
  const value = line.exec(toml)?.[2]
  if (value === undefined) throw new Refusal(`wrangler.toml has no line like ${line.source}`, 2)
  return value
}
