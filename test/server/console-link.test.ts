/** The link that `npm start` prints to a terminal. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { makeConsoleLink } from '../../scripts/lib/server/console-link.ts'
import { readLock } from '../../scripts/lib/server/lock.ts'
import { eventually, sharedServer, stoppedData } from '../support/server.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const LINK = /(http:\/\/127\.0\.0\.1:\d+)\/console\/sign-in#([BCDFGHJKLMNPQRSTVWXZ]{8})/

/** As the script of the sign-in page does. */
function useCode(origin: string, code: string): Promise<Response> {
  return fetch(`${origin}/console/sign-in/code`, {
    method: 'POST',
    redirect: 'manual',
    headers: { Origin: origin },
    body: new URLSearchParams({ code }),
  })
}

test('opens the console once, and its cookie is for this port and path', async () => {
  const { url, data, credentials } = sharedServer()
  const local = new URL(readLock(data)?.local ?? '')
  const link = await makeConsoleLink({ local, issuer: url }, credentials)
  const [, origin = '', code = ''] = LINK.exec(link ?? '') ?? []
  const opened = await useCode(origin, code)
  expect(opened.status).toBe(303)
  const cookie = opened.headers.get('Set-Cookie') ?? ''
  expect(cookie).toMatch(
    new RegExp(`^latchkey_${new URL(url).port}=[\\w-]{43}; Path=/console; HttpOnly; SameSite=Lax$`),
  )
  const page = await fetch(`${origin}/console`, { headers: { Cookie: cookie.split(';')[0] ?? '' } })
  expect(page.status).toBe(200)
  expect((await useCode(origin, code)).status).toBe(422)
})

test('is not made for a password that is not theirs any more', async () => {
  const { url, data, credentials } = sharedServer()
  const local = new URL(readLock(data)?.local ?? '')
  const datonis = { ...credentials.datonis, password: null }
  expect(await makeConsoleLink({ local, issuer: url }, { ...credentials, datonis })).toBeNull()
})

test('a terminal gets it; a pipe or a journal does not', async () => {
  const data = stoppedData()
  const env = { ...process.env, PORT: '0', LATCHKEY_DATA: data }
  // util-linux' `script` gives it a terminal.
  const terminal = spawn('script', ['-qfec', `${process.execPath} scripts/start.ts`, '/dev/null'], {
    env,
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const exit = once(terminal, 'exit')
  let text = ''
  terminal.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part
  })
  await eventually(() => LINK.test(text))
  process.kill(readLock(data)?.runner.pid ?? 0, 'SIGTERM')
  await exit

  const piped = spawn(process.execPath, ['scripts/start.ts'], {
    env,
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const ended = once(piped, 'exit')
  let lines = ''
  piped.stdout.setEncoding('utf8').on('data', (part: string) => {
    lines += part
  })
  await eventually(() => lines.includes('Credentials of the demo organization'))
  piped.kill('SIGTERM')
  await ended
  expect(lines).not.toMatch(/Console:|#/)
})
