/**
 * The query parameters that the vendor publishes for the collections of a PCE 25.2.20 that exist here, by the endpoint
 * index of that release: names and what kind of value each takes.
 */

export type Kind =
  /** Matches a part of a text. */
  | 'part'
  /** Matches a text as a whole. */
  | 'text'
  | 'boolean'
  | 'instant'
  | 'number'
  | 'version'
  /** A list of lists of hrefs of labels, as JSON. */
  | 'labels'
  /** A list, as JSON. */
  | 'list'
  | 'href'
  /** Chooses what is shown, and no rows. */
  | 'shown'
  | 'max_results'
  | readonly string[]

const MODES = ['idle', 'visibility_only', 'full', 'selective'] as const
const VEN_TYPES = ['server', 'endpoint', 'containerized'] as const

export const PUBLISHED: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  workloads_get: {
    'agent.active_pce_fqdn': 'text',
    container_clusters: 'list',
    description: 'part',
    enforcement_mode: MODES,
    enforcement_modes: 'list',
    external_data_reference: 'text',
    external_data_set: 'text',
    hostname: 'part',
    include_deleted: 'boolean',
    ip_address: 'part',
    labels: 'labels',
    last_heartbeat_on: 'instant',
    'last_heartbeat_on[gte]': 'instant',
    'last_heartbeat_on[lte]': 'instant',
    log_traffic: 'boolean',
    managed: 'boolean',
    max_results: 'max_results',
    mode: ['idle', 'illuminated', 'enforced'],
    name: 'part',
    online: 'boolean',
    os_id: 'part',
    policy_health: ['active', 'warning', 'error', 'suspended'],
    'risk_summary.ransomware.workload_exposure_severity': [
      'low',
      'medium',
      'high',
      'critical',
      'fully_protected',
    ],
    security_policy_sync_state: ['staged'],
    security_policy_update_mode: ['static', 'adaptive'],
    soft_deleted: 'boolean',
    ven: 'href',
    'ven.ven_type': VEN_TYPES,
    visibility_level: [
      'flow_full_detail',
      'flow_summary',
      'flow_drops',
      'flow_off',
      'enhanced_data_collection',
    ],
    'vulnerability_summary.vulnerability_exposure_score': 'number',
    'vulnerability_summary.vulnerability_exposure_score[gte]': 'number',
    'vulnerability_summary.vulnerability_exposure_score[lte]': 'number',
  },
  workloads_interfaces_get: { name: 'part' },
  vens_get: {
    activation_type: ['pairing_key', 'kerberos', 'ca_signed_certificate', 'self_signed_certificate'],
    active_pce_fqdn: 'text',
    authentication_recovery: 'boolean',
    condition: 'text',
    container_clusters: 'list',
    description: 'part',
    disconnected_before: 'instant',
    health: ['healthy', 'unhealthy', 'error', 'warning'],
    hostname: 'part',
    ip_address: 'part',
    labels: 'labels',
    last_goodbye_at: 'instant',
    'last_goodbye_at[gte]': 'instant',
    'last_goodbye_at[lte]': 'instant',
    last_heartbeat_at: 'instant',
    'last_heartbeat_at[gte]': 'instant',
    'last_heartbeat_at[lte]': 'instant',
    max_results: 'max_results',
    name: 'part',
    os: 'part',
    status: ['active', 'suspended', 'stopped', 'uninstalled'],
    upgrade_pending: 'boolean',
    ven_type: VEN_TYPES,
    version: 'version',
    'version[gte]': 'version',
    'version[lte]': 'version',
  },
  labels_get: {
    external_data_reference: 'text',
    external_data_set: 'text',
    include_deleted: 'boolean',
    key: 'text',
    max_results: 'max_results',
    usage: 'shown',
    value: 'part',
  },
  label_dimensions_get: {},
  pairing_profiles_get: {
    agent_software_release: 'part',
    description: 'part',
    external_data_reference: 'text',
    external_data_set: 'text',
    labels: 'labels',
    max_results: 'max_results',
    name: 'part',
    ven_type: ['server', 'endpoint', 'specified_during_activation'],
  },
  events_get: {
    created_by: 'href',
    event_type: 'text',
    max_results: 'max_results',
    severity: ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'],
    status: ['success', 'failure', 'nil'],
    timestamp: 'instant',
    'timestamp[gte]': 'instant',
    'timestamp[lte]': 'instant',
  },
  users_get: { type: ['local', 'external'] },
  users_api_keys_get: {},
  roles_get: {},
  access_restrictions_get: {},
  auth_security_principals_get: { name: 'part', type: ['user', 'group'] },
  permissions_get: { auth_security_principal: 'href', role: 'href', scope: 'list' },
  service_accounts_get: { managing: 'text', max_results: 'max_results', name: 'part', role: 'href' },
  api_keys_get: {
    max_results: 'max_results',
    name: 'part',
    role: 'href',
    state: ['active', 'expired'],
    type: ['user', 'service_account'],
    username: 'part',
  },
  jobs_get: { job_type: 'text', max_results: 'max_results' },
  software_ven_releases_get: { ven_type: ['server', 'endpoint', 'all'] },
  software_ven_release_images_get: {},
}
