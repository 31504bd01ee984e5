/** The word that the scripts of `clawflow completion` call the program with; what was typed follows. */
export const COMPLETE = "__complete";

/** Lines that tell the script to complete names of files by the shell's own means. */
export const SHELL_KINDS = { file: ":file", folder: ":folder" } as const;
