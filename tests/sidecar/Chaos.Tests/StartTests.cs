using System.Diagnostics;
using Servers;

namespace Chaos.Tests;

public sealed class StartTests : IDisposable
{
    private readonly Ground ground = new();

    public void Dispose() => ground.Dispose();

    [Fact]
    public async Task A_sidecar_that_is_told_to_end_while_it_waits_for_a_database_does_not_crash()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        ground.Component("store", "state.postgresql", "v2", ("connectionString", $"host=127.0.0.1 user=dapr password=dapr port={Ports.Free()} database=dapr"));
        using var sidecar = Launcher.Start(Ground.Sidecar, ground.Flags("a", Ports.Free()), ground.Folder);
        var errors = sidecar.StandardError.ReadToEndAsync(limit.Token);
        string? line;
        do
        {
            line = await sidecar.StandardOutput.ReadLineAsync(limit.Token);
        }
        while (line?.Contains("waits for PostgreSQL", StringComparison.Ordinal) == false);
        Assert.NotNull(line);
        using var kill = Process.Start("kill", ["-TERM", $"{sidecar.Id}"]);
        await sidecar.WaitForExitAsync(limit.Token);
        Assert.Equal("", await errors);
        Assert.Equal(0, sidecar.ExitCode);
    }
}
