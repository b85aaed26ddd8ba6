using Dapr.Client;
using Library.Defaults.Auth;
using Library.Defaults.Idempotency;
using Library.Defaults.Stores;
using Microsoft.AspNetCore.Http;
using Sidecar.Testing;

namespace Defaults.Tests.Writing;

/// <summary>Rules that hold for everything a service writes.</summary>
public sealed class RuleTests
{
    [Fact]
    public async Task State_is_reached_over_gRPC_alone_and_never_queried()
    {
        await using var notes = await Notes.Start();
        var service = await notes.Run();
        await Notes.Put(service, "a", "milk", title: "one", key: "k");
        await Notes.Put(service, "a", "milk", title: "two", key: "k2");

        var calls = notes.Sidecar.Calls.Where(call => call.Component == Notes.Store).ToList();
        Assert.NotEmpty(calls);
        Assert.All(calls, call => Assert.True(call.IsGrpc && call.Name is Call.GetState or Call.GetBulkState or Call.SaveState or Call.ExecuteStateTransaction, $"{call}"));
    }

    [Fact]
    public void Defaults_knows_no_database() =>
        Assert.DoesNotContain(typeof(CommandStore).Assembly.GetReferencedAssemblies(), assembly => assembly.Name is "Npgsql" or "Microsoft.Data.Sqlite" or "MongoDB.Driver" or "StackExchange.Redis");

    [Fact]
    public void A_claim_is_created_without_an_ETag_and_deleted_with_that_of_the_read_that_showed_its_owner()
    {
        var (taking, releasing) = (new Change(), new Change());

        new Claimed("claim|x", null, "").Take("me", taking);
        new Claimed("claim|x", "me", "7").Release("me", releasing);

        var create = Assert.Single(taking.Operations);
        Assert.Equal((StateOperationType.Upsert, null, ConcurrencyMode.FirstWrite), (create.OperationType, create.ETag, create.Options?.Concurrency));
        var delete = Assert.Single(releasing.Operations);
        Assert.Equal((StateOperationType.Delete, "7"), (delete.OperationType, delete.ETag));
    }

    [Fact]
    public void A_claim_of_somebody_else_is_neither_taken_nor_released_and_an_own_one_not_taken_again()
    {
        var change = new Change();

        new Claimed("claim|x", "other", "7").Take("me", change);
        new Claimed("claim|x", "other", "7").Release("me", change);
        new Claimed("claim|x", "me", "7").Take("me", change);
        new Claimed("", null, "").Take("me", change);
        new Claimed("", null, "").Release("me", change);

        Assert.Empty(change.Operations);
    }

    [Fact]
    public void Only_what_the_store_may_forget_has_a_lifetime()
    {
        var change = new Change().Put("a", new Note("a", 1, "x"), "").Put("b", new Note("b", 1, "x"), "", TimeSpan.FromDays(8));

        Assert.Null(change.Operations[0].Metadata);
        Assert.Equal("691200", change.Operations[1].Metadata!["ttlInSeconds"]);
    }

    [Fact]
    public void An_idempotency_key_is_of_one_caller()
    {
        static string Of(string? name)
        {
            var http = new DefaultHttpContext();
            http.Features.Set(name is null ? null : new Caller(name, null, new HashSet<string>()));
            return IdempotencyRecord.KeyOf(http, "k");
        }

        Assert.Equal(Of("ada"), Of("ada"));
        Assert.Equal(3, new[] { Of("ada"), Of("bob"), Of(null) }.Distinct().Count());
    }
}
