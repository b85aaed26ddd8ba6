using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Library.Contracts;
using Library.Defaults.Stores;

namespace Library.Sagas.Orchestrator.Definition;

/// <summary>One attempt of a step that calls its participant.</summary>
public sealed class InvokeCall<TData>
    where TData : class
{
    private const int MostBytes = 65_536;

    private readonly SagaCall _call;
    private readonly bool _isUndo;

    internal InvokeCall(SagaCall call, bool isUndo, HttpClient participant, IServiceProvider services) =>
        (_call, _isUndo, Participant, Services) = (call, isUndo, participant, services);

    public string SagaId => _call.SagaId;

    public string Step => _call.Step;

    public int Attempt => _call.Attempt;

    public TData Data => (TData)_call.Data;

    /// <summary>Calls the participant through the sidecar; addresses are the participant's own: "/bookings".</summary>
    public HttpClient Participant { get; }

    /// <summary>Of the coordinator, for a step that is done by itself.</summary>
    public IServiceProvider Services { get; }

    /// <summary>What a step before this one has answered, or an operator in its place.</summary>
    public StepOutput Output<TStep>()
        where TStep : Step<TData>, new() => _call.Outputs.GetValueOrDefault(new TStep().Name) ?? StepOutput.None;

    public Task<StepResult> Post(string address, object body, CancellationToken cancellation) => Send(HttpMethod.Post, address, body, cancellation);

    public Task<StepResult> Delete(string address, CancellationToken cancellation) => Send(HttpMethod.Delete, address, body: null, cancellation);

    /// <summary>
    /// Sends it with an Idempotency-Key of the attempt. Success is done, with the id and version of the answer if it has them; 408, 429 and 5xx are failures
    /// that time mends; any other answer refuses for the reasons of its problem details.
    /// </summary>
    public async Task<StepResult> Send(HttpMethod method, string address, object? body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, address);
        request.Headers.Add("Idempotency-Key", string.Create(CultureInfo.InvariantCulture, $"{SagaId}/{Step}/{(_isUndo ? "undo" : "do")}/{Attempt}"));
        request.Content = body is null ? null : JsonContent.Create(body, body.GetType(), options: StoredJson.Options);
        using var answer = await Participant.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        if (answer.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError)
        {
            throw new HttpRequestException($"The participant answered {(int)answer.StatusCode}.", inner: null, answer.StatusCode);
        }

        var said = await Read(answer, cancellation);
        return answer.IsSuccessStatusCode
            ? StepResult.Done(said.Id, said.Version)
            : StepResult.Refused(said.Reasons is { Count: > 0 } reasons ? reasons : [new Reason(said.Type ?? $"http-{(int)answer.StatusCode}", said.Detail ?? "The participant refused it without a reason.")]);
    }

    private static async Task<Said> Read(HttpResponseMessage answer, CancellationToken cancellation)
    {
        await answer.Content.LoadIntoBufferAsync(MostBytes, cancellation);
        var bytes = await answer.Content.ReadAsByteArrayAsync(cancellation);
        try
        {
            return StoredJson.Read<Said>(bytes) ?? new Said();
        }
        catch (JsonException) when (answer.IsSuccessStatusCode)
        {
            return new Said();
        }
    }

    private sealed record Said(string? Id = null, long? Version = null, string? Type = null, string? Detail = null, IReadOnlyList<Reason>? Reasons = null);
}
