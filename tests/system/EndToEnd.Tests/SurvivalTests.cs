using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Servers;
using Tokens;

namespace EndToEnd.Tests;

/// <summary>A reader whom a command made is still there after everything was killed.</summary>
public sealed class SurvivalTests : IDisposable
{
    private const string Token = "known-to-this-test";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly Dictionary<string, string> WithToken = new() { ["DAPR_API_TOKEN"] = Token, ["LIBRARY_AUTH__JWKS"] = TestIssuer.Default.Jwks };
    private readonly Clone clone = new();
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(10), DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", TestIssuer.Admin) } };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        http.Dispose();
        clone.Dispose();
    }

    [Fact]
    public async Task State_survives_the_death_of_every_process_and_nobody_is_left_behind()
    {
        await using (var run = clone.Run(WithToken))
        {
            await run.LineAsync("ready: ", Cancellation);
            await OrderAsync("readers.create-reader", new { sagaId = "s", step = "create-reader", attempt = 1, replyTo = "nobody.replies", readerId = "ada", name = "Ada Lovelace", email = "ada@example.org" });
            await ViewedAsync("pending");
            await OrderAsync("readers.confirm-reader", new { sagaId = "s", step = "confirm-reader", attempt = 1, replyTo = "nobody.replies", readerId = "ada" });
            await ViewedAsync("active");
            foreach (var (pid, _) in run.Children())
            {
                Followed.Signal(pid, "KILL");
                await run.LineAsync(line => line.Contains("killed by SIGKILL", StringComparison.Ordinal), Cancellation);
            }

            await AnswersAsync(clone.Url(8080, "/healthz"), _ => true);
            await ViewedAsync("active");
            var everybody = run.Children().Keys.ToList();
            run.Signal("KILL");
            await Followed.GoneAsync(everybody, Cancellation);
        }

        await using var again = clone.Run(WithToken);
        await again.LineAsync("ready: ", Cancellation);
        await ViewedAsync("active");
        var all = again.Children().Keys.ToList();
        Assert.Equal(7, all.Count);
        again.Signal("INT");
        Assert.Equal(0, await again.EndAsync(Cancellation));
        Assert.DoesNotContain(all, Followed.IsAlive);
        Assert.DoesNotContain(" error ", again.Text, StringComparison.Ordinal);
    }

    private async Task OrderAsync(string topic, object command)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, clone.Url(3500, $"/v1.0/publish/pubsub/{topic}")) { Content = JsonContent.Create(command) };
        request.Headers.Add("dapr-api-token", Token);
        using var answer = await http.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    private Task ViewedAsync(string state) =>
        AnswersAsync(clone.Url(8080, "/api/readers/ada"), body => JsonDocument.Parse(body).RootElement.GetProperty("state").GetString() == state);

    /// <summary>Waits for a success with such a body.</summary>
    private async Task AnswersAsync(Uri url, Func<string, bool> isWanted)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(Patience);
        var last = "nothing";
        while (true)
        {
            try
            {
                using var answer = await http.GetAsync(url, limit.Token);
                last = await answer.Content.ReadAsStringAsync(limit.Token);
                if (answer.IsSuccessStatusCode && isWanted(last))
                {
                    return;
                }
            }
            catch (HttpRequestException problem)
            {
                last = problem.Message;
            }
            catch (OperationCanceledException problem) when (limit.IsCancellationRequested)
            {
                throw new TimeoutException($"{url} last answered {last}", problem);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), Cancellation);
        }
    }
}
