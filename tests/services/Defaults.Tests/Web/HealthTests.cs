using Library.Defaults.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Sidecar.Testing;

namespace Defaults.Tests.Web;

public sealed class HealthTests
{
    [Fact]
    public async Task A_service_is_ready_when_its_sidecar_and_its_store_answer()
    {
        await using var sidecar = await TestSidecar.Start(options => options.AppId("probe").InMemoryState("probe-store"));
        await using var service = await Run(sidecar, "probe-store");

        var (status, body) = await Ask(service, "/healthz");

        Assert.True(status == 200, body.ToString());
        Assert.Equal(["probe-store", "sidecar"], body.GetProperty("checks").EnumerateArray().Select(check => check.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task A_store_that_does_not_answer_is_named_and_is_missed_no_longer_than_that()
    {
        await using var sidecar = await TestSidecar.Start(options => options.AppId("probe").InMemoryState("probe-store"));
        await using var service = await Run(sidecar, "probe-store");
        sidecar.Faults.On(Call.GetState).Times(1).Before();

        var (status, body) = await Ask(service, "/healthz");
        var (live, _) = await Ask(service, "/livez");
        var (later, _) = await Ask(service, "/healthz");

        Assert.Equal((503, "not-ready", 200, 200), (status, body.GetProperty("type").GetString(), live, later));
        Assert.Contains("The state store probe-store does not answer.", body.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_sidecar_a_service_lives_but_is_not_ready()
    {
        await using var stage = await WebStage.Start();

        Assert.Equal(200, (await stage.Get("/livez")).Status);
        var answer = await stage.Get("/healthz");
        Assert.Equal((503, "1"), (answer.Status, answer.RetryAfter));
        Assert.Contains("sidecar: The sidecar does not answer", answer.Text("detail"), StringComparison.Ordinal);
    }

    private static Task<TestService> Run(TestSidecar sidecar, string store) => sidecar.Run(
        builder =>
        {
            builder.AddWeb("probe");
            builder.Services.AddDaprClient();
            builder.Services.AddStoreHealth(store);
        },
        app => app.MapWeb(),
        options => options.Setting("Web:HealthFresh", "00:00:00"));

    private static async Task<(int Status, System.Text.Json.JsonElement Body)> Ask(TestService service, string path)
    {
        using var answer = await service.Http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        return ((int)answer.StatusCode, System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement);
    }
}
