using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Dapr.Workflow.Worker;

/// <summary>How things are made, by name.</summary>
internal sealed class NamedMakers<T>(string kind, ILogger log)
    where T : class
{
    private readonly ConcurrentDictionary<string, (Type Type, Func<IServiceProvider, T> Make)> byName = new(StringComparer.OrdinalIgnoreCase);

    public void Add(string name, Type type)
    {
        // Constructors are looked at when the first is made: one that does not fit fails its own work only.
        var factory = new Lazy<ObjectFactory>(() => ActivatorUtilities.CreateFactory(type, []));
        Add(name, type, services => (T)factory.Value(services, null));
    }

    public void Add(string name, Type type, Func<IServiceProvider, T> make)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (byName.TryAdd(name, (type, make)))
        {
            return;
        }

        if (byName[name].Type != type)
        {
            log.LogWarning("{Kind} '{Name}' is already registered; {Type} is not used under this name", kind, name, type);
        }
    }

    public bool TryMake(string name, IServiceProvider services, [NotNullWhen(true)] out T? made, out Exception? problem)
    {
        made = null;
        problem = null;
        if (!byName.TryGetValue(name, out var maker))
        {
            return false;
        }

        try
        {
            made = maker.Make(services);
            return true;
        }
        catch (Exception failure)
        {
            problem = failure;
            return false;
        }
    }
}
