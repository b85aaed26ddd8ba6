using Library.Contracts;
using Sidecar.Testing;

namespace Defaults.Tests.Writing;

/// <summary>How places live: busy, quiet, released.</summary>
public sealed class PlaceTests
{
    [Fact]
    public async Task A_busy_place_says_every_second_how_far_it_is()
    {
        await using var notes = await Notes.Start();
        var began = notes.Sidecar.Clock.GetUtcNow();
        await Notes.Put(await notes.Run(), "a", "milk");
        await notes.Sidecar.Published(NoteWritten.Topic).First();

        await notes.Sidecar.Clock.AdvanceUntil(() => notes.Sidecar.Published(Notes.Lag).Count >= 5);

        var last = notes.Sidecar.Published(Notes.Lag)[^1];
        var said = last.Read<PlacePublished>();
        Assert.Equal((0, 1L, false, 0L), (said.Place, said.Published, said.Quiet, said.Latest[NoteWritten.Topic]));

        // The first may come twice: while the place is being taken, and because it was.
        Assert.All(notes.Sidecar.Published(Notes.Lag).Skip(1).Index(), message => Assert.True(message.Item.At - began >= TimeSpan.FromSeconds(message.Index), $"{message.Index} at {message.Item.At}"));
    }

    [Fact]
    public async Task A_place_without_work_goes_quiet_says_so_once_and_then_writes_nothing()
    {
        await using var notes = await Notes.Start();
        await Notes.Put(await notes.Run(), "a", "milk");
        await notes.Quiet();

        var place = await notes.State("outbox|0");
        Assert.Equal((1, 1, true), (place.GetProperty("published").GetInt32(), place.GetProperty("limit").GetInt32(), place.GetProperty("quiet").GetBoolean()));
        var calls = notes.Sidecar.Calls.Count;
        var reads = 0;
        await notes.Sidecar.Clock.AdvanceUntil(() => ++reads > 60, TimeSpan.FromSeconds(10));

        var since = notes.Sidecar.Calls.Skip(calls).ToList();
        Assert.All(since, call => Assert.Equal(Call.GetBulkState, call.Name));
        Assert.InRange(since.Count, 0, 12);
        Assert.Single(notes.Sidecar.Published(Notes.Lag), message => message.Read<PlacePublished>().Quiet);
    }

    [Fact]
    public async Task A_quiet_place_wakes_where_it_stopped()
    {
        await using var notes = await Notes.Start();
        var service = await notes.Run();
        await Notes.Put(service, "a", "milk");
        await notes.Quiet();

        Assert.Equal(200, (await Notes.Put(service, "b", "milk")).Status);

        Assert.Equal("b/1", (await notes.State("outbox|0|1")).GetProperty("identity").GetString());
        Assert.False((await notes.State("outbox|0")).GetProperty("quiet").GetBoolean());
    }

    [Fact]
    public async Task A_quiet_place_may_be_taken_at_once_and_its_former_holder_takes_another()
    {
        await using var notes = await Notes.Start();
        var first = await notes.Run();
        await Notes.Put(first, "a", "milk");
        await notes.Quiet();

        Assert.Equal(200, (await Notes.Put(await notes.Run(), "b", "milk")).Status);
        Assert.Equal(200, (await Notes.Put(first, "c", "milk")).Status);

        Assert.Equal("b/1", (await notes.State("outbox|0|1")).GetProperty("identity").GetString());
        Assert.Equal("c/1", (await notes.State("outbox|1|0")).GetProperty("identity").GetString());
    }

    [Fact]
    public async Task A_stopped_process_has_published_all_and_released_its_place()
    {
        await using var notes = await Notes.Start();
        var service = await notes.Run();
        await Task.WhenAll(Enumerable.Range(0, 50).Select(n => Notes.Put(service, $"n{n}", "milk")));

        await service.Stop();

        Assert.Equal(50, notes.Sidecar.Published(NoteWritten.Topic).Count);
        var place = await notes.State("outbox|0");
        Assert.Equal(("", 50, 50), (place.GetProperty("holder").GetString(), place.GetProperty("published").GetInt32(), place.GetProperty("limit").GetInt32()));
    }

    [Fact]
    public async Task What_a_stopped_process_could_not_publish_is_published_by_the_next_without_waiting_for_a_lease()
    {
        await using var notes = await Notes.Start();
        var service = await notes.Run(options => options.Setting("Outbox:Drain", "00:00:00"));
        var outage = notes.Sidecar.Faults.On(Call.PublishEvent).Before();
        await Notes.Put(service, "a", "milk");
        await service.Stop();
        outage.Dispose();

        await notes.Run();

        Assert.Equal("a/1", (await notes.Sidecar.Published(NoteWritten.Topic).First()).Id);
    }

    [Fact]
    public async Task An_idle_replica_publishes_for_a_dead_one()
    {
        await using var notes = await Notes.Start();
        await notes.Run();
        var dead = await notes.Run();
        notes.Sidecar.Faults.On(Call.PublishEvent).By(dead).Before();
        await Notes.Put(dead, "a", "milk");
        dead.Kill();

        await notes.Sidecar.Clock.AdvanceUntil(() => notes.Sidecar.Published(NoteWritten.Topic).Count == 1);
        await notes.Quiet();

        Assert.True((await notes.State("outbox|0")).GetProperty("quiet").GetBoolean());
    }
}
