const TEXTS: Record<string, string> = {
  ENOENT: "no such file or directory",
  ENOTDIR: "not a directory",
  EISDIR: "illegal operation on a directory",
  EEXIST: "file already exists",
  ENOTEMPTY: "directory not empty",
  EPERM: "operation not permitted",
  EINVAL: "invalid argument",
  ENOSPC: "no space left on device",
  EIO: "i/o error",
  ENAMETOOLONG: "name too long",
  ELOOP: "too many symbolic links encountered",
};

/** An error as Node's file system gives it. */
export function diskError(code: string, call: string, path: string): NodeJS.ErrnoException {
  // Most of them are looked for and caught at once: the stack would cost more than the call.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  const error: NodeJS.ErrnoException = new Error(`${code}: ${TEXTS[code] ?? "failed"}, ${call} '${path}'`);
  Error.stackTraceLimit = stackTraceLimit;
  return Object.assign(error, { code, syscall: call, path });
}

/** Thrown into a process that was killed, at every call that it still makes. It must never be caught and survived. */
export class ProcessDied extends Error {
  override readonly name = "ProcessDied";
  constructor() {
    super("this process was killed");
  }
}
