import { number } from '../figure/number.ts'

export type Tab = {
  readonly href: string
  readonly label: string
  readonly count?: number | undefined
  readonly isCurrent?: boolean
}

/** Links, of which one is the page. */
export function Tabs({ label, tabs }: { readonly label: string; readonly tabs: readonly Tab[] }) {
  return (
    <nav class="tabs" aria-label={label}>
      {tabs.map((tab) => (
        <a href={tab.href} aria-current={tab.isCurrent ? 'page' : undefined}>
          {tab.label}
          {tab.count !== undefined && <span class="c">{number(tab.count)}</span>}
        </a>
      ))}
    </nav>
  )
}
