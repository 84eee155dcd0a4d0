/** What those who verify certificates of any dialect fetch, without a credential: each certificate names it. */
import * as z from 'zod'
import { derOf } from '../../../core/issuers/request.ts'
import { map, notFound, ok } from '../../../core/kernel/outcome.ts'
import { nativeRoute } from '../edge/edge.ts'

const CACHED = { 'Cache-Control': 'public, max-age=60' }
const LIST = /^([1-9][0-9]{0,14})(?:\.([1-9][0-9]{0,14}))?(?:-([1-9][0-9]{0,8}))?\.crl$/

const revocationList = nativeRoute({
  method: 'get',
  path: '/crl/:list',
  access: 'anyone',
  operation: {
    id: 'crl',
    summary: 'Revoked certificates of an issuer (RFC 5280), DER',
    description: 'The list of one distribution point: there is one for each 1,024 certificates of a ledger.',
  },
  params: z.object({ list: z.string().regex(LIST) }),
  subject: 'issuer',
  replies: { 200: { description: 'DER', contentType: 'application/pkix-crl' } },
  handle: async ({ core, params }) => {
    const [, issuer, ledger, part = '0'] = LIST.exec(params.list) ?? []
    const name = {
      issuer: Number(issuer),
      ledger: ledger === undefined ? null : Number(ledger),
      part: Number(part),
    }
    const headers = { 'Content-Type': 'application/pkix-crl', ...CACHED }
    return map(await core.issuers.revocationList(name), (bytes) => ({ status: 200, bytes, headers }))
  },
})

const authority = nativeRoute({
  method: 'get',
  path: '/ca/:certificate',
  access: 'anyone',
  operation: {
    id: 'ca',
    summary: 'The certificate of an issuer',
    description:
      '`{issuer}.cer` is its own, in DER; `{issuer}.pem` that and those above it, up to the root’s.',
  },
  params: z.object({ certificate: z.string().regex(/^[1-9][0-9]{0,14}\.(cer|pem)$/) }),
  subject: 'issuer',
  replies: { 200: { description: 'DER, or PEM', contentType: 'application/pkix-cert' } },
  handle: async ({ core, params }) => {
    const [issuer, form] = params.certificate.split('.')
    const chain = await core.issuers.issuerChain(Number(issuer))
    if (!chain.ok) return chain
    if (form === 'pem') {
      const headers = { 'Content-Type': 'application/pem-certificate-chain', ...CACHED }
      return ok({ status: 200, text: chain.value.join(''), headers })
    }
    const bytes = derOf(chain.value[0] ?? '')
    const headers = { 'Content-Type': 'application/pkix-cert', ...CACHED }
    return bytes ? ok({ status: 200, bytes, headers }) : notFound('issuer')
  },
})

export const publicCertificateRoutes = [revocationList, authority]
