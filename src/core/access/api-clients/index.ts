export {
  changeApiClient,
  createApiClient,
  deleteApiClient,
  getApiClient,
  searchApiClients,
} from './manage.ts'
export { authenticateApiToken, signInApiClient, signOutApiClient } from './sign-in.ts'
