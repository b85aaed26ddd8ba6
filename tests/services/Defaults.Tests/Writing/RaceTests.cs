using Library.Defaults.Refusals;
using Library.Defaults.Stores;
using Sidecar.Testing;

namespace Defaults.Tests.Writing;

public sealed class RaceTests
{
    [Fact]
    public async Task A_lost_race_is_run_again_from_the_read_so_that_no_change_is_lost()
    {
        await using var notes = await Notes.Start(options => options.Time(TimeProvider.System).SqliteState(Notes.Store));
        var service = await notes.Run();
        var hold = notes.Sidecar.Faults.On(Call.ExecuteStateTransaction).Once().Hold();
        var slow = Notes.Put(service, "a", "slow");
        await hold.Arrived();
        await Notes.Put(service, "a", "fast");

        hold.Release();

        Assert.Equal((200, 2), ((await slow).Status, (await slow).Body.GetProperty("version").GetInt32()));
        Assert.Equal("slow", await notes.Text("a"));
    }

    [Fact]
    public async Task After_a_few_times_it_is_refused_with_409()
    {
        var tried = 0;
        var refused = await Assert.ThrowsAsync<RefusedException>(() => LostRaces.Retry<int>(() => throw Lost(), TimeProvider.System, TestContext.Current.CancellationToken));

        Assert.Equal((409, "race-lost", 6), (refused.Refusal.Status, refused.Refusal.Code, tried));

        RaceLostException Lost()
        {
            tried++;
            return new RaceLostException();
        }
    }

    [Fact]
    public async Task A_store_that_refuses_what_nobody_raced_for_is_503()
    {
        await using var notes = await Notes.Start();
        var service = await notes.Run();
        notes.Sidecar.Faults.On(Call.ExecuteStateTransaction).Before(Failure.Internal);

        var answer = await Notes.Put(service, "a", "milk");

        Assert.Equal((503, "store-unavailable"), (answer.Status, answer.Body.GetProperty("type").GetString()));
    }
}
