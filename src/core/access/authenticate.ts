import { equalBytes, utf8 } from '../encoding.ts'
import { type Outcome, ok, refuse } from '../outcome.ts'
import type { Ports } from '../ports.ts'
import { hashApiKeySecret, isGenuineApiKey } from './api-key.ts'
import type { Actor, Permission } from './permission.ts'

export type ApiKeyCredential = { readonly id: string; readonly secret: string }

/** Who an API key belongs to, and what they may do. Every failure is one fault. */
export async function authenticate(ports: Ports, credential: ApiKeyCredential): Promise<Outcome<Actor>> {
  const ring = await ports.keyring()
  const { id, secret } = credential
  if (!(await isGenuineApiKey(ring, id, secret))) return refuse({ kind: 'credential_invalid' })
  const stored = await ports.credentials.findApiKey(id)
  if (!stored) return refuse({ kind: 'credential_invalid' })
  const hash = await hashApiKeySecret(ring, stored.ringVersion, secret)
  if (!equalBytes(utf8(hash), utf8(stored.secretHash))) return refuse({ kind: 'credential_invalid' })
  return ok({
    principal: stored.principal.id,
    name: stored.principal.name,
    organization: stored.organization,
    apiKey: id,
    permissions: permissionsOf(ports, stored.principal.roles),
  })
}

function permissionsOf(ports: Ports, roles: readonly string[]): ReadonlySet<Permission> {
  return new Set(roles.flatMap((role) => ports.roles[role] ?? []))
}
