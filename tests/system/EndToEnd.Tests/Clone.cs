using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Servers;

namespace EndToEnd.Tests;

/// <summary>
/// A copy of the repository as a user has it after the first ./run: the sources, what was built of them, no data. Its ports are free
/// ones, so that nothing else on the machine is in the way.
/// </summary>
public sealed partial class Clone : IDisposable
{
    private readonly Dictionary<int, int> ports = [];

    public Clone()
    {
        foreach (var name in new[] { "run", "dapr.yaml", "README.md", "Library.Dapr.sln", "Directory.Build.props", "Directory.Packages.props", "global.json", "BannedSymbols.txt", ".editorconfig", "components", "services", "sidecar" })
        {
            Copy(name);
        }

        Directory.CreateDirectory(Path.Combine(Folder, "artifacts"));
        Directory.CreateSymbolicLink(Path.Combine(Folder, "artifacts", "bin"), Path.Combine(Original, "artifacts", "bin"));
        foreach (var file in Directory.GetFiles(Path.Combine(Folder, "components", "configuration")).Append(Path.Combine(Folder, "dapr.yaml")))
        {
            File.WriteAllText(file, PortPattern().Replace(File.ReadAllText(file), match => match.Groups["key"].Value + PortFor(match.Groups["port"].Value)));
        }

        File.WriteAllText(Stamp, "");
        PassTick();
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("clone-").FullName;

    /// <summary>Newer than all that was copied: nothing has changed since the build.</summary>
    public string Stamp => Path.Combine(Folder, "artifacts", "run.stamp");

    private static string Original { get; } = Find();

    /// <summary>The port that stands for one of the repository's.</summary>
    public int Port(int original) => ports[original];

    public Uri Url(int original, string path) => new($"http://localhost:{Port(original)}{path}");

    /// <summary>Text of the README with the ports of this clone.</summary>
    public string WithPorts(string text) => LocalPort().Replace(text, match => "localhost:" + PortFor(match.Groups["port"].Value));

    /// <summary>Returns when what is written is newer than the stamp: the clock of files goes in steps of some milliseconds.</summary>
    public void PassTick()
    {
        var tick = Path.Combine(Folder, "tick");
        do
        {
            File.WriteAllText(tick, "tick");
        }
        while (File.GetLastWriteTimeUtc(tick) <= File.GetLastWriteTimeUtc(Stamp));
    }

    public Followed Run(params string[] arguments) => Run([], arguments);

    public Followed Run(Dictionary<string, string> environment, params string[] arguments) =>
        Followed.Start(Path.Combine(Folder, "run"), arguments, Folder, environment);

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private string PortFor(string original)
    {
        var number = int.Parse(original, CultureInfo.InvariantCulture);
        if (!ports.TryGetValue(number, out var port))
        {
            ports[number] = port = Ports.Free();
        }

        return port.ToString(CultureInfo.InvariantCulture);
    }

    private void Copy(string name)
    {
        using var copy = Process.Start("cp", ["-R", Path.Combine(Original, name), Folder]);
        copy.WaitForExit();
        Assert.Equal(0, copy.ExitCode);
    }

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Library.Dapr.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new UnreachableException("The tests run inside the repository.");
    }

    [GeneratedRegex(@"(?<key>(appPort|daprHTTPPort|daprGRPCPort|metricsPort): |http://localhost:)(?<port>\d+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PortPattern();

    [GeneratedRegex(@"localhost:(?<port>\d+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LocalPort();
}
