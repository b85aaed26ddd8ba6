using System.Net.Http.Headers;
using System.Text.Json;
using Library.Contracts.Readers;
using Library.Readers.Query;
using Sidecar.Testing;
using Tokens;

namespace Readers.Tests.Query;

/// <summary>The query side of readers beside a sidecar, with the command side simulated.</summary>
internal sealed class QuerySide(TestSidecar sidecar, ReaderSource source, TestService service) : IAsyncDisposable
{
    public const string Store = "reader-query-store";
    public const string Parked = "reader-query-parked";
    private static readonly string Policies = File.ReadAllText(Path.Combine(Root(), "components", "embedded", "resiliency.yaml"));

    public TestSidecar Sidecar => sidecar;

    public ReaderSource Source => source;

    public TestService Service => service;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<QuerySide> Start(Action<TestSidecarOptions>? components = null, ReaderSource? source = null, bool ready = true, TimeProvider? time = null)
    {
        source ??= new ReaderSource();
        var sidecar = await TestSidecar.Start(options =>
        {
            options.AppId("reader-query").SqlitePubSub("pubsub").SqliteState(Parked).Resource(Policies);
            (components ?? (some => some.SqliteState(Store)))(options);
            _ = time is null ? options : options.Time(time);
        });
        try
        {
            await sidecar.Simulate("reader-command", source.Map);
            var query = new QuerySide(sidecar, source, await sidecar.Run<ReaderView>(Settings));
            if (ready)
            {
                await Until(async () => (await query.Get("/projections")).Body.GetProperty("items")[0].GetProperty("state").GetString() == "current", TimeSpan.FromMinutes(10));
            }

            return query;
        }
        catch
        {
            await sidecar.DisposeAsync();
            throw;
        }
    }

    public Task<TestService> Another() => sidecar.Run<ReaderView>(Settings);

    /// <summary>Writes the next fact of a reader at the source, and delivers it.</summary>
    public async Task<Written> Say(string id, ReaderState state, string email = "ada@example.org", string name = "Ada")
    {
        var written = source.Write(id, state, name, email);
        Assert.Equal(200, (await Deliver(written)).Status);
        return written;
    }

    public Task<Delivery> Deliver(Written written) => sidecar.Deliver("pubsub", written.Topic, written.Message, new MessageOptions { Id = written.Id });

    public Task<(int Status, JsonElement Body, string? RetryAfter)> Get(string path, TestService? from = null, string? token = null) => Send(HttpMethod.Get, path, from, token);

    public Task<(int Status, JsonElement Body, string? RetryAfter)> Post(string path) => Send(HttpMethod.Post, path, null);

    public async Task<string[]> WithEmail(string email, string more = "", TestService? from = null)
    {
        var (status, body, _) = await Get($"/readers?email={Uri.EscapeDataString(email)}{more}", from);
        Assert.Equal(200, status);
        return [.. body.GetProperty("items").EnumerateArray().Select(one => one.GetProperty("id").GetString()!)];
    }

    /// <summary>Asks until it is so; each question is a turn of real work, and half a minute is enough for anything.</summary>
    public static async Task Until(Func<Task<bool>> isSo, TimeSpan? within = null)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(within ?? TimeSpan.FromSeconds(30));
        while (!await isSo())
        {
            await Task.Delay(20, patience.Token);
        }
    }

    public ValueTask DisposeAsync() => sidecar.DisposeAsync();

    internal static void Settings(ServiceOptions how) => how.Setting(TestIssuer.Setting.Name, TestIssuer.Setting.Value).Setting("Rebuild:Beat", "00:00:00.1").Setting("Rebuild:Lease", "00:00:01");

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Library.Dapr.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return folder;
    }

    private async Task<(int Status, JsonElement Body, string? RetryAfter)> Send(HttpMethod method, string path, TestService? from, string? token = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token ?? TestIssuer.Admin);
        using var answer = await (from ?? service).Http.SendAsync(request, Cancellation);
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        return ((int)answer.StatusCode, text.Length == 0 ? default : JsonElement.Parse(text), answer.Headers.RetryAfter?.ToString());
    }
}
