// A plugin of Miniflare, which loads it by its path: the binding of a D1 that is one object of the same workerd. The
// object has the name, class and folder of Miniflare's own D1, so that either opens the file that the other wrote.

import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ProxyNodeBinding } from 'miniflare'
import { D1_CLASS, D1_KEY, D1_PLUGIN, type D1PluginOptions } from './database.ts'

type WorkerOptions = { readonly config: { readonly env?: Readonly<Record<string, unknown>> } }
type Binding = { readonly name: string; readonly dev: { readonly options: D1PluginOptions } }

const BINDING_MODULE = `${D1_PLUGIN}:binding`
const OBJECT_SERVICE = `${D1_PLUGIN}:object`
const STORAGE_SERVICE = `${D1_PLUGIN}:storage`

const plugin = {
  getBindings: (options: WorkerOptions) =>
    bindingsOf(options).map(({ name }) => ({
      name,
      wrapped: {
        moduleName: BINDING_MODULE,
        innerBindings: [
          { name: 'objects', durableObjectNamespace: { serviceName: OBJECT_SERVICE, className: D1_CLASS } },
          { name: 'name', json: JSON.stringify(name) },
        ],
      },
    })),

  getNodeBindings: (options: WorkerOptions) =>
    Object.fromEntries(bindingsOf(options).map(({ name }) => [name, new ProxyNodeBinding()])),

  getExtensions: () => [
    { modules: [{ name: BINDING_MODULE, esModule: moduleOf('binding.mjs'), internal: true }] },
  ],

  getServices: ({ options, tmpPath }: { readonly options: WorkerOptions; readonly tmpPath: string }) =>
    bindingsOf(options).flatMap(({ dev }) => [
      storageIn(dev.options.folder ?? join(tmpPath, D1_PLUGIN)),
      {
        name: OBJECT_SERVICE,
        worker: {
          compatibilityDate: dev.options.compatibilityDate,
          modules: [{ name: 'object.mjs', esModule: moduleOf('object.mjs') }],
          durableObjectNamespaces: [
            { className: D1_CLASS, uniqueKey: D1_KEY, enableSql: true, preventEviction: true },
          ],
          durableObjectStorage: { localDisk: STORAGE_SERVICE },
        },
      },
    ]),
}

export const plugins = { [D1_PLUGIN]: plugin }

function bindingsOf({ config }: WorkerOptions): readonly Binding[] {
  return Object.entries(config.env ?? {}).flatMap(([name, binding]) =>
    isOurs(binding) ? [{ ...binding, name }] : [],
  )
}

function isOurs(binding: unknown): binding is Omit<Binding, 'name'> {
  return (
    typeof binding === 'object' &&
    binding !== null &&
    'type' in binding &&
    binding.type === `unsafe:${D1_PLUGIN}`
  )
}

function storageIn(folder: string) {
  mkdirSync(join(folder, D1_KEY), { recursive: true })
  return { name: STORAGE_SERVICE, disk: { path: folder, writable: true } }
}

function moduleOf(file: string): string {
  return readFileSync(join(import.meta.dirname, file), 'utf8')
}
