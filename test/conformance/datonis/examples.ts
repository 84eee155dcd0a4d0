/**
 * The commands of the vendor's page on key pairs, word for word, with what it says that they answer. Only names differ:
 * `TOKEN`, and keys, each of which is what this server gave instead.
 */

/** As the page shows a key pair, but for its secret. Times are those of the page, to which ours are only alike. */
export type ShownPair = {
  readonly access_key: string
  readonly enabled: boolean
  readonly expiry_date: string
  readonly role_name: string
}

export const PAIRS = {
  t711: {
    access_key: 't711t338ttf7b36c4cb27dc9d4acf62ta8c75a7f',
    enabled: false,
    expiry_date: '2015-10-29T18:30:00.000Z',
    role_name: 'Agent',
  },
  '7d3t': {
    access_key: '7d3tdb2a7ff33d6824a6et171b84988aa22993af',
    enabled: false,
    expiry_date: '2015-10-14T18:30:00.000Z',
    role_name: 'abc',
  },
  e98f: {
    access_key: 'e98f8a4db1dec78tf56668292f576be17521ef3e',
    enabled: true,
    expiry_date: '2015-11-05T18:30:00.000Z',
    role_name: 'Agent',
  },
  created: {
    access_key: 'abec9bb3d2e18c2c1dt4t792b3t73768bf7d68cd',
    enabled: true,
    expiry_date: '2016-09-08T18:30:00.000Z',
    role_name: 'Write Only',
  },
  updated: {
    access_key: 'abec9bb3d2e18c2c1dt4t792b3t73768bf7d68cd',
    enabled: false,
    expiry_date: '2016-09-09T00:00:00.000Z',
    role_name: 'Write Only',
  },
} as const satisfies Readonly<Record<string, ShownPair>>

/** The role of the page's POST and PUT. */
export const WRITE_ONLY_KEY = '517d8e4695'
/** In the page's filter, and on no page. */
const MISSING_KEY = 'd887tb6b876261bd3efae81b63adee585b14tb2c'

export type Example = {
  readonly name: string
  readonly command: string
  readonly answer:
    | {
        readonly kind: 'list'
        readonly total: number
        readonly page: number | string
        readonly pairs: readonly ShownPair[]
      }
    | { readonly kind: 'pair'; readonly pair: ShownPair }
    | { readonly kind: 'empty' }
  readonly areTimesText?: true
}

const HEAD = '-H "Content-Type:application/json" -H "X-Auth-Token:TOKEN"'
const URL = 'https://api.datonis.io/api/v3/key_pairs'
const { t711, '7d3t': abc, e98f, created, updated } = PAIRS

/** In an order in which each finds what the page has then. */
export const EXAMPLES: readonly Example[] = [
  {
    name: 'listing all without any criteria',
    command: `curl -X GET  ${HEAD} ${URL}`,
    answer: { kind: 'list', total: 3, page: 1, pairs: [t711, abc, e98f] },
  },
  {
    name: 'listing by page and size: a GET with a body',
    command: `curl -X GET  ${HEAD} -d '{"per":"2", "page":"2"}' ${URL}`,
    answer: { kind: 'list', total: 3, page: '2', pairs: [e98f] },
  },
  {
    name: 'one pair',
    command: `curl -X GET  ${HEAD}  ${URL}/${t711.access_key}`,
    answer: { kind: 'pair', pair: t711 },
  },
  {
    name: 'making one',
    command: `curl -X POST ${HEAD} -d '{"key_pair":{"expiry_date":"09/09/2016","role_key":"${WRITE_ONLY_KEY}"}}' ${URL}`,
    answer: { kind: 'pair', pair: created },
  },
  {
    name: 'changing it: the same date, another instant',
    command: `curl -X PUT ${HEAD} -d '{"key_pair":{"expiry_date":"09/09/2016", "enabled":"false"}, "role_key":"${WRITE_ONLY_KEY}"}' ${URL}/${updated.access_key}`,
    answer: { kind: 'pair', pair: updated },
  },
  {
    name: 'ordered by name, times as text',
    command: `curl -X GET  ${HEAD} -d '{"timestamp_format":"str","order_by":"name","order":"desc"}' ${URL}`,
    // Difference 1: the page has a fifth pair, which it cuts off.
    answer: { kind: 'list', total: 4, page: 1, pairs: [abc, updated, e98f, t711] },
    areTimesText: true,
  },
  {
    name: 'those of some keys',
    command: `curl -X GET  ${HEAD} -d '{"key_pairs":["${t711.access_key}","${MISSING_KEY}"]}' ${URL}`,
    // Difference 2: the page's answer is not filtered at all, though its caption says so.
    answer: { kind: 'list', total: 1, page: 1, pairs: [t711] },
  },
  {
    name: 'deleting one',
    command: `curl -X DELETE ${HEAD}  ${URL}/${updated.access_key}`,
    answer: { kind: 'empty' },
  },
]
