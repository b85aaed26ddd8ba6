namespace Rules.Tests;

public sealed class EveryRouteTests
{
    private const string Gateway = "gateway";

    /// <summary>Gathered of all services by the gateway itself, or asked of each beside it.</summary>
    private static readonly string[] OfTheGateway = [" /healthz", " /parked", " /projections"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Services => [.. Apps.All.Keys.Where(app => app != Gateway)];

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Everybody_is_let_in_and_kept_out_as_described(string app)
    {
        await using var service = await Stage.Start(app);

        Assert.Empty(await Walk.All(service.Http, Cancellation));
    }

    /// <summary>Both ways: what is described for clients and cannot be reached is as wrong as what can be reached and says no rule.</summary>
    [Fact]
    public async Task What_clients_reach_is_what_services_describe_for_them()
    {
        var described = new Dictionary<string, IReadOnlyList<string>>();
        foreach (var app in Apps.All.Keys.Where(app => app != Gateway))
        {
            await using var service = await Stage.Start(app);
            await foreach (var route in Walk.Routes(service.Http, Cancellation))
            {
                described.TryAdd($"{app} {route}", route.Roles);
            }
        }

        var reached = Library.Gateway.Routes.All.Select(route => $"{route.App} {route.Method} {route.Path}").ToHashSet();
        var forClients = described.Where(route => !route.Value.Any(role => role.StartsWith("service", StringComparison.Ordinal)) && !Array.Exists(OfTheGateway, route.Key.Contains)).Select(route => route.Key);

        Assert.Equal(forClients.Order(StringComparer.Ordinal), reached.Order(StringComparer.Ordinal));
        Assert.DoesNotContain(reached, route => described[route].Count == 0);
    }

    /// <summary>The gateway adds nothing to trust: what it answers itself is for anybody, or for those whom the services behind it let in.</summary>
    [Fact]
    public async Task The_gateway_describes_its_own_routes_too()
    {
        await using var gateway = await Stage.Start(Gateway);

        var rules = new SortedDictionary<string, string>(StringComparer.Ordinal);
        await foreach (var route in Walk.Routes(gateway.Http, Cancellation))
        {
            rules[$"{route}"] = string.Join(' ', route.Roles);
        }

        Assert.Equal(
            ["GET /api/parked: operator admin", "GET /api/projections: operator admin", "GET /healthz: anyone", "POST /api/parked/{id}/replay: operator admin"],
            rules.Select(rule => $"{rule.Key}: {rule.Value}"));
    }
}
