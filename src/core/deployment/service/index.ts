export { checkHealth } from './health.ts'
export { getHeadKeySet, getKeySet } from './key-set.ts'
export { getPublicUrl } from './public-url.ts'
export { authorizeScraper, readMetrics } from './read-metrics.ts'
