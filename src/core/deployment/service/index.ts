export { health } from './health.ts'
export { keySet } from './key-set.ts'
export { publicUrl } from './public-url.ts'
