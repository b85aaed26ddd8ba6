// Workflows of the JavaScript SDK, its worker and its client, against the engine of the sidecar.
import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, describe, test } from "node:test";
import { DaprWorkflowClient, WorkflowRuntime } from "@dapr/dapr";
import { component, folder, Sidecar } from "./rig.mjs";

// The SDK tells of every work item; what fails is told by the tests.
for (const level of ["debug", "log", "info", "warn", "error"]) console[level] = () => {};

const { RUNNING, COMPLETED, FAILED, TERMINATED, PENDING, SUSPENDED } = { RUNNING: 0, COMPLETED: 1, FAILED: 3, TERMINATED: 5, PENDING: 6, SUSPENDED: 7 };
const until = 60;
let count = 0;
const next = name => `${name}-${++count}`;

// Activities and workflows by the names under which workers know them.
const calls = new Map();
const note = key => calls.set(key, (calls.get(key) ?? 0) + 1).get(key);
const activities = {
  add: async (_, [a, b]) => a + b,
  echo: async (_, value) => value,
  boom: async (_, text) => { throw new Error(`boom: ${text}`); },
  flaky: async (_, { key, times }) => { if (note(key) < times) throw new Error("not yet"); return calls.get(key); },
};
const workflows = {
  async *chain(ctx, n) { let sum = 0; for (let i = 1; i <= n; i++) sum = yield ctx.callActivity("add", [sum, i]); return sum; },
  async *fanOut(ctx, n) { const all = yield ctx.whenAll(Array.from({ length: n }, (_, i) => ctx.callActivity("echo", i + 1))); return all.reduce((a, b) => a + b, 0); },
  async *child(ctx, value) { return yield ctx.callActivity("echo", `child of ${value}`); },
  async *parent(ctx, value) { return yield ctx.callChildWorkflow("child", value); },
  async *parentOfNamed(ctx, id) { return yield ctx.callChildWorkflow("waits", null, id); },
  async *parentOfFailing(ctx, text) { try { return yield ctx.callChildWorkflow("fails", text); } catch (error) { return `caught ${error.message}`; } },
  async *timer(ctx, seconds) { yield ctx.createTimer(seconds); return "slept"; },
  async *waits(ctx) { ctx.setCustomStatus("waiting"); return yield ctx.waitForExternalEvent("Go"); },
  async *waitsLate(ctx) { yield ctx.createTimer(1); const first = yield ctx.waitForExternalEvent("go"); return [first, yield ctx.waitForExternalEvent("go")]; },
  async *eventOrTimer(ctx) { const event = ctx.waitForExternalEvent("go"); return (yield ctx.whenAny([event, ctx.createTimer(1)])) === event ? "event" : "timer"; },
  async *again(ctx, n) { if (n <= 1) return "done"; ctx.continueAsNew(n - 1, true); },
  async *collects(ctx, had) { had.push(yield ctx.waitForExternalEvent("item")); if (had.length === 3) return had; ctx.continueAsNew(had, true); },
  async *retries(ctx, key) {
    for (let attempt = 1; ; attempt++) {
      try { return yield ctx.callActivity("flaky", { key, times: 3 }); } catch (error) { if (attempt === 5) throw error; }
      yield ctx.createTimer(0.1);
    }
  },
  async *fails(ctx, text) { return yield ctx.callActivity("boom", text); },
  async *callsNobody(ctx) { return yield ctx.callActivity("nobody", 1); },
  async *tells(ctx) { ctx.setCustomStatus("one"); yield ctx.callActivity("echo", 1); ctx.setCustomStatus("two"); yield ctx.waitForExternalEvent("go"); },
};

async function work(sidecar) {
  const runtime = new WorkflowRuntime({ daprHost: "127.0.0.1", daprPort: String(sidecar.grpc) });
  for (const [name, body] of Object.entries(workflows)) runtime.registerWorkflowWithName(name, body);
  for (const [name, body] of Object.entries(activities)) runtime.registerActivityWithName(name, body);
  const before = await connected(sidecar);
  await runtime.start();
  while ((await connected(sidecar)) === before) await new Promise(resolve => setTimeout(resolve, 20));
  return runtime;
}

const connected = async sidecar => (await (await fetch(`http://127.0.0.1:${sidecar.http}/v1.0/metadata`)).json()).workflows?.connectedWorkers ?? 0;
const manage = async (sidecar, verb, path, body) => await fetch(`http://127.0.0.1:${sidecar.http}/v1.0/workflows/dapr/${path}`, { method: verb, body });
const clientOf = sidecar => new DaprWorkflowClient({ daprHost: "127.0.0.1", daprPort: String(sidecar.grpc) });
const stores = {
  "in-memory": () => component("wf", "state.in-memory", { actorStateStore: "true" }),
  sqlite: () => component("wf", "state.sqlite", { connectionString: `${folder({})}/wf.db`, actorStateStore: "true" }),
};

