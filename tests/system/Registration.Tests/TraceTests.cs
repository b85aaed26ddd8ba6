using Library.Chaos.Tests;

namespace Registration.Tests;

public sealed class TraceTests : IDisposable
{
    private static readonly string[] Seen = ["gateway", "coordinator", "reader-command", "user", "reader-query"];
    private readonly CancellationTokenSource _limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    public TraceTests() => _limit.CancelAfter(TimeSpan.FromMinutes(3));

    public void Dispose() => _limit.Dispose();

    [Fact]
    public async Task One_search_by_the_registration_finds_one_trace_of_all_that_it_did()
    {
        await using var stage = await Stage.StartAsync(ComponentSet.Embedded, [], _limit.Token);
        var id = await stage.Visitors.Register(Applicants.Next("the traces"), _limit.Token);
        await stage.Visitors.Until(id, registration => registration.Is("completed"), "completed", TimeSpan.FromSeconds(30), _limit.Token);

        var traces = await Spans.OfSaga(stage.Library, id, found => found.Count == 1 && Seen.All(name => found[0].Any(span => $"{span}".Contains($"\"serviceName\":\"{name}\"", StringComparison.Ordinal))), _limit.Token);

        var trace = $"[{string.Join(",", Assert.Single(traces))}]";
        Assert.All(Seen, name => Assert.Contains($"\"serviceName\":\"{name}\"", trace, StringComparison.Ordinal));
        Assert.All(new[] { "create-reader", "create-user", "confirm-reader", "activate-user" }, step => Assert.Contains($"\"saga.step\":\"{step}\"", trace, StringComparison.Ordinal));
        Assert.All(Commands.All.Except(Commands.Undos), command => Assert.Contains(command.Topic, trace, StringComparison.Ordinal));
        Assert.Contains("orchestration||ReaderUserCreation", trace, StringComparison.Ordinal);
    }
}
