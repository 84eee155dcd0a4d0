import type { Ask } from '../../lib/http/agent-client.ts'
import type { Headers } from '../../lib/http/credential.ts'
import type { Credentials, Names, Sample } from './dialect.ts'
import type { ApiOperation } from './document.ts'

export type Filled = { readonly ask: Ask; readonly placeholders: readonly string[] }

/** A call of the operation as its sample says, `{name}` replaced by what it stands for. */
export function fill(
  operation: ApiOperation,
  sample: Sample | undefined,
  names: Names,
  headers: Headers | null,
): Filled {
  const used = new Set<string>()
  const named = (text: string, encode: (value: string) => string) =>
    text.replaceAll(/\{([a-z_]+)\}/g, (_, name: string) => {
      used.add(name)
      return encode(names[name] ?? '')
    })
  const inside = (value: string) => JSON.stringify(value).slice(1, -1)
  const path = named(operation.path, encodeURIComponent)
  const query = sample?.query === undefined ? '' : `?${named(sample.query, (value) => value)}`
  const json = sample?.json === undefined ? undefined : JSON.parse(named(JSON.stringify(sample.json), inside))
  const form = Object.entries(sample?.form ?? {}).map(([field, value]) => [
    field,
    named(value, (text) => text),
  ])
  return {
    placeholders: [...used],
    ask: {
      method: operation.method,
      path: path + encodeURI(query),
      headers,
      ...(json !== undefined && { json }),
      ...(form.length > 0 && {
        raw: { type: 'application/x-www-form-urlencoded', body: new URLSearchParams(form).toString() },
      }),
    },
  }
}

/** Those of the operation's schemes that there are credentials for; empty when it needs none, or there is none. */
export function credentialsFor({ schemes }: ApiOperation, credentials: Credentials): readonly Headers[] {
  return schemes.map((scheme) => credentials[scheme]).filter((found) => found !== undefined)
}