for (const [store, write] of Object.entries(stores)) {
  describe(`on ${store}`, () => {
    let sidecar, runtime, client;
    before(async () => {
      sidecar = await Sidecar.start(`js-workflow-${store}`, { resources: folder({ "wf.yaml": write() }) });
      runtime = await work(sidecar);
      client = clientOf(sidecar);
    });
    after(async () => {
      await client.stop();
      await runtime.stop();
      await sidecar.stop();
    });

    const run = async (name, input, id = next(name)) => {
      await client.scheduleNewWorkflow(name, input, id);
      return await client.waitForWorkflowCompletion(id, true, until);
    };
    const result = async (name, input) => {
      const state = await run(name, input);
      assert.equal(state.runtimeStatus, COMPLETED, state.serializedOutput ?? state.workflowFailureDetails?.getErrorMessage());
      return JSON.parse(state.serializedOutput);
    };
    const status = async id => (await client.getWorkflowState(id, true)).runtimeStatus;

    test("a chain hands each result on", async () => assert.equal(await result("chain", 10), 55));
    test("a fan-out of 200 comes together", async () => assert.equal(await result("fanOut", 200), 20_100));
    test("a hundred workflows run side by side", async () => assert.deepEqual(await Promise.all(Array.from({ length: 100 }, () => result("chain", 5))), Array(100).fill(15)));
    test("a parent gets its child's result", async () => assert.equal(await result("parent", "me"), "child of me"));
    test("a parent catches its child's failure", async () => assert.match(await result("parentOfFailing", "bad"), /caught .*boom: bad/));
    test("a timer fires no earlier than it should", async () => {
      const started = Date.now();
      assert.equal(await result("timer", 1), "slept");
      assert.ok(Date.now() - started >= 990);
    });
    test("a large value goes there and back", async () => assert.equal((await result("child", "x".repeat(500_000))).length, 500_009));

    test("an event that comes after the wait is taken, whatever the case of its name", async () => {
      const id = next("waits");
      await client.scheduleNewWorkflow("waits", undefined, id);
      assert.equal((await client.waitForWorkflowStart(id)).customStatus, "waiting");
      await client.raiseEvent(id, "GO", { n: 5 });
      assert.deepEqual(JSON.parse((await client.waitForWorkflowCompletion(id, true, until)).serializedOutput), { n: 5 });
    });
    test("events that come before the wait are kept in order", async () => {
      const id = next("waitsLate");
      await client.scheduleNewWorkflow("waitsLate", undefined, id);
      for (const n of [1, 2]) await client.raiseEvent(id, "go", n);
      assert.deepEqual(JSON.parse((await client.waitForWorkflowCompletion(id, true, until)).serializedOutput), [1, 2]);
    });
    test("a wait is given up when its timer is first", async () => assert.equal(await result("eventOrTimer"), "timer"));

    test("a workflow continues as new a hundred times", async () => assert.equal(await result("again", 100), "done"));
    test("events are carried into the next run", async () => {
      const id = next("collects");
      await client.scheduleNewWorkflow("collects", [], id);
      for (const n of [1, 2, 3]) await client.raiseEvent(id, "item", n);
      assert.deepEqual(JSON.parse((await client.waitForWorkflowCompletion(id, true, until)).serializedOutput), [1, 2, 3]);
    });

    test("what fails is tried again", async () => assert.equal(await result("retries", next("key")), 3));
    test("an activity that fails fails its workflow", async () => {
      const state = await run("fails", "bad");
      assert.equal(state.runtimeStatus, FAILED);
      assert.match(state.workflowFailureDetails.getErrorMessage(), /boom: bad/);
    });
    test("a workflow that nobody knows fails and says so", async () => {
      const state = await run("nobody", 1);
      assert.equal(state.runtimeStatus, FAILED);
      assert.equal(state.workflowFailureDetails.getErrorType(), "OrchestratorNotRegisteredError");
    });
    test("an activity that nobody knows fails its workflow", async () => assert.match((await run("callsNobody")).workflowFailureDetails.getErrorMessage(), /nobody/));

    test("what is suspended goes on when it is resumed, with the event that came meanwhile", async () => {
      const id = next("waits");
      await client.scheduleNewWorkflow("waits", undefined, id);
      await client.suspendWorkflow(id);
      assert.equal(await status(id), SUSPENDED);
      await client.raiseEvent(id, "go", "meanwhile");
      await assert.rejects(client.waitForWorkflowCompletion(id, true, 1));
      assert.equal(await status(id), SUSPENDED);
      await client.resumeWorkflow(id);
      assert.equal(JSON.parse((await client.waitForWorkflowCompletion(id, true, until)).serializedOutput), "meanwhile");
    });

    test("what is terminated ends with the caller's output", async () => {
      const id = next("waits");
      await client.scheduleNewWorkflow("waits", undefined, id);
      await client.terminateWorkflow(id, { by: "me" });
      const state = await client.getWorkflowState(id, true);
      assert.equal(state.runtimeStatus, TERMINATED);
      assert.deepEqual(JSON.parse(state.serializedOutput), { by: "me" });
      await client.raiseEvent(id, "go", 1);
      assert.equal(await status(id), TERMINATED);
    });
    test("the management API terminates children, too", async () => {
      const [id, childId] = [next("parentOfNamed"), next("named")];
      await client.scheduleNewWorkflow("parentOfNamed", childId, id);
      await client.waitForWorkflowStart(childId);
      assert.equal((await manage(sidecar, "POST", `${id}/terminate`)).status, 202);
      assert.equal((await client.waitForWorkflowCompletion(childId, true, until)).runtimeStatus, TERMINATED);
    });

    test("only what is over can be purged", async () => {
      const id = next("waits");
      await client.scheduleNewWorkflow("waits", undefined, id);
      await assert.rejects(client.purgeWorkflow(id), /has not yet completed/);
      await client.raiseEvent(id, "go", 1);
      await client.waitForWorkflowCompletion(id, true, until);
      assert.equal(await client.purgeWorkflow(id), true);
      assert.equal(await client.getWorkflowState(id, true), undefined);
      await assert.rejects(client.purgeWorkflow(id), /no such instance exists/);
    });

    test("an id is refused while it is in use and may be used again afterwards", async () => {
      const id = next("waits");
      await client.scheduleNewWorkflow("waits", undefined, id);
      await assert.rejects(client.scheduleNewWorkflow("waits", undefined, id), /already exists/);
      await client.raiseEvent(id, "go", 1);
      await client.waitForWorkflowCompletion(id, true, until);
      assert.equal((await run("chain", 3, id)).serializedOutput, "6");
    });

    test("a custom status is told as it changes", async () => {
      const id = next("tells");
      await client.scheduleNewWorkflow("tells", undefined, id);
      for (const started = Date.now(); (await client.getWorkflowState(id, true)).customStatus !== "two"; ) assert.ok(Date.now() - started < 30_000);
      await client.raiseEvent(id, "go", 1);
      assert.equal((await client.waitForWorkflowCompletion(id, true, until)).customStatus, "two");
    });

    test("a start in the future waits for its time", async () => {
      const id = next("later");
      await client.scheduleNewWorkflow("chain", 2, id, new Date(Date.now() + 1500));
      assert.equal(await status(id), PENDING);
      assert.equal((await client.waitForWorkflowCompletion(id, true, until)).serializedOutput, "3");
    });

    test("the management API tells of a workflow what the client tells", async () => {
      const id = next("http");
      assert.equal((await manage(sidecar, "POST", `waits/start?instanceID=${id}`, '{"a":1}')).status, 202);
      await client.waitForWorkflowStart(id);
      const told = await (await manage(sidecar, "GET", id)).json();
      assert.deepEqual([told.runtimeStatus, told.properties["dapr.workflow.input"], told.properties["dapr.workflow.custom_status"]], ["RUNNING", '{"a":1}', "waiting"]);
      assert.equal((await manage(sidecar, "POST", `${id}/raiseEvent/go`, "7")).status, 202);
      assert.equal((await client.waitForWorkflowCompletion(id, true, until)).serializedOutput, "7");
    });
  });
}

