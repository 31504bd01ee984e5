export const MAILBOXES = [];
export async function compareHandOffs() {
  return { tables: "", data: {} };
}
