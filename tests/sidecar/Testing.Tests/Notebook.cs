using System.Net.Http.Json;
using Testing.Sample;

namespace Sidecar.Testing.Tests;

/// <summary>The sample service and its sidecar, as a user of the kit starts them.</summary>
internal static class Notebook
{
    public const string Store = "notes-store";
    public const string Written = "notes.note-written";
    public const string Letters = "letters.letter-arrived";

    public static Task<TestSidecar> Start(Action<TestSidecarOptions>? more = null) => TestSidecar.Start(options =>
    {
        options.AppId("notes").InMemoryState(Store).InMemoryPubSub("pubsub");
        more?.Invoke(options);
    });

    public static Task<TestService> RunNotes(this TestSidecar sidecar) => sidecar.Run<Notes>();

    public static async Task<int> Write(this TestService service, string id, string text)
    {
        using var answer = await service.Http.PutAsJsonAsync(new Uri($"/notes/{id}", UriKind.Relative), new Letter(id, text), TestContext.Current.CancellationToken);
        return (int)answer.StatusCode;
    }

    public static Task<Note?> Stored(this TestSidecar sidecar, string id) => sidecar.State<Note>(Store, id);
}
