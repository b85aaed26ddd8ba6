using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Dapr.Client;
using Library.Contracts;
using Library.Contracts.Users;
using Library.Defaults.Refusals;
using Library.Defaults.Stores;
using Microsoft.Extensions.Options;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Library.Coordinator.ReaderUserCreation;

/// <summary>
/// Hands users the password, or the proof of another house, by a call: neither is written anywhere on the way. When users do not answer, nobody is kept
/// waiting for long, and they are left in peace for a while.
/// </summary>
internal sealed class Credentials
{
    private const int FewestCalls = 6;
    private const int MostBytes = 65_536;
    private static readonly TimeSpan Sampling = TimeSpan.FromSeconds(20);
    private readonly HttpClient _users;
    private readonly ResiliencePipeline _pipeline;

    public Credentials(DaprClient dapr, IOptions<CoordinatorOptions> options, TimeProvider time)
    {
        _users = dapr.CreateInvokableHttpClient(Apps.User);
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                MinimumThroughput = FewestCalls,
                FailureRatio = 0.5,
                SamplingDuration = Sampling,
                BreakDuration = options.Value.HandOverBreak,
                ShouldHandle = new PredicateBuilder().Handle<HttpRequestException>().Handle<TimeoutRejectedException>(),
            })
            .AddTimeout(options.Value.HandOverTime)
            .Build();
    }

    public async Task<Decision<HandedOver>> HandOver(Register request, CancellationToken cancellation)
    {
        try
        {
            return await _pipeline.ExecuteAsync(async token => await Call(request, token), cancellation);
        }
        catch (Exception problem) when (problem is HttpRequestException or TimeoutRejectedException or BrokenCircuitException)
        {
            return RegistrationRefusals.HandOverUnavailable;
        }
    }

    private async Task<Decision<HandedOver>> Call(Register request, CancellationToken cancellation)
    {
        using var body = JsonContent.Create(new { request.Username, request.Password, request.IdToken, request.Email }, options: StoredJson.Options);
        using var answer = await _users.PostAsync(new Uri("/credentials", UriKind.Relative), body, cancellation);
        await answer.Content.LoadIntoBufferAsync(MostBytes, cancellation);
        return answer.StatusCode switch
        {
            HttpStatusCode.Created or HttpStatusCode.OK => await Read<HandedOver>(answer, cancellation),
            HttpStatusCode.BadRequest or HttpStatusCode.Conflict or HttpStatusCode.UnprocessableEntity or HttpStatusCode.TooManyRequests => Refused(answer, await Read<Said>(answer, cancellation)),
            var status => throw new HttpRequestException($"Users answered {(int)status}.", inner: null, status),
        };
    }

    private static Refusal Refused(HttpResponseMessage answer, Said said) => new(said.Type ?? "credential-refused", said.Detail ?? "This password was not taken.", (int)answer.StatusCode)
    {
        Reasons = said.Reasons ?? [],
        RetryAfter = answer.Headers.RetryAfter?.Delta,
    };

    private static async Task<T> Read<T>(HttpResponseMessage answer, CancellationToken cancellation)
        where T : class
    {
        try
        {
            return await answer.Content.ReadFromJsonAsync<T>(StoredJson.Options, cancellation) ?? throw new JsonException();
        }
        catch (Exception problem) when (problem is JsonException or NotSupportedException)
        {
            throw new HttpRequestException("Users answered what cannot be understood.", problem, answer.StatusCode);
        }
    }

    private sealed record Said(string? Type = null, string? Detail = null, IReadOnlyList<Reason>? Reasons = null);
}

/// <summary>What users made of it: the name in its one spelling, and the identity that was proved.</summary>
internal sealed record HandedOver(string CredentialId, string? Username = null, ExternalIdentity? ExternalIdentity = null);
