/** The frame of the public documents: the API reference and the list of errors. */
import { raw } from 'hono/html'
import type { Child } from 'hono/jsx'

export const CONSOLE = '/console'
export const REFERENCE = '/docs/api'
export const ERRORS = '/docs/errors'

export type DocumentPage = {
  readonly title: string
  /** The address of the tab that the page belongs to. */
  readonly tab: string
  readonly tabs: readonly { readonly href: string; readonly text: string }[]
  /** Addresses of the files that it names. */
  readonly files: { readonly stylesheet: string; readonly icon: string }
  readonly children?: Child
}

/** A whole page, as text. */
export function renderDocument(page: DocumentPage): string {
  return `<!doctype html>\n${(<Frame {...page} />).toString()}`
}

function Frame({ title, tab, tabs, files, children }: DocumentPage) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{title} · Latchkey</title>
        <link rel="icon" href={files.icon} type="image/svg+xml" />
        <link rel="stylesheet" href={files.stylesheet} />
      </head>
      <body>
        <a class="skip" href="#content">
          Skip to content
        </a>
        <div class="docs">
          <header>
            <a class="brand" href={REFERENCE}>
              <Mark />
              <span>
                Latchkey <small>API reference</small>
              </span>
            </a>
            <nav aria-label="Documents" class="tabs">
              {tabs.map(({ href, text }) => (
                <a href={href} {...(href === tab && { 'aria-current': 'page' })}>
                  {text}
                </a>
              ))}
              <a href={CONSOLE} class="end">
                Console
              </a>
            </nav>
          </header>
          <main id="content" tabindex={-1}>
            <h1>{title}</h1>
            {children}
          </main>
        </div>
      </body>
    </html>
  )
}

function Mark() {
  return (
    <svg class="mark" viewBox="0 0 16 16" aria-hidden="true">
      <circle cx="6" cy="4" r="3" fill="none" stroke="currentColor" stroke-width="2" />
      <path d="M6 7v8M6 14h8M6 10h4" fill="none" stroke="currentColor" stroke-width="2" />
    </svg>
  )
}

/** Text with Markdown's code spans, bold words and paragraphs. */
export function Prose({ text }: { readonly text: string }) {
  return (
    <>
      {text.split('\n\n').map((paragraph) => (
        <p>
          <Inline text={paragraph} />
        </p>
      ))}
    </>
  )
}

/** Text with Markdown's code spans. */
export function Inline({ text }: { readonly text: string }) {
  const parts = text.split(/`([^`]+)`/)
  return <>{parts.map((part, at) => (at % 2 === 1 ? <code>{part}</code> : part))}</>
}

/** HTML that was made elsewhere. */
export function Made({ html }: { readonly html: string }) {
  return <>{raw(html)}</>
}
