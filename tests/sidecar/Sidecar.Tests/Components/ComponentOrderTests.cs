namespace Sidecar.Tests.Components;

public sealed class ComponentOrderTests
{
    private const string NeedsSecret = "spec: { type: TYPE, version: v1, metadata: [{ name: key, secretKeyRef: { name: s } }] }\nauth: { secretStore: STORE }";

    [Fact]
    public void Secret_stores_start_before_whatever_needs_them()
    {
        using var folder = new ResourceFolder(
            ("a.yaml", Needing("state.in-memory", "states", "second")),
            ("b.yaml", Needing("secretstores.local.file", "second", "first")),
            ("c.yaml", ResourceFolder.Component("other", "state.in-memory")),
            ("d.yaml", ResourceFolder.Component("first", "secretstores.local.env")));

        Assert.Equal(["first", "second", "states", "other"], folder.Load().Components.Select(component => component.Name));
    }

    [Fact]
    public void Secret_stores_that_wait_for_each_other_are_a_problem()
    {
        using var folder = new ResourceFolder(
            ("a.yaml", Needing("secretstores.local.file", "one", "two")),
            ("b.yaml", Needing("secretstores.local.file", "two", "one")));

        Assert.Equal(
            [
                "a.yaml:1: component one: its secrets are in two, which in turn waits for one or for a store that does",
                "b.yaml:1: component two: its secrets are in one, which in turn waits for two or for a store that does",
            ],
            folder.Short(folder.Load().Problems));
    }

    [Fact]
    public void A_secret_store_that_is_not_there_is_a_problem()
    {
        using var folder = new ResourceFolder(
            ("a.yaml", Needing("state.in-memory", "states", "valt")),
            ("b.yaml", ResourceFolder.Component("vault", "secretstores.local.env")));

        Assert.Equal(
            ["a.yaml:4: component states: auth.secretStore is valt, and no secret store of that name is there for this app; did you mean vault?"],
            folder.Short(folder.Load().Problems));
    }

    [Fact]
    public void A_component_that_may_fail_is_left_out_with_a_note()
    {
        using var folder = new ResourceFolder(("a.yaml", Needing("state.in-memory", "states", "vault").Replace("version: v1", "version: v1, ignoreErrors: true")));

        var resources = folder.Load();

        Assert.Empty(resources.Problems);
        Assert.Empty(resources.Components);
        Assert.Equal(
            ["a.yaml:4: component states is left out (ignoreErrors): auth.secretStore is vault, and no secret store of that name is there for this app"],
            folder.Short(resources.Notes));
    }

    [Fact]
    public void A_secret_without_a_named_store_stays_unset_with_a_note()
    {
        using var folder = new ResourceFolder(("a.yaml", Needing("state.in-memory", "states", "''")));

        var resources = folder.Load();

        Assert.Single(resources.Components);
        Assert.Equal(
            ["a.yaml:4: component states: \"key\" has a secretKeyRef, but the component names no auth.secretStore, so it stays unset"],
            folder.Short(resources.Notes));
    }

    private static string Needing(string type, string name, string store) =>
        $"apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: {{ name: {name} }}\n" + NeedsSecret.Replace("TYPE", type).Replace("STORE", store);
}
