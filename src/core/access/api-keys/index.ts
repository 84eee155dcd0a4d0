export { countApiKeys, createApiKey, deleteApiKey, listApiKeys, listApiKeysOfPrincipals } from './manage.ts'
export { changeOwnApiKey, createOwnApiKey, deleteOwnApiKey, getOwnApiKey, listOwnApiKeys } from './own.ts'
