using System.Net.Http.Json;
using System.Text.Json;
using Library.Chaos.Tests;
using Servers;

namespace Registration.Tests;

/// <summary>The whole library on one set of components, with traps before those who take part in a registration.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _parts = [];
    private readonly HttpClient _sidecar = new() { Timeout = TimeSpan.FromSeconds(20) };

    private Stage(ComponentSet set, RunningLibrary library, IReadOnlyDictionary<string, Trap> traps)
    {
        (Set, Library) = (set, library);
        Visitors = new Visitors(library.Gateway);
        Operator = new Operator(Visitors, library.AdminPassword);
        Roster = new Roster(library, Visitors, Operator);
        Faults = new Faults(traps, Publish);
    }

    public ComponentSet Set { get; }

    public RunningLibrary Library { get; }

    public Visitors Visitors { get; }

    public Operator Operator { get; }

    public Roster Roster { get; }

    public Faults Faults { get; }

    public static async Task<Stage> StartAsync(string name, IReadOnlyList<Ordered> watched, CancellationToken cancellation, IReadOnlyDictionary<string, string>? settings = null)
    {
        var parts = new List<IAsyncDisposable>();
        try
        {
            var set = new ComponentSet(name);
            parts.Insert(0, set);
            await set.StartAsync(cancellation);
            var (doors, traps) = (new Dictionary<string, Doors>(), new Dictionary<string, Trap>());
            foreach (var app in watched.Count == 0 ? [] : watched.Select(command => command.App).Append("coordinator").Distinct())
            {
                doors[app] = new Doors(Ports.Free(), Ports.Free());
                traps[app] = new Trap(doors[app].Knocks, doors[app].Answers);
                parts.Insert(0, traps[app]);
            }

            var library = await RunningLibrary.StartAsync(set, cancellation, settings, doors, () => traps.Values.ToList().ForEach(trap => _ = trap.OpenAsync(cancellation)));
            parts.Insert(0, library);
            var stage = new Stage(set, library, traps);
            stage._parts.AddRange(parts);
            if (watched.Count > 0)
            {
                stage.Faults.Watch(watched);
            }

            return stage;
        }
        catch
        {
            foreach (var part in parts)
            {
                await part.DisposeAsync();
            }

            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var part in _parts)
        {
            await part.DisposeAsync();
        }

        _sidecar.Dispose();
    }

    private async Task Publish(string topic, object message, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{Library.CoordinatorSidecar}/v1.0/publish/pubsub/{topic}")
        {
            Content = JsonContent.Create(message, message.GetType(), options: JsonSerializerOptions.Web),
        };
        request.Headers.Add("dapr-api-token", Library.Token);
        using var answer = await _sidecar.SendAsync(request, cancellation);
        answer.EnsureSuccessStatusCode();
    }
}
