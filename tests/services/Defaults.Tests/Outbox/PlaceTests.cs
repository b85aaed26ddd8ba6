using Sidecar.Testing;

namespace Defaults.Tests.Outbox;

public sealed class PlaceTests
{
    [Fact]
    public async Task A_place_that_two_parts_of_a_process_take_at_once_is_taken_once()
    {
        await using var trial = await Trial.Begin();
        await trial.LeaveReleased();
        var taking = trial.Sidecar.Faults.On(Call.SaveState).Key("outbox|0").Hold();
        var deciding = trial.Sidecar.Faults.On(Call.ExecuteStateTransaction).Hold();
        await trial.Start();
        await taking.Arrived();

        var sending = trial.SendAll("a 2", "a 3");
        await trial.Sidecar.Calls.First(call => call.Service == "2" && call.Keys is ["tally|a"]);
        var enough = trial.Sidecar.Clock.GetUtcNow().AddMilliseconds(50);
        await trial.Sidecar.AdvanceUntil(() => taking.Struck.Count > 1 || trial.Sidecar.Clock.GetUtcNow() > enough, TimeSpan.FromMilliseconds(1));
        taking.Release();
        await trial.Sidecar.AdvanceUntil(() => deciding.Struck.Count > 1);
        deciding.Release();
        await trial.Advance(sending);

        await trial.End();
    }
}
