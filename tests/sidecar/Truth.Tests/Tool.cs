using System.Diagnostics;
using Servers;

namespace Truth.Tests;

/// <summary>A program of the truth, or a process that it talks to. It ends with the tests.</summary>
internal sealed class Tool : IAsyncDisposable
{
    private readonly Process process;
    private readonly Task<string> output;
    private readonly Task<string> errors;

    private Tool(Process process)
    {
        this.process = process;
        output = process.StandardOutput.ReadToEndAsync();
        errors = process.StandardError.ReadToEndAsync();
    }

    public static Tool Start(string folder, string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null) =>
        new(Launcher.Start(program, arguments, folder, environment));

    /// <summary>Its output; fails with all it said when it ends with another code.</summary>
    public async Task<string> EndAsync(TimeSpan patience, params int[] codes)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(patience);
        await process.WaitForExitAsync(limit.Token);
        var said = await output;
        Assert.True(codes.Length == 0 ? process.ExitCode == 0 : codes.Contains(process.ExitCode), $"{process.StartInfo.ArgumentList[2]} ended with {process.ExitCode}:\n{said}\n{await errors}");
        return said;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }
}
