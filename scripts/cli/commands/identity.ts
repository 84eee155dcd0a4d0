/** `--identity` of `latchkey keys create`: short forms of the native API's presets. */
import { readFileSync } from 'node:fs'
import { Refusal } from '../../lib/cli/refusal.ts'

export const IDENTITY_HELP =
  'only for machines of github:OWNER/REPO[@BRANCH], gitlab:GROUP/PROJECT[@BRANCH], kubernetes:NAMESPACE/ACCOUNT@ISSUER or ' +
  'google:PROJECT_NUMBER[/ZONE]; may be repeated'

const SHORT = /^(github|gitlab|kubernetes|google):([^@]+)(?:@(.+))?$/

/** As the native API takes it. */
export function identityOf(text: string): object {
  const [, preset, name = '', after] = SHORT.exec(text) ?? []
  const branch = after === undefined ? {} : { branch: after }
  if (preset === 'github') return { preset, repository: name, ...branch }
  if (preset === 'gitlab') return { preset, project: name, ...branch }
  const [first = '', second, ...more] = name.split('/')
  if (preset === 'kubernetes' && second && more.length === 0 && after !== undefined) {
    return { preset, namespace: first, service_account: second, issuer: after }
  }
  if (preset === 'google' && /^[1-9][0-9]*$/.test(first) && more.length === 0 && after === undefined) {
    return { preset, project_number: Number(first), ...(second !== undefined && { zone: second }) }
  }
  throw new Refusal(`--identity does not take "${text}"`, 2)
}

/** A rule or a list of them, as the native API has them. */
export function identitiesIn(file: string): readonly object[] {
  try {
    const json: unknown = JSON.parse(readFileSync(file === '-' ? 0 : file, 'utf8'))
    return Array.isArray(json) ? json : [json as object]
  } catch (error) {
    throw new Refusal(`${file} has no rules: ${error instanceof Error ? error.message : error}`, 2)
  }
}
