/** Writes client/native.ts, the types of the native API, from its OpenAPI document. `--check` compares instead. */
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import openapiTS, { astToString } from 'openapi-typescript'
import { createNative } from '../../src/dialects/native/dialect.ts'
import { describeApi } from '../../src/http/openapi/document.ts'

const FILE = resolve(import.meta.dirname, '../../client/native.ts')
const HEAD =
  '/** The native API as its OpenAPI document says. Made by `npm run client`: change the routes instead. */\n'

// The address is in no type.
const document = JSON.stringify(describeApi([createNative([]).chapter], 'https://latchkey.example', '3.1'))
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
