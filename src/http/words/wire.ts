/** The native dialect's words, both ways, that more than one noun needs. Pure. */
import * as z from 'zod'
import {
  CODE_NAME_BYTES,
  CODE_SECRET_BYTES,
  type Code,
  shortCodes,
} from '../../core/enrollment/codes/code.ts'
import { isAddress, isAddressRange } from '../../core/kernel/address.ts'
import { concat, fromBase64Url, toBase64Url } from '../../core/kernel/encoding.ts'
import { type EntityId, formatId, parseAgentUuid, parseId } from '../../core/kernel/ids.ts'

const MAX_COUNT = 2_147_483_647
const MAX_ADDRESSES = 100
const MAX_TIME = Date.UTC(10_000, 0) - 1

export const Count = z.int().min(1).max(MAX_COUNT)

export const Address = z.string().max(64).refine(isAddress, 'An IPv4 or IPv6 address')

export const AddressRange = z
  .string()
  .max(64)
  .refine(isAddressRange, 'An IPv4 or IPv6 address, or a CIDR range')

export const AddressRanges = z
  .array(AddressRange)
  .max(MAX_ADDRESSES)
  .describe('Addresses and CIDR ranges from which a redemption is let in; empty: from everywhere')

/** RFC 3339 with its offset and seconds → Unix milliseconds. */
export const Timestamp = z.iso
  .datetime({ offset: true })
  .transform((value) => Date.parse(value))
  .refine((at) => at >= 0 && at <= MAX_TIME, 'A time between the years 1970 and 9999')

/** The last ledger of the page before; 0: from the first. */
export const After = z.int().min(0).max(MAX_COUNT).default(0)

/** The last key pair of the page before; empty: from the first. */
export const AfterAccessKey = z
  .string()
  .regex(/^[1-9a-ft]{0,40}$/)
  .default('')
export const NextAccessKey = z
  .string()
  .nullable()
  .describe('The last key pair of the page; null: there is no further page')

/** Version of the keyring → how many. */
export const ByVersion = z.record(z.string(), z.number().int())

/** As it goes out. */
export const Time = z.iso.datetime({ precision: 3 })

export const ProfileId = publicId('prf_')
export const KeyId = publicId('key_')
export const SlotId = publicId('slt_')

export function formatProfileId(id: EntityId | string): string {
  return `prf_${typeof id === 'string' ? id : formatId(id)}`
}

export function formatKeyId(id: EntityId | string): string {
  return `key_${typeof id === 'string' ? id : formatId(id)}`
}

export function formatSlotId(id: EntityId): string {
  return `slt_${formatId(id)}`
}

/** A prefix and the decimal of an entity's 58 bits → its two numbers. */
function publicId(prefix: string) {
  return z
    .string()
    .regex(new RegExp(`^${prefix}[1-9][0-9]{0,17}$`))
    .transform((value, context) => {
      const id = parseId(value.slice(prefix.length))
      if (id) return id
      context.addIssue({ code: 'custom', message: 'No id of ours' })
      return z.NEVER
    })
}

/** A version 4 UUID → the agent that it names. */
export const AgentId = z
  .uuid()
  .toLowerCase()
  .transform((value, context) => {
    const id = parseAgentUuid(value)
    if (id) return id
    context.addIssue({ code: 'custom', message: 'No id of ours' })
    return z.NEVER
  })

const CODE_PREFIX = 'lk_'
export const CODES = shortCodes('native')

const CODE_LENGTH = CODE_PREFIX.length + Math.ceil(((CODE_NAME_BYTES + CODE_SECRET_BYTES) * 8) / 6)

/** `lk_` + base64url of the code's name and secret: 57 characters in all. */
export function formatCode(code: Code): string {
  return CODE_PREFIX + toBase64Url(concat(code.name, code.secret))
}

/** null: it does not have the shape of a code. */
export function parseCode(value: string): Code | null {
  if (value.length !== CODE_LENGTH || !value.startsWith(CODE_PREFIX)) return null
  const bytes = fromBase64Url(value.slice(CODE_PREFIX.length))
  if (!bytes) return null
  return { name: bytes.subarray(0, CODE_NAME_BYTES), secret: bytes.subarray(CODE_NAME_BYTES) }
}
