import type { Amounts as AmountsOf } from "../../../protocol/amounts.ts";
import { amountRows, amountText } from "./format.ts";

interface AmountsProps {
  used?: AmountsOf | undefined;
  granted?: AmountsOf | undefined;
  left?: AmountsOf | undefined;
}

/** Tasks, tokens, money and time: what is used, of how much, and what is left. Nothing where nothing is known. */
export function Amounts(props: AmountsProps) {
  const rows = amountRows(props);
  if (rows.length === 0) return null;
  return (
    <ul class="amounts">
      {rows.map(({ kind, used = 0, granted, left }) => (
        <li key={kind}>
          <span>
            {amountText(kind, used)} used
            {granted === undefined ? "" : ` of ${amountText(kind, granted)}`}
            {left === undefined ? "" : `, ${amountText(kind, left)} left`}
          </span>
          {granted === undefined || granted === 0 ? null : (
            <meter
              min={0}
              max={granted}
              value={Math.min(used, granted)}
              high={granted * 0.8}
              optimum={0}
              aria-label={`${kind} used of what was granted`}
            />
          )}
        </li>
      ))}
    </ul>
  );
}
