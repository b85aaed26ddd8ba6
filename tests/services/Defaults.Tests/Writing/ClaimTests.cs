using System.Text.Json;
using Sidecar.Testing;

namespace Defaults.Tests.Writing;

/// <summary>Unique values: the title of a note.</summary>
public sealed class ClaimTests
{
    [Fact]
    public async Task A_value_has_one_owner_whose_document_is_under_its_hash()
    {
        await using var notes = await Notes.Start();
        var service = await notes.Run();

        Assert.Equal(200, (await Notes.Put(service, "a", "x", title: "one")).Status);
        Assert.Equal((409, "title-taken"), Problem(await Notes.Put(service, "b", "x", title: "one")));

        var claim = Assert.Single(notes.Sidecar.Keys(Notes.Store), key => key.StartsWith("claim|title|", StringComparison.Ordinal));
        Assert.Equal(64, claim.Split('|')[2].Length);
        Assert.Equal("a", (await notes.State(claim)).GetProperty("owner").GetString());
    }

    [Fact]
    public async Task Of_many_at_once_one_gets_it_and_the_others_are_told_so()
    {
        await using var notes = await Notes.Start(options => options.Time(TimeProvider.System).SqliteState(Notes.Store));
        var service = await notes.Run();

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(n => Notes.Put(service, $"n{n}", "x", title: "one")));

        Assert.Single(answers, answer => answer.Status == 200);
        Assert.Equal(9, answers.Count(answer => Problem(answer) == (409, "title-taken")));
    }

    [Fact]
    public async Task A_creation_whose_answer_was_lost_has_succeeded_and_is_not_taken_from_its_owner()
    {
        await using var notes = await Notes.Start();
        var service = await notes.Run();
        notes.Sidecar.Faults.On(Call.ExecuteStateTransaction).Once().After(Failure.Aborted);

        Assert.Equal(200, (await Notes.Put(service, "a", "x", title: "one")).Status);
        Assert.Equal(200, (await Notes.Put(service, "a", "y", title: "one")).Status);
    }

    [Fact]
    public async Task What_is_given_up_is_free()
    {
        await using var notes = await Notes.Start();
        var service = await notes.Run();
        await Notes.Put(service, "a", "x", title: "one");

        Assert.Equal(200, (await Notes.Put(service, "a", "x", title: "two")).Status);
        Assert.Equal(200, (await Notes.Put(service, "b", "x", title: "one")).Status);
        Assert.Equal((409, "title-taken"), Problem(await Notes.Put(service, "b", "x", title: "two")));
    }

    private static (int, string?) Problem((int Status, JsonElement Body) answer) =>
        (answer.Status, answer.Body.TryGetProperty("type", out var type) ? type.GetString() : null);
}
