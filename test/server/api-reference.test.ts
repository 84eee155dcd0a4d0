/** The commands of the API reference, run as they stand there. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { sharedServer } from '../support/server.ts'

const run = promisify(execFile)

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
}

function textOf(html: string): string {
  return html.replaceAll(/&(amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity)
}

/** What a page of the reference says to run, by the operation that it calls. */
async function commandsOf(tag: string): Promise<ReadonlyMap<string, string>> {
  const html = await (await fetch(`${sharedServer().url}/docs/api/native/${tag}`)).text()
  const sections = html.split(/<section id="/).slice(1)
  return new Map(
    sections.map((section) => {
      const command = /<pre>(curl [^<]*)<\/pre>/.exec(section)?.[1] ?? ''
      return [section.slice(0, section.indexOf('"')), textOf(command)]
    }),
  )
}

async function statusOf(command: string): Promise<string> {
  const { url, credentials } = sharedServer()
  const { auth_username, secret } = credentials.illumio
  const script = `${command} -o /dev/null -w '%{http_code}'`
  const env = { ...process.env, url, login: `${auth_username}:${secret}` }
  return (await run('sh', ['-c', script], { env })).stdout
}

test.each([
  ['profiles', 'profiles_list', '200'],
  ['profiles', 'profiles_create', '201'],
  ['keys', 'keys_list', '200'],
  ['agents', 'agents_list', '200'],
  ['events', 'events_list', '200'],
  ['service', 'healthz', '200'],
])('the command of %s / %s works as it stands', async (tag, operation, status) => {
  const command = (await commandsOf(tag)).get(operation)
  expect(command).toMatch(/^curl -sS /)
  expect(await statusOf(command ?? '')).toBe(status)
})
