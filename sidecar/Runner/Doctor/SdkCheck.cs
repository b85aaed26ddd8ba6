using System.Diagnostics;
using System.Text.Json;

namespace Runner.Doctor;

/// <summary>Whether the .NET SDK is the one that global.json asks for.</summary>
internal static class SdkCheck
{
    /// <summary>The version that is used, or what is wrong.</summary>
    public static async Task<(string? Version, string Problem)> RunAsync(string folder, CancellationToken cancellation)
    {
        var wanted = Wanted(Path.Combine(folder, "global.json"));
        try
        {
            using var dotnet = Process.Start(new ProcessStartInfo("dotnet", ["--version"]) { UseShellExecute = false, WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
            var said = await Task.WhenAll(dotnet.StandardOutput.ReadToEndAsync(cancellation), dotnet.StandardError.ReadToEndAsync(cancellation));
            await dotnet.WaitForExitAsync(cancellation);
            return dotnet.ExitCode == 0
                ? (said[0].Trim(), "")
                : (null, $"the .NET SDK {wanted} is not installed: {string.Concat(said).Split('\n', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault()}");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return (null, $"the .NET SDK {wanted} is not on PATH");
        }
    }

    private static string Wanted(string file)
    {
        if (!File.Exists(file))
        {
            return "10";
        }

        using var document = JsonDocument.Parse(File.ReadAllText(file));
        return document.RootElement.TryGetProperty("sdk", out var sdk) && sdk.TryGetProperty("version", out var version) ? $"{version.GetString()} (or a later feature band)" : "10";
    }
}
