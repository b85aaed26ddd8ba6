using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Registration.Tests;

/// <summary>People and staff at the front door. What was not answered is sent again under the same Idempotency-Key until it is.</summary>
internal sealed class Visitors(HttpClient gateway)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>Returns the id that was acknowledged, or what was refused at the door.</summary>
    public async Task<string> Register(object body, CancellationToken cancellation, string? key = null)
    {
        key ??= Guid.NewGuid().ToString();
        var (status, answer, _) = await Insist(() => Request(HttpMethod.Post, "/api/registrations", body, key: key), [HttpStatusCode.Accepted], cancellation);
        Assert.Equal(HttpStatusCode.Accepted, status);
        return answer.GetProperty("id").GetString()!;
    }

    public async Task<Registration> Find(string id, CancellationToken cancellation)
    {
        var (_, answer, _) = await Insist(() => Request(HttpMethod.Get, $"/api/registrations/{id}"), [HttpStatusCode.OK], cancellation);
        return Registration.Read(answer);
    }

    public async Task<Registration> Until(string id, Func<Registration, bool> isSo, string what, TimeSpan patience, CancellationToken cancellation)
    {
        for (var started = TimeProvider.System.GetTimestamp(); ;)
        {
            var now = await Find(id, cancellation);
            if (isSo(now))
            {
                return now;
            }

            Assert.True(TimeProvider.System.GetElapsedTime(started) < patience, $"The registration {id} is not {what} after {patience.TotalSeconds:F0} s: {now.Whole}");
            await Task.Delay(Pause, TimeProvider.System, cancellation);
        }
    }

    public async Task<(HttpStatusCode Status, JsonElement Body, HttpResponseHeaders Headers)> Ask(
        HttpMethod method, string path, CancellationToken cancellation, object? body = null, string? token = null, string? key = null)
    {
        using var request = Request(method, path, body, token, key);
        using var answer = await gateway.SendAsync(request, cancellation);
        return (answer.StatusCode, await Json(answer, cancellation), answer.Headers);
    }

    /// <summary>Asks until the status is one of these; what time mends is asked again.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Body, HttpResponseHeaders Headers)> Insist(
        Func<HttpRequestMessage> make, IReadOnlyCollection<HttpStatusCode> wanted, CancellationToken cancellation)
    {
        var last = "nothing";
        for (var started = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(started) < Patience;)
        {
            try
            {
                using var request = make();
                using var answer = await gateway.SendAsync(request, cancellation);
                var body = await Json(answer, cancellation);
                if (wanted.Contains(answer.StatusCode))
                {
                    return (answer.StatusCode, body, answer.Headers);
                }

                last = $"{request.Method} {request.RequestUri}: {(int)answer.StatusCode} {body}";
                Assert.True((int)answer.StatusCode is >= 500 or 409 or 429, last);
            }
            catch (Exception problem) when (problem is HttpRequestException or TaskCanceledException or IOException && !cancellation.IsCancellationRequested)
            {
                last = problem.Message;
            }

            await Task.Delay(Pause, TimeProvider.System, cancellation);
        }

        throw new TimeoutException($"It is refused for {Patience.TotalSeconds} s: {last}");
    }

    /// <summary>Asks again and again until it is answered so.</summary>
    public async Task Becomes(HttpStatusCode wanted, Func<HttpRequestMessage> make, TimeSpan patience, CancellationToken cancellation)
    {
        for (var started = TimeProvider.System.GetTimestamp(); ;)
        {
            using var request = make();
            using var answer = await gateway.SendAsync(request, cancellation);
            if (answer.StatusCode == wanted)
            {
                return;
            }

            Assert.True(TimeProvider.System.GetElapsedTime(started) < patience, $"{request.RequestUri} answers {answer.StatusCode} instead of {wanted} for {patience.TotalSeconds} s.");
            await Task.Delay(Pause, TimeProvider.System, cancellation);
        }
    }

    public async Task<string> LogIn(string username, string password, CancellationToken cancellation)
    {
        var (_, answer, _) = await Insist(() => Request(HttpMethod.Post, "/api/login", new { username, password }), [HttpStatusCode.OK], cancellation);
        return answer.GetProperty("accessToken").GetString()!;
    }

    public static HttpRequestMessage Request(HttpMethod method, string path, object? body = null, string? token = null, string? key = null)
    {
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return request;
    }

    private static async Task<JsonElement> Json(HttpResponseMessage answer, CancellationToken cancellation)
    {
        var text = await answer.Content.ReadAsStringAsync(cancellation);
        return text.StartsWith('{') || text.StartsWith('[') ? JsonSerializer.Deserialize<JsonElement>(text) : default;
    }
}
