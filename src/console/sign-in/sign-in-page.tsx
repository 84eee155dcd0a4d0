import { Bit, Wordmark } from '../components/page/icon.tsx'
import type { FieldErrors } from '../edge/form.ts'
import type { View } from '../edge/visit.ts'

export type SignInForm = {
  readonly email?: string
  /** The path that was asked for. */
  readonly to: string
  readonly errors?: FieldErrors
  /** Of the deployment, without its scheme. */
  readonly host: string
}

export function signInView({ email = '', to, errors = {}, host }: SignInForm): View {
  return {
    title: 'Sign in',
    status: Object.keys(errors).length > 0 ? 422 : 200,
    content: (
      <div class="solo">
        <main>
          <Wordmark />
          <div class="card">
            <Bit />
            <h1>Sign in to Latchkey</h1>
            <form class="form" method="post" action="/console/sign-in">
              <input type="hidden" name="to" value={to} />
              <div class="field">
                <label for="email">Email</label>
                <input
                  class="in"
                  id="email"
                  name="email"
                  type="email"
                  autocomplete="username"
                  value={email}
                  required
                />
              </div>
              <Field
                id="pw"
                label="Password"
                error={errors.password}
                input={{ name: 'password', type: 'password', autocomplete: 'current-password' }}
              />
              <button class="b go wide" type="submit">
                Sign in
              </button>
            </form>
            <p class="or">or</p>
            <form class="form" id="with-code" method="post" action="/console/sign-in/code">
              <input type="hidden" name="to" value={to} />
              <Field
                id="code"
                label="One-time code"
                hint="In the server’s first lines, where it was started in a terminal. Works once, for five minutes."
                error={errors.code}
                input={{
                  name: 'code',
                  class: 'in mono code8',
                  autocomplete: 'one-time-code',
                  autocapitalize: 'characters',
                  spellcheck: 'false',
                }}
              />
              <button class="b wide" type="submit">
                Continue with the code
              </button>
            </form>
          </div>
        </main>
        <footer>
          <span>{host}</span>
          <a href="/docs/api">API reference</a>
        </footer>
      </div>
    ),
  }
}

function Field({
  id,
  label,
  hint,
  error,
  input,
}: {
  id: string
  label: string
  hint?: string
  error?: string | undefined
  input: Record<string, string>
}) {
  const described = error ? `${id}-e` : hint && `${id}-h`
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        class="in"
        id={id}
        required
        aria-invalid={error ? 'true' : undefined}
        aria-describedby={described}
        {...input}
      />
      {error && (
        <p class="err" id={`${id}-e`}>
          {error}
        </p>
      )}
      {hint && !error && (
        <p class="hint" id={`${id}-h`}>
          {hint}
        </p>
      )}
    </div>
  )
}
