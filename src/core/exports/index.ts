export { exportAgents, exportKeys, exportOrganization } from './export.ts'
