namespace Testing.Sample;

public static class NotesEndpoints
{
    public static void MapNotes(this WebApplication app)
    {
        app.MapGet("/dapr/subscribe", () => new[] { new { pubsubname = "pubsub", topic = "letters.letter-arrived", route = "/letters" } });
        app.MapPost("/letters", Keep);
        app.MapPut("/notes/{id}", Write);
        app.MapGet("/notes/{id}", async (string id, Notes notes, CancellationToken cancellation) => await notes.Read(id, cancellation) is { } note ? Results.Ok(note) : Results.NotFound());
    }

    private static Task<IResult> Keep(Letter letter, Notes notes, CancellationToken cancellation) =>
        letter.Data.Text.Length == 0 ? Task.FromResult(Results.StatusCode(422)) : Write(letter.Data.Id, letter.Data, notes, cancellation);

    private static async Task<IResult> Write(string id, LetterBody body, Notes notes, CancellationToken cancellation)
    {
        try
        {
            await notes.Write(id, body.Text, cancellation);
            return Results.Ok();
        }
        catch (HttpRequestException)
        {
            return Results.StatusCode(503);
        }
    }
}
