using System.Text.Json;

namespace Sidecar.Testing;

/// <summary>Which app a sidecar is for and which components it has.</summary>
public sealed class TestSidecarOptions
{
    private readonly List<Action<ResourceFiles>> resources = [];

    internal string ForApp { get; private set; } = "app";

    internal string? ShownByApp { get; private set; }

    internal string? ShownToApp { get; private set; }

    internal TimeProvider? GivenTime { get; private set; }

    public TestSidecarOptions AppId(string appId)
    {
        ForApp = appId;
        return this;
    }

    /// <summary>Components, subscriptions and policies from the YAML files of a folder; words in them can be replaced.</summary>
    public TestSidecarOptions Resources(string folder, params (string From, string To)[] replaced) => With(files => files.Copy(folder, replaced));

    /// <summary>One more YAML document: a component, a subscription, a policy.</summary>
    public TestSidecarOptions Resource(string yaml) => With(files => files.Add(yaml));

    public TestSidecarOptions InMemoryState(string name, params (string Name, string Value)[] metadata) => With(files => files.Component(name, "state.in-memory", metadata));

    /// <summary>In a file that goes with the sidecar.</summary>
    public TestSidecarOptions SqliteState(string name, params (string Name, string Value)[] metadata) =>
        With(files => files.Component(name, "state.sqlite", [("connectionString", files.PathOf($"{name}.db")), .. metadata]));

    /// <summary>Workflows run, and are kept in memory; a state component that says <c>actorStateStore</c> keeps them elsewhere.</summary>
    public TestSidecarOptions Workflows(string store = "workflows") => InMemoryState(store, ("actorStateStore", "true"));

    /// <summary>Messages whose handler fails are gone.</summary>
    public TestSidecarOptions InMemoryPubSub(string name) => With(files => files.Component(name, "pubsub.in-memory"));

    /// <summary>Messages are kept until they are handled, in a file that goes with the sidecar.</summary>
    public TestSidecarOptions SqlitePubSub(string name) => With(files => files.Component(name, "pubsub.sqlite", ("connectionString", files.PathOf($"{name}.db"))));

    public TestSidecarOptions Secrets(string name, IReadOnlyDictionary<string, string> secrets) => With(files =>
    {
        File.WriteAllText(files.PathOf($"{name}.json"), JsonSerializer.Serialize(secrets));
        files.Component(name, "secretstores.local.file", ("secretsFile", files.PathOf($"{name}.json")));
    });

    /// <summary>What the service must show to the sidecar, and what the sidecar shows to the service.</summary>
    public TestSidecarOptions Tokens(string? api = null, string? app = null)
    {
        (ShownByApp, ShownToApp) = (api, app);
        return this;
    }

    /// <summary>Time for sidecar and services in place of a <see cref="TestClock"/>, such as the real one.</summary>
    public TestSidecarOptions Time(TimeProvider time)
    {
        GivenTime = time;
        return this;
    }

    internal void WriteTo(ResourceFiles files) => resources.ForEach(write => write(files));

    private TestSidecarOptions With(Action<ResourceFiles> write)
    {
        resources.Add(write);
        return this;
    }
}
