using Dapr.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Library.Defaults.Stores;

/// <summary>A store that must carry out transactions wholly or not at all, and keep what it acknowledged.</summary>
public sealed record CommandClassStore(string Name);

/// <summary>Asks the sidecar what the stores are, before anything else starts, and refuses to start on one that would lose data.</summary>
internal sealed partial class StoreTypes(
    DaprClient client, IEnumerable<CommandClassStore> stores, IConfiguration configuration, TimeProvider time, ILogger<StoreTypes> log) : IHostedLifecycleService
{
    private const string InMemory = "state.in-memory";
    private static readonly string[] Safe = ["state.postgresql", "state.postgres", "state.sqlite"];

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        if (!stores.Any())
        {
            return;
        }

        var found = (await Components(cancellationToken)).ToDictionary(component => component.Name, component => component.Type);
        var wrong = stores.Select(store => Wrong(store.Name, found.GetValueOrDefault(store.Name), configuration.GetValue<bool>("Stores:AllowInMemory"))).OfType<string>().ToArray();
        if (wrong.Length > 0)
        {
            throw new InvalidOperationException(string.Join(' ', wrong));
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>What to change, or null.</summary>
    internal static string? Wrong(string name, string? type, bool allowInMemory)
    {
        if (type is null)
        {
            return $"The sidecar has no state store {name}: add a component of this name, of type state.postgresql or state.sqlite, scoped to this app, to its resources folder.";
        }

        if (Safe.Contains(type) || (type == InMemory && allowInMemory))
        {
            return null;
        }

        return $"The state store {name} is of type {type}, which " + (type == InMemory
            ? "forgets everything when the sidecar stops: a test may allow it with Stores:AllowInMemory=true, anything else needs"
            : "may keep half of a transaction or lose an acknowledged one, so it can hold views only: change its component to") + " type state.postgresql or state.sqlite.";
    }

    private async Task<IReadOnlyList<DaprComponentsMetadata>> Components(CancellationToken cancellation)
    {
        for (var wait = TimeSpan.FromMilliseconds(50); ; wait = wait < TimeSpan.FromSeconds(2) ? wait * 2 : wait)
        {
            try
            {
                return (await client.GetMetadataAsync(cancellation)).Components;
            }
            catch (Exception exception) when (!cancellation.IsCancellationRequested)
            {
                LogWaiting(wait, exception.Message);
            }

            await Task.Delay(wait, time, cancellation);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The sidecar does not answer yet; asked again in {Wait}: {Reason}")]
    private partial void LogWaiting(TimeSpan wait, string reason);
}
