using Microsoft.Extensions.Logging;
using Sidecar.State;

namespace Workflow.Tests.Hub;

public sealed class CrashTests
{
    /// <summary>A journey takes about so many transactions; what lies beyond its end hurts nobody.</summary>
    private const int Transactions = 24;

    public static TheoryData<int> EveryTransaction => [.. Enumerable.Range(1, Transactions)];

    [Fact]
    public async Task A_journey_has_no_more_transactions_than_are_tried()
    {
        IStateStore store = TestHub.Memory();

        var transactions = await new Journey(() => Task.FromResult(store), "trip").RunAsync(static (_, _) => Fault.None);

        Assert.InRange(transactions, 8, Transactions);
    }

    [Theory]
    [MemberData(nameof(EveryTransaction))]
    public Task Killed_before_a_transaction_the_next_sidecar_goes_on(int number) => RunAsync(number, Fault.KilledBefore);

    [Theory]
    [MemberData(nameof(EveryTransaction))]
    public Task Killed_after_a_transaction_the_next_sidecar_goes_on(int number) => RunAsync(number, Fault.KilledAfter);

    [Theory]
    [MemberData(nameof(EveryTransaction))]
    public Task A_transaction_that_did_not_happen_is_tried_again(int number) => RunAsync(number, Fault.Before);

    [Theory]
    [MemberData(nameof(EveryTransaction))]
    public Task A_transaction_whose_answer_was_lost_has_happened_once(int number) => RunAsync(number, Fault.After);

    [Theory]
    [MemberData(nameof(EveryTransaction))]
    public Task A_transaction_that_happens_late_happens_once(int number) => RunAsync(number, Fault.Later);

    private static async Task RunAsync(int number, Fault fault)
    {
        IStateStore store = TestHub.Memory();
        var journey = new Journey(() => Task.FromResult(store), "trip");

        await journey.RunAsync((transaction, _) => transaction == number ? fault : Fault.None);

        Assert.DoesNotContain(journey.Hubs.SelectMany(hub => hub.Log.Lines), line => line.Level >= LogLevel.Error);
    }
}
