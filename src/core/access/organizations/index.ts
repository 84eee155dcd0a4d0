export { actForChild } from './act-for.ts'
export { authorizeBootstrap, bootstrapOrganization } from './bootstrap.ts'
export { enterOrganization } from './enter.ts'
export {
  changeOrganization,
  createChildOrganization,
  getOrganization,
  listChildOrganizations,
} from './own.ts'
