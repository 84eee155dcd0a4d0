import * as z from 'zod'
import type { NewIssuer } from '../../../core/issuers/create.ts'
import { each } from '../../../core/kernel/fairness/list-slices.ts'
import { notFound, type Outcome, ok, refuse } from '../../../core/kernel/outcome.ts'
import type { Reply } from '../../../http/route.ts'
import { type AnyCall, customerOf, operationOf, zpaRoute } from '../edge/edge.ts'
import { parseSmallId } from '../edge/ids.ts'
import { documentedPage, find, ListQuery, pageOf, searchOf } from '../edge/list.ts'
import { OfCustomer, OneResource, V1, V2 } from '../edge/paths.ts'
import { required } from '../groups/group-routes.ts'
import {
  aboutOf,
  CertificateInput,
  CertificateReply,
  certificateChange,
  certificateFields,
  formatCertificate,
  newCertificate,
  validityOf,
} from './certificate-wire.ts'

const COLLECTION = `${V1}/enrollmentCert`
const One = { 200: { description: 'The certificate', schema: CertificateReply } }
const Made = { 201: { description: 'The certificate, without its private key', schema: CertificateReply } }

function listAt(path: string, id: string) {
  return zpaRoute({
    method: 'get',
    path,
    access: 'issuers.read',
    operation: { id, summary: 'List enrollment certificates' },
    params: OfCustomer,
    query: ListQuery,
    replies: { 200: documentedPage(CertificateReply) },
    handle: async (call) => {
      const asked = searchOf({ ...call.query, microtenantId: undefined }, certificateFields)
      if (!asked.ok) return asked
      const found = await find(asked.value, (search) =>
        call.core.issuers.listIssuers(operationOf(call), customerOf(call), { dialect: 'zpa', ...search }),
      )
      return found.ok ? pageOf(call, asked.value, found.value, each(formatCertificate)) : found
    },
  })
}

const get = zpaRoute({
  method: 'get',
  path: `${COLLECTION}/:id`,
  access: 'issuers.read',
  operation: { id: 'zpa_enrollment_cert_get', summary: 'One enrollment certificate' },
  params: OneResource,
  replies: One,
  handle: async (call) => {
    const id = parseSmallId(call.params.id)
    if (id === null) return notFound('issuer')
    const found = await call.core.issuers.getIssuer(operationOf(call), 'zpa', id)
    return found.ok ? ok({ status: 200, json: formatCertificate(found.value) }) : found
  },
})

const create = zpaRoute({
  method: 'post',
  path: COLLECTION,
  access: 'issuers.write',
  operation: {
    id: 'zpa_enrollment_certs_post',
    summary: 'Upload a certificate, or have a request signed by one of ours',
    description: 'An uploaded certificate has no private key here, so that it signs nothing.',
  },
  params: OfCustomer,
  body: { schema: CertificateInput, encoding: 'json' },
  replies: Made,
  handle: async (call) => {
    const input = await named(call)
    if (!input.ok) return input
    const isUpload = input.value.certificate !== undefined
    const parent = isUpload ? ok(null) : parentOf(input.value)
    if (!parent.ok) return parent
    const wanted = newCertificate(customerOf(call), input.value, parent.value)
    return wanted ? make(call, wanted) : required(['certificate'])
  },
})

const generateRequest = zpaRoute({
  method: 'post',
  path: `${COLLECTION}/csr/generate`,
  access: 'issuers.write',
  operation: {
    id: 'zpa_enrollment_cert_csr',
    summary: 'Make a key pair and a request for another authority to sign',
    description: 'A PUT with the certificate completes it.',
  },
  params: OfCustomer,
  body: { schema: CertificateInput, encoding: 'json' },
  replies: Made,
  handle: async (call) => {
    const input = await named(call)
    return input.ok ? make(call, { ...aboutOf(customerOf(call), input.value), kind: 'request' }) : input
  },
})

const generateSelfSigned = zpaRoute({
  method: 'post',
  path: `${COLLECTION}/selfsigned/generate`,
  access: 'issuers.write',
  operation: {
    id: 'zpa_enrollment_cert_self_signed',
    summary: 'Make a key pair and a certificate of its own',
    description: 'With parentCertId that certificate signs it.',
  },
  params: OfCustomer,
  body: { schema: CertificateInput, encoding: 'json' },
  replies: Made,
  handle: async (call) => {
    const input = await named(call)
    if (!input.ok) return input
    const parent = parentOf(input.value)
    if (!parent.ok) return parent
    const about = aboutOf(customerOf(call), input.value)
    const validity = validityOf(input.value)
    return make(call, { ...about, kind: 'generate', parent: parent.value, validity })
  },
})

const change = zpaRoute({
  method: 'put',
  path: `${COLLECTION}/:id`,
  access: 'issuers.write',
  operation: { id: 'zpa_enrollment_cert_put', summary: 'Change an enrollment certificate' },
  params: OneResource,
  body: { schema: CertificateInput, encoding: 'json' },
  replies: { 204: { description: 'Updated' } },
  handle: async (call) => {
    const id = parseSmallId(call.params.id)
    if (id === null) return notFound('issuer')
    const input = await call.body()
    if (!input.ok) return input
    const wanted = certificateChange(input.value)
    const changed = await call.core.issuers.changeIssuer(operationOf(call), 'zpa', id, wanted)
    return changed.ok ? ok({ status: 204 }) : changed
  },
})

const remove = zpaRoute({
  method: 'delete',
  path: `${COLLECTION}/:id`,
  access: 'issuers.write',
  operation: {
    id: 'zpa_enrollment_cert_delete',
    summary: 'Delete an enrollment certificate',
    description:
      'Refused while a key or another certificate needs it, and for those that every customer has.',
  },
  params: OneResource,
  query: z.object({ dryRun: z.string().optional().meta({ description: 'true: only asks' }) }),
  replies: { 204: { description: 'Deleted' } },
  handle: async (call) => {
    const id = parseSmallId(call.params.id)
    if (id === null) return notFound('issuer')
    const isDryRun = call.query.dryRun?.toLowerCase() === 'true'
    const removed = await call.core.issuers.deleteIssuer(operationOf(call), 'zpa', id, isDryRun)
    return removed.ok ? ok({ status: 204 }) : removed
  },
})

async function named({
  body,
}: {
  readonly body: () => Promise<Outcome<CertificateInput>>
}): Promise<Outcome<CertificateInput>> {
  const input = await body()
  return input.ok && input.value.name === undefined ? required(['name']) : input
}

/** null: none is named. */
function parentOf({ parentCertId, rootCertificateId }: CertificateInput): Outcome<number | null> {
  const id = parentCertId ?? rootCertificateId
  if (id === undefined) return ok(null)
  const parent = parseSmallId(id)
  return parent === null ? refuse({ kind: 'reference_unknown', reference: id }) : ok(parent)
}

async function make(call: AnyCall, wanted: NewIssuer): Promise<Outcome<Reply>> {
  const made = await call.core.issuers.createIssuer(operationOf(call), customerOf(call), wanted)
  return made.ok ? ok({ status: 201, json: formatCertificate(made.value) }) : made
}

export const certificateRoutes = [
  listAt(COLLECTION, 'zpa_enrollment_certs_get'),
  listAt(`${V2}/enrollmentCert`, 'zpa_enrollment_certs_v2_get'),
  get,
  create,
  generateRequest,
  generateSelfSigned,
  change,
  remove,
]
