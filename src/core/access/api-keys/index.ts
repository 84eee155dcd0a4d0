export {
  changeApiKey,
  countApiKeys,
  createApiKey,
  deleteApiKey,
  getApiKey,
  listApiKeys,
  listApiKeysOfPrincipals,
} from './manage.ts'
export { changeOwnApiKey, createOwnApiKey, deleteOwnApiKey, getOwnApiKey, listOwnApiKeys } from './own.ts'
