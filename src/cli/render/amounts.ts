import { AMOUNT_KINDS, type Amounts } from "../../protocol/amounts.ts";

/** `12 tasks, 3400 tokens, 0.12 usd, 4.5 seconds` */
export function amountsText(amounts: Amounts): string {
  return AMOUNT_KINDS.flatMap((kind) =>
    amounts[kind] === undefined ? [] : [`${amounts[kind]} ${kind}`],
  ).join(", ");
}
