using Sidecar.Testing;

namespace Defaults.Tests.Outbox;

/// <summary>One request of one client, sent until it is acknowledged, always under the same Idempotency-Key; an impatient client sends it once.</summary>
internal sealed class Command(string tally, string name, bool isPatient)
{
    private const char OnceOnly = '!';

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    public string Tally => tally;

    public string Name => name;

    public bool IsAcknowledged { get; private set; }

    /// <summary>"a 1": by a patient client to the tally a; "a 1!": by an impatient one.</summary>
    public static Command Of(string words) => new(words[..1], words[2..].TrimEnd(OnceOnly), !words.EndsWith(OnceOnly));

    public async Task Run(Replicas replicas, TestClock clock)
    {
        while (!IsAcknowledged)
        {
            var (service, abandoned) = await replicas.Next();
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"/tallies/{tally}/{name}", UriKind.Relative));
                request.Headers.Add("Idempotency-Key", name);
                using var answer = await service.Http.SendAsync(request, abandoned);
                IsAcknowledged = answer.IsSuccessStatusCode;
                Assert.True(IsAcknowledged || (int)answer.StatusCode is 409 or 503, $"{name} was answered with {answer.StatusCode}");
            }
            catch (Exception problem) when (problem is HttpRequestException or OperationCanceledException)
            {
                // Nobody knows what became of it: it is sent again.
            }

            if (!isPatient)
            {
                return;
            }

            if (!IsAcknowledged)
            {
                await Task.Delay(Pause, clock);
            }
        }
    }
}
