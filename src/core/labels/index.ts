export { count, findByValues, get, list, resolve } from './read.ts'
export { change, create, remove } from './write.ts'
