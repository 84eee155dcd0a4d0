/** Promise 6: after a run that used every operation no secret is in a file, the output, an event or a refusal; promise 7: a guess leaves no trace. */
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeTenant } from './api/ask.ts'
import { credentialFor, fill } from './api/call.ts'
import { DIALECTS, SECRET_MEMBERS } from './api/dialects.ts'
import { type ApiOperation, readApi } from './api/document.ts'
import { type Secrets, watchSecrets } from './api/secrets.ts'
import { type Client, openClient } from './client.ts'
import type { Progress } from './progress.ts'
import { atLeast, exactly, none, type Part } from './report.ts'
import { countLedgerFiles, readLedgers } from './storage.ts'
import { type Subject, startSubject } from './subject.ts'

/** What only its owner may read in the clear, and is meant to. */
const KEPT_FOR_THE_OWNER = new Set(['master.key', 'credentials.json'])

const GUESSES = 300

export async function proveSecrets(progress: Progress, signal: AbortSignal): Promise<Part> {
  await using undo = new AsyncDisposableStack()
  const subject = await startSubject(undo)
  const plain = openClient(subject.url, 8)
  undo.defer(() => plain.close())
  const { client, secrets } = watchSecrets(plain, SECRET_MEMBERS)
  keepOwnSecrets(subject, secrets)
  const { operations } = await readApi(client)

  progress.begin('secrets: every operation once, and its refusals')
  const used = await useEverything(client, subject, operations, secrets, signal)
  progress.step()
  progress.begin('secrets: guesses')
  const before = await subject.pause(() => tracesIn(subject))
  const codes = [...secrets.found].filter(([, where]) => /code$/.test(where)).map(([secret]) => secret)
  const answers = await guess(client, codes)
  const after = await subject.pause(() => tracesIn(subject))
  progress.step()

  await subject.stop()
  progress.begin('secrets: every file')
  const places = new Map(
    filesBelow(subject.data).map((file) => [file.slice(subject.data.length), readFileSync(file)]),
  )
  places.set('the output', Buffer.from(subject.output()))
  places.set('refusals', Buffer.from(secrets.refusals.join('\n')))
  const found = [...secrets.found].flatMap(([secret, where]) => {
    const forms = formsOf(secret)
    const leaks = [...places].filter(([, bytes]) => forms.some((form) => bytes.includes(form)))
    return leaks.map(([place]) => `${where}, in ${place}`)
  })
  progress.step()
  const unused = operations.filter(({ id }) => !used.has(id)).map(({ id }) => id)
  const bytes = [...places.values()].reduce((sum, { length }) => sum + length, 0)
  return {
    title: 'Secrets',
    notes: [
      `${secrets.found.size} secrets of ${new Set(secrets.found.values()).size} kinds, each as it is, in hexadecimal and base64; ` +
        `${places.size} places with ${Math.round(bytes / 1024)} KiB, ${secrets.refusals.length} refusals among them.`,
      ...(unused.length > 0 ? [`Without success: ${unused.join(', ')}.`] : []),
    ],
    checks: [
      atLeast('secrets', secrets.found.size, 10),
      none('secrets that were found', found),
      exactly('guesses that were refused', answers.filter((status) => status === 401).length, answers.length),
      exactly('ledgers that a guess made', after.files - before.files, 0),
      exactly('refusals that a guess had counted', after.refusals - before.refusals, 0),
    ],
  }
}

/** Those of the deployment itself. */
function keepOwnSecrets({ data, credentials, bootstrapToken }: Subject, secrets: Secrets): void {
  const masterKey = Buffer.from(readFileSync(join(data, 'master.key'), 'utf8').trim(), 'base64')
  secrets.add(masterKey.toString('latin1'), 'the master key')
  secrets.add(bootstrapToken(), 'the bootstrap token')
  secrets.add(credentials.illumio.secret, 'the demo’s API secret')
}

/** Each operation as its owner would use it, then with a stranger's credential and with a spoiled body. */
async function useEverything(
  client: Client,
  subject: Subject,
  operations: readonly ApiOperation[],
  secrets: Secrets,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const used = new Set<string>()
  for (const dialect of DIALECTS) {
    const tenant = await makeTenant(client, subject, dialect.tag)
    for (const operation of operations.filter((one) => one.dialect === dialect.tag)) {
      signal.throwIfAborted()
      // Of its own: what is deleted here is wanted by the next one.
      const { names, authorizations } = await dialect.furnish(client, tenant, secrets)
      const all = {
        ...tenant.authorizations,
        ...authorizations,
        bootstrap_token: `Bearer ${subject.bootstrapToken()}`,
      }
      const authorization = credentialFor(operation, all)
      const { ask } = fill(operation, dialect.samples[operation.id], names, authorization)
      if ((await client.ask(ask)).status < 300) used.add(operation.id)
      await client.ask({ ...ask, authorization: authorization && `${authorization.slice(0, -4)}AAAA` })
      await client.ask({
        ...ask,
        ...(ask.json !== undefined && { json: { ...(ask.json as object), surplus: names } }),
      })
    }
  }
  return used
}

/** Genuine codes with one character changed, and codes of the same shape that nobody made. */
async function guess(client: Client, codes: readonly string[]): Promise<number[]> {
  const statuses: number[] = []
  for (let i = 0; i < GUESSES; i++) {
    const genuine = codes[i % codes.length] ?? ''
    const [prefix, rest] = genuine.startsWith('lk_') ? ['lk_', genuine.slice(3)] : ['', genuine]
    const at = Math.floor(Math.random() * (rest.length - 1))
    const isHex = /^[0-9a-f]+$/.test(rest)
    const alphabet = isHex ? '0123456789abcdef' : 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
    const other = [...alphabet].find((letter) => letter !== rest[at]) ?? ''
    const random = randomBytes(rest.length)
      .toString(isHex ? 'hex' : 'base64url')
      .slice(0, rest.length)
    const code = prefix + (i % 2 ? random : rest.slice(0, at) + other + rest.slice(at + 1))
    const claim = randomBytes(24).toString('base64url')
    const ask = prefix
      ? { method: 'POST', path: '/v1/enroll', json: { code, claim } }
      : { method: 'POST', path: '/api/v2/agents/activate', json: { activation_code: code, claim } }
    statuses.push((await client.ask(ask)).status)
  }
  return statuses
}

/** What a redemption that reaches a ledger leaves there, if only by being refused. */
function tracesIn({ data }: Subject) {
  const refusals = readLedgers(data).reduce((sum, ledger) => sum + ledger.refusals, 0)
  return { files: countLedgerFiles(data), refusals }
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !KEPT_FOR_THE_OWNER.has(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
}

/** The forms in which a secret might have been written: base64 of whichever alignment. */
function formsOf(secret: string): (Buffer | string)[] {
  const bytes = Buffer.from(secret, 'latin1')
  const aligned = [0, 1, 2].map((skip) => bytes.subarray(skip, bytes.length - ((bytes.length - skip) % 3)))
  return [
    bytes,
    bytes.toString('hex'),
    ...aligned.flatMap((part) => [part.toString('base64'), part.toString('base64url')]),
  ]
}
