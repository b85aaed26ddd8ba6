using Dapr;

namespace Testing.Sample;

public static class NotesEndpoints
{
    public static void AddNotes(this IServiceCollection services)
    {
        services.AddDaprClient();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<Notes>();
    }

    public static void MapNotes(this WebApplication app)
    {
        app.UseCloudEvents();
        app.MapSubscribeHandler();
        app.MapPost("/letters", Keep).WithTopic("pubsub", "letters.letter-arrived");
        app.MapPut("/notes/{id}", (string id, Letter letter, Notes notes, CancellationToken cancellation) => Write(id, letter.Text, notes, cancellation));
        app.MapGet("/notes/{id}", async (string id, Notes notes, CancellationToken cancellation) => await notes.Read(id, cancellation) is { } note ? Results.Ok(note) : Results.NotFound());
    }

    private static Task<IResult> Keep(Letter letter, Notes notes, CancellationToken cancellation) =>
        letter.Text.Length == 0 ? Task.FromResult(Results.StatusCode(422)) : Write(letter.Id, letter.Text, notes, cancellation);

    private static async Task<IResult> Write(string id, string text, Notes notes, CancellationToken cancellation)
    {
        try
        {
            await notes.Write(id, text, cancellation);
            return Results.Ok();
        }
        catch (DaprException)
        {
            return Results.StatusCode(503);
        }
    }
}