test("without a worker starts and events are kept until one comes", async () => {
  const sidecar = await Sidecar.start("js-workflow-lonely", { resources: folder({ "wf.yaml": stores["in-memory"]() }) });
  const client = clientOf(sidecar);
  await client.scheduleNewWorkflow("waits", undefined, "early");
  await client.raiseEvent("early", "go", "kept");
  assert.equal((await client.getWorkflowState("early", true)).runtimeStatus, PENDING);
  const runtime = await work(sidecar);
  assert.equal(JSON.parse((await client.waitForWorkflowCompletion("early", true, until)).serializedOutput), "kept");
  await client.stop();
  await runtime.stop();
  await sidecar.stop();
});

test("a sidecar that was killed goes on where it was", async () => {
  const resources = folder({ "wf.yaml": stores.sqlite() });
  const first = await Sidecar.start("js-workflow-killed", { resources });
  let runtime = await work(first), client = clientOf(first);
  await client.scheduleNewWorkflow("waits", undefined, "survivor");
  await client.scheduleNewWorkflow("timer", 2, "sleeper");
  first.process.kill("SIGKILL");
  await once(first.process, "exit");
  await client.stop();
  // The SDK's worker gives up for good when its first stream breaks.
  await runtime.stop().catch(() => {});
  const second = await Sidecar.start("js-workflow-killed", { resources });
  [runtime, client] = [await work(second), clientOf(second)];
  assert.equal((await client.getWorkflowState("survivor", true)).runtimeStatus, RUNNING);
  await client.raiseEvent("survivor", "go", "alive");
  assert.equal(JSON.parse((await client.waitForWorkflowCompletion("survivor", true, until)).serializedOutput), "alive");
  assert.equal(JSON.parse((await client.waitForWorkflowCompletion("sleeper", true, until)).serializedOutput), "slept");
  await client.stop();
  await runtime.stop();
  await second.stop();
});
