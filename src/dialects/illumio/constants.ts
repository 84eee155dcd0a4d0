/** What this server says of itself where a PCE would. */

/** The release whose API is spoken (contract §1.4). */
export const PRODUCT = { version: '25.2.20', build: 2, name: 'asp' } as const

/** The one VEN release that there is (§5.4). */
export const VEN_RELEASE = '21.5.20-8451'

/** How a profile that follows the organization's default is stored; the release behind it may change. */
export const DEFAULT_RELEASE = 'Default'
export const DEFAULT_RELEASE_SHOWN = `${DEFAULT_RELEASE} (${VEN_RELEASE})`

/** After so long without a heartbeat a workload is shown as not online. */
export const DISCONNECTED_TIMEOUT_SECONDS = 3_600

/** adm@94k: the hard limits of an organization. */
export const MAX_PROFILES = 5_000
export const MAX_LIVE_KEYS = 5_000
/** §5.1 */
export const MAX_LABELS = 25_000

/** Every profile has a ledger of its own, so that its number there is always the first. */
export const PROFILE_NUMBER = 1

/** adm@94k, §5.2: the hard limits of who may come. */
export const MAX_PRINCIPALS = 2_000
export const MAX_PERMISSIONS = 35_000
export const MAX_RESTRICTIONS = 50
