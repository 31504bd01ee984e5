import type { Notification } from "../protocol/notify.ts";
import { plainText } from "./json-body.ts";
import { lineOf } from "./message.ts";
import { runProgram } from "./run-command.ts";
import { DeadEnd, type Delivers } from "./types.ts";

const MOST_LINES = 5;
const MOST_TITLE = 120;
const MOST_LINE = 300;

/** Shows a message by what the system has for that. */
export function desktopDelivery(cwd: string, platform: NodeJS.Platform): NonNullable<Delivers["desktop"]> {
  return async (_, notification, signal) => {
    const { command, env } = desktopCommand(notification, platform);
    await runProgram(command, { cwd, input: "", env }, signal);
  };
}

/**
 * The program that shows it. What agents wrote is an argument behind all options, or stands in the environment: never a part of a
 * script, and never markup.
 *
 * @throws DeadEnd for a system of which nothing is known
 */
export function desktopCommand(
  notification: Notification,
  platform: NodeJS.Platform,
): { command: string[]; env: Record<string, string> } {
  const title = `Clawflow: ${plainText(notification.headline, MOST_TITLE)}`;
  const body = linesOf(notification).join("\n");
  switch (platform) {
    case "linux":
    case "freebsd":
    case "openbsd":
      return { command: ["notify-send", "--app-name=Clawflow", "--", title, escapeMarkup(body)], env: {} };
    case "darwin":
      return { command: ["osascript", ...MAC_SCRIPT, title, body], env: {} };
    case "win32":
      return {
        command: ["powershell.exe", "-NoProfile", "-NonInteractive", "-Command", WINDOWS_SCRIPT],
        env: { CLAWFLOW_NOTIFY_HEADLINE: title, CLAWFLOW_NOTIFY_TEXT: body },
      };
    default:
      throw new DeadEnd(`nothing is known that shows a notification on ${platform}`);
  }
}

function linesOf({ events, more = 0 }: Notification): string[] {
  const [first] = events;
  if (events.length === 1 && first !== undefined) {
    return [first.text, first.command ?? ""]
      .map((line) => plainText(line, MOST_LINE))
      .filter((line) => line !== "");
  }
  const lines = events.slice(0, MOST_LINES).map((event) => plainText(lineOf(event), MOST_LINE));
  const others = events.length + more - lines.length;
  return others > 0 ? [...lines, `and ${others} more`] : lines;
}

/** Servers of notifications on Linux read a few tags in the body. */
function escapeMarkup(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

const MAC_SCRIPT = [
  "-e",
  "on run argv",
  "-e",
  "display notification (item 2 of argv) with title (item 1 of argv)",
  "-e",
  "end run",
];

const WINDOWS_SCRIPT = [
  "$null = [Windows.UI.Notifications.ToastNotificationManager, Windows.UI.Notifications, ContentType = WindowsRuntime]",
  "$kind = [Windows.UI.Notifications.ToastTemplateType]::ToastText02",
  "$toast = [Windows.UI.Notifications.ToastNotificationManager]::GetTemplateContent($kind)",
  "$texts = $toast.GetElementsByTagName('text')",
  "$null = $texts.Item(0).AppendChild($toast.CreateTextNode($env:CLAWFLOW_NOTIFY_HEADLINE))",
  "$null = $texts.Item(1).AppendChild($toast.CreateTextNode($env:CLAWFLOW_NOTIFY_TEXT))",
  "$app = '{1AC14E77-02E7-4E5D-B744-2EB1AE5198B7}\\WindowsPowerShell\\v1.0\\powershell.exe'",
  "$show = [Windows.UI.Notifications.ToastNotificationManager]::CreateToastNotifier($app)",
  "$show.Show([Windows.UI.Notifications.ToastNotification]::new($toast))",
].join("; ");
