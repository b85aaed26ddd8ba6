using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Sidecar.Testing;
using Tokens;

namespace Sagas.Tests.Orchestrator;

public sealed class ExampleTests
{
    [Fact]
    public void What_the_README_shows_is_the_code_that_runs_here()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root!.FullName, "Library.Dapr.sln")))
        {
            root = root.Parent;
        }

        var blocks = File.ReadAllText(Path.Combine(root.FullName, "services/Sagas/README.md")).Split("```csharp\n").Skip(1).Select(part => part[..part.IndexOf("```", StringComparison.Ordinal)]).ToList();
        var compiled = Plain(File.ReadAllText(Path.Combine(root.FullName, "tests/services/Sagas.Tests/Orchestrator/Example.cs")));

        Assert.Equal(3, blocks.Count);
        Assert.All(blocks, block => Assert.Contains(Plain(block), compiled, StringComparison.Ordinal));
        Assert.True(blocks[0].Split('\n', StringSplitOptions.RemoveEmptyEntries).Length <= 10, "The example has more than ten lines.");
    }

    [Theory]
    [InlineData(4, "completed", "POST /tables,POST /menus")]
    [InlineData(40, "compensated", "POST /tables,POST /menus,DELETE /tables/d1")]
    public async Task The_example_runs(int guests, string state, string calls)
    {
        var made = new ConcurrentQueue<string>();
        IResult Answer(HttpContext http, bool isDone)
        {
            made.Enqueue($"{http.Request.Method} {http.Request.Path}");
            return isDone ? TypedResults.Ok() : TypedResults.Problem("Too many guests.", statusCode: 409, type: "kitchen-too-small");
        }

        await using var sidecar = await TestSidecar.Start(options => options.AppId("host").SqliteState("host-store", ("actorStateStore", "true")).SqlitePubSub("pubsub").Time(TimeProvider.System));
        await sidecar.Simulate("tables", app =>
        {
            app.MapPost("/tables", (HttpContext http) => Answer(http, isDone: true));
            app.MapDelete("/tables/{id}", (HttpContext http) => Answer(http, isDone: true));
        });
        await sidecar.Simulate("kitchen", app => app.MapPost("/menus", (HttpContext http) => Answer(http, guests < 10)));
        var service = await sidecar.Run(Host.Build, Host.Map, options => options.Setting(TestIssuer.Setting.Name, TestIssuer.Setting.Value).Setting("Sagas:Gathering", "00:00:00"));
        service.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", TestIssuer.Operator);

        using var answer = await service.Http.PostAsJsonAsync(new Uri("/dinners/d1?wait=20", UriKind.Relative), new Evening(guests), TestContext.Current.CancellationToken);

        Assert.Equal($"\"{state}\"", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(calls.Split(','), made);
        foreach (var version in await sidecar.Published("host.saga-news").First(guests < 10 ? 2 : 3))
        {
            await sidecar.Deliveries.First(delivery => delivery.Id == version.Id && delivery.IsHandled);
        }
    }

    private static string Plain(string code) => string.Join('\n', code.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));
}
