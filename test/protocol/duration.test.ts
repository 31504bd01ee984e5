import { fc, test as property } from "@fast-check/vitest";
import { expect, test } from "vitest";
import { formatDuration, parseDuration } from "../../src/protocol/duration.ts";
import { codeOf } from "./code-of.ts";

test.each([
  ["500ms", 500],
  ["30s", 30_000],
  ["5m", 300_000],
  ["2h", 7_200_000],
  ["0s", 0],
])("%s", (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each(["", "30", "1.5h", "-1s", "5 m", "5M", "1d", "1h30m", "s", "9999999999999h"])(
  "refuses %j",
  (text) => {
    expect(codeOf(() => parseDuration(text, "limits.timeout", "E_CONFIG"))).toBe("E_CONFIG limits.timeout");
  },
);

property.prop([fc.nat()])("is written in the largest exact unit", (ms) => {
  expect(parseDuration(formatDuration(ms))).toBe(ms);
  expect(formatDuration(ms * 3_600_000)).toBe(ms === 0 ? "0ms" : `${ms}h`);
});
