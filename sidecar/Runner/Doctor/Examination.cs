using Runner.Components;
using Runner.Databases;
using Runner.Template;

namespace Runner.Doctor;

/// <summary>Says what keeps the run file from starting, and how to mend each.</summary>
internal sealed class Examination(TextWriter output)
{
    private int problems;

    public async Task<int> RunAsync(RunFile file, Func<string, string?> environment, CancellationToken cancellation)
    {
        var (version, missing) = await SdkCheck.RunAsync(file.Folder, cancellation);
        Report($".NET SDK {version}", version is null ? [(missing, "install it from https://dot.net, or put its folder on PATH")] : []);
        Report($"{file.Apps.Sum(app => app.Ports.Count())} ports are free", [.. PortCheck.Taken(file)]);
        Report("programs of all apps are built", [.. Unbuilt(file)]);
        var chosen = await ChosenComponents.ReadAsync(file, environment, cancellation);
        foreach (var secret in chosen.Shown)
        {
            await output.WriteLineAsync($"{secret}");
        }

        var folders = string.Join(", ", file.Apps.SelectMany(app => app.ResourcesPaths).Distinct().Select(path => Path.GetRelativePath(file.Folder, path)));
        Report($"{chosen.Components.Count} components in {folders}", [.. chosen.Problems.Select(problem => (problem, "change that file"))]);
        var servers = ServerList.Of(chosen.Components);
        var faults = await Task.WhenAll(servers.Select(server => server.CheckAsync(cancellation)));
        foreach (var (server, fault) in servers.Zip(faults))
        {
            Report($"{server} answers", fault is null ? [] : [(fault.Problem, fault.Mend)]);
        }

        await output.WriteLineAsync(problems == 0 ? "nothing keeps it from starting" : $"{problems} {(problems == 1 ? "thing" : "things")} to mend");
        return problems == 0 ? 0 : 1;
    }

    /// <summary>A run builds them first; "dapr run -f" does not.</summary>
    private static IEnumerable<(string Problem, string Mend)> Unbuilt(RunFile file) =>
        from app in file.Apps
        from argument in app.Command.Skip(1).Take(1)
        where argument.EndsWith(".dll", StringComparison.Ordinal) && !File.Exists(Path.GetFullPath(argument, app.Folder))
        select ($"{app.Id}: {Path.GetFullPath(argument, app.Folder)} is not there", "build it: dotnet build -c Release");

    private void Report(string good, IReadOnlyList<(string Problem, string Mend)> found)
    {
        problems += found.Count;
        if (found.Count == 0)
        {
            output.WriteLine($"ok       {good}");
        }

        foreach (var (problem, mend) in found)
        {
            output.WriteLine($"problem  {problem}");
            output.WriteLine($"         to mend it: {mend}");
        }
    }
}
