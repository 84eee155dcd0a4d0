export { createPrincipal } from './create.ts'
export { changePrincipal, countPrincipals, deletePrincipal, getPrincipal, listPrincipals } from './manage.ts'
