/** What this server says of itself where a PCE would. */

/** The release whose API is spoken (docs/dialects/illumio.md#product-version). */
export const PRODUCT = { version: '25.2.20', build: 2, name: 'asp' } as const

/** The one VEN release that there is (docs/dialects/illumio.md#ven-releases). */
export const VEN_RELEASE = '21.5.20-8451'

/** How a profile that follows the organization's default is stored; the release behind it may change. */
export const DEFAULT_RELEASE = 'Default'
export const DEFAULT_RELEASE_SHOWN = `${DEFAULT_RELEASE} (${VEN_RELEASE})`

/** Of an agent that gave none: a text is wanted, and clients know this one. */
export const UNKNOWN_VERSION = 'unknown'

/** After so long without a heartbeat a workload is shown as not online. */
export const DISCONNECTED_TIMEOUT_SECONDS = 3_600

/** The hard limits of an organization (docs/dialects/illumio.md#numbers-of-objects). */
export const MAX_PROFILES = 5_000
export const MAX_LIVE_KEYS = 5_000
export const MAX_LABELS = 25_000

/** Every profile has a ledger of its own, so that its number there is always the first. */
export const PROFILE_NUMBER = 1

/** The same of those whom permissions are about. */
export const MAX_PRINCIPALS = 2_000
export const MAX_PERMISSIONS = 35_000
export const MAX_RESTRICTIONS = 50
