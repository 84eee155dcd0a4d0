export { checkHealth } from './health.ts'
export { getKeySet } from './key-set.ts'
export { getPublicUrl } from './public-url.ts'
export { authorizeScraper, readMetrics } from './read-metrics.ts'
