using System.Net;
using Runner.Template;

namespace Runner;

/// <summary>Asks sidecars and apps whether they are there. Nobody is asked any more once all have answered.</summary>
internal sealed class Readiness(TimeProvider time) : IDisposable
{
    private const string UsualHealthPath = "/healthz";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BetweenReports = TimeSpan.FromSeconds(10);
    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = LongestAnswer };

    public void Dispose() => http.Dispose();

    /// <summary>An app can be started: it may call out.</summary>
    public Task SidecarAsync(AppTemplate app, Action<string> say, CancellationToken cancellation) =>
        WaitAsync(new Uri($"http://127.0.0.1:{app.HttpPort}/v1.0/healthz/outbound"), $"the sidecar of {app.Id}", status => (int)status is >= 200 and < 300, say, cancellation);

    /// <summary>Without a health check in the run file, one who listens and knows no such path is ready too.</summary>
    public async Task AppAsync(AppTemplate app, Action<string> say, CancellationToken cancellation)
    {
        if (app.Port > 0 && app.Protocol is not ("grpc" or "grpcs"))
        {
            await AppHealthAsync(app, say, cancellation);
        }

        await WaitAsync(new Uri($"http://127.0.0.1:{app.HttpPort}/v1.0/healthz"), $"the sidecar of {app.Id}", status => (int)status is >= 200 and < 300, say, cancellation);
    }

    private Task AppHealthAsync(AppTemplate app, Action<string> say, CancellationToken cancellation)
    {
        var scheme = app.Protocol == "https" ? "https" : "http";
        var url = new Uri($"{scheme}://{app.Address}:{app.Port}{app.HealthPath ?? UsualHealthPath}");
        return WaitAsync(url, app.Id, status => (int)status is >= 200 and < 300 || (app.HealthPath is null && status is HttpStatusCode.NotFound), say, cancellation);
    }

    private async Task WaitAsync(Uri url, string who, Func<HttpStatusCode, bool> isReady, Action<string> say, CancellationToken cancellation)
    {
        var told = time.GetTimestamp();
        while (true)
        {
            string problem;
            try
            {
                using var answer = await http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, cancellation);
                if (isReady(answer.StatusCode))
                {
                    return;
                }

                problem = $"{url.AbsolutePath} answers {(int)answer.StatusCode}";
            }
            catch (HttpRequestException failure)
            {
                problem = failure.HttpRequestError is HttpRequestError.ConnectionError ? $"nothing listens on port {url.Port} yet" : failure.Message;
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                problem = $"{url.AbsolutePath} does not answer";
            }

            if (time.GetElapsedTime(told) > BetweenReports)
            {
                told = time.GetTimestamp();
                say($"waiting for {who}: {problem}");
            }

            await Task.Delay(Pause, time, cancellation);
        }
    }
}
