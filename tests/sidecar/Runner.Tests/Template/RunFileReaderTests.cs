using Runner.Template;
using Sidecar.Components;

namespace Runner.Tests.Template;

/// <summary>The rules of Dapr's command line for its run file.</summary>
public sealed class RunFileReaderTests : IDisposable
{
    private readonly string home = Directory.CreateTempSubdirectory("runfile-").FullName;
    private readonly Findings findings = new();

    public void Dispose() => Directory.Delete(home, recursive: true);

    [Fact]
    public void An_app_has_the_name_of_its_folder_unless_it_has_another()
    {
        Folder("apps/first", "apps/second");
        var file = Read("""
            version: 1
            apps:
            - {appDirPath: apps/first/}
            - {appDirPath: apps/second, appID: other, appPort: 5000, command: [dotnet, "../x y.dll"]}
            """);
        Assert.Equal(["first", "other"], file.Apps.Select(app => app.Id));
        Assert.Equal(Path.Combine(home, "apps/second"), file.Apps[1].Folder);
        Assert.Equal(["dotnet", "../x y.dll"], file.Apps[1].Command);
        Assert.Equal([0, 5000], file.Apps.Select(app => app.Port));
        Assert.Empty(file.Apps[0].Command);
    }

    [Fact]
    public void Ports_that_are_not_given_are_free_ones_and_no_two_the_same()
    {
        Folder("a", "b");
        var file = Read("version: 1\napps:\n- {appDirPath: a, daprHTTPPort: 3511}\n- {appDirPath: b}\n");
        Assert.Equal(3511, file.Apps[0].HttpPort);
        var ports = file.Apps.SelectMany(app => app.Ports).Select(port => port.Port).ToList();
        Assert.Equal(6, ports.Distinct().Count());
        Assert.DoesNotContain(0, ports);
    }

    [Fact]
    public void Paths_of_common_are_meant_from_the_file_and_those_of_an_app_from_its_folder()
    {
        Folder("a", "b/own", "shared");
        Write("b/config.yaml", "");
        var file = Read("""
            version: 1
            common: {resourcesPaths: [shared]}
            apps:
            - {appDirPath: a}
            - {appDirPath: b, resourcesPaths: [own], configFilePath: config.yaml}
            """);
        Assert.Equal([Path.Combine(home, "shared")], file.Apps[0].ResourcesPaths);
        Assert.Equal([Path.Combine(home, "b/own")], file.Apps[1].ResourcesPaths);
        Assert.Equal(Path.Combine(home, "b/config.yaml"), file.Apps[1].ConfigPath);
    }

    [Fact]
    public void An_app_s_own_resources_come_before_those_beside_it_and_these_before_common_ones()
    {
        Folder("a/.dapr/resources", "b/.dapr/resources", "b/own", "shared");
        Write("a/.dapr/config.yaml", "");
        Write("shared.yaml", "");
        var file = Read("""
            version: 1
            common: {resourcesPaths: [shared], configFilePath: shared.yaml}
            apps:
            - {appDirPath: a}
            - {appDirPath: b, resourcesPath: own}
            """);
        Assert.Equal([Path.Combine(home, "a/.dapr/resources")], file.Apps[0].ResourcesPaths);
        Assert.Equal(Path.Combine(home, "a/.dapr/config.yaml"), file.Apps[0].ConfigPath);
        Assert.Equal([Path.Combine(home, "b/own")], file.Apps[1].ResourcesPaths);
        Assert.Equal(Path.Combine(home, "shared.yaml"), file.Apps[1].ConfigPath);
    }

    [Fact]
    public void What_an_app_says_beats_what_is_common()
    {
        Folder("a", "b");
        var file = Read("""
            version: 1
            common: {logLevel: warn, appProtocol: http, enableAppHealthCheck: true, env: {A: common, B: common, N: 5}, appLogDestination: console}
            apps:
            - {appDirPath: a, logLevel: debug, env: {A: own}, appHealthCheckPath: /ready, appLogDestination: file}
            - {appDirPath: b}
            """);
        Assert.Equal(new Dictionary<string, string> { ["A"] = "own", ["B"] = "common", ["N"] = "5" }, file.Apps[0].Environment);
        Assert.Contains("--log-level=debug", file.Apps[0].Flags);
        Assert.Contains("--log-level=warn", file.Apps[1].Flags);
        Assert.Equal(["/ready", "/healthz"], file.Apps.Select(app => app.HealthPath));
        Assert.Equal([Destination.File, Destination.Console], file.Apps.Select(app => app.AppLog));
        Assert.Equal(Destination.File, file.Apps[0].SidecarLog);
    }

    [Fact]
    public void Everything_wrong_is_said_at_once_with_its_line()
    {
        Folder("a");
        RunFileReader.Read(Write("dapr.yaml", """
            version: 2
            common: {resourcesPaths: [nowhere]}
            apps:
            - {appDirPath: a, appPort: 70000, appLogDestination: paper}
            - {appDirPath: gone, appID: a}
            - {appID: x}
            - {appDirPath: a, appID: c, appPort: 5000, daprHTTPPort: 5000}
            """), findings);
        var said = string.Join('\n', findings.Problems);
        foreach (var part in new[]
        {
            "dapr.yaml:1: version should be 1", $"dapr.yaml:2: resourcesPaths: {home}/nowhere does not exist", "dapr.yaml:4: apps[0].appPort is 70000", "should be console, file or fileAndConsole",
            $"dapr.yaml:5: appDirPath {home}/gone does not exist", "apps[2].appDirPath is missing", "two apps have the appID a", "port 5000 is asked for more than once: appPort of c, daprHTTPPort of c",
        })
        {
            Assert.Contains(part, said, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_unknown_key_is_noted_and_one_without_effect_is_not()
    {
        Folder("a");
        Read("version: 1\napps:\n- {appDirPath: a, placementHostAddress: x, appDirPaht: b}\n");
        Assert.Contains("appDirPaht means nothing to Dapr; did you mean appDirPath?", Assert.Single(findings.Notes).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_stands_for_the_file_in_it()
    {
        Folder("a");
        Write("dapr.yaml", "version: 1\napps:\n- {appDirPath: a}\n");
        Assert.Equal(Path.Combine(home, "dapr.yaml"), RunFileReader.Read(home, findings)!.Path);
        Assert.Null(RunFileReader.Read(Path.Combine(home, "a"), findings));
        Assert.Contains("does not exist", Assert.Single(findings.Problems).Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void The_run_file_of_this_repository_is_without_fault()
    {
        var file = RunFileReader.Read(Checkout.Root, findings);
        Assert.Empty(findings.Problems);
        Assert.Empty(findings.Notes);
        Assert.Contains(file!.Apps, app => app is { Id: "gateway", Port: 8080 });
        Assert.All(file.Apps.SelectMany(app => app.Ports), port => Assert.InRange(port.Port, 1024, 32767));
    }

    private RunFile Read(string text)
    {
        var file = RunFileReader.Read(Write("dapr.yaml", text), findings);
        Assert.Empty(findings.Problems);
        return file!;
    }

    private string Write(string path, string text)
    {
        File.WriteAllText(Path.Combine(home, path), text);
        return Path.Combine(home, path);
    }

    private void Folder(params ReadOnlySpan<string> paths)
    {
        foreach (var path in paths)
        {
            Directory.CreateDirectory(Path.Combine(home, path));
        }
    }
}
