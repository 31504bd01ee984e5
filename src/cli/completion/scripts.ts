import { COMPLETE, SHELL_KINDS } from "./asking.ts";

export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

/** Scripts that ask the program itself, so that they need not know any of its commands. */
export const COMPLETION_SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `# Completion for bash; made by: clawflow completion bash
_clawflow() {
  local line kind="" word="\${COMP_WORDS[COMP_CWORD]}"
  [[ $word == "=" ]] && word=""
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      ${SHELL_KINDS.file}) kind=-f ;;
      ${SHELL_KINDS.folder}) kind=-d ;;
      *) COMPREPLY+=("\${line%%$'\\t'*}") ;;
    esac
  done < <(clawflow ${COMPLETE} "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  if [[ -n $kind ]]; then
    compopt -o filenames 2>/dev/null
    while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen "$kind" -- "$word")
  fi
}
complete -F _clawflow clawflow
`,
  zsh: `#compdef clawflow
# Completion for zsh; made by: clawflow completion zsh
_clawflow() {
  local line
  local -a found
  while IFS= read -r line; do
    case $line in
      ${SHELL_KINDS.file}) _files; return ;;
      ${SHELL_KINDS.folder}) _files -/; return ;;
      *$'\\t'*) found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}") ;;
      *) found+=("\${line//:/\\\\:}") ;;
    esac
  done < <(clawflow ${COMPLETE} "\${(@)words[2,CURRENT]}" 2>/dev/null)
  (( \${#found} )) && _describe clawflow found
}
if [[ $funcstack[1] == _clawflow ]]; then
  _clawflow "$@"
else
  compdef _clawflow clawflow
fi
`,
  fish: `# Completion for fish; made by: clawflow completion fish
function __clawflow_complete
  set -l words (commandline -opc)
  set -l current (commandline -ct)
  for line in (clawflow ${COMPLETE} $words[2..] "$current" 2>/dev/null)
    switch $line
      case ${SHELL_KINDS.file}
        __fish_complete_path "$current"
      case ${SHELL_KINDS.folder}
        __fish_complete_directories "$current"
      case '*'
        echo $line
    end
  end
end
complete -c clawflow -f -a '(__clawflow_complete)'
`,
};
