using Servers;

namespace EndToEnd.Tests;

/// <summary>When ./run builds. In place of the SDK stands a script that writes down what it was asked.</summary>
public sealed class BuildTests : IDisposable
{
    private readonly Clone clone = new();
    private readonly string path;

    public BuildTests()
    {
        var tools = Path.Combine(clone.Folder, "tools");
        path = $"{tools}:{Environment.GetEnvironmentVariable("PATH")}";
        Directory.CreateDirectory(tools);
        File.WriteAllText(Path.Combine(tools, "dotnet"), """
            #!/bin/sh
            echo "dotnet $1 $2"
            [ "$1" = build ] && [ -f "$FAILS" ] && { echo "X.cs(1,1): error CS1002: ; expected"; exit 1; }
            exit 0

            """);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path.Combine(tools, "dotnet"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Source => Path.Combine(clone.Folder, "services", "Gateway", "Program.cs");

    public void Dispose() => clone.Dispose();

    [Fact]
    public async Task Nothing_changed_nothing_is_built() => Assert.DoesNotContain("build", await RunAsync(), StringComparison.Ordinal);

    [Fact]
    public async Task A_changed_file_is_built_even_when_it_looks_old()
    {
        await File.AppendAllTextAsync(Source, "\n", Cancellation);
        File.SetLastWriteTimeUtc(Source, DateTime.UnixEpoch);
        Assert.Contains("build   |", await RunAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("build", await RunAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task So_is_one_that_came_and_one_that_went()
    {
        await File.WriteAllTextAsync(Source + ".more.cs", "", Cancellation);
        Assert.Contains("build   |", await RunAsync(), StringComparison.Ordinal);
        File.Delete(Source);
        Assert.Contains("build   |", await RunAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_program_it_is_built_and_a_build_without_one_has_failed()
    {
        File.Delete(Path.Combine(clone.Folder, "artifacts", "bin"));
        await using var run = Start("");
        Assert.Equal(1, await run.EndAsync(Cancellation));
        Assert.Contains("build   |", run.Text, StringComparison.Ordinal);
        Assert.Contains("the build failed", run.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Runner.dll", run.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_build_that_fails_starts_nothing_and_is_tried_again()
    {
        var fails = Path.Combine(clone.Folder, "fails");
        await File.WriteAllTextAsync(fails, "", Cancellation);
        await File.AppendAllTextAsync(Source, "\n", Cancellation);
        await using (var run = Start(fails))
        {
            Assert.Equal(1, await run.EndAsync(Cancellation));
            Assert.Contains("X.cs(1,1): error CS1002", run.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("Runner.dll", run.Text, StringComparison.Ordinal);
        }

        File.Delete(fails);
        Assert.Contains("build   |", await RunAsync(), StringComparison.Ordinal);
    }

    private async Task<string> RunAsync()
    {
        await using var run = Start("");
        Assert.Equal(0, await run.EndAsync(Cancellation));
        Assert.Contains("Runner.dll", run.Text, StringComparison.Ordinal);
        clone.PassTick();
        return run.Text;
    }

    private Followed Start(string fails) => clone.Run(new Dictionary<string, string> { ["PATH"] = path, ["FAILS"] = fails });
}
