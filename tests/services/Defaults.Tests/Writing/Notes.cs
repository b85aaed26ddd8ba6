using System.Net.Http.Headers;
using System.Text.Json;
using Library.Contracts;
using Library.Defaults.Auth;
using Library.Defaults.Hosting;
using Library.Defaults.Idempotency;
using Library.Defaults.Refusals;
using Library.Defaults.Stores;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Sidecar.Testing;
using Tokens;

namespace Defaults.Tests.Writing;

internal sealed record Note(string Id, long Version, string Text, string? Title = null)
{
    public static readonly Schema<Note> Schema = new("note");
}

internal sealed record NoteWritten(string Id, long Version, string Text) : IFact
{
    public const string Topic = "notes.note-written";

    static string IFact.Topic => Topic;
}

[NamesNoPerson]
internal sealed record NoteCounted(string Id, long Version, int Length) : IFact
{
    public const string Topic = "notes.note-counted";

    static string IFact.Topic => Topic;
}

internal sealed record NoteBody(string Text, string? Title = null, string? Password = null);

/// <summary>A service of one aggregate beside a sidecar, in any number of instances.</summary>
internal sealed class Notes(TestSidecar sidecar) : IAsyncDisposable
{
    public const string Store = "notes-store";
    public const string Lag = "notes.place-published";

    public TestSidecar Sidecar => sidecar;

    public static async Task<Notes> Start(Action<TestSidecarOptions>? configure = null) => new(await TestSidecar.Start(options =>
    {
        options.AppId("notes").SqlitePubSub("pubsub");
        (configure ?? (some => some.SqliteState(Store)))(options);
    }));

    public Task<TestService> Run(Action<ServiceOptions>? configure = null) => sidecar.Run(Build, Map, how =>
    {
        how.Setting(TestIssuer.Setting.Name, TestIssuer.Setting.Value);
        configure?.Invoke(how);
    });

    public static async Task<(int Status, JsonElement Body)> Put(TestService service, string id, string text, string? title = null, string? key = null, string? password = null, string path = "notes", string? token = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri($"/{path}/{id}", UriKind.Relative)) { Content = System.Net.Http.Json.JsonContent.Create(new NoteBody(text, title, password)) };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        using var answer = await service.Http.SendAsync(request, TestContext.Current.CancellationToken);
        var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return ((int)answer.StatusCode, body.Length == 0 ? default : JsonElement.Parse(body));
    }

    /// <summary>Until nothing is on its way any more.</summary>
    public Task Quiet() => sidecar.Clock.AdvanceUntil(() => sidecar.Published(Lag).Any(message => message.Read<PlacePublished>().Quiet));

    public Task<JsonElement> State(string key) => sidecar.State<JsonElement>(Store, key);

    public async Task<string?> Text(string id) => (await State($"note|{id}")) is { ValueKind: JsonValueKind.Object } note ? note.GetProperty("text").GetString() : null;

    public ValueTask DisposeAsync() => sidecar.DisposeAsync();

    internal static void Build(WebApplicationBuilder builder) => builder.AddLibraryDefaults("notes").AddWriting()
        .Keeps(Note.Schema, (Note note) => new NoteWritten(note.Id, note.Version, note.Text));

    private static void Map(WebApplication app)
    {
        app.MapLibraryDefaults();
        var notes = app.MapGroup("").OpenToAnyone().ChangesState();
        notes.MapPut("/notes/{id}", Write);
        notes.MapPut("/letters/{id}", Write);
        notes.MapPut("/counted/{id}", Count);
        notes.MapPut("/own/{id}", Write).ForSignedIn();
        app.MapGet("/me", (Caller caller) => caller.UserId).ForSignedIn();
    }

    private static async Task<IResult> Write(string id, NoteBody body, Documents<Note> notes, Claims claims, Commit commit, CancellationToken cancellation)
    {
        var read = await notes.Load(id, cancellation);
        var title = await claims.Read("title", body.Title, cancellation);
        if (title.IsTakenFrom(id))
        {
            return new Refusal("title-taken", "Another note has this title.", StatusCodes.Status409Conflict).ToProblem();
        }

        var note = new Note(id, (read.Document?.Version ?? 0) + 1, body.Text, body.Title);
        var change = new Change().Save(notes, read, note, new NoteWritten(id, note.Version, note.Text));
        title.Take(id, change);
        if (read.Document?.Title is { } former && former != body.Title)
        {
            (await claims.Read("title", former, cancellation)).Release(id, change);
        }

        return (await commit.Run(change, new Answer(id, note.Version), cancellation)).ToResult();
    }

    private static async Task<IResult> Count(string id, NoteBody body, Documents<Note> notes, Commit commit, CancellationToken cancellation)
    {
        var read = await notes.Load(id, cancellation);
        var note = new Note(id, (read.Document?.Version ?? 0) + 1, body.Text);
        var change = new Change().Save(notes, read, note, new NoteCounted(id, note.Version, note.Text.Length));
        return (await commit.Run(change, new Answer(id, note.Version), cancellation)).ToResult();
    }
}
