import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Certificate } from "./faulty-proxy.ts";

/** A certificate for this machine that nobody has signed but itself. `file`: where it stands, for NODE_EXTRA_CA_CERTS. */
export function certificate(): Certificate & { file: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), "clawflow-certificate-"));
  const key = join(folder, "key.pem");
  const file = join(folder, "cert.pem");
  const options =
    "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=clawflow";
  const names = ["-addext", "subjectAltName=IP:127.0.0.1"];
  execFileSync("openssl", [...options.split(" "), ...names, "-keyout", key, "-out", file], {
    stdio: "ignore",
  });
  const remove = () => rmSync(folder, { recursive: true, force: true });
  return { key: readFileSync(key), cert: readFileSync(file), file, remove };
}
