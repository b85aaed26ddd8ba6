using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Servers;

namespace Runner.Tests;

/// <summary>The runner as a process, with tiny apps.</summary>
public sealed partial class RunTests : IDisposable
{
    private readonly RunFolder folder = new();
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(10) };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        http.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task It_says_once_that_everything_answers()
    {
        await using var run = folder.Start();
        Assert.Equal($"ready: http://localhost:{folder.PortOfA}", await run.LineAsync("ready", Cancellation));
        Assert.Equal("200", $"{(int)(await http.GetAsync(new Uri($"http://localhost:{folder.PortOfB}/healthz"), Cancellation)).StatusCode}");
        run.Signal("TERM");
        Assert.Equal(0, await run.EndAsync(Cancellation));
        Assert.Single(run.Text.Split('\n'), line => line.StartsWith("ready", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_line_says_whose_it_is_and_has_no_colours_without_a_terminal()
    {
        await using var run = folder.Start();
        await run.LineAsync("ready", Cancellation);
        run.Signal("TERM");
        await run.EndAsync(Cancellation);
        Assert.DoesNotContain('\e', run.Text);
        Assert.Contains("a       | an error line", run.Text, StringComparison.Ordinal);
        Assert.Contains("b       | an error line", run.Text, StringComparison.Ordinal);
        Assert.Contains("b       | sidecar info: Component loaded: store", run.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Apps_get_the_environment_of_the_run_file_and_tokens_that_nobody_else_sees()
    {
        await using var run = folder.Start();
        await run.LineAsync("ready", Cancellation);
        var (a, b) = (await EnvironmentAsync(folder.PortOfA), await EnvironmentAsync(folder.PortOfB));
        Assert.Equal(("a", "yes", "a", $"{folder.PortOfA}", $"{folder.SidecarOfA}"), (a["WHO"], a["COMMON"], a["APP_ID"], a["APP_PORT"], a["DAPR_HTTP_PORT"]));
        Assert.Equal(("common", "yes", "b"), (b["WHO"], b["COMMON"], b["APP_ID"]));
        Assert.Equal(a["DAPR_API_TOKEN"], b["DAPR_API_TOKEN"]);
        Assert.Equal(64, a["APP_API_TOKEN"].Length);
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync(StateOfA, Cancellation)).StatusCode);
        run.Signal("TERM");
        await run.EndAsync(Cancellation);
        Assert.DoesNotContain(a["DAPR_API_TOKEN"], run.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.EnumerateFiles(folder.Home, "*", SearchOption.AllDirectories), file => File.ReadAllText(file).Contains(a["APP_API_TOKEN"], StringComparison.Ordinal));
    }

    [Fact]
    public async Task Each_killed_process_is_named_and_comes_back_and_state_is_still_there()
    {
        await using var run = folder.Start(new Dictionary<string, string> { ["DAPR_API_TOKEN"] = "known" });
        await run.LineAsync("ready", Cancellation);
        await SaveAsync("kept");
        foreach (var (pid, command) in run.Children())
        {
            Followed.Signal(pid, "KILL");
            var name = command.Contains("Sidecar.dll", StringComparison.Ordinal) ? "sidecar ended" : command.Contains("while read", StringComparison.Ordinal) ? "the guard ended" : "";
            var said = await run.LineAsync(line => line.Contains("killed by SIGKILL", StringComparison.Ordinal) && line.Contains(name, StringComparison.Ordinal), Cancellation);
            Assert.Matches(@"^run     \| \d\d:\d\d:\d\d (sidecar|a|b|the guard) ended: killed by SIGKILL \(exit code 137\); (it is started again in 0\.5 s|another takes its place)$", said);
        }

        await AnsweredAsync(folder.PortOfA);
        await AnsweredAsync(folder.PortOfB);
        await AnsweredAsync(folder.SidecarOfA, "/v1.0/healthz");
        Assert.Equal("\"kept\"", await LoadAsync());
        Assert.Equal(4, run.Children().Count);
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public async Task Told_to_end_it_leaves_nobody_behind(string signal)
    {
        await using var run = folder.Start();
        await run.LineAsync("ready", Cancellation);
        var all = await EverybodyAsync(run);
        Assert.Equal(6, all.Count);
        run.Signal(signal);
        Assert.Equal(0, await run.EndAsync(Cancellation));
        Assert.DoesNotContain(all, Followed.IsAlive);
    }

    [Fact]
    public async Task Killed_itself_it_leaves_nobody_behind_either()
    {
        await using var run = folder.Start();
        await run.LineAsync("ready", Cancellation);
        var guard = run.Children().Single(child => child.Value.Contains("while read", StringComparison.Ordinal)).Key;
        Followed.Signal(guard, "KILL");
        await run.LineAsync("the guard ended", Cancellation);
        var all = await EverybodyAsync(run);
        run.Signal("KILL");
        await Followed.GoneAsync(all, Cancellation);
    }

    [Fact]
    public async Task Told_to_end_while_it_starts_it_ends_in_peace()
    {
        await using var run = folder.Start();
        await run.LineAsync("starting 2 apps: a, b", Cancellation);
        run.Signal("INT");
        Assert.Equal(0, await run.EndAsync(Cancellation));
        Assert.DoesNotContain("ended:", run.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_named_apps_start()
    {
        await using var run = folder.Start("--only", "b");
        Assert.Equal($"ready: http://localhost:{folder.PortOfB}", await run.LineAsync("ready", Cancellation));
        Assert.DoesNotContain("a       |", run.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_taken_port_is_refused_with_who_has_it()
    {
        using var listener = new TcpListener(IPAddress.Loopback, folder.PortOfB);
        listener.Start();
        await using var run = folder.Start();
        Assert.Equal(1, await run.EndAsync(Cancellation));
        Assert.Contains($"port {folder.PortOfB} (appPort of b) is in use by ", run.Text, StringComparison.Ordinal);
        Assert.Contains($"(pid {Environment.ProcessId})", run.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_component_is_named_with_file_and_line()
    {
        folder.Component("other", "state.sqlit", "connectionString", "x.db");
        await using var run = folder.Start();
        Assert.Equal(1, await run.EndAsync(Cancellation));
        Assert.Matches(@"cannot start: .*/components/other\.yaml:5: .*did you mean state\.sqlite\?", run.Text);
    }

    [Fact]
    public async Task A_broker_that_loses_messages_is_refused_with_what_to_change()
    {
        folder.Component("pubsub", "pubsub.rabbitmq", "connectionString", "amqp://localhost:1");
        await using var run = folder.Start();
        Assert.Equal(1, await run.EndAsync(Cancellation));
        foreach (var setting in new[] { "deletedWhenUnused should be \\\"false\\\"", "publisherConfirm", "deliveryMode", "requeueInFailure", "prefetchCount" })
        {
            Assert.Contains(setting.Replace("\\", "", StringComparison.Ordinal), run.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Traces_are_shown_where_the_configuration_sends_them()
    {
        var port = Ports.Free();
        folder.Write("names.config", $$"""
            apiVersion: dapr.io/v1alpha1
            kind: Configuration
            metadata: {name: names}
            spec:
              tracing: {samplingRate: "1", zipkin: {endpointAddress: "http://localhost:{{port}}/api/v2/spans"} }
              nameResolution: {component: sqlite, configuration: {connectionString: .data/names.db} }
            """);
        await using var run = folder.Start();
        await run.LineAsync("ready", Cancellation);
        Assert.Contains($"traces are shown at http://127.0.0.1:{port}", run.Text, StringComparison.Ordinal);
        Assert.StartsWith("[", await http.GetStringAsync(new Uri($"http://localhost:{port}/api/v2/services"), Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_that_somebody_has_to_type_is_printed_once_and_kept_for_its_owner()
    {
        folder.Write("components/vault.yaml", """
            apiVersion: dapr.io/v1alpha1
            kind: Component
            metadata:
              name: vault
              annotations: {run/made-secrets: key, run/shown-secrets: word}
            spec: {type: secretstores.local.file, version: v1, metadata: [{name: secretsFile, value: .data/secrets.json}]}
            """);
        await using var prepared = folder.Start("prepare");
        Assert.Equal(0, await prepared.EndAsync(Cancellation));
        var kept = System.Text.Json.JsonSerializer.Deserialize<Dictionary<string, string>>(await File.ReadAllTextAsync(Path.Combine(folder.Home, ".data/secrets.json"), Cancellation))!;
        Assert.Contains($"made word: {kept["word"]} ", prepared.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(kept["key"], prepared.Text, StringComparison.Ordinal);

        await using var run = folder.Start("--fresh");
        await run.LineAsync("ready", Cancellation);
        Assert.DoesNotContain(kept["word"], run.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fresh_forgets_what_was_saved()
    {
        var environment = new Dictionary<string, string> { ["DAPR_API_TOKEN"] = "known" };
        await using (var run = folder.Start(environment))
        {
            await run.LineAsync("ready", Cancellation);
            await SaveAsync("old");
            run.Signal("TERM");
            await run.EndAsync(Cancellation);
        }

        await using (var again = folder.Start(environment))
        {
            await again.LineAsync("ready", Cancellation);
            Assert.Equal("\"old\"", await LoadAsync());
            again.Signal("TERM");
            await again.EndAsync(Cancellation);
        }

        await using var fresh = folder.Start(environment, "--fresh");
        await fresh.LineAsync("ready", Cancellation);
        Assert.Equal("", await LoadAsync());
    }

    /// <summary>What an app says may be read a moment after "ready" of the runner.</summary>
    private static async Task<List<int>> EverybodyAsync(Followed run)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (PidOfChild().Count(run.Text) < 2)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), limit.Token);
        }

        return [.. run.Children().Keys, .. PidOfChild().Matches(run.Text).Select(match => int.Parse(match.Groups["pid"].Value, System.Globalization.CultureInfo.InvariantCulture))];
    }

    private Uri StateOfA => new($"http://localhost:{folder.SidecarOfA}/v1.0/state/store/key");

    private async Task SaveAsync(string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"http://localhost:{folder.SidecarOfA}/v1.0/state/store")) { Content = new StringContent($$"""[{"key":"key","value":"{{value}}"}]""") };
        request.Headers.Add("dapr-api-token", "known");
        (await http.SendAsync(request, Cancellation)).EnsureSuccessStatusCode();
    }

    private async Task<string> LoadAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, StateOfA) { Headers = { { "dapr-api-token", "known" } } };
        using var answer = await http.SendAsync(request, Cancellation);
        return await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(Cancellation);
    }

    private async Task AnsweredAsync(int port, string path = "/healthz")
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri($"http://localhost:{port}{path}"), Cancellation);
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException) when (tries < 600)
            {
                // Not yet back.
            }

            Assert.True(tries < 600, $"nobody answers on port {port}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), Cancellation);
        }
    }

    private async Task<Dictionary<string, string>> EnvironmentAsync(int port) =>
        (await http.GetStringAsync(new Uri($"http://localhost:{port}/environment"), Cancellation)).Split('\n').Select(line => line.Split('=', 2)).Where(pair => pair.Length == 2)
            .DistinctBy(pair => pair[0]).ToDictionary(pair => pair[0], pair => pair[1]);

    [GeneratedRegex(@"with child (?<pid>\d+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PidOfChild();
}
