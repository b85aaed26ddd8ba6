using System.Net;
using System.Text.Json;

namespace Registration.Tests;

/// <summary>Somebody with the first admin's password, who looks at sagas and speaks to them.</summary>
internal sealed class Operator(Visitors visitors, string password)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly SemaphoreSlim _entry = new(1);
    private string? _token;

    public async Task<string> Token(CancellationToken cancellation)
    {
        await _entry.WaitAsync(cancellation);
        try
        {
            return _token ??= await visitors.LogIn("admin", password, cancellation);
        }
        finally
        {
            _entry.Release();
        }
    }

    public async Task<JsonElement> Saga(string id, CancellationToken cancellation) => (await Get($"/api/sagas/{id}", cancellation)).Body;

    public async Task<(HttpStatusCode Status, JsonElement Body)> Get(string path, CancellationToken cancellation)
    {
        var token = await Token(cancellation);
        var (status, body, _) = await visitors.Insist(() => Visitors.Request(HttpMethod.Get, path, token: token), [HttpStatusCode.OK, HttpStatusCode.NotFound], cancellation);
        return (status, body);
    }

    /// <summary>Says a verb of the stop that the saga shows now.</summary>
    public async Task<HttpStatusCode> Say(string id, string verb, CancellationToken cancellation, object? output = null)
    {
        var stop = (await Saga(id, cancellation)).GetProperty("stop");
        return (await Say(id, verb, stop.GetProperty("step").GetString()!, stop.GetProperty("occurrence").GetInt32(), cancellation, output)).Status;
    }

    public async Task<(HttpStatusCode Status, JsonElement Body)> Say(string id, string verb, string step, int occurrence, CancellationToken cancellation, object? output = null)
    {
        var word = new { reason = "The test wants it.", step, occurrence, output };
        var (status, body, _) = await visitors.Ask(HttpMethod.Post, $"/api/sagas/{id}/{verb}", cancellation, word, await Token(cancellation), Guid.NewGuid().ToString());
        return (status, body);
    }

    /// <summary>The audit trail has a line of this kind.</summary>
    public async Task TellsOf(string id, string what, CancellationToken cancellation)
    {
        var saga = await Saga(id, cancellation);
        Assert.Contains(what, saga.GetProperty("trail").EnumerateArray().Select(line => line.GetProperty("what").GetString()));
    }

    /// <summary>The search finds exactly so many; the list may be behind for a moment.</summary>
    public async Task Finds(string query, Func<IReadOnlyList<JsonElement>, bool> isRight, CancellationToken cancellation)
    {
        for (var started = TimeProvider.System.GetTimestamp(); ;)
        {
            var found = await All($"/api/sagas?{query}", cancellation);
            if (isRight(found))
            {
                return;
            }

            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, $"/api/sagas?{query} finds {found.Count}: {string.Join('\n', found.Take(5))}");
            await Task.Delay(Pause, TimeProvider.System, cancellation);
        }
    }

    public async Task<IReadOnlyList<JsonElement>> All(string path, CancellationToken cancellation)
    {
        var found = new List<JsonElement>();
        for (var after = ""; ;)
        {
            var page = (await Get($"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}limit=200{after}", cancellation)).Body;
            found.AddRange(page.GetProperty("items").EnumerateArray());
            if (page.GetProperty("next") is not { ValueKind: JsonValueKind.String } next)
            {
                return found;
            }

            after = $"&after={Uri.EscapeDataString(next.GetString()!)}";
        }
    }
}
