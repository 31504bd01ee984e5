import type { AttributeValue, Span } from "./span.ts";

const KINDS = { internal: 1, client: 3, producer: 4, consumer: 5 } as const;

/** The body of an OTLP/HTTP request in JSON: ids in hex, times as strings of nanoseconds. */
export function otlpTraces(
  spans: readonly Span[],
  resource: Readonly<Record<string, AttributeValue>>,
  version: string,
): unknown {
  return {
    resourceSpans: [
      {
        resource: { attributes: attributesOf(resource) },
        scopeSpans: [{ scope: { name: "clawflow", version }, spans: spans.map(spanOf) }],
      },
    ],
  };
}

function spanOf({ trace, id, parent, name, kind, start, end, attributes, error }: Span): unknown {
  return {
    traceId: trace,
    spanId: id,
    ...(parent === undefined ? {} : { parentSpanId: parent }),
    name,
    kind: KINDS[kind],
    startTimeUnixNano: nanos(start),
    endTimeUnixNano: nanos(end),
    attributes: attributesOf(attributes),
    status: error === undefined ? {} : { code: 2, message: error.slice(0, 500).toWellFormed() },
  };
}

function nanos(ms: number): string {
  return (BigInt(Math.round(ms * 1000)) * 1000n).toString();
}

function attributesOf(values: Readonly<Record<string, AttributeValue>>): unknown[] {
  return Object.entries(values).map(([key, value]) => ({ key, value: attributeValue(value) }));
}

function attributeValue(value: AttributeValue): unknown {
  if (typeof value === "boolean") return { boolValue: value };
  if (typeof value === "string") return { stringValue: value.toWellFormed() };
  return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}
