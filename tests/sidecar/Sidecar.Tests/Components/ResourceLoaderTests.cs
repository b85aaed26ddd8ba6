using Sidecar.Components;
using Sidecar.PubSub.Subscriptions;

namespace Sidecar.Tests.Components;

public sealed class ResourceLoaderTests
{
    [Fact]
    public void Everything_that_is_wrong_in_all_files_is_told_at_once_with_file_and_line()
    {
        using var folder = new ResourceFolder(
            ("a.yaml", """
                apiVersion: dapr.io/v1alpha1
                kind: Component
                metadata:
                  name: one
                spec:
                  type: state.postgressql
                  version: v1
                  initTimeout: soon
                  ignoreErrors: "yes"
                  metadata: { connectionString: x }
                """),
            ("b.yaml", """
                apiVersion: dapr.io/v1alpha1
                kind: Component
                spec:
                  version: v1
                ---
                apiVersion: dapr.io/v1alpha1
                kind: Component
                metadata: { name: two, bad
                """),
            ("c.yml", """
                apiVersion: dapr.io/v1alpha1
                kind: Component
                metadata: { name: three }
                spec:
                  type: state.redis
                  version: v7
                  metadata:
                  - name: redisPassword
                    secretKeyRef: { name: redis }
                auth: { secretStore: vault }
                """),
            ("d.yaml", """
                kind: Resiliency
                spec:
                  policies:
                    timeouts: { slow: 5 minutes }
                    retries:
                      r: { policy: linear, matching: { httpStatusCodes: 500-200 } }
                    circuitBreakers:
                      b: { trip: consecutiveFailures > }
                """));

        Assert.Equal(
            [
                "a.yaml:6: component one: couldn't find state store state.postgressql/v1; did you mean state.postgresql?",
                "a.yaml:8: spec.initTimeout is \"soon\" and should be a duration such as 500ms, 20s or 1h30m",
                "a.yaml:9: spec.ignoreErrors is \"yes\" and should be true or false, without quotes",
                "a.yaml:10: spec.metadata should be a list",
                "b.yaml:1: metadata.name is missing",
                "b.yaml:4: spec.type is missing",
                "b.yaml:8: this is not valid YAML: While parsing a flow mapping, did not find expected ',' or '}'",
                "c.yml:5: component three: couldn't find state store state.redis/v7; state.redis has the versions v0, v1",
                "d.yaml:4: spec.policies.timeouts.slow is \"5 minutes\" and should be a duration such as 500ms, 20s or 1h30m",
                "d.yaml:6: spec.policies.retries.r.policy is \"linear\" and should be constant or exponential",
                "d.yaml:6: spec.policies.retries.r.matching: invalid pattern 500-200, start value should not bigger than end value",
                "d.yaml:8: spec.policies.circuitBreakers.b.trip \"consecutiveFailures >\" is not understood: something is missing at the end of: consecutiveFailures >",
            ],
            folder.Short(folder.Load().Problems));
    }

    [Fact]
    public void Names_that_nobody_knows_are_noted_with_what_they_may_have_meant()
    {
        using var folder = new ResourceFolder(("a.yaml", """
            apiVersion: dapr.io/v1alpha1
            kind: Component
            metadata: { name: one, label: x }
            specs: {}
            spec:
              type: state.in-memory
              initTimout: 3s
              metadata:
              - name: key
                valeu: x
            """));

        var resources = folder.Load();

        Assert.Empty(resources.Problems);
        Assert.Equal(
            [
                "a.yaml:3: metadata.label means nothing to Dapr; did you mean labels?",
                "a.yaml:4: specs means nothing to Dapr; did you mean spec?",
                "a.yaml:7: spec.initTimout means nothing to Dapr; did you mean initTimeout?",
                "a.yaml:10: spec.metadata[0].valeu means nothing to Dapr; did you mean value?",
            ],
            folder.Short(resources.Notes));
    }

    [Fact]
    public void A_component_out_of_scope_or_of_another_namespace_does_not_exist()
    {
        using var folder = new ResourceFolder(
            ("a.yaml", ResourceFolder.Component("mine", "state.in-memory", "scopes: [other, shop]")),
            ("b.yaml", ResourceFolder.Component("theirs", "state.unknown", "scopes: [other]")),
            ("c.yaml", ResourceFolder.Component("{ name: x }", "state.in-memory").Replace("{ name: { name: x } }", "{ name: far, namespace: far }")));

        Assert.Equal(["mine"], folder.Load(@namespace: "here").Components.Select(component => component.Name));
        Assert.Equal(["mine", "far"], folder.Load().Components.Select(component => component.Name));
        Assert.Empty(folder.Load().Problems);
    }

    [Fact]
    public void A_name_may_be_taken_once()
    {
        using var folder = new ResourceFolder(
            ("a.yaml", ResourceFolder.Component("one", "state.in-memory")),
            ("b.yaml", ResourceFolder.Component("one", "pubsub.in-memory")));

        var problem = Assert.Single(folder.Short(folder.Load().Problems));

        Assert.StartsWith("b.yaml:1: duplicate definition of Component name one (pubsub.in-memory/v1) with existing one (state.in-memory/v1)", problem);
    }

    [Fact]
    public void Files_that_are_no_YAML_and_folders_inside_are_left_out()
    {
        using var folder = new ResourceFolder(("a.json", "{}"), ("b.YML", ResourceFolder.Component("one", "state.in-memory")));
        Directory.CreateDirectory(Path.Combine(folder.Path, "inner.yaml"));

        var resources = folder.Load();

        Assert.Equal(["one"], resources.Components.Select(component => component.Name));
        Assert.Equal(["a.json: this is no YAML file and is left out"], folder.Short(resources.Notes));
    }

