// The SDK as a client, over HTTP and over gRPC, against the same sidecar.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { CommunicationProtocolEnum, DaprClient, DaprServer, HttpMethod, StateConcurrencyEnum } from "@dapr/dapr";
import { component, folder, freePort, Inbox, quiet, Sidecar } from "./rig.mjs";

let sidecar, server, heard;

before(async () => {
  const home = folder({});
  const resources = folder({
    "store.yaml": component("store", "state.in-memory"),
    "pubsub.yaml": component("pubsub", "pubsub.in-memory"),
    "secrets.yaml": component("secrets", "secretstores.local.file", { secretsFile: `${home}/secrets.json`, nestedSeparator: ":" }),
  });
  await import("node:fs").then(fs => fs.writeFileSync(`${home}/secrets.json`, '{"plain":"p","nested":{"inner":"i"}}'));
  const appPort = await freePort();
  sidecar = await Sidecar.start("js-client", { appPort, resources, home });
  server = new DaprServer({ serverHost: "127.0.0.1", serverPort: String(appPort), clientOptions: { daprHost: "127.0.0.1", daprPort: String(sidecar.http) }, logger: quiet });
  heard = new Inbox();
  await server.pubsub.subscribe("pubsub", "news", async data => heard.add(data));
  await server.invoker.listen("hello", async call => ({ said: call.body, query: call.query }), { method: HttpMethod.POST });
  await server.invoker.listen("greeting", async () => ({ hello: "world" }), { method: HttpMethod.GET });
  await server.start();
  await sidecar.ready();
});

// The sidecar first: the server waits until its callers are gone.
after(async () => {
  await sidecar.stop();
  await server.stop();
});

/** The SDK gives an error back over HTTP and throws it over gRPC. */
const errorOf = call => call.then(answer => String(answer.error), error => String(error.error ?? error));

for (const [name, protocol] of [["HTTP", CommunicationProtocolEnum.HTTP], ["gRPC", CommunicationProtocolEnum.GRPC]]) {
  describe(`over ${name}`, () => {
    let client;
    before(() => {
      const port = protocol === CommunicationProtocolEnum.HTTP ? sidecar.http : sidecar.grpc;
      client = new DaprClient({ daprHost: "127.0.0.1", daprPort: String(port), communicationProtocol: protocol, logger: quiet });
    });
    after(() => client.stop());
    const key = text => `${name}-${text}`;

    test("a value that was saved is read back", async () => {
      assert.equal((await client.state.save("store", [{ key: key("one"), value: { a: 1 } }, { key: key("two"), value: "text" }])).error, undefined);
      assert.deepEqual(await client.state.get("store", key("one")), { a: 1 });
      assert.deepEqual(await client.state.get("store", key("two")), "text");
    });

    test("a key that does not exist reads as nothing", async () => assert.equal(await client.state.get("store", key("none")), ""));

    test("many keys are read at once", async () => {
      await client.state.save("store", [{ key: key("b1"), value: 1 }, { key: key("b2"), value: { x: [1, 2] } }]);
      const items = await client.state.getBulk("store", [key("b1"), key("b2"), key("b3")]);
      const values = Object.fromEntries(items.map(item => [item.key, item.data]));
      assert.deepEqual(values[key("b2")], { x: [1, 2] });
      assert.equal(items.length, 3);
    });

    test("a stale etag is refused", async () => {
      await client.state.save("store", [{ key: key("etag"), value: 1 }]);
      const stale = { key: key("etag"), value: 2, etag: "stale", options: { concurrency: StateConcurrencyEnum.CONCURRENCY_FIRST_WRITE } };
      assert.match(await errorOf(client.state.save("store", [stale])), /etag mismatch/);
      assert.equal(await client.state.get("store", key("etag")), 1);
    });

    test("a value that was deleted is gone", async () => {
      await client.state.save("store", [{ key: key("gone"), value: 1 }]);
      assert.equal((await client.state.delete("store", key("gone"))).error, undefined);
      assert.equal(await client.state.get("store", key("gone")), "");
    });

    test("a transaction writes and deletes together", async () => {
      await client.state.save("store", [{ key: key("t1"), value: 1 }]);
      await client.state.transaction("store", [
        { operation: "delete", request: { key: key("t1") } },
        { operation: "upsert", request: { key: key("t2"), value: "done" } },
      ]);
      assert.equal(await client.state.get("store", key("t1")), "");
      assert.equal(await client.state.get("store", key("t2")), "done");
    });

    test("an unknown store is an error that names it", async () => await assert.rejects(client.state.get("nowhere", "k"), /nowhere/));

    test("a published object reaches its subscriber", async () => {
      assert.equal((await client.pubsub.publish("pubsub", "news", { from: name })).error, undefined);
      assert.ok(await heard.until(items => items.find(item => item.from === name)));
    });

    test("messages published in bulk all arrive", async () => {
      const result = await client.pubsub.publishBulk("pubsub", "news", [{ entryID: "a", event: { bulk: `${name}-a` } }, { entryID: "b", event: { bulk: `${name}-b` } }]);
      assert.deepEqual(result.failedMessages, []);
      const arrived = await heard.until(items => {
        const mine = items.filter(item => item.bulk?.startsWith(name)).map(item => item.bulk);
        return mine.length >= 2 && mine;
      });
      assert.deepEqual(arrived.sort(), [`${name}-a`, `${name}-b`]);
    });

    test("publishing to an unknown component says so", async () => {
      assert.match(await errorOf(client.pubsub.publish("nowhere", "news", { a: 1 })), /nowhere/);
    });

    test("a method of an app is invoked with its body", async () => {
      const answer = await client.invoker.invoke("js-client", "hello", HttpMethod.POST, { name });
      assert.deepEqual(JSON.parse(answer.said), { name });
    });

    test("a method of an app is invoked without one", async () =>
      assert.deepEqual(await client.invoker.invoke("js-client", "greeting", HttpMethod.GET), { hello: "world" }));

    test("an app that nobody knows cannot be invoked", async () => await assert.rejects(client.invoker.invoke("nobody", "hello", HttpMethod.POST, {})));

    test("secrets are read", async () => {
      assert.deepEqual(await client.secret.get("secrets", "plain"), { plain: "p" });
      const all = await client.secret.getBulk("secrets");
      assert.ok(JSON.stringify(all).includes("nested:inner"));
    });

    test("metadata is read and set", async () => {
      assert.equal(await client.metadata.set(`note-${name}`, "kept"), true);
      const metadata = await client.metadata.get();
      assert.equal(metadata.id, "js-client");
      assert.ok(JSON.stringify(metadata).includes("kept"));
    });

    test("the sidecar is healthy", async () => assert.equal(await client.health.isHealthy(), true));
  });
}
