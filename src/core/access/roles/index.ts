export { getBuiltInRole, getRole, listRoles } from './read.ts'
export { changeRole, createRole, deleteRole } from './write.ts'
