/** What must hold of every page, at each width and in each colour scheme. */
import axe from 'axe-core'
import type { Page } from 'playwright-core'

const WIDTHS = [1280, 390] as const
const SCHEMES = ['light', 'dark'] as const
/** The narrowest phone; there only the layout is looked at. */
const NARROWEST = 320
const HEIGHT = 800
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** Faults of the page as it stands: accessibility (axe) and sideways scrolling. Empty when there are none. */
export async function faultsOf(page: Page): Promise<readonly string[]> {
  const faults: string[] = []
  await page.evaluate(axe.source)
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: HEIGHT })
    faults.push(...(await overflowsOf(page, width)))
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme })
      // Of the four, all rules where both differ: a width changes the layout, and a scheme nothing but colours.
      const isWhole = (width === WIDTHS[0]) === (colorScheme === SCHEMES[0])
      const rules = isWhole ? RULES : ['color-contrast']
      const found = await page.evaluate<readonly string[]>(`
        axe.run(document, { runOnly: ${JSON.stringify(rules)}, resultTypes: ['violations'] }).then(({ violations }) =>
          violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) =>
            id + ' at ' + target.join(' ') + ': ' + failureSummary)))`)
      faults.push(...found.map((fault) => `${width} px, ${colorScheme}: ${fault}`))
    }
  }
  await page.setViewportSize({ width: NARROWEST, height: HEIGHT })
  faults.push(...(await overflowsOf(page, NARROWEST)))
  await page.setViewportSize({ width: WIDTHS[0], height: HEIGHT })
  await page.emulateMedia({ colorScheme: 'light' })
  return faults
}

async function overflowsOf(page: Page, width: number): Promise<readonly string[]> {
  const scrolled = await page.evaluate<number>('document.documentElement.scrollWidth')
  if (scrolled <= width) return []
  const widest = await page.evaluate<string>(`
    [...document.body.querySelectorAll('*')].filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
      .slice(0, 5).map((one) => one.tagName + '.' + (one.getAttribute('class') ?? '')).join(', ')`)
  return [`${width} px: the page is ${scrolled} px wide: ${widest}`]
}

const MAX_STOPS = 80

/** What Tab reaches, in order, each with whether it shows that it has the focus. */
export async function tabStopsOf(page: Page): Promise<readonly { name: string; hasRing: boolean }[]> {
  const stops: { name: string; hasRing: boolean }[] = []
  await page.evaluate('document.activeElement?.blur()')
  for (let n = 0; n < MAX_STOPS; n++) {
    await page.keyboard.press('Tab')
    const stop = await page.evaluate<{ name: string; hasRing: boolean; isFirst: boolean } | null>(FOCUSED)
    if (stop === null || (n > 0 && stop.isFirst)) break
    stops.push({ name: stop.name, hasRing: stop.hasRing })
  }
  return stops
}

/** A ring is an outline of at least 2 px, of the element itself or of what is drawn for it. */
const FOCUSED = `(() => {
  const one = document.activeElement
  if (one === null || one === document.body) return null
  const isFirst = one.dataset.latchkeySeen !== undefined
  one.dataset.latchkeySeen = ''
  const drawn = [one, one.parentElement, one.parentElement?.parentElement].filter(Boolean)
  const hasRing = drawn.some((each) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(each)
    return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2
  })
  const name = one.tagName.toLowerCase() + ' ' + (one.getAttribute('aria-label') ?? one.textContent ?? '').trim().slice(0, 40)
  return { name, hasRing, isFirst }
})()`
