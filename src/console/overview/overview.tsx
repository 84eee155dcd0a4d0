import * as z from 'zod'
import { type Outcome, ok } from '../../core/kernel/outcome.ts'
import type { FeedNews } from '../../core/overview/feed.ts'
import { MAX_COUNTED_KEYS } from '../../core/overview/port.ts'
import { Stats } from '../components/figure/chart.tsx'
import { count } from '../components/figure/number.ts'
import { LinkButton } from '../components/form/button.tsx'
import { Head } from '../components/page/head.tsx'
import { NeedsYou } from '../components/page/message.tsx'
import { page } from '../edge/page.ts'
import { Figures, sumsOf } from './figures.tsx'
import { FirstKey, firstKeyRoutes } from './first-key.tsx'
import { FEED_ROWS, LiveFeed } from './live-feed.tsx'
import { needsOf } from './needs.tsx'

/** Each part is shown to those who may read it. */
const overview = page({
  path: '/console',
  access: 'member',
  id: 'console_overview',
  readsStanding: true,
  show: async (visit) => {
    const { core, operation, now } = visit
    const { permissions } = operation.actor
    const mayMint = permissions.has('keys.mint')
    const [found, news] = await Promise.all([
      core.overview.getOverview(operation, FEED_ROWS),
      permissions.has('events.read') ? core.overview.followFeed(operation, null) : null,
    ])
    if (!found.ok) return found
    const { standing, keys, activity, events } = found.value
    const view = { title: 'Overview', section: 'overview', standing } as const
    if (keys && !keys.hasKeys) {
      const mayMake = mayMint && permissions.has('profiles.write')
      const content = (
        <>
          <Head title="Overview" />
          <FirstKey mayMake={mayMake} />
        </>
      )
      return ok({ ...view, content })
    }
    const sums = activity && sumsOf(activity)
    return ok({
      ...view,
      content: (
        <>
          <Head
            title="Overview"
            isOneLine
            actions={
              mayMint && (
                <LinkButton href="/console/keys/new" tone="go" icon="plus">
                  Create key
                </LinkButton>
              )
            }
          />
          <div class="stack">
            {keys && (
              <NeedsYou items={needsOf(keys, standing.waiting, permissions.has('agents.approve'), now)} />
            )}
            {keys && (
              <Stats
                figures={[
                  { label: 'Agents', value: keys.agents, rest: 'active' },
                  {
                    label: 'Usable keys',
                    value: keys.usableKeys,
                    rest: keys.usableKeys >= MAX_COUNTED_KEYS ? 'or more' : '',
                  },
                  ...(sums
                    ? [
                        {
                          label: 'New agents, 24 h',
                          value: sums.made,
                          rest: `${count(sums.refused, 'refusal')} recorded`,
                        },
                      ]
                    : []),
                ]}
              />
            )}
            {activity && sums && events ? (
              <div class="cols">
                <Figures activity={activity} sums={sums} />
                <section aria-labelledby="live">
                  <div class="sec-h">
                    <h2 id="live">Activity</h2>
                    <span class="live" data-js>
                      <span class="pulse"></span>Live
                    </span>
                  </div>
                  <LiveFeed events={events} news={quiet(news)} now={now} />
                  <p class="foot">
                    <a href="/console/activity">All activity</a>
                  </p>
                </section>
              </div>
            ) : (
              !keys && (
                <p class="lead">
                  Your roles let you see single profiles and keys, but no sums of the organization.
                </p>
              )
            )}
          </div>
        </>
      ),
    })
  },
})

/** Nothing of a page is new when it is opened. */
function quiet(news: Outcome<FeedNews | null> | null): FeedNews | null {
  return news?.ok && news.value ? { ...news.value, events: [] } : null
}

const Place = z.object({
  boot: z.uuid().optional().catch(undefined),
  seq: z.coerce.number().int().min(0).optional().catch(undefined),
})

/** What htmx asks for every few seconds: 204 where there is nothing new, which leaves the page as it is. */
const feed = page({
  path: '/console/feed',
  access: 'events.read',
  id: 'console_feed',
  query: Place,
  show: async ({ core, operation, query: { boot, seq }, now }) => {
    const place = boot === undefined || seq === undefined ? null : { boot, seq }
    const news = await core.overview.followFeed(operation, place)
    if (!news.ok) return news
    // What another boot remembers may be on the page already.
    const isSameBoot = place !== null && news.value?.boot === place.boot
    if (isSameBoot && news.value?.events.length === 0)
      return ok({ title: 'Activity', content: '', status: 204 })
    const events = await core.overview.listLatestEvents(operation, FEED_ROWS)
    if (!events.ok) return events
    return ok({
      title: 'Activity',
      section: 'overview',
      content: <LiveFeed events={events.value} news={isSameBoot ? news.value : quiet(news)} now={now} />,
    })
  },
})

export const overviewRoutes = [overview, feed, ...firstKeyRoutes]
