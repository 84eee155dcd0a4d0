/** Writes client/native.ts, the types of the native API, from its OpenAPI document. `--check` compares instead. */
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { build } from 'esbuild'
import openapiTS, { astToString } from 'openapi-typescript'

const FILE = resolve(import.meta.dirname, '../../client/native.ts')
const HEAD =
  '/** The native API as its OpenAPI document says. Made by `npm run client`: change the routes instead. */\n'

// The address is in no type.
const DESCRIBE = `
  import { createNative } from './src/dialects/native/dialect.ts'
  import { describeApi } from './src/http/openapi/document.ts'
  export const document = JSON.stringify(describeApi([createNative([]).chapter], 'https://latchkey.example', '3.1'))`

// Node can't import shell files as text.
const { outputFiles } = await build({
  stdin: { contents: DESCRIBE, resolveDir: resolve(import.meta.dirname, '../..'), loader: 'ts' },
  bundle: true,
  format: 'esm',
  platform: 'node',
  loader: { '.sh': 'text' },
  write: false,
})
const { document } = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0]?.text ?? '')}`)
// A member with a default may be left out of a request.
const types = astToString(await openapiTS(document, { defaultNonNullable: false }))
// There are none of these.
const text = HEAD + types.replaceAll(/^export type (webhooks|\$defs) = Record<string, never>;\n/gm, '')
if (!process.argv.includes('--check')) {
  writeFileSync(FILE, text)
} else if (readFileSync(FILE, 'utf8') !== text) {
  console.error('client/native.ts is not what the routes say: npm run client')
  process.exit(1)
}
