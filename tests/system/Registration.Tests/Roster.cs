using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using Library.Chaos.Tests;

namespace Registration.Tests;

/// <summary>Holds readers, users and registrations against each other, by the facts that the services have written and the records of the sagas.</summary>
internal sealed class Roster(RunningLibrary library, Visitors visitors, Operator staff)
{
    private const int ReaderQuerySidecar = 3502;
    private static readonly TimeSpan UntilBack = TimeSpan.FromSeconds(60);
    private static readonly string[] Gone = ["cancelled", "erased"];
    private readonly ConcurrentDictionary<string, bool> _expected = new(StringComparer.Ordinal);

    /// <summary>An id that was acknowledged.</summary>
    public void Expect(string registration) => _expected[registration] = true;

    /// <summary>Every reader has his user and every user his reader, both active, both of a completed registration; of the others nothing is left.</summary>
    public async Task<int> IsOneToOneAsync(CancellationToken cancellation)
    {
        var (readers, users) = (await FoldAsync("reader-command", cancellation), await FoldAsync("user", cancellation));
        var living = readers.Where(reader => !Gone.Contains(Text(reader.Value, "state"))).ToDictionary();
        var accounts = users.Where(user => !Gone.Contains(Text(user.Value, "state")) && Text(user.Value, "readerId") is not null).ToDictionary();
        Assert.All(living, reader => Assert.True(Text(reader.Value, "state") == "active", $"A reader is left unfinished: {reader.Value}"));
        Assert.All(accounts, user => Assert.True(Text(user.Value, "state") == "active", $"A user is left unfinished: {user.Value}"));
        Assert.Equal(living.Keys.Order(), accounts.Values.Select(user => Text(user, "readerId")!).Order());

        var completed = new List<string>();
        foreach (var id in _expected.Keys)
        {
            var registration = await visitors.Find(id, cancellation);
            Assert.True(registration.HasEnded, $"{registration.Whole}");
            if (registration.Is("completed"))
            {
                Assert.Equal(registration.ReaderId, Text(accounts[registration.UserId!], "readerId"));
                completed.Add(registration.ReaderId!);
            }
        }

        Assert.Equal(completed.Order(), living.Keys.Order());
        await staff.Finds("type=ReaderUserCreation", found => found.Select(saga => Text(saga, "id")).ToHashSet().SetEquals(_expected.Keys), cancellation);
        return living.Count;
    }

    private async Task<Dictionary<string, JsonElement>> FoldAsync(string app, CancellationToken cancellation)
    {
        using var sidecar = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{library.Port(ReaderQuerySidecar)}"), Timeout = TimeSpan.FromSeconds(20) };
        sidecar.DefaultRequestHeaders.Add("dapr-api-token", library.Token);
        var newest = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        for (int place = 0, places = 1; place < places; place++)
        {
            for (long from = 0, limit = 1; from < limit;)
            {
                var page = await PageAsync(sidecar, $"/v1.0/invoke/{app}/method/facts?place={place}&from={from}&limit=500", cancellation);
                (from, limit, places) = (page.GetProperty("next").GetInt64(), page.GetProperty("limit").GetInt64(), page.GetProperty("places").GetInt32());
                foreach (var fact in page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("fact")))
                {
                    // Replies and ended sessions are messages of the outbox, too, and tell of no aggregate.
                    if (Text(fact, "id") is not { } id || Text(fact, "state") is null)
                    {
                        continue;
                    }

                    if (!newest.TryGetValue(id, out var known) || known.GetProperty("version").GetInt64() < fact.GetProperty("version").GetInt64())
                    {
                        newest[id] = fact;
                    }
                }
            }
        }

        return newest;
    }

    /// <summary>Who was killed last may still be starting.</summary>
    private static async Task<JsonElement> PageAsync(HttpClient sidecar, string path, CancellationToken cancellation)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            using var answer = await sidecar.GetAsync(new Uri(path, UriKind.Relative), cancellation);
            if (answer.IsSuccessStatusCode)
            {
                return await answer.Content.ReadFromJsonAsync<JsonElement>(cancellation);
            }

            Assert.True(TimeProvider.System.GetElapsedTime(began) < UntilBack, $"{path}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancellation)}");
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, cancellation);
        }
    }

    private static string? Text(JsonElement from, string name) =>
        from.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null ? value.ToString() : null;
}
