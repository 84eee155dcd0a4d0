/** How a provisioning key's secret is spelled (docs/dialects/zpa.md#key-string). Pure. */
import { CODE_NAME_BYTES, type Code, type CodeShape } from '../../../core/enrollment/codes/code.ts'
import { concat } from '../../../core/kernel/encoding.ts'

/** The vendor's keys are long. */
export const CODES: CodeShape = { dialect: 'zpa', randomBytes: 247, tagBytes: 32 }

const VERSION = '3'
const BLOB_BYTES = 288
/** 384 characters of base64, without padding. */
const PATTERN = /^3\|([^|\s]{1,255})\|([A-Za-z0-9+/]{384})-([1-9][0-9]{17})$/

/** `3|host|blob-gid`: the blob is name and secret, and the 18 digits at its end are derived from it. */
export function formatProvisioningKey({ name, secret }: Code, host: string): string {
  const blob = concat(name, secret)
  return `${VERSION}|${host}|${btoa(String.fromCharCode(...blob))}-${gidOf(blob)}`
}

/** White space around it is tolerated, and nothing else. null: it does not have the shape of a key. */
export function parseProvisioningKey(text: string): Code | null {
  const [, , base64, gid] = PATTERN.exec(text.trim()) ?? []
  if (base64 === undefined) return null
  const blob = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))
  if (blob.length !== BLOB_BYTES || gidOf(blob) !== gid) return null
  return { name: blob.subarray(0, CODE_NAME_BYTES), secret: blob.subarray(CODE_NAME_BYTES) }
}

/** 18 digits, the first of them not 0. */
function gidOf(blob: Uint8Array<ArrayBuffer>): string {
  const end = new DataView(blob.buffer, blob.byteOffset + blob.length - 8).getBigUint64(0)
  return String(10n ** 17n + (end % (9n * 10n ** 17n)))
}

/** The host at which keys are redeemed: this deployment's own. */
export function enrollmentHost(publicUrl: string): string {
  return publicUrl.replace(/^[a-z]+:\/\//, '').replace(/[/|].*$/, '')
}
