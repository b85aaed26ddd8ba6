// Starts sidecars for a test file and stops them with it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";

const program = process.env.SIDECAR ?? path.resolve(import.meta.dirname, "../../../artifacts/bin/Sidecar/release/Sidecar");

export async function freePort() {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** A folder of component files: { "name.yaml": "text" }. */
export function folder(files) {
  const at = fs.mkdtempSync(path.join(os.tmpdir(), "sidecar-javascript-"));
  for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(at, name), text);
  return at;
}

export const component = (name, type, metadata = {}) =>
  `apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata:\n  name: ${name}\nspec:\n  type: ${type}\n  version: v1\n  metadata:${
    Object.keys(metadata).length === 0 ? " []" : ""
  }\n${Object.entries(metadata).map(([key, value]) => `  - name: ${key}\n    value: ${JSON.stringify(value)}\n`).join("")}`;

export class Sidecar {
  static async start(appId, { appPort, appProtocol = "http", resources, home, env = {} }) {
    const sidecar = new Sidecar();
    sidecar.appId = appId;
    [sidecar.http, sidecar.grpc, sidecar.metrics] = [await freePort(), await freePort(), await freePort()];
    const flags = ["--app-id", appId, "--dapr-http-port", sidecar.http, "--dapr-grpc-port", sidecar.grpc, "--metrics-port", sidecar.metrics];
    if (appPort) flags.push("--app-port", appPort, "--app-protocol", appProtocol);
    if (resources) flags.push("--resources-path", resources);
    sidecar.output = "";
    sidecar.process = spawn(program, flags.map(String), { env: { ...process.env, HOME: home ?? os.tmpdir(), ...env } });
    for (const stream of [sidecar.process.stdout, sidecar.process.stderr]) stream.on("data", text => (sidecar.output += text));
    await sidecar.answers("/v1.0/healthz/outbound");
    return sidecar;
  }

  /** Ready when the app was found and asked for its subscriptions. */
  ready() { return this.answers("/v1.0/healthz"); }

  async answers(route) {
    for (const started = Date.now(); Date.now() - started < 60_000; ) {
      if (this.process.exitCode !== null) break;
      const status = await fetch(`http://127.0.0.1:${this.http}${route}`).then(answer => answer.status, () => 0);
      if (status === 204) return;
      await new Promise(resolve => setTimeout(resolve, 20));
    }
    throw new Error(`${this.appId} did not answer ${route}:\n${this.output}`);
  }

  async stop() {
    if (this.process.exitCode === null) {
      this.process.kill("SIGTERM");
      await once(this.process, "exit");
    }
    const complaints = this.output.split("\n").filter(line => /level=(error|fatal)/.test(line));
    if (complaints.length > 0) throw new Error(`${this.appId} logged errors:\n${complaints.join("\n")}`);
  }
}

/** Collects what arrives and waits until it is what a test wants. */
export class Inbox {
  items = [];
  waiting = new Set();
  add(item) {
    this.items.push(item);
    for (const look of this.waiting) look();
  }
  /** What `pick` makes of the items, once it is something. */
  async until(pick, timeout = 30_000) {
    return await new Promise((resolve, reject) => {
      const timer = setTimeout(() => end(reject, new Error(`did not arrive; these did: ${JSON.stringify(this.items)}`)), timeout);
      const end = (settle, value) => (clearTimeout(timer), this.waiting.delete(look), settle(value));
      const look = () => {
        const found = pick(this.items);
        if (found) end(resolve, found);
      };
      this.waiting.add(look);
      look();
    });
  }
  atLeast(count) { return this.until(items => items.length >= count && items); }
}

export const quiet = { service: { error() {}, warn() {}, info() {}, verbose() {}, debug() {} } };
