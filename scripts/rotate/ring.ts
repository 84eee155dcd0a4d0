import { setTimeout as delay } from 'node:timers/promises'
import { commandLine } from '../lib/cli/project.ts'
import { Refusal } from '../lib/cli/refusal.ts'
import type { Keyring, Maintenance, Survey } from '../lib/deployment/maintenance.ts'

/** A new version, waited for until it is used; then what is shown again is sealed under it. */
export async function rotateRing(
  maintenance: Maintenance,
  { atOnce, algorithm }: { readonly atOnce: boolean; readonly algorithm: string | undefined },
): Promise<void> {
  const { version, used_from, algorithm: added } = await maintenance.addVersion(atOnce, algorithm)
  if (algorithm !== undefined && added !== algorithm) {
    throw new Refusal(
      `version ${version} waits to be used from ${used_from} and signs by ${added}: rotate again after that`,
    )
  }
  const wait = Date.parse(used_from) - Date.now()
  if (wait > 0) {
    console.error(
      `Version ${version} is known to all from now on, and used from ${used_from}: waiting for that. ` +
        'Should this be interrupted, it comes into use all the same.',
    )
    await delay(wait)
  }
  const resealed = await maintenance.reseal()
  console.log(`Version ${version} is in use. Resealed: ${resealed}.`)
  await report(maintenance)
  if (atOnce) console.log(AFTER_A_LEAK)
}

/** As SECURITY.md has it. */
const AFTER_A_LEAK =
  'An older version that got out must be dropped as soon as that is possible, 15 minutes from now: ' +
  `${commandLine('rotate', 'drop N')} ` +
  '--yes. Until then it makes refresh tokens of every agent that neither enrolled since nor has shown one of a newer ' +
  'version, and what is obtained with them outlives the drop.'

/** What hangs on each version. */
export async function report(maintenance: Maintenance): Promise<void> {
  const [keyring, survey] = [await maintenance.keyring(), await maintenance.survey()]
  for (const { version, algorithm } of keyring.versions) {
    console.log(`${lineOf(version, keyring, survey)}; access tokens by ${algorithm}`)
  }
}

/** Says what dies, and lets it die when that is wanted. */
export async function dropVersion(maintenance: Maintenance, version: number, isSure: boolean): Promise<void> {
  const [keyring, survey] = [await maintenance.keyring(), await maintenance.survey()]
  if (!keyring.versions.some((known) => known.version === version)) {
    throw new Refusal(`the keyring has no version ${version}`)
  }
  if (version === keyring.current) throw new Refusal(`version ${version} is the one in use`)
  console.log(lineOf(version, keyring, survey))
  if (!isSure) {
    throw new Refusal('nothing was dropped. All of that ends with it: say --yes if you mean it')
  }
  await maintenance.reseal()
  const { keys, keyPairs } = await maintenance.endVersion(version)
  const { api_keys, api_clients, passwords, sessions } = await maintenance.dropVersion(version)
  console.log(
    `Version ${version} is dropped, and with it ${keys} enrollment keys, ${keyPairs} key pairs, ${api_keys} API keys, ` +
      `${api_clients} API clients, ${passwords} passwords and ${sessions} sessions`,
  )
}

function lineOf(version: number, { current, credentials }: Keyring, survey: Survey): string {
  const counts = {
    'enrollment keys': survey.keys,
    'refresh tokens': survey.families,
    certificates: survey.certificates,
    ...Object.fromEntries(Object.entries(credentials).map(([name, of]) => [name.replaceAll('_', ' '), of])),
  }
  const text = Object.entries(counts).map(([name, of]) => `${of[version] ?? 0} ${name}`)
  return `version ${version}${version === current ? ' (in use)' : ''}: ${text.join(', ')}`
}
