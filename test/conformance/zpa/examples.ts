/** What the vendor's page on provisioning keys shows: its requests, and its answers member by member. */

export type ExampleKey = Readonly<Record<string, string | boolean>>

export type Example = {
  readonly caption: string
  /** Behind `/mgmtconfig/v1/admin/customers/{customerId}`; `{id}` is the key's own, the page's is of its own server. */
  readonly path: string
  /** Members of the answer beside `list`; null: the answer is the one key. */
  readonly page: Readonly<Record<string, string>> | null
  readonly keys: readonly ExampleKey[]
}

const PATH = '/associationType/CONNECTOR_GRP/provisioningKey'

export const READS: readonly Example[] = [
  {
    caption: 'details of all',
    path: PATH,
    page: { totalPages: '38' },
    keys: [
      {
        id: '6221',
        creationTime: '1618365768',
        modifiedBy: '217246660303024936',
        name: 'example_test',
        usageCount: '0',
        maxUsage: '2000',
        autoSign: '1',
        zcomponentId: '217246660303024937',
        enabled: true,
        enrollmentCertName: 'Mock Company Root Certificate',
        zcomponentName: 'example_test',
        provisioningKey: '3|sample.test.net|yy6CCpQ8',
        enrollmentCertId: '2858',
        appConnectorGroupName: 'example_test',
      },
      {
        id: '6211',
        modifiedTime: '1626298081',
        creationTime: '1617747326',
        modifiedBy: '72057594038008981',
        name: 'example_provising_key',
        usageCount: '5',
        maxUsage: '1000',
        autoSign: '1',
        zcomponentId: '217246660303024864',
        enabled: true,
        enrollmentCertName: 'Mock Company Root Certificate',
        zcomponentName: 'test_connector_group',
        provisioningKey: '3|sample.test.net|7b2hqKIV36K7',
        enrollmentCertId: '2858',
        appConnectorGroupName: 'test_connector_group',
      },
    ],
  },
  {
    caption: 'a page, with the full stop that ends its sentence',
    path: `${PATH}?page=1&pagesize=20.`,
    page: { totalPages: '50' },
    keys: [
      {
        id: '6221',
        creationTime: '1618365768',
        modifiedBy: '217246660303024936',
        name: 'testPkey',
        usageCount: '0',
        maxUsage: '2000',
        zcomponentId: '217246660303024937',
        enabled: true,
        zcomponentName: 'testPkey',
        provisioningKey: '3|test.net|yy6CCpQ8M8QU',
        enrollmentCertId: '2858',
        enrollmentCertName: 'Test Company Root Certificate',
      },
      {
        id: '6211',
        modifiedTime: '1647894135',
        creationTime: '1617747326',
        modifiedBy: '3',
        name: 'test_provising_key',
        usageCount: '11',
        maxUsage: '1000',
        zcomponentId: '217246660303024864',
        enabled: true,
        zcomponentName: 'Test_connector_group',
        provisioningKey: '3|test.net|7b2hqKIV36K7AUPNBQzrPN',
        enrollmentCertId: '2858',
        enrollmentCertName: 'Test Company Root Certificate',
      },
    ],
  },
  {
    caption: 'a search, glued to the path',
    path: `${PATH}&search=maxUsage%20EQ%202`,
    page: { totalPages: '1', totalCount: '2' },
    keys: [
      {
        id: '8639',
        creationTime: '1620326351',
        modifiedBy: '72057594037987389',
        name: 'App_Connector_Test',
        usageCount: '0',
        maxUsage: '2',
        zcomponentId: '72057594038011104',
        enabled: true,
        zcomponentName: 'App_Connector_Test',
        provisioningKey: '1|api-f1.dev.zpath.net|nDDqXjr077Iv/ThxVzpnZa2OlPQBJinz5EOeZ1weBeTb42n5',
        enrollmentCertId: '14009',
        enrollmentCertName: 'test1',
      },
      {
        id: '16173',
        modifiedTime: '1636950866',
        creationTime: '1636884834',
        modifiedBy: '72057594038058788',
        name: 'kalai2-pk',
        usageCount: '0',
        maxUsage: '2',
        zcomponentId: '72057594038059864',
        enabled: true,
        zcomponentName: 'kalai2',
        provisioningKey: '1|api-f8.dev.zpath.net|j1ZdiPJxwjukKf8hzvQ',
        enrollmentCertId: '14009',
        enrollmentCertName: 'test1',
      },
    ],
  },
  {
    caption: 'one key, by id and type',
    path: `${PATH}/{id}`,
    page: null,
    keys: [
      {
        id: '6211',
        modifiedTime: '1626298081',
        creationTime: '1617747326',
        modifiedBy: '72057594038008981',
        name: 'test_provisioning_key',
        usageCount: '5',
        maxUsage: '1000',
        autoSign: '1',
        zcomponentId: '217246660303024864',
        enabled: true,
        enrollmentCertName: 'Mock Company Root Certificate',
        zcomponentName: 'test_connector_group',
        provisioningKey: '3|sample.test.net|7b2hqKIV36K7AUPN',
        enrollmentCertId: '2858',
        appConnectorGroupName: 'test_connector_group',
      },
    ],
  },
]

/** The page's payload; its ids are those of the customer's own certificate and group. */
export const PAYLOAD = {
  name: 'App Connector Provisioning Key',
  maxUsage: '300',
  enrollmentCertId: '22115',
  exportable: 'true',
  zcomponentId: '217306507451045314',
} as const

/** The page's answer to a POST. */
export const CREATED: ExampleKey = {
  id: '13191',
  creationTime: '1632411234',
  modifiedBy: '72057594038052595',
  name: 'App Connector Provisioning Key',
  usageCount: '0',
  maxUsage: '300',
  zcomponentId: '72057594038009372',
  enabled: true,
  provisioningKey: '1|api-develop.sample.zpath.net|b+4GLZRQ6VvCJjgQ9GTwZXbjm55F',
  exportable: 'true',
  enrollmentCertId: '14009',
}

type Difference =
  /** It has another value, of the same form. */
  { readonly here: 'own'; readonly form: RegExp } | { readonly here: 'absent' } | { readonly here: 'boolean' }

const EPOCH = /^[0-9]{10}$/
const GID = /^[0-9]{17,18}$/

/** Every member that is not as the page's example has it, and how it is; README.md says why. */
export const DIFFERENCES: Readonly<Record<string, Difference>> = {
  id: { here: 'own', form: /^[0-9]+$/ },
  creationTime: { here: 'own', form: EPOCH },
  modifiedTime: { here: 'own', form: EPOCH },
  modifiedBy: { here: 'own', form: /^(3|[0-9]{17,18})$/ },
  zcomponentId: { here: 'own', form: GID },
  enrollmentCertId: { here: 'own', form: /^[0-9]+$/ },
  provisioningKey: { here: 'own', form: /^[0-9]\|[a-z0-9.-]+\|[A-Za-z0-9+/]+(-[0-9]{18})?$/ },
  autoSign: { here: 'absent' },
  appConnectorGroupName: { here: 'absent' },
  exportable: { here: 'boolean' },
}

/** Members that the page's examples leave out, or some of them. */
export const ADDED = ['modifiedTime', 'exportable', 'readOnly', 'zscalerManaged'] as const
