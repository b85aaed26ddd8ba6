using Dapr.Client;

namespace Testing.Sample;

/// <summary>Notes in a store, and a message for each that was written.</summary>
public sealed class Notes(DaprClient dapr, TimeProvider time)
{
    private const string Store = "notes-store";

    public async Task Write(string id, string text, CancellationToken cancellation)
    {
        var note = new Note(id, text, time.GetUtcNow());
        await dapr.SaveStateAsync(Store, id, note, cancellationToken: cancellation);
        await dapr.PublishEventAsync("pubsub", "notes.note-written", note, cancellation);
    }

    public Task<Note?> Read(string id, CancellationToken cancellation) => dapr.GetStateAsync<Note?>(Store, id, cancellationToken: cancellation);
}

public sealed record Note(string Id, string Text, DateTimeOffset At);

public sealed record Letter(string Id, string Text);
