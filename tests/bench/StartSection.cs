namespace Bench;

/// <summary>What a sidecar costs before and while nobody asks it anything.</summary>
public static class StartSection
{
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(20);

    public static async Task RunAsync(Sidecars sidecars)
    {
        Console.WriteLine("\nStart and rest");
        var resources = sidecars.Resources("start", ("store", "state.in-memory", "v1", ""), ("pubsub", "pubsub.in-memory", "v1", ""));
        var http = Sidecars.FreePort();
        await using (var one = await Child.StartAsync(Sidecars.Program, Sidecars.Flags("one", http, null, resources), Sidecars.Ready(http)))
        {
            Table.Fact("one sidecar: CPU to start", $"{one.StartCpu.TotalSeconds:0.00} s (aim < 0.5), ready after {one.StartWall.TotalSeconds:0.00} s");
            Table.Fact("one sidecar: memory", $"{one.ResidentMegabytes} MB (aim < 100)");
            Table.Fact("one sidecar: idle", $"{await one.IdleShareAsync(Idle):0.000 %} of a core (aim < 0.2 %)");
        }

        var file = Path.Combine(sidecars.Home, "ten.json");
        var ports = Enumerable.Range(0, 10).Select(_ => Sidecars.FreePort()).ToList();
        var lists = ports.Select((port, i) => "[" + string.Join(',', Sidecars.Flags($"ten{i}", port, null, resources).Select(flag => $"\"{flag}\"")) + "]");
        await File.WriteAllTextAsync(file, "[" + string.Join(',', lists) + "]");
        await using var ten = await Child.StartAsync(Sidecars.Program, ["--sidecars", file], Sidecars.Ready(ports[^1]));
        Table.Fact("ten sidecars in one process: memory", $"{ten.ResidentMegabytes} MB (aim < 150), up after {ten.StartWall.TotalSeconds:0.00} s");
        Table.Fact("ten sidecars in one process: idle", $"{await ten.IdleShareAsync(Idle):0.000 %} of a core");
    }
}