    [Fact]
    public void A_folder_that_does_not_exist_is_a_problem()
    {
        var problem = Assert.Single(ResourceLoader.Load(["/nowhere/at/all"], "shop", "").Problems);

        Assert.Equal("/nowhere/at/all: this resources path does not exist", problem.ToString());
    }

    [Fact]
    public void Kinds_that_Dapr_does_not_read_from_folders_are_noted()
    {
        using var folder = new ResourceFolder(("a.yaml", """
            # only a comment
            ---
            kind: Componet
            ---
            - a list
            ---
            apiVersion: dapr.io/v2
            kind: Component
            ---
            kind: Configuration
            ---
            name: none
            """));

        Assert.Equal(
            [
                "a.yaml:3: kind Componet is not known here and is left out; did you mean Component?",
                "a.yaml:5: this document is no mapping and is left out",
                "a.yaml:7: apiVersion \"dapr.io/v2\" of kind Component is not known and the document is left out; it should be dapr.io/v1alpha1",
                "a.yaml:10: a Configuration is read from --config only and is left out here",
                "a.yaml:12: this document has no kind and is left out",
            ],
            folder.Short(folder.Load().Notes));
    }

    [Fact]
    public void A_resiliency_document_counts_only_as_the_first_of_its_file()
    {
        using var folder = new ResourceFolder(
            ("a.yaml", ResourceFolder.Component("one", "state.in-memory") + "\n---\nkind: Resiliency\nmetadata: { name: late }\n"),
            ("b.yaml", "# first\n---\nkind: Resiliency\nmetadata: { name: first }\n---\nkind: Resiliency\nmetadata: { name: second }\n"),
            ("c.yaml", "kind: Resiliency\nmetadata: { name: theirs }\nscopes: [other]\n"));

        var resources = folder.Load();

        Assert.Equal(["first"], resources.Resiliencies.Select(document => document.Name));
        Assert.Equal(
            [
                "a.yaml:7: Resiliency late is left out, as by Dapr, because it is not the first document of its file; give it a file of its own",
                "b.yaml:6: Resiliency second is left out, as by Dapr, because it is not the first document of its file; give it a file of its own",
            ],
            folder.Short(resources.Notes));
    }

    [Fact]
    public void Resiliency_targets_that_name_no_policy_are_noted()
    {
        using var folder = new ResourceFolder(("a.yaml", """
            kind: Resiliency
            spec:
              policies: { retries: { often: {} } }
              targets:
                apps:
                  shop: { retry: oftn, timeout: t }
                actors: { door: { retry: often } }
            """));

        Assert.Equal(
            [
                "a.yaml:6: timeout t is not defined, so there is none",
                "a.yaml:6: retry oftn is not defined, so there is none; did you mean often?",
                "a.yaml:7: policies for actors have no effect here",
            ],
            folder.Short(folder.Load().Notes));
    }

    [Fact]
    public void Subscriptions_of_both_versions_are_read()
    {
        using var folder = new ResourceFolder(("a.yaml", """
            apiVersion: dapr.io/v1alpha1
            kind: Subscription
            metadata: { name: old }
            spec: { pubsubname: broker, topic: t1, route: /t1, deadLetterTopic: dead, metadata: { rawPayload: true } }
            scopes: [shop]
            ---
            apiVersion: dapr.io/v2alpha1
            kind: Subscription
            spec:
              pubsubname: broker
              topic: t2
              routes:
                rules:
                - match: event.type == "a"
                  path: /a
                default: /other
              bulkSubscribe: { enabled: true, maxMessagesCount: 10 }
            """));

        var subscriptions = folder.Load().Subscriptions;

        Assert.Equal([new RouteSpec("", "/t1")], subscriptions[0].Routes);
        Assert.Equal(("t1", "dead", "true"), (subscriptions[0].Topic, subscriptions[0].DeadLetterTopic, subscriptions[0].Metadata["rawPayload"]));
        Assert.Equal(["shop"], subscriptions[0].Scopes);
        Assert.Equal([new RouteSpec("event.type == \"a\"", "/a"), new RouteSpec("", "/other")], subscriptions[1].Routes);
        Assert.Equal(new BulkSubscribeSpec(true, 10), subscriptions[1].BulkSubscribe);
        Assert.EndsWith("a.yaml:7", subscriptions[1].Source);
    }

    [Fact]
    public void An_HTTP_endpoint_is_read()
    {
        using var folder = new ResourceFolder(("a.yaml", """
            apiVersion: dapr.io/v1alpha1
            kind: HTTPEndpoint
            metadata: { name: remote }
            spec: { baseUrl: https://example.org, headers: [{ name: accept, value: text/plain }] }
            """));

        var endpoint = Assert.Single(folder.Load().HttpEndpoints);

        Assert.Equal(("remote", "https://example.org", "text/plain"), (endpoint.Name, endpoint.BaseUrl, endpoint.Headers[0].Value));
    }

    [Fact]
    public void The_folder_of_the_recorded_answers_starts()
    {
        var resources = ResourceLoader.Load([Path.Combine(AppContext.BaseDirectory, "../../../../tests/sidecar/truth/components")], "truth-a", "");

        Assert.Empty(resources.Problems);
        Assert.Equal(
            ["secrets", "locks", "config", "inmem", "mongo", "outboxstore", "pg1", "pg2", "pubsub", "redis", "sqlite", "wfstore"],
            resources.Components.Select(component => component.Name));
        Assert.Equal(["config", "locks", "mongo"], resources.Components.Where(component => ComponentTypes.FactoryOf(component.Type, component.Version) == Factory.None).Select(component => component.Name).Order());
    }
}
