/** The forms in which one address is written, made into one before any route is looked for (docs/dialects/zpa.md#paths). */
import { pathOf } from '../../../http/path.ts'

/** Whether a path is this dialect's. */
const OWN = /^\/(zpa\/)?mgmtconfig\/v[12]\//

const ORIGIN = 'http://localhost'

/** A body that comes with these is ignored (docs/dialects/zpa.md#bodies), and no request can be made with it. */
const BODILESS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'DELETE'])

/** Without the prefix that OneAPI's clients put first, and with a query that was glued to the path set free. */
export function canonical(request: Request): Request {
  const path = pathOf(request.url)
  if (!OWN.test(path)) return request
  const start = request.url.indexOf(path, request.url.indexOf('://') + 3)
  const rest = request.url.slice(start + path.length)
  const bare = path.replace(/^\/zpa\//, '/')
  const glue = bare.indexOf('&')
  const query = glue < 0 ? rest : `?${bare.slice(glue + 1)}${rest.replace(/^\?/, '&')}`
  if (bare === path && glue < 0) return request
  // No URL can be made of some Hosts, and nothing here reads it.
  const url = ORIGIN + (glue < 0 ? bare : bare.slice(0, glue)) + query
  const { method, headers } = request
  return BODILESS.has(method) ? new Request(url, { method, headers }) : new Request(url, request)
}
