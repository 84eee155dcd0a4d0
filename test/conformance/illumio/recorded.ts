/**
 * What the vendor's documents show on the wire, as data: requests as they stand and what is answered to them. Names in
 * braces stand for what differs from server to server: ids, times, secrets.
 */

/** One exchange of a document. */
export type Exchange = {
  readonly name: string
  /** Where the documents show it. */
  readonly source: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Below `/api/v2`. */
  readonly path: string
  readonly body?: unknown
  readonly status: number
  /** Every member that the document shows; a text in braces is compared by its form. */
  readonly expected?: unknown
  /** Members that are answered besides, and why: test/conformance/illumio/README.md. */
  readonly isMoreAllowed?: boolean
}

const LOCKS_OFF = {
  env_label_lock: false,
  loc_label_lock: false,
  role_label_lock: false,
  app_label_lock: false,
}
const LOCKS_ON = { env_label_lock: true, loc_label_lock: true, role_label_lock: true, app_label_lock: true }

const STAMPS = {
  created_at: '2015-11-01T01:20:06.135Z',
  updated_at: '2015-11-01T01:20:06.135Z',
  created_by: { href: '/users/18' },
  updated_by: { href: '/users/18' },
}

const LABELS = [
  { href: '{label:role}' },
  { href: '{label:app}' },
  { href: '{label:env}' },
  { href: '{label:loc}' },
]

/** The body of the documented POST and, but for two members, of the documented PUT: with all that is read-only. */
const LIMITED_PAIRING = {
  href: '/orgs/2/pairing_profiles/12375',
  name: 'Limited Pairing',
  description: '',
  total_use_count: 0,
  enabled: true,
  is_default: false,
  ...STAMPS,
  mode: 'illuminated',
  key_lifespan: 'unlimited',
  allowed_uses_per_key: 'unlimited',
  last_pairing_at: null,
  labels: LABELS,
  ...LOCKS_OFF,
  mode_lock: true,
  log_traffic: false,
  log_traffic_lock: true,
  visibility_level: 'flow_summary',
  visibility_level_lock: true,
}

const MADE = {
  href: '{profile}',
  created_at: '{time}',
  updated_at: '{time}',
  created_by: { href: '{user}' },
  updated_by: { href: '{user}' },
}

/** The two profiles of the documented collection, as they are answered. */
const AUTOSCALE = {
  ...MADE,
  name: 'AutoScale App',
  description: 'PP_Description',
  total_use_count: 0,
  enabled: true,
  is_default: false,
  mode: 'enforced',
  key_lifespan: 'unlimited',
  allowed_uses_per_key: 1,
  last_pairing_at: null,
  labels: [],
  ...LOCKS_OFF,
  mode_lock: false,
  log_traffic: true,
  log_traffic_lock: false,
  visibility_level: 'flow_summary',
  visibility_level_lock: false,
}
const SECURITY_KEY_PACK = {
  ...MADE,
  name: 'Security Key Pack',
  description: '',
  total_use_count: 1,
  enabled: true,
  is_default: false,
  mode: 'illuminated',
  key_lifespan: 'unlimited',
  allowed_uses_per_key: 'unlimited',
  last_pairing_at: '{time}',
  labels: LABELS,
  ...LOCKS_ON,
  mode_lock: true,
  log_traffic: false,
  log_traffic_lock: true,
  visibility_level: 'flow_summary',
  visibility_level_lock: true,
}

export const LISTED = [AUTOSCALE, SECURITY_KEY_PACK]

const PROFILES = '{org}/pairing_profiles'

export const PAIRING: readonly Exchange[] = [
  {
    name: 'create a pairing profile, with every read-only member of the example',
    source: 'pairing document, Create a Pairing Profile',
    method: 'POST',
    path: PROFILES,
    body: LIMITED_PAIRING,
    status: 201,
    expected: { ...LIMITED_PAIRING, ...MADE },
    isMoreAllowed: true,
  },
  {
    name: 'update it: one use a key, the mode no longer locked',
    source: 'pairing document, Update a Pairing Profile',
    method: 'PUT',
    path: '{made}',
    body: { ...LIMITED_PAIRING, allowed_uses_per_key: 'one_use', mode_lock: false },
    status: 204,
  },
  {
    name: 'get it: the update holds, and its limit is a number',
    source: 'pairing document, Get Pairing Profiles (an individual one)',
    method: 'GET',
    path: '{made}',
    status: 200,
    expected: { ...LIMITED_PAIRING, ...MADE, allowed_uses_per_key: 1, mode_lock: false },
    isMoreAllowed: true,
  },
  {
    name: 'create a pairing key of it, with an empty object',
    source: 'pairing document, Create a Pairing Key',
    method: 'POST',
    path: '{made}/pairing_key',
    body: {},
    status: 201,
    expected: { activation_code: '{code}' },
  },
  {
    name: 'filter by a part of the name',
    source: 'pairing document, Query Parameters: name',
    method: 'GET',
    path: `${PROFILES}?name=limited`,
    status: 200,
    expected: [{ name: 'Limited Pairing' }],
    isMoreAllowed: true,
  },
  {
    name: 'filter by a part of the description',
    source: 'pairing document, Query Parameters: description',
    method: 'GET',
    path: `${PROFILES}?description=PP_Desc`,
    status: 200,
    expected: [{ name: 'AutoScale App' }],
    isMoreAllowed: true,
  },
  {
    name: 'filter by labels, a list of lists',
    source: 'pairing document, Query Parameters: labels[]',
    method: 'GET',
    path: `${PROFILES}?labels[]=[["{label:role}","{label:app}"]]&name=limited`,
    status: 200,
    expected: [{ name: 'Limited Pairing' }],
    isMoreAllowed: true,
  },
  {
    name: 'filter by software release, of which none starts so',
    source: 'pairing document, Filter by software release',
    method: 'GET',
    path: `${PROFILES}?agent_software_release=17.2.0`,
    status: 200,
    expected: [],
  },
  {
    name: 'filter by what comes from elsewhere: nothing does',
    source: 'pairing document, Query Parameters: external_data_set, external_data_reference',
    method: 'GET',
    path: `${PROFILES}?external_data_set=cmdb&external_data_reference=1`,
    status: 200,
    expected: [],
  },
  {
    name: 'no more than max_results',
    source: 'pairing document, Query Parameters: max_results',
    method: 'GET',
    path: `${PROFILES}?max_results=1`,
    status: 200,
    expected: [{ name: 'Default' }],
    isMoreAllowed: true,
  },
  {
    name: 'delete it',
    source: 'pairing document, Delete a Pairing Profile',
    method: 'DELETE',
    path: '{made}',
    status: 204,
  },
  {
    name: 'it is gone',
    source: 'pairing document, Delete a Pairing Profile',
    method: 'GET',
    path: '{made}',
    status: 404,
  },
]

