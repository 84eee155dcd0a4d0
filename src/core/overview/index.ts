export { followFeed } from './follow.ts'
export { getActivity, getOverview, getStanding, listLatestEvents } from './read.ts'
