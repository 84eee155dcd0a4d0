export { createIssuer } from './create.ts'
export { changeIssuer, deleteIssuer, getIssuer, listIssuers } from './manage.ts'
export { revocationList } from './revocations.ts'
