// A worker for measurements: node five-steps.mjs READY_PORT GRPC_PORT
import http from "node:http";
import { WorkflowRuntime } from "@dapr/dapr";

const [readyPort, grpcPort] = process.argv.slice(2);
const runtime = new WorkflowRuntime({ daprHost: "127.0.0.1", daprPort: grpcPort });
runtime.registerActivityWithName("Step", async (_, number) => number + 1);
runtime.registerWorkflowWithName("Five", async function* (context, number) {
  for (let step = 0; step < 5; step++) number = yield context.callActivity("Step", number);
  return number;
});
await runtime.start();
http.createServer((_, answer) => answer.end("ready")).listen(Number(readyPort), "127.0.0.1");
