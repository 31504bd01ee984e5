/**
 * When the quiet hours end in which that moment is; `undefined`: it is in none.
 *
 * @param hours `22:00-07:00`, in the time zone of this machine; the same time twice is the whole day
 * @param now milliseconds since 1970, and so is what is returned
 */
export function quietUntil(hours: string, now: number): number | undefined {
  const [from = 0, to = 0] = hours.split("-").map(minutesOf);
  const date = new Date(now);
  const minute = date.getHours() * 60 + date.getMinutes();
  const isQuiet = from < to ? minute >= from && minute < to : minute >= from || minute < to;
  if (!isQuiet) return undefined;
  const end = new Date(now);
  if (minute >= to) end.setDate(end.getDate() + 1);
  end.setHours(Math.floor(to / 60), to % 60, 0, 0);
  // A time that the day does not have, where clocks are put forward, is taken for the next that it has.
  return Math.max(end.getTime(), now + 1);
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
}
