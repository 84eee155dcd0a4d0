/** Nothing crosses an organization: another's name is answered as nobody's, byte for byte, on every route. */
import { makeTenant } from './api/ask.ts'
import { credentialFor, fill } from './api/call.ts'
import type { DialectTable, Names, Tenant } from './api/dialect.ts'
import { DIALECTS } from './api/dialects.ts'
import { type ApiOperation, readApi } from './api/document.ts'
import { watchSecrets } from './api/secrets.ts'
import { type Answer, type Client, openClient } from './client.ts'
import type { Progress } from './progress.ts'
import { atLeast, none, type Part } from './report.ts'
import { startSubject } from './subject.ts'

const SHORT_NAME = 12

type Furnished = Tenant & { readonly names: Names }

export async function proveIsolation(progress: Progress, signal: AbortSignal): Promise<Part> {
  await using undo = new AsyncDisposableStack()
  const subject = await startSubject(undo)
  const client = openClient(subject.url, 4)
  undo.defer(() => client.close())
  const api = await readApi(client)
  const unequal: string[] = []
  const changed: string[] = []
  const told: string[] = []
  const served: string[] = []
  let calls = 0
  for (const dialect of DIALECTS) {
    progress.begin(`isolation: ${dialect.tag}`)
    const own = await furnish(client, await makeTenant(client, subject, `${dialect.tag}, own`), dialect)
    const other = await furnish(client, await makeTenant(client, subject, `${dialect.tag}, other`), dialect)
    const operations = api.operations.filter((operation) => operation.dialect === dialect.tag)
    const before = await snapshot(client, operations, dialect, other)
    for (const operation of operations) {
      signal.throwIfAborted()
      const sample = dialect.samples[operation.id]
      const authorization = credentialFor(operation, own.authorizations)
      // Of a route whose credential is its body, another's is as good: whoever has it is who it names.
      if (authorization === null) continue
      const { placeholders } = fill(operation, sample, own.names, authorization)
      for (const place of placeholders) {
        for (const { kind, others, nobodys } of dialect.strangers(own.names, other.names)) {
          if (!isMeant(kind, others, place) || others === own.names[place]) continue
          const where = `${operation.id} with ${kind} for ${place}`
          const answerTo = async (name: string) => {
            const names = { ...own.names, [place]: name }
            const answer = await client.ask(fill(operation, sample, names, authorization).ask)
            if (operation.path.includes(`{${place}}`) && answer.status < 400) served.push(where)
            return neutral(answer, name)
          }
          const [about, nothing] = [await answerTo(others), await answerTo(nobodys)]
          calls += 2
          if (about !== nothing) unequal.push(`${where}: ${about} is not ${nothing}`)
          if (secretsOf(other.names).some((secret) => about.includes(secret))) told.push(where)
        }
      }
    }
    if ((await snapshot(client, operations, dialect, other)) !== before) changed.push(dialect.tag)
    progress.step()
  }
  await subject.stop()
  return {
    title: 'Isolation',
    notes: [`${api.operations.length} operations, ${calls} calls about what is another’s or nobody’s.`],
    checks: [
      atLeast('calls', calls, api.operations.length),
      none('answers that tell another’s from nobody’s', unequal),
      none('paths of another’s, or nobody’s, that were served', served),
      none('answers with a name of another’s', told),
      none('organizations that a stranger changed', changed),
    ],
  }
}

/**
 * A name in the place of one of its kind, or of any other; but not a short number, which may be one's own there, nor a
 * secret, which in another's hands is as good as in its owner's.
 */
function isMeant(kind: string, name: string, place: string): boolean {
  const isSecret = [kind, place].some((one) =>
    ['code', 'claim', 'access_token', 'refresh_token'].includes(one),
  )
  return kind === place || (!isSecret && name.length > SHORT_NAME)
}

/** Names that do not occur by chance. */
function secretsOf(names: Names): string[] {
  return Object.values(names).filter((name) => name.length > SHORT_NAME)
}

async function furnish(client: Client, tenant: Tenant, dialect: DialectTable): Promise<Furnished> {
  const { secrets } = watchSecrets(client, [])
  const { names, authorizations = {} } = await dialect.furnish(client, tenant, secrets)
  return { ...tenant, names, authorizations: { ...tenant.authorizations, ...authorizations } }
}

/** An answer without what differs from one request to the next, and without the name that was asked about. */
function neutral({ status, headers, text }: Answer, name: string): string {
  const { 'x-request-id': id, date, 'content-length': length, ...shown } = headers
  const said = text.replaceAll(String(id), '').replaceAll(name, '<name>')
  return JSON.stringify({ status, shown, said })
}

/** All that its owner can read. */
async function snapshot(
  client: Client,
  operations: readonly ApiOperation[],
  { samples, clocks }: DialectTable,
  { names, authorizations }: Furnished,
): Promise<string> {
  const reads = operations.filter(({ method }) => method === 'GET')
  const seen: string[] = []
  const still = (text: string) =>
    clocks.reduce((rest, member) => rest.replaceAll(new RegExp(`${member}\\W+[\\w:.-]+`, 'g'), ''), text)
  for (const operation of reads) {
    const authorization = credentialFor(operation, authorizations)
    const { ask } = fill(operation, samples[operation.id], names, authorization)
    if (operation.schemes.length > 0) seen.push(still(neutral(await client.ask(ask), '\0')))
  }
  return JSON.stringify(seen)
}
