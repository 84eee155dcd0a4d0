/** The page of the command line in docs, made from the commands themselves. */
import type { Command } from 'commander'

const HEAD = `# Command line

<!-- Made by \`npm run reference\`: change the commands instead. -->

Data goes to standard output, everything else to standard error. A command prints a table for people; \`--json\` prints what the
API answers, \`--field\` one member of it, \`-q\` ids only. Secrets come from files, pipes or prompts, never from the command line.

| exit code | means |
|---|---|
| 0 | done |
| 1 | failed |
| 2 | the command was not understood, or a setting is bad |
| 3 | the server refused |
| 4 | not signed in |
| 5 | the server cannot be reached |

\`LATCHKEY_URL\` and \`LATCHKEY_API_KEY\` (\`api_ID:SECRET\`) go before any context; \`LATCHKEY_CONTEXT\` names one. Contexts are in
\`~/.config/latchkey/config.json\`, readable by you only.
`

export function commandReference(program: Command): string {
  const chapters = leavesOf(program, program.name()).map(([path, command]) => chapter(path, command))
  return `${HEAD}\n${optionsTable(program)}\n${chapters.join('\n')}`
}

/** Each command that does something, with the words that lead to it. */
export function leavesOf(command: Command, path: string): (readonly [string, Command])[] {
  if (command.commands.length === 0) return [[path, command]]
  return command.commands.flatMap((child) => leavesOf(child, `${path} ${child.name()}`))
}

function chapter(path: string, command: Command): string {
  const names = command.registeredArguments.map((argument) => {
    const name = `${argument.name()}${argument.variadic ? '…' : ''}`
    return argument.required ? `<${name}>` : `[${name}]`
  })
  const synopsis = [path, ...names, ...(command.options.length > 0 ? ['[options]'] : [])].join(' ')
  const examples = examplesOf(command).map((line) => `    ${line}`)
  return [
    `## ${path}`,
    '',
    `${command.description()}.`,
    '',
    `    ${synopsis}`,
    '',
    ...(command.options.length > 0 ? [optionsTable(command)] : []),
    `Example${examples.length > 1 ? 's' : ''}:`,
    '',
    ...examples,
    '',
  ].join('\n')
}

function optionsTable(command: Command): string {
  const rows = command.options.map(
    ({ flags, description, argChoices, defaultValue, defaultValueDescription }) => {
      const choices = argChoices ? [`one of ${argChoices.join(', ')}`] : []
      const shown = defaultValueDescription ?? (typeof defaultValue === 'boolean' ? undefined : defaultValue)
      const byDefault = shown === undefined ? '' : ` (${shown})`
      return `| \`${flags}\` | ${[description, ...choices].filter((part) => part !== '').join('; ')}${byDefault} |`
    },
  )
  return ['| option | |', '|---|---|', ...rows, ''].join('\n')
}

/** What its help shows below `Example:`. */
export function examplesOf(command: Command): readonly string[] {
  let help = ''
  const before = command.configureOutput().writeOut
  command.configureOutput({ writeOut: (text) => (help += text) })
  command.outputHelp()
  command.configureOutput({ writeOut: before ?? ((text) => process.stdout.write(text)) })
  const [, examples = ''] = help.split(/\nExamples?:\n/)
  return examples
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}
