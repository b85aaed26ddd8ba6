namespace Bench;

/// <summary>What the front door costs: the same call asked of the gateway, beside the call that it makes of its sidecar.</summary>
public static class GatewaySection
{
    private const string App = "reader-query";

    private static readonly string Program = Path.GetFullPath(Path.Combine(
        Path.GetDirectoryName(typeof(GatewaySection).Assembly.Location)!, "../../Gateway/release/Library.Gateway"));

    public static async Task RunAsync(Sidecars sidecars, Pace pace)
    {
        Table.Title("The gateway, against invocation through its sidecar");
        var resources = sidecars.Resources("gateway");
        var (app, gateway, caller, callee) = (Sidecars.FreePort(), Sidecars.FreePort(), Sidecars.FreePort(), Sidecars.FreePort());
        var file = Path.Combine(sidecars.Home, "gateway.json");
        var lists = new[] { Sidecars.Flags(App, callee, app, resources), Sidecars.Flags("gateway", caller, gateway, resources) };
        await File.WriteAllTextAsync(file, "[" + string.Join(',', lists.Select(list => "[" + string.Join(',', list.Select(flag => $"\"{flag}\"")) + "]")) + "]");

        await using var service = await Child.StartAsync(Environment.ProcessPath!, ["--bare", $"{app}"], new Uri($"http://127.0.0.1:{app}/x"));
        await using var pair = await Child.StartAsync(Sidecars.Program, ["--sidecars", file], new Uri($"http://127.0.0.1:{caller}/v1.0/healthz/outbound"));
        await using var door = await Child.StartAsync(Program, [$"--urls=http://127.0.0.1:{gateway}", $"--DAPR_HTTP_ENDPOINT=http://127.0.0.1:{caller}"], new Uri($"http://127.0.0.1:{gateway}/livez"), sidecars.Home);

        var direct = pace.Http(caller, _ => HttpLoad.Request("GET", $"/v1.0/invoke/{App}/method/readers/1"), 200);
        Table.Row("invocation through its sidecar", direct);
        Table.Row("the same through the gateway", pace.Http(gateway, _ => HttpLoad.Request("GET", "/api/readers/1"), 200), direct);
        Table.Fact("memory of the gateway", $"{door.ResidentMegabytes} MB");
        Table.Fact("idle gateway, of one core", $"{await door.IdleShareAsync(TimeSpan.FromSeconds(10)):0.0 %}");
    }
}
