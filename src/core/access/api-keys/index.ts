export { count, create, list, ofPrincipals, remove } from './manage.ts'
export { changeOwn, createOwn, getOwn, listOwn, removeOwn } from './own.ts'
