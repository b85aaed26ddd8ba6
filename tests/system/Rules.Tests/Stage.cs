using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Sidecar.Testing;
using Tokens;

namespace Rules.Tests;

/// <summary>One service beside a sidecar, on the embedded set, whose tokens the test issues.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private readonly TestSidecar _sidecar;
    private readonly string _data;

    private Stage(TestSidecar sidecar, string data, TestService service) => (_sidecar, _data, Http) = (sidecar, data, service.Http);

    public HttpClient Http { get; }

    public static Task<Stage> Start(string app) => Start(app, sidecar => (Task<TestService>)typeof(Stage).GetMethod(nameof(Run), System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!
        .MakeGenericMethod(Apps.ProgramOf(app)).Invoke(null, [sidecar])!);

    /// <summary>A service that the test puts together.</summary>
    public static Task<Stage> Start(string app, Action<WebApplicationBuilder> build, Action<WebApplication> map) => Start(app, sidecar => sidecar.Run(build, map, Settings));

    public async ValueTask DisposeAsync()
    {
        await _sidecar.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    private static async Task<Stage> Start(string app, Func<TestSidecar, Task<TestService>> run)
    {
        var data = Directory.CreateTempSubdirectory("rules-").FullName;
        await File.WriteAllTextAsync(Path.Combine(data, "secrets.json"), JsonSerializer.Serialize(new Dictionary<string, string>
        {
            ["master-key"] = "a master key of more than thirty-two letters", ["admin-password"] = "the first password of this test",
        }));
        var sidecar = await TestSidecar.Start(options => options.AppId(app).Time(TimeProvider.System).Resources(Path.Combine(Apps.Root, "components", "embedded"), (".data/", $"{data}/")));

        // Services that a walk asks for more than it has may say so; what the walk looks at is who was let in.
        sidecar.Log.ExpectAnything();
        try
        {
            return new Stage(sidecar, data, await run(sidecar));
        }
        catch
        {
            await sidecar.DisposeAsync();
            throw;
        }
    }

    private static Task<TestService> Run<TProgram>(TestSidecar sidecar)
        where TProgram : class => sidecar.Run<TProgram>(Settings);

    private static void Settings(ServiceOptions how) => how.Setting(TestIssuer.Setting.Name, TestIssuer.Setting.Value);
}
