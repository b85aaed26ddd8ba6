using System.Collections.Frozen;
using Sidecar.Absent;
using Sidecar.Bindings;
using Sidecar.Components;
using Sidecar.Metadata;
using Sidecar.PubSub;
using Sidecar.Secrets;
using Sidecar.State;

namespace Sidecar.Hosting;

/// <summary>The components of one sidecar, initialised.</summary>
public sealed class ComponentSet : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> owned = [];
    private readonly List<ComponentInfo> infos = [];
    private readonly Dictionary<string, List<string>> listedOnly = new(StringComparer.Ordinal);

    public Dictionary<string, StateComponent> States { get; } = new(StringComparer.Ordinal);

    /// <summary>The one that says that it keeps actors, and so workflows.</summary>
    public StateComponent? ActorStore { get; private set; }

    public Dictionary<string, PubSubComponent> PubSubs { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, ISecretStore> Secrets { get; } = new(StringComparer.Ordinal);

    public List<InputBinding> Bindings { get; } = [];

    public IReadOnlyList<ComponentInfo> Infos => infos;

    /// <summary>Components of kinds that this sidecar lists and does not serve.</summary>
    public KnownComponents Known => new()
    {
        Configurations = Names("configuration"),
        Locks = Names("lock"),
        Bindings = Bindings.Select(binding => binding.Name).ToFrozenSet(StringComparer.Ordinal),
        CryptoProviders = Names("crypto"),
        Conversations = Names("conversation"),
        PubSubs = PubSubs.Keys.ToFrozenSet(StringComparer.Ordinal),
    };

    public void Add(ComponentSpec spec, IReadOnlyList<string> capabilities) => infos.Add(new ComponentInfo(spec.Name, spec.Type, spec.Version, capabilities));

    /// <summary>Throws when another has said so before.</summary>
    public void ChooseActorStore(StateComponent store) => ActorStore = ActorStore is null
        ? store
        : throw new ComponentException($"detected duplicate actor state store: {ActorStore.Name} and {store.Name}");

    public void AddListedOnly(ComponentDefinition definition)
    {
        var category = ComponentTypes.Category(definition.Type);
        if (!listedOnly.TryGetValue(category, out var names))
        {
            listedOnly[category] = names = [];
        }

        names.Add(definition.Name);
        infos.Add(new ComponentInfo(definition.Name, definition.Type, definition.Version, []));
    }

    /// <summary>Disposed with the set, the last first.</summary>
    public void Own(IAsyncDisposable component) => owned.Add(component);

    public async ValueTask DisposeAsync()
    {
        for (var i = owned.Count - 1; i >= 0; i--)
        {
            await owned[i].DisposeAsync();
        }
    }

    private FrozenSet<string> Names(string category) => listedOnly.GetValueOrDefault(category, []).ToFrozenSet(StringComparer.Ordinal);
}
