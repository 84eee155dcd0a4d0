export { close } from './close.ts'
export { open } from './open.ts'
export { consume, use } from './use.ts'
