import { NotReady } from '../core/kernel/not-ready.ts'

/** Where a deployment learns its clients' addresses. `none`: nowhere, and rules that need one refuse. */
export type AddressSource = { readonly kind: 'none' } | { readonly kind: 'header'; readonly name: string }

/** Reads `cloudflare` | `header:<name>` | `none`. */
export function parseAddressSource(setting: string | undefined): AddressSource {
  if (setting === undefined || setting === 'none') return { kind: 'none' }
  if (setting === 'cloudflare') return { kind: 'header', name: 'CF-Connecting-IP' }
  const name = /^header:([A-Za-z0-9-]+)$/.exec(setting)?.[1]
  if (name === undefined)
    throw new NotReady('LATCHKEY_CLIENT_ADDRESS must be cloudflare, header:<name> or none')
  return { kind: 'header', name }
}

/** The client's address, from the one header that this deployment trusts; any other is ignored. */
export function clientAddress(source: AddressSource, headers: Headers): string | null {
  return source.kind === 'none' ? null : headers.get(source.name)?.trim() || null
}
