import { useState } from "preact/hooks";
import { Dialog } from "./dialog.tsx";
import { areShortcutsOn, SHORTCUTS, setShortcuts } from "./shortcuts.ts";

export function ShortcutsDialog({ onClose }: { onClose(): void }) {
  const [isOn, setOn] = useState(areShortcutsOn);
  return (
    <Dialog title="Keys" onClose={onClose}>
      <table class="keys">
        <thead>
          <tr>
            <th scope="col">Key</th>
            <th scope="col">What it does</th>
          </tr>
        </thead>
        <tbody>
          {SHORTCUTS.map(([keys, does]) => (
            <tr key={keys}>
              <td>
                <kbd>{keys}</kbd>
              </td>
              <td>{does}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <label class="check">
        <input
          type="checkbox"
          checked={isOn}
          onChange={() => {
            setShortcuts(!isOn);
            setOn(!isOn);
          }}
        />{" "}
        Keys do this
      </label>
      <div class="buttons">
        <button type="button" class="primary" onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  );
}
