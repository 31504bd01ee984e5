// Whoever imports this finds OpenClaw as its plugins do, though it is installed for these tests alone.
import { registerHooks } from "node:module";

registerHooks({
  resolve(specifier, context, next) {
    const own = specifier.startsWith("openclaw/") ? { ...context, parentURL: import.meta.url } : context;
    return next(specifier, own);
  },
});
