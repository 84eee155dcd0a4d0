import { createHash, createHmac } from 'node:crypto'
import { join } from 'node:path'
import { D1_PLUGIN_MODULE } from '../../cli/project.ts'

/** Whose D1 the Worker gets: one object of the same workerd, or the one that Miniflare simulates. The file is the same. */
export type D1Kind = 'object' | 'miniflare'

export const D1_PLUGIN = 'latchkey-d1'
export const D1_BINDING = 'DB'
export const D1_CLASS = 'D1DatabaseObject'
/** Miniflare's own name for the objects that are its D1. */
export const D1_KEY = `miniflare-${D1_CLASS}`

export type D1PluginOptions = {
  /** Where D1's file is; absent: in Miniflare's temporary folder. */
  readonly folder?: string
  readonly compatibilityDate: string
}

/** The path of D1's SQLite file in a state. */
export function d1File(state: string): string {
  return join(d1Folder(state), D1_KEY, `${objectId(D1_KEY, D1_BINDING)}.sqlite`)
}

/** What Miniflare's options must have for the binding. */
export function d1Options(kind: D1Kind, state: string, compatibilityDate: string) {
  if (kind === 'miniflare') return { d1Databases: { [D1_BINDING]: D1_BINDING } }
  return { d1Databases: {}, unsafeBindings: [d1Object({ folder: d1Folder(state), compatibilityDate })] }
}

/** The binding of a D1 that is one object. */
export function d1Object(options: D1PluginOptions) {
  const plugin = { package: D1_PLUGIN_MODULE, name: D1_PLUGIN }
  return { name: D1_BINDING, type: D1_PLUGIN, plugin, options }
}

function d1Folder(state: string): string {
  return join(state, 'd1')
}

/** The id that workerd derives from an object's name, and names its file after. */
function objectId(namespace: string, name: string): string {
  const key = createHash('sha256').update(namespace).digest()
  const digest = (text: string | Buffer) => createHmac('sha256', key).update(text).digest().subarray(0, 16)
  const named = digest(name)
  return Buffer.concat([named, digest(named)]).toString('hex')
}
