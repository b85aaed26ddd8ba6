using System.Net;

namespace Testing.Sample;

/// <summary>Notes in a store, and a message for each that was written.</summary>
public sealed class Notes(IConfiguration configuration, TimeProvider time)
{
    private readonly HttpClient sidecar = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://127.0.0.1:{configuration["DAPR_HTTP_PORT"]}") };

    public async Task Write(string id, string text, CancellationToken cancellation)
    {
        var note = new Note(id, text, time.GetUtcNow());
        await Post("/v1.0/state/notes-store", new[] { new { key = id, value = note } }, cancellation);
        await Post("/v1.0/publish/pubsub/notes.note-written", note, cancellation);
    }

    public async Task<Note?> Read(string id, CancellationToken cancellation)
    {
        using var answer = await sidecar.GetAsync(new Uri($"/v1.0/state/notes-store/{id}", UriKind.Relative), cancellation);
        answer.EnsureSuccessStatusCode();
        return answer.StatusCode == HttpStatusCode.NoContent ? null : await answer.Content.ReadFromJsonAsync<Note>(cancellation);
    }

    private async Task Post<T>(string path, T body, CancellationToken cancellation)
    {
        using var answer = await sidecar.PostAsJsonAsync(new Uri(path, UriKind.Relative), body, cancellation);
        answer.EnsureSuccessStatusCode();
    }
}

public sealed record Note(string Id, string Text, DateTimeOffset At);

/// <summary>A CloudEvent, as far as this service looks at it.</summary>
public sealed record Letter(LetterBody Data);

public sealed record LetterBody(string Id, string Text);
