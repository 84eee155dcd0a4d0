import { resolve } from 'node:path'
import { command } from './lib/cli/command.ts'
import { commandLine } from './lib/cli/project.ts'
import { Refusal } from './lib/cli/refusal.ts'
import { withMaintenance } from './lib/deployment/reach.ts'
import { REMOTE_OPTIONS, whereOf } from './lib/deployment/where.ts'
import { rotateMasterLocally, rotateMasterRemotely } from './rotate/master.ts'
import { dropVersion, report, rotateRing } from './rotate/ring.ts'

const HELP = `Replaces keys of this deployment while all that was made with the old ones goes on.

  ${commandLine('rotate', 'status')}     what hangs on which version of the keyring
  ${commandLine('rotate', 'ring')}       adds a version, which is used five minutes later, and reseals what is sealed
  ${commandLine('rotate', 'drop N')}     says what would end with version N; with --yes, ends it
  ${commandLine('rotate', 'master')}     replaces the master key, which wraps the keyring

  --now             ring: used at once, for when the old one got out
  --algorithm NAME  ring: sign access tokens by EdDSA or ES256 from then on (else as before)
  --yes             drop: do it
  --remote          on the Worker that npm run deploy made, instead of on the state here
  --url URL         with --remote: where the Worker is (else LATCHKEY_PUBLIC_URL, else the one in wrangler.toml)
  --key FILE        master --remote: where the new master key is kept, or made (master.key.next)
  --help

Here it reads LATCHKEY_DATA (.latchkey), and LATCHKEY_MASTER_KEY when the server was given one; the new master key is then
LATCHKEY_MASTER_KEY_NEXT. All but master work beside a running server.`

const OPTIONS = {
  ...REMOTE_OPTIONS,
  now: { type: 'boolean', default: false },
  algorithm: { type: 'string' },
  yes: { type: 'boolean', default: false },
  key: { type: 'string', default: 'master.key.next' },
} as const

await command({ help: HELP, options: OPTIONS, takes: 'some' }, ({ values, args: [what, ...rest] }) => {
  const where = whereOf(values)
  switch (what) {
    case 'status':
      return withMaintenance(where, report)
    case 'ring':
      return withMaintenance(where, (maintenance) =>
        rotateRing(maintenance, { atOnce: values.now, algorithm: algorithmIn(values.algorithm) }),
      )
    case 'drop': {
      const version = versionIn(rest)
      return withMaintenance(where, (maintenance) => dropVersion(maintenance, version, values.yes))
    }
    case 'master':
      return where.isRemote
        ? rotateMasterRemotely(where, resolve(values.key))
        : rotateMasterLocally(process.env)
    default:
      throw new Refusal('say what: status, ring, drop or master (--help tells more)', 2)
  }
})

function algorithmIn(text: string | undefined): string | undefined {
  if (text === undefined || text === 'EdDSA' || text === 'ES256') return text
  throw new Refusal('--algorithm is EdDSA or ES256', 2)
}

function versionIn([text]: readonly string[]): number {
  if (text === undefined || !/^[1-9][0-9]{0,2}$/.test(text)) {
    throw new Refusal(`drop wants the number of a version (${commandLine('rotate', 'status')} shows them)`, 2)
  }
  return Number(text)
}
