export { createIssuer } from './create.ts'
export { changeIssuer, deleteIssuer, getIssuer, listIssuers, searchIssuers } from './manage.ts'
export { revocationList } from './revocations.ts'
