/** Whom an identity-bound key lets in: its rules in full, and the audience that its tokens have. */
import { audienceOfKey } from '../../../core/enrollment/identity/rule.ts'
import type { EnrollmentKey } from '../../../core/enrollment/ledger/key.ts'
import { formatIdentity } from '../../../http/words/identity-wire.ts'
import { Facts } from '../../components/list/facts.tsx'

export function IdentityRules({
  keyOf: key,
  publicUrl,
}: {
  readonly keyOf: EnrollmentKey
  readonly publicUrl: string
}) {
  const rules = formatIdentity(key.rules?.identity ?? [])
  if (rules.length === 0) return null
  const own = audienceOfKey(publicUrl, key)
  return (
    <section class="panel quiet" aria-labelledby="identity">
      <h2 id="identity">Machines prove who they are</h2>
      <p class="hint">
        The code alone redeems nothing: a token has to meet{' '}
        {rules.length > 1 ? 'one of the rules' : 'the rule'}.
      </p>
      {rules.map(({ issuer, audience, claims, agent_per, jwks_uri }) => (
        <Facts
          rows={[
            ['Issuer', <code>{issuer}</code>],
            ['Audience', <code>{audience ?? own}</code>],
            ...claims.map(({ pointer, equals, one_of, starts_with }) => {
              const wanted = equals !== undefined ? String(equals) : (one_of?.join(', ') ?? `${starts_with}…`)
              return [pointer, <code>{wanted}</code>] as const
            }),
            ['One agent per', agent_per.join(', ')],
            ['Keys', jwks_uri === null ? 'uploaded' : <code>{jwks_uri}</code>],
          ]}
        />
      ))}
    </section>
  )
}
