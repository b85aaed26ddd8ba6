using System.Net;
using System.Net.Http.Json;
using Dapr.Client;
using Microsoft.Extensions.Hosting;
using Testing.Sample;

namespace Sidecar.Testing.Tests;

public sealed class ServiceTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_service_runs_by_its_own_program_against_the_sidecar()
    {
        await using var sidecar = await Notebook.Start();
        await using var service = await sidecar.Run<Notes>();

        Assert.Equal(200, await service.Write("1", "milk"));

        var note = await service.Http.GetFromJsonAsync<Note>(new Uri("/notes/1", UriKind.Relative), Cancellation);
        Assert.Equal(new Note("1", "milk", sidecar.Clock.GetUtcNow()), note);
        Assert.Equal(note, await sidecar.Stored("1"));
        Assert.Equal("milk", (await sidecar.Published(Notebook.Written).First()).Read<Note>().Text);
    }

    [Fact]
    public async Task A_service_tells_the_time_of_the_clock()
    {
        await using var sidecar = await Notebook.Start();
        await using var service = await sidecar.RunNotes();
        sidecar.Clock.Advance(TimeSpan.FromDays(400));

        await service.Write("1", "milk");

        Assert.Equal(2031, (await sidecar.Stored("1"))!.At.Year);
    }

    [Fact]
    public async Task Two_instances_share_one_state()
    {
        await using var sidecar = await Notebook.Start();
        await using var first = await sidecar.RunNotes();
        await using var second = await sidecar.RunNotes();
        await first.Write("1", "milk");

        var note = await second.Http.GetFromJsonAsync<Note>(new Uri("/notes/1", UriKind.Relative), Cancellation);

        Assert.Equal("milk", note!.Text);
        Assert.Equal(["1", "1", "2"], sidecar.Calls.Select(call => call.Service));
    }

    [Fact]
    public async Task A_paused_instance_does_nothing_until_it_is_resumed()
    {
        await using var sidecar = await Notebook.Start();
        await using var service = await sidecar.RunNotes();
        var hold = sidecar.Faults.On(Call.SaveState).Hold();
        var writing = service.Write("1", "milk");
        await hold.Arrived();

        service.Pause();
        hold.Release();
        await sidecar.Calls.First(call => call.Answer is not null);

        Assert.NotNull(await sidecar.Stored("1"));
        Assert.False(writing.IsCompleted);
        Assert.Single(sidecar.Calls);
        service.Resume();
        Assert.Equal(200, await writing);
        Assert.Equal(2, sidecar.Calls.Count);
    }

    [Fact]
    public async Task A_killed_instance_answers_nobody_and_calls_nobody()
    {
        await using var sidecar = await Notebook.Start();
        await using var service = await sidecar.RunNotes();
        using var hold = sidecar.Faults.On(Call.SaveState).HoldAnswer();
        var writing = service.Write("1", "milk");
        await hold.Arrived();

        service.Kill();

        await Assert.ThrowsAsync<HttpRequestException>(() => writing);
        await Assert.ThrowsAsync<HttpRequestException>(() => service.Write("2", "eggs"));
        hold.Release();
        await using var next = await sidecar.RunNotes();
        Assert.Equal(200, await next.Write("3", "tea"));
        Assert.NotNull(await sidecar.Stored("1"));
        Assert.Equal("tea", (await sidecar.Published(Notebook.Written).First()).Read<Note>().Text);
        Assert.Equal(["1", "2", "2"], sidecar.Calls.Select(call => call.Service));
    }

    [Fact]
    public async Task What_a_killed_instance_had_under_way_may_still_happen()
    {
        await using var sidecar = await Notebook.Start();
        await using var service = await sidecar.RunNotes();
        using var hold = sidecar.Faults.On(Call.SaveState).Hold();
        var writing = service.Write("1", "milk");
        await hold.Arrived();
        service.Kill();
        await Assert.ThrowsAsync<HttpRequestException>(() => writing);
        Assert.Null(await sidecar.Stored("1"));

        hold.Release();

        await sidecar.Calls.First(call => call.Fate == Fate.Passed && call.Answer is not null and not "killed");
        Assert.NotNull(await sidecar.Stored("1"));
    }

    [Fact]
    public async Task Settings_and_registrations_of_a_test_replace_those_of_the_service()
    {
        await using var sidecar = await Notebook.Start();
        await using var service = await sidecar.Run<Notes>(how => how.Name("left").Setting("Notes:Limit", "7").Services(services => services.AddSingleton("from the test")));

        var configuration = service.Services.GetRequiredService<IConfiguration>();

        Assert.Equal("7", configuration["Notes:Limit"]);
        Assert.Equal("notes", configuration["APP_ID"]);
        Assert.Equal("from the test", service.Services.GetRequiredService<string>());
        await service.Write("1", "milk");
        Assert.All(sidecar.Calls, call => Assert.Equal("left", call.Service));
    }

    [Fact]
    public async Task A_test_may_put_a_service_together_itself()
    {
        await using var sidecar = await Notebook.Start();
        await using var service = await sidecar.Run(
            builder => builder.Services.AddNotes(),
            app => app.MapNotes());

        Assert.Equal(200, await service.Write("1", "milk"));
        Assert.Equal(sidecar.Clock.GetUtcNow(), (await sidecar.Stored("1"))!.At);
    }

    [Fact]
    public async Task A_stopped_instance_may_end_what_it_does_and_a_killed_one_may_not()
    {
        await using var sidecar = await Notebook.Start();
        await using var stopped = await sidecar.Run(Parting("stopped"), _ => { });
        await using var killed = await sidecar.Run(Parting("killed"), _ => { });

        killed.Kill();
        await stopped.Stop();

        Assert.Equal("gone", await sidecar.State<string>(Notebook.Store, "stopped"));
        Assert.Null(await sidecar.State<string>(Notebook.Store, "killed"));

        static Action<WebApplicationBuilder> Parting(string name) => builder =>
        {
            builder.Services.AddNotes();
            builder.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<Farewell>(services, name));
        };
    }

    /// <summary>Says where it has gone to when it is told to stop.</summary>
    private sealed class Farewell(DaprClient dapr, string name) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public async Task StopAsync(CancellationToken cancellationToken) => await dapr.SaveStateAsync(Notebook.Store, name, "gone", cancellationToken: cancellationToken);
    }

    [Fact]
    public async Task Another_app_that_is_invoked_is_simulated()
    {
        await using var sidecar = await Notebook.Start();
        await sidecar.Simulate("stock", app => app.MapGet("/things/{id}", (string id) => $"thing {id}"));
        await using var service = await sidecar.Run(
            _ => { },
            app => app.MapGet("/ask", async (IConfiguration configuration) =>
            {
                using var http = new HttpClient();
                return await http.GetStringAsync($"http://127.0.0.1:{configuration["DAPR_HTTP_PORT"]}/v1.0/invoke/stock/method/things/7", Cancellation);
            }));

        Assert.Equal("thing 7", await service.Http.GetStringAsync(new Uri("/ask", UriKind.Relative), Cancellation));
        var call = Assert.Single(sidecar.Calls);
        Assert.Equal((Call.InvokeService, "stock", "things/7"), (call.Name, call.Component, call.Keys[0]));
    }

    [Fact]
    public async Task Tokens_are_asked_for_and_shown()
    {
        await using var sidecar = await Notebook.Start(options => options.Tokens(api: "key of the sidecar", app: "key of the app"));
        var shown = new TaskCompletionSource<string>();
        await using var service = await sidecar.Run(
            _ => { },
            app => app.MapGet("/dapr/subscribe", (HttpContext context) =>
            {
                shown.TrySetResult(context.Request.Headers["dapr-api-token"].ToString());
                return Array.Empty<string>();
            }));
        using var http = new HttpClient();
        var configuration = service.Services.GetRequiredService<IConfiguration>();

        using var refused = await http.GetAsync($"http://127.0.0.1:{configuration["DAPR_HTTP_PORT"]}/v1.0/metadata", Cancellation);
        http.DefaultRequestHeaders.Add("dapr-api-token", configuration["DAPR_API_TOKEN"]);
        using var let = await http.GetAsync($"http://127.0.0.1:{configuration["DAPR_HTTP_PORT"]}/v1.0/metadata", Cancellation);

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal(HttpStatusCode.OK, let.StatusCode);
        Assert.Equal("key of the app", await shown.Task);
        Assert.Equal("key of the app", configuration["APP_API_TOKEN"]);
    }

    [Fact]
    public async Task An_error_in_the_log_that_nobody_expects_fails_the_test()
    {
        var sidecar = await Notebook.Start();
        await using var service = await sidecar.Run(_ => { }, app => app.MapGet("/break", string () => throw new InvalidOperationException("broken on purpose")));
        using var answer = await service.Http.GetAsync(new Uri("/break", UriKind.Relative), Cancellation);

        var problem = await Assert.ThrowsAsync<UnexpectedErrorsException>(() => sidecar.DisposeAsync().AsTask());

        Assert.Contains("broken on purpose", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_in_the_log_that_the_test_expects_is_fine()
    {
        await using var sidecar = await Notebook.Start();
        sidecar.Log.Expect("broken on purpose");
        await using var service = await sidecar.Run(_ => { }, app => app.MapGet("/break", string () => throw new InvalidOperationException("broken on purpose")));

        using var answer = await service.Http.GetAsync(new Uri("/break", UriKind.Relative), Cancellation);

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Contains(sidecar.Log.Lines, line => line.IsError);
    }
}
