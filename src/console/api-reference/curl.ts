/** The command that calls an operation, for a POSIX shell in which `url`, `login` and `token` are set. Pure. */
import type { Json } from '../../http/openapi/schemas.ts'
import type { Operation } from './operations.ts'

/** How a caller shows a credential of each security scheme; the first that an operation takes is used. */
const CREDENTIALS: Readonly<Record<string, string>> = {
  api_key: '-u "$login"',
  basic: '-u "$login"',
  password: '-u "$login"',
  auth_token: '-H "X-Auth-Token: $token"',
  access_key: '-H "X-Access-Key: $access_key" -H "X-Dtn-Signature: $signature"',
}
const BEARER = '-H "Authorization: Bearer $token"'

/** Its lines, each but the last with a backslash at its end. */
export function curlOf({ method, path, credentials, body }: Operation): string {
  const [credential] = credentials
  const address = `"$url${path.replaceAll(/\{([^}]+)\}/g, '$$$1')}"`
  const parts = [
    `curl -sS ${method === 'GET' || (method === 'POST' && body !== null) ? '' : `-X ${method} `}${address}`,
    ...(credential === undefined ? [] : [CREDENTIALS[credential] ?? BEARER]),
    ...(body === null ? [] : dataOf(body)),
  ]
  return parts.join(' \\\n  ')
}

function dataOf({ isForm, example, fields }: NonNullable<Operation['body']>): readonly string[] {
  const sent = example ?? sampleOf(fields)
  if (!isForm) return ["-H 'Content-Type: application/json'", `-d ${quoted(JSON.stringify(sent, null, 2))}`]
  return Object.entries(sent as Readonly<Record<string, Json>>).map(
    ([name, value]) =>
      `--data-urlencode ${quoted(`${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)}`,
  )
}

/** Where no test recorded a body: the members that must be there, each with the name of its type. */
function sampleOf(
  fields: readonly { name: string; type: string; isRequired: boolean }[],
): Readonly<Record<string, Json>> {
  const required = fields.filter(({ name, isRequired }) => isRequired && !name.includes('.'))
  return Object.fromEntries(
    required.map(({ name, type }) => [name, type === 'integer' || type === 'number' ? 1 : type]),
  )
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
