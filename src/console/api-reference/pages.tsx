/** The pages of the API reference, made from an OpenAPI document. */
import type { Chapter } from '../../http/openapi/document.ts'
import { curlOf } from './curl.ts'
import { Inline, Prose, REFERENCE } from './document-frame.tsx'
import type { Answer, Field, Operation, Tag } from './operations.ts'

/** A dialect as the reference shows it. */
export type Described = {
  readonly slug: string
  readonly name: string
  readonly about: string
  readonly tags: readonly Tag[]
}

/** `Illumio: pairing_profiles` → `pairing_profiles` */
export function slugOf({ name }: Tag): string {
  return name.replace(/^[^:]+: /, '')
}

/** All dialects, each with how to begin. */
export function Overview({
  dialects,
  serverUrl,
}: {
  readonly dialects: readonly Chapter[]
  readonly serverUrl: string
}) {
  return (
    <>
      <p class="lead">
        Every operation of this server, made from the definitions that check its requests. The commands need a
        shell with <code>curl</code> and these variables; the names in an address, such as <code>$key</code>,
        are yours to fill in.
      </p>
      <Code
        label="Variables"
        text={`url=${serverUrl}\nlogin=api_…:…   # an API key: its name and its secret\ntoken=…         # where an operation asks for a token`}
      />
      <h2>Dialects</h2>
      <ul class="docs-list">
        {dialects.map(({ slug, tag, description, routes }) => (
          <li>
            <h3>
              <a href={`${REFERENCE}/${slug}`}>{tag}</a>{' '}
              <small class="muted">{routes.length} operations</small>
            </h3>
            <Prose text={description} />
          </li>
        ))}
      </ul>
      <h2>Documents for programs</h2>
      <ul class="docs-list">
        <li>
          <a href="/openapi.json">OpenAPI 3.1, all dialects</a>
        </li>
        {dialects.map(({ slug, tag: name }) => (
          <li>
            {name}:{' '}
            <a href={`/openapi/3.1/${slug}.json`}>
              OpenAPI 3.1<span class="sr"> of {name}</span>
            </a>
            ,{' '}
            <a href={`/openapi/3.0/${slug}.json`}>
              OpenAPI 3.0.3<span class="sr"> of {name}</span>
            </a>
          </li>
        ))}
      </ul>
    </>
  )
}

/** The operations of one dialect, by what they are about. */
export function DialectPage({ dialect }: { readonly dialect: Described }) {
  return (
    <>
      <Prose text={dialect.about} />
      {dialect.tags.map((tag) => (
        <section>
          <h2>
            <a href={`${REFERENCE}/${dialect.slug}/${slugOf(tag)}`}>{slugOf(tag)}</a>
          </h2>
          <ul class="docs-ops">
            {tag.operations.map(({ id, method, path, summary }) => (
              <li>
                <a class="plain" href={`${REFERENCE}/${dialect.slug}/${slugOf(tag)}#${id}`}>
                  <code>
                    <b>{method}</b> <Path path={path} />
                  </code>
                </a>
                <span>
                  <Inline text={summary} />
                </span>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </>
  )
}

/** The operations of one tag, in full. */
export function TagPage({ dialect, tag }: { readonly dialect: Described; readonly tag: Tag }) {
  return (
    <>
      <p class="sub">
        <a class="crumb" href={`${REFERENCE}/${dialect.slug}`}>
          ‹ {dialect.name}
        </a>
      </p>
      {tag.operations.map((operation) => (
        <OperationSection operation={operation} />
      ))}
    </>
  )
}

function OperationSection({ operation }: { readonly operation: Operation }) {
  const { id, method, path, summary, description, parameters, body, answers } = operation
  const done = answers.filter(({ status }) => status < '4')
  const refused = answers.filter(({ status }) => status >= '4')
  return (
    <section id={id} class="docs-op">
      <h2>
        <Inline text={summary} />
      </h2>
      <p class="docs-path">
        <code>
          <b>{method}</b> <Path path={path} />
        </code>
      </p>
      <Prose text={description} />
      <p class="sub">{credentialsOf(operation)}</p>
      {parameters.length > 0 && <Fields caption="Parameters" fields={parameters} />}
      {body !== null && body.fields.length > 0 && (
        <Fields caption={body.isForm ? 'Body, a form' : 'Body, JSON'} fields={body.fields} />
      )}
      <Code label={`Command: ${summary}`} text={curlOf(operation)} />
      {done.map((answer) => (
        <AnswerBlock answer={answer} of={summary} />
      ))}
      {refused.length > 0 && (
        <p class="sub">
          Refused:{' '}
          {refused.map(({ status, about }, at) => (
            <>
              {at > 0 && '; '}
              <b>{status === 'default' ? 'else' : status}</b> {about}
            </>
          ))}
        </p>
      )}
    </section>
  )
}

function credentialsOf({ credentials }: Operation): string {
  if (credentials.length === 0) return 'Asks for no credential.'
  return `Credential: ${credentials.map((name) => name.replaceAll('_', ' ').replace(/^api /, 'API ')).join(', or ')}.`
}

function AnswerBlock({
  answer: { status, about, fields, example },
  of,
}: {
  readonly answer: Answer
  readonly of: string
}) {
  return (
    <div class="docs-answer">
      <h3>
        {status} <span class="muted">{about}</span>
      </h3>
      {example !== undefined && example !== null && (
        <Code label={`Answer ${status}: ${of}`} text={JSON.stringify(example, null, 2)} />
      )}
      {fields.length > 0 && (
        <details class="tab">
          <summary>Members of the answer</summary>
          <Fields caption="Members of the answer" fields={fields} />
        </details>
      )}
    </div>
  )
}

function Fields({
  caption,
  fields,
}: {
  readonly caption: string
  readonly fields: readonly (Field & { readonly place?: string })[]
}) {
  return (
    <table class="docs-fields">
      <caption>{caption}</caption>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Meaning</th>
        </tr>
      </thead>
      <tbody>
        {fields.map(({ name, type, isRequired, about, place }) => (
          <tr>
            <th scope="row">
              <code>{name}</code>
              <small>{[place, isRequired ? 'required' : 'optional'].filter(Boolean).join(', ')}</small>
            </th>
            <td>
              <Inline text={about} />
              <small>{type}</small>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** Scrolls by itself when a line is long, so that the page does not; it can be reached by Tab for that. */
function Code({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    <section class="docs-code" tabindex={0} aria-label={label}>
      <pre>{text}</pre>
    </section>
  )
}

/** Lines may break behind a slash. */
function Path({ path }: { readonly path: string }) {
  return (
    <>
      {path.split('/').map((segment, at) => (
        <>
          {at > 0 && '/'}
          <wbr />
          {segment}
        </>
      ))}
    </>
  )
}
