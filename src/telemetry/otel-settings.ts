/** Where traces go, as the standard variables of OpenTelemetry say it. */
export interface OtelSettings {
  url: string;
  headers: Record<string, string>;
  /** Of one request, milliseconds. */
  timeout: number;
  resource: Record<string, string>;
}

type Env = Readonly<Record<string, string | undefined>>;

const TIMEOUT = 10_000;

/**
 * @returns `undefined` where nothing is to be exported; in words what is wrong with the variables, where something is
 */
export function readOtelSettings(env: Env): OtelSettings | { problem: string } | undefined {
  const url = urlOf(env);
  if (url === undefined || isOff(env)) return undefined;
  if (!/^https?:$/.test(protocolOf(url)))
    return { problem: `not a URL of OTLP over HTTP: ${JSON.stringify(url)}` };
  const protocol = env.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL || env.OTEL_EXPORTER_OTLP_PROTOCOL;
  if (protocol === "grpc")
    return { problem: "traces go by http/json alone, and OTEL_EXPORTER_OTLP_PROTOCOL says grpc" };
  const timeout = Number(env.OTEL_EXPORTER_OTLP_TRACES_TIMEOUT || env.OTEL_EXPORTER_OTLP_TIMEOUT || TIMEOUT);
  return {
    url,
    headers: {
      ...pairsOf(env.OTEL_EXPORTER_OTLP_HEADERS),
      ...pairsOf(env.OTEL_EXPORTER_OTLP_TRACES_HEADERS),
    },
    timeout: Number.isFinite(timeout) && timeout > 0 ? timeout : TIMEOUT,
    resource: resourceOf(env),
  };
}

/** `service.name` and what else describes this process. */
export function resourceOf(env: Env): Record<string, string> {
  const given = pairsOf(env.OTEL_RESOURCE_ATTRIBUTES);
  return { ...given, "service.name": env.OTEL_SERVICE_NAME || given["service.name"] || "clawflow" };
}

function urlOf(env: Env): string | undefined {
  const own = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT?.trim();
  if (own) return own;
  const base = env.OTEL_EXPORTER_OTLP_ENDPOINT?.trim();
  return base ? `${base.replace(/\/+$/, "")}/v1/traces` : undefined;
}

function isOff(env: Env): boolean {
  const isDisabled = env.OTEL_SDK_DISABLED?.trim().toLowerCase() === "true";
  return isDisabled || env.OTEL_TRACES_EXPORTER === "none" || env.OTEL_TRACES_SAMPLER === "always_off";
}

function protocolOf(url: string): string {
  return URL.canParse(url) ? new URL(url).protocol : "";
}

/** `key=value,…`, with percent-encoded values; what is no pair is passed over. */
function pairsOf(text = ""): Record<string, string> {
  const pairs = text.split(",").flatMap((pair): [string, string][] => {
    const at = pair.indexOf("=");
    const key = pair.slice(0, at).trim();
    return at < 1 || key === "" ? [] : [[key, decoded(pair.slice(at + 1).trim())]];
  });
  return Object.fromEntries(pairs);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