const USER_KEY = {
  href: '{key}',
  key_id: '{key_id}',
  auth_username: '{auth_username}',
  created_at: '{time}',
  name: 'my_api_key',
  description: 'my_scripting_key',
}

const PERMISSIONS = [
  {
    role: { href: '{org}/roles/ruleset_manager' },
    scope: [{ label: { href: '{label:env}', key: 'env', value: 'Development' } }],
  },
  { role: { href: '{org}/roles/owner' }, scope: [] },
]

export const API_KEYS: readonly Exchange[] = [
  {
    name: 'create a key of one’s own',
    source: 'API key document, To create a user-based API key',
    method: 'POST',
    path: '{user}/api_keys',
    body: { name: 'my_api_key', description: 'my_scripting_key' },
    status: 201,
    expected: { key_id: '{key_id}', secret: '{secret}', auth_username: '{auth_username}' },
    isMoreAllowed: true,
  },
  {
    name: 'get one, by its href',
    source: 'API key document, Curl Command to Get a Key',
    method: 'GET',
    path: '{made}',
    status: 200,
    expected: USER_KEY,
    isMoreAllowed: true,
  },
  {
    name: 'list one’s own',
    source: 'API key document, Get a Collection of Keys',
    method: 'GET',
    path: '{user}/api_keys',
    status: 200,
    expected: [{ name: 'bootstrap' }, USER_KEY],
    isMoreAllowed: true,
  },
  {
    name: 'the collection of the organization, by the user’s name',
    source: 'API key document, Parameters; Response Properties for api_keys_get',
    method: 'GET',
    path: '{org}/api_keys?type=user&state=active&username=owner&max_results=10',
    status: 200,
    expected: [
      { name: 'bootstrap' },
      {
        href: '{key}',
        key_id: '{key_id}',
        auth_username: '{auth_username}',
        name: 'my_api_key',
        description: 'my_scripting_key',
        state: 'active',
        expires_in_seconds: -1,
        created_at: '{time}',
        account: { href: '{user}', type: 'user', name: 'owner@demo.example' },
      },
    ],
    isMoreAllowed: true,
  },
  {
    name: 'delete it',
    source: 'API key document, Parameters (key id, DELETE)',
    method: 'DELETE',
    path: '{made}',
    status: 204,
  },
  {
    name: 'create a service account with a key of a day',
    source: 'API key document, Create a new Service Account API Key',
    method: 'POST',
    path: '{org}/service_accounts',
    body: {
      name: 'key3',
      description: 'testing key 3',
      access_restriction: { href: '{restriction}' },
      permissions: PERMISSIONS,
      api_key: { expires_in_seconds: 86_400 },
    },
    status: 201,
    expected: {
      name: 'key3',
      description: 'testing key 3',
      href: '{account}',
      access_restriction: { href: '{restriction}' },
      permissions: [
        {
          href: '{permission}',
          role: { href: '{org}/roles/ruleset_manager' },
          scope: [{ label: { href: '{label:env}' } }],
        },
        { href: '{permission}', role: { href: '{org}/roles/owner' }, scope: [] },
      ],
      api_key: { auth_username: '{auth_username}', secret: '{secret}' },
    },
    isMoreAllowed: true,
  },
  {
    name: 'the collection of the organization, by the account’s name and a role as JSON text',
    source: 'API key document, Parameters: name, role (JSON-encoded), type',
    method: 'GET',
    path: '{org}/api_keys?type=service_account&name=key3&role=%22{org}/roles/owner%22',
    status: 200,
    expected: [
      {
        key_id: '{key_id}',
        auth_username: '{auth_username}',
        name: null,
        state: 'active',
        expires_in_seconds: 86_400,
        created_at: '{time}',
        created_by: { href: '{user}' },
        account: {
          href: '{account}',
          type: 'service_account',
          name: 'key3',
          access_restriction: { href: '{restriction}' },
        },
      },
    ],
    isMoreAllowed: true,
  },
]
