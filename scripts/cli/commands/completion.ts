/** A shell's completion of commands and options, made from the commands themselves. */
import { Argument, Command } from 'commander'

export function completionCommand(program: Command): Command {
  return new Command('completion')
    .description('Print the completion script of a shell')
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish']))
    .addHelpText('after', '\nExample:\n  source <(latchkey completion bash)')
    .action((shell: 'bash' | 'zsh' | 'fish') => {
      process.stdout.write(SCRIPTS[shell](wordsOf(program)))
    })
}

/** By what was typed so far, which words may follow. */
function wordsOf(program: Command, path = ''): readonly (readonly [string, readonly string[]])[] {
  const own = program.commands.map((command) => command.name())
  const options = program.options.map(({ long }) => long ?? '').filter((long) => long !== '')
  return [
    [path, [...own, ...options]],
    ...program.commands.flatMap((command) => wordsOf(command, `${path} ${command.name()}`.trim())),
  ]
}

type Words = ReturnType<typeof wordsOf>

const cases = (words: Words) =>
  words
    .map(([path, next]) => `    '${path}') COMPREPLY=($(compgen -W '${next.join(' ')}' -- "$word")) ;;`)
    .join('\n')

const bash = (words: Words) => `_latchkey() {
  local word="\${COMP_WORDS[COMP_CWORD]}" path='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    [[ \${COMP_WORDS[i]} == -* ]] || path="\${path:+$path }\${COMP_WORDS[i]}"
  done
  case "$path" in
${cases(words)}
  esac
}
complete -F _latchkey latchkey
`

const SCRIPTS = {
  bash,
  zsh: (words: Words) => `autoload -U +X bashcompinit && bashcompinit\n${bash(words)}`,
  fish: (words: Words) =>
    words
      .flatMap(([path, next]) =>
        next.map((word) => {
          const seen =
            path === '' ? '__fish_use_subcommand' : `__fish_seen_subcommand_from ${path.split(' ').at(-1)}`
          return `complete -c latchkey -f -n '${seen}' -a '${word}'`
        }),
      )
      .join('\n')
      .concat('\n'),
} as const
