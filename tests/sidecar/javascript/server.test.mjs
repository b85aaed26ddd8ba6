// The SDK as an app: subscriptions and methods, over HTTP and over gRPC.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { CommunicationProtocolEnum, DaprPubSubStatusEnum, DaprServer, HttpMethod } from "@dapr/dapr";
import { component, folder, freePort, Inbox, quiet, Sidecar } from "./rig.mjs";

for (const [name, protocol, appProtocol] of [["HTTP", CommunicationProtocolEnum.HTTP, "http"], ["gRPC", CommunicationProtocolEnum.GRPC, "grpc"]]) {
  describe(`an app that speaks ${name}`, () => {
    let sidecar, server, plain, routed, dead, bulk, ticks, metadata;

    before(async () => {
      const resources = folder({
        "pubsub.yaml": component("pubsub", "pubsub.in-memory"),
        "tick.yaml": component("tick", "bindings.cron", { schedule: "@every 1s", direction: "input" }),
      });
      const appPort = await freePort();
      sidecar = await Sidecar.start(`js-${appProtocol}`, { appPort, appProtocol, resources, home: folder({}) });
      const daprPort = String(protocol === CommunicationProtocolEnum.HTTP ? sidecar.http : sidecar.grpc);
      server = new DaprServer({
        serverHost: "127.0.0.1", serverPort: String(appPort), communicationProtocol: protocol, logger: quiet,
        clientOptions: { daprHost: "127.0.0.1", daprPort, communicationProtocol: protocol },
      });
      [plain, routed, dead, bulk, ticks, metadata] = Array.from({ length: 6 }, () => new Inbox());
      await server.pubsub.subscribe("pubsub", "plain", async (data, headers) => { plain.add(data); metadata.add(headers); });
      await server.pubsub.subscribeWithOptions("pubsub", "routed", {
        route: { rules: [{ match: 'event.type == "special"', path: "/special" }], default: "/usual" },
      });
      server.pubsub.subscribeToRoute("pubsub", "routed", "/special", async data => routed.add({ to: "special", data }));
      server.pubsub.subscribeToRoute("pubsub", "routed", "/usual", async data => routed.add({ to: "default", data }));
      await server.pubsub.subscribeWithOptions("pubsub", "poison", { callback: async () => DaprPubSubStatusEnum.DROP, deadLetterTopic: "dead" });
      await server.pubsub.subscribe("pubsub", "dead", async data => dead.add(data));
      await server.pubsub.subscribeBulk("pubsub", "bulk", async data => bulk.add(data), { maxMessagesCount: 5, maxAwaitDurationMs: 100 });
      await server.binding.receive("tick", async () => ticks.add("tick"));
      await server.invoker.listen("sum", async call => ({ sum: JSON.parse(call.body).reduce((a, b) => a + b, 0) }), { method: HttpMethod.POST });
      await server.start();
      await sidecar.ready();
    });

    // The sidecar first: the server waits until its callers are gone.
    after(async () => {
      await sidecar.stop();
      await server.stop();
    });

    const publish = (topic, body, query = "") =>
      fetch(`http://127.0.0.1:${sidecar.http}/v1.0/publish/pubsub/${topic}${query}`, { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } })
        .then(answer => assert.equal(answer.status, 204));

    test("gets what is published", async () => {
      await publish("plain", { n: 1 });
      assert.deepEqual((await plain.atLeast(1))[0], { n: 1 });
    });

    test("gets a message by the rule that it matches", async () => {
      await publish("routed", { n: 1 }, "?metadata.cloudevent.type=special");
      await publish("routed", { n: 2 });
      const items = await routed.atLeast(2);
      assert.deepEqual(items.find(item => item.data.n === 1).to, "special");
      assert.deepEqual(items.find(item => item.data.n === 2).to, "default");
    });

    test("sees a message that it dropped on the dead-letter topic", async () => {
      await publish("poison", { n: 3 });
      assert.deepEqual((await dead.atLeast(1))[0], { n: 3 });
    });

    test("gets messages in bulk", async () => {
      for (const n of [1, 2, 3]) await publish("bulk", { n });
      const items = await bulk.atLeast(3);
      assert.deepEqual(items.map(item => item.n).sort(), [1, 2, 3]);
    });

    test("hears the clock", async () => assert.ok((await ticks.atLeast(1)).length >= 1));

    test("answers an invocation", async () => {
      const answer = await fetch(`http://127.0.0.1:${sidecar.http}/v1.0/invoke/js-${appProtocol}/method/sum`, {
        method: "POST", body: "[1,2,3]", headers: { "content-type": "application/json" },
      });
      assert.equal(answer.status, 200);
      assert.deepEqual(await answer.json(), { sum: 6 });
    });

    test("is named in the metadata with its subscriptions", async () => {
      const about = await (await fetch(`http://127.0.0.1:${sidecar.http}/v1.0/metadata`)).json();
      assert.deepEqual(about.subscriptions.map(subscription => subscription.topic).sort(), ["bulk", "dead", "plain", "poison", "routed"]);
    });
  });
}
