export { followFeed } from './follow.ts'
export { getOverview, getStanding, listLatestEvents } from './read.ts'
