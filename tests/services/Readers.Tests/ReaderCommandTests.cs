using Library.Contracts;
using Library.Contracts.Readers;
using Library.Defaults.Stores;
using Sidecar.Testing;

namespace Readers.Tests;

public sealed class ReaderCommandTests
{
    [Fact]
    public async Task A_created_reader_is_pending_and_said_to_be_so()
    {
        await using var library = await CommandSide.Start();

        var reply = await library.Create("r1", " Ada@Example.org ", "030 / 12 34-56", birthDate: new DateOnly(1990, 2, 3));

        Assert.Equal(("r1", 1L, true), (reply.Id, reply.Version, reply.Done));
        var message = await library.Sidecar.Published(ReaderCreated.Topic).First();
        Assert.Equal(("r1/1", "ReaderCreated"), (message.Id, message.Type));
        var published = message.Read<Published<ReaderCreated>>(StoredJson.Options);
        Assert.Equal(new ReaderCreated("r1", 1, ReaderState.Pending, "Ada", "ada@example.org", "030123456", new DateOnly(1990, 2, 3)), published.Fact);
    }

    [Fact]
    public async Task A_creation_reads_its_step_alone_before_its_transaction_and_all_when_that_fails()
    {
        await using var library = await CommandSide.Start();
        await library.Create("r1", "ada@example.org", "12345");
        Assert.DoesNotContain(library.Sidecar.Calls, call => call.Name == Call.GetState && !call.Keys.Any(key => key.StartsWith("outbox", StringComparison.Ordinal) || key.StartsWith("step|", StringComparison.Ordinal)));

        var refused = await library.Create("r2", "ada@example.org", "12345", name: " ");

        Assert.Equal(["email-taken", "name-invalid", "phone-taken"], refused.Reasons!.Select(reason => reason.Code).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Confirming_makes_the_reader_active_and_a_second_attempt_changes_nothing()
    {
        await using var library = await CommandSide.Start();
        await library.Create("r1", "ada@example.org");

        var first = await library.Confirm("r1");
        var second = await library.Confirm("r1", attempt: 2);

        Assert.Equal((2L, 2L), (first.Version, second.Version));
        var fact = (await library.Sidecar.Published(ReaderConfirmed.Topic).First()).Read<Published<ReaderConfirmed>>(StoredJson.Options).Fact;
        Assert.Equal((ReaderState.Active, "Ada"), (fact.State, fact.Name));
        Assert.Single(library.Sidecar.Published(ReaderConfirmed.Topic));
    }

    [Fact]
    public async Task A_cancelled_reader_has_no_name_left_and_frees_the_address()
    {
        await using var library = await CommandSide.Start();
        await library.Create("r1", "ada@example.org", "12345");

        Assert.True((await library.Cancel("r1")).Done);

        var fact = (await library.Sidecar.Published(ReaderCancelled.Topic).First()).Read<Published<ReaderCancelled>>(StoredJson.Options).Fact;
        Assert.Equal(new ReaderCancelled("r1", 2, ReaderState.Cancelled, null, null, null, null), fact);
        Assert.True((await library.Create("r2", "ADA@example.org", "123-45")).Done);
    }

    [Fact]
    public async Task A_cancel_that_comes_first_bars_the_late_creation()
    {
        await using var library = await CommandSide.Start();

        Assert.True((await library.Cancel("r1")).Done);
        var late = await library.Create("r1", "ada@example.org");

        Assert.Equal("step-undone", Assert.Single(late.Reasons!).Code);
        Assert.Empty(library.Sidecar.Published(ReaderCreated.Topic));
        Assert.True((await library.Create("r2", "ada@example.org")).Done);
    }

    [Fact]
    public async Task A_confirmed_reader_is_not_cancelled_any_more()
    {
        await using var library = await CommandSide.Start();
        await library.Active("r1", "ada@example.org");

        Assert.Equal("reader-confirmed", Assert.Single((await library.Cancel("r1")).Reasons!).Code);
    }

    [Fact]
    public async Task A_taken_address_and_a_taken_phone_are_both_named()
    {
        await using var library = await CommandSide.Start();
        await library.Create("r1", "ada@example.org", "+49 30 123456");

        var reply = await library.Create("r2", "ADA@EXAMPLE.ORG", "0049 30 123456");

        Assert.False(reply.Done);
        Assert.Equal(["email-taken", "phone-taken"], reply.Reasons!.Select(reason => reason.Code));
    }

    [Fact]
    public async Task A_newer_attempt_after_a_refusal_is_tried()
    {
        await using var library = await CommandSide.Start();
        await library.Create("r1", "ada@example.org");
        Assert.False((await library.Create("r2", "ada@example.org")).Done);
        await library.Cancel("r1");

        Assert.True((await library.Create("r2", "ada@example.org", attempt: 2)).Done);
    }

    [Fact]
    public async Task A_duplicate_is_answered_again_from_the_record_and_not_handled_again()
    {
        await using var library = await CommandSide.Start();
        var first = await library.Create("r1", "ada@example.org");

        var again = await library.Create("r1", "ada@example.org");
        var newer = await library.Create("r1", "ada@example.org", attempt: 2);

        Assert.Equal(first, again);
        Assert.Equal(first with { Attempt = 2 }, newer);
        Assert.Single(library.Sidecar.Published(ReaderCreated.Topic));
    }

    [Fact]
    public async Task The_effect_the_record_of_the_step_and_the_reply_are_one_transaction()
    {
        await using var library = await CommandSide.Start();
        await library.Create("r1", "ada@example.org", "12345");

        var transaction = Assert.Single(library.Sidecar.Calls, call => call.Name == Call.ExecuteStateTransaction);
        Assert.Equal(["claim", "claim", "outbox", "outbox", "reader", "step"], transaction.Keys.Select(key => key.Split('|')[0]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_command_whose_outcome_was_unknown_is_done_once_and_answered_alike()
    {
        await using var library = await CommandSide.Start();
        library.Sidecar.Log.ExpectAnything();
        library.Sidecar.Faults.On(Call.ExecuteStateTransaction).Once().After();
        library.Sidecar.Faults.On(Call.PublishEvent).Times(3).Before();

        var first = await library.Create("r1", "ada@example.org");
        var again = await library.Create("r1", "ada@example.org");

        Assert.Equal((true, 1L), (first.Done, first.Version));
        Assert.Equal(first, again);
        Assert.Equal(1, (await library.State("reader|r1")).GetProperty("version").GetInt64());
    }

    [Fact]
    public async Task A_reader_of_one_saga_is_not_touched_by_another()
    {
        await using var library = await CommandSide.Start();
        await library.Create("r1", "ada@example.org");

        Assert.Equal("reader-exists", Assert.Single((await library.Create("r1", "bob@example.org", sagaId: "other")).Reasons!).Code);
        Assert.Equal("reader-of-another-saga", Assert.Single((await library.Confirm("r1", sagaId: "other")).Reasons!).Code);
        Assert.True((await library.Cancel("r1", sagaId: "other")).Done);
        Assert.Equal("pending", (await library.State("reader|r1")).GetProperty("state").GetString());
        Assert.Equal("reader-unknown", Assert.Single((await library.Confirm("r9")).Reasons!).Code);
    }

    [Fact]
    public async Task All_that_is_wrong_is_said_at_once()
    {
        await using var library = await CommandSide.Start();

        var reply = await library.Create("r1", "no address", "12", name: " ", birthDate: new DateOnly(3000, 1, 1));

        Assert.Equal(["name-invalid", "email-invalid", "phone-invalid", "birth-date-invalid"], reply.Reasons!.Select(reason => reason.Code));
    }

    [Fact]
    public async Task A_message_that_is_no_command_is_parked()
    {
        await using var library = await CommandSide.Start();
        library.Sidecar.Log.ExpectAnything();

        var delivery = await library.Sidecar.Deliver("pubsub", CreateReader.Topic, new { sagaId = "s" });

        Assert.Equal(422, delivery.Status);
    }
}
