/** What was understood of an edit, in words: the same follows as YAML, for programs. */
export function withoutYaml(text: string): string {
  return text.replace(/\n```yaml\n[\s\S]*$/, "").trimEnd();
}
