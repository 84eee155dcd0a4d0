export {
  changeRoleAssignment,
  countRoleAssignments,
  createRoleAssignment,
  deleteRoleAssignment,
  getRoleAssignment,
  listRoleAssignments,
} from './manage.ts'
