/**
 * The page to which the `type` of a problem leads (RFC 9457, section 3.1.1). Its texts are those of docs/reference/errors.md,
 * which test/core/reference.test.ts copies into error-entries.json (`npx vitest run -u`).
 */
import sections from './error-entries.json' with { type: 'json' }

export const ERROR_PAGE = '/docs/errors'

/** The `type` of problems with this code: it says the cause and the cure. */
export function problemType(publicUrl: string, code: string): string {
  return `${publicUrl}${ERROR_PAGE}#${code}`
}

/** A page around the HTML of its content. */
export type DocumentFrame = (page: {
  readonly title: string
  readonly tab: string
  readonly html: string
}) => string

/** As HTML without scripts. */
export function errorPage(frame: DocumentFrame = plainFrame): string {
  const parts = sections.map(
    ({ heading, entries }) => `<h2>${html(heading)}</h2>
${entries.map(({ name, text }) => `<h3 id="${html(name)}"><code>${html(name)}</code></h3>\n<p>${html(text)}</p>`).join('\n')}`,
  )
  return frame({ title: 'Errors', tab: ERROR_PAGE, html: parts.join('\n') })
}

const plainFrame: DocumentFrame = ({ title, html: content }) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${title} of Latchkey</title>
</head>
<body>
<h1>${title}</h1>
${content}
</body>
</html>
`

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Text with Markdown's code spans → HTML. */
function html(text: string): string {
  return text
    .replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? '')
    .replaceAll(/`([^`]+)`/g, '<code>$1</code>')
}
