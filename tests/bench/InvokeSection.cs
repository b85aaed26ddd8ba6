namespace Bench;

/// <summary>From one app's sidecar through the other's to the app behind it, beside the app alone.</summary>
public static class InvokeSection
{
    public static async Task RunAsync(Sidecars sidecars, Pace pace)
    {
        Table.Title("Invocation, against the app alone");
        var resources = sidecars.Resources("invoke");
        var appPort = Sidecars.FreePort();
        await using var app = await Child.StartAsync(Environment.ProcessPath!, ["--bare", appPort.ToString()], new Uri($"http://127.0.0.1:{appPort}/x"));
        var alone = pace.Http(appPort, _ => HttpLoad.Request("GET", "/x"), 200);
        Table.Row("the app alone", alone);

        var (caller, callee) = (Sidecars.FreePort(), Sidecars.FreePort());
        await using (await Child.StartAsync(Sidecars.Program, Sidecars.Flags("callee", callee, appPort, resources), Sidecars.Ready(callee)))
        await using (await Child.StartAsync(Sidecars.Program, Sidecars.Flags("caller", caller, null, resources), Sidecars.Ready(caller)))
        {
            Table.Row("two sidecars, two processes", Measure(pace, caller), alone, aim: 8_000);
        }

        var file = Path.Combine(sidecars.Home, "pair.json");
        var lists = new[] { Sidecars.Flags("callee", callee, appPort, resources), Sidecars.Flags("caller", caller, null, resources) };
        await File.WriteAllTextAsync(file, "[" + string.Join(',', lists.Select(list => "[" + string.Join(',', list.Select(flag => $"\"{flag}\"")) + "]")) + "]");
        await using var pair = await Child.StartAsync(Sidecars.Program, ["--sidecars", file], Sidecars.Ready(caller));
        Table.Row("two sidecars, one process", Measure(pace, caller), alone);
    }

    private static Figures Measure(Pace pace, int caller) => pace.Http(caller, _ => HttpLoad.Request("GET", "/v1.0/invoke/callee/method/x"), 200);
}
