using System.Text.Json;

namespace Registration.Tests;

[Collection(OpenHouse.Name)]
public sealed class TraceTests : IDisposable
{
    private static readonly string[] Services = ["gateway", "coordinator", "reader-command", "user", "reader-query"];
    private static readonly string[] Steps = ["create-reader", "create-user", "confirm-reader", "activate-user"];
    private readonly CancellationTokenSource _limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly Stage _stage;

    public TraceTests(OpenHouse house)
    {
        _stage = house.Stage;
        _limit.CancelAfter(TimeSpan.FromMinutes(3));
    }

    public void Dispose() => _limit.Dispose();

    [Fact]
    public async Task One_search_by_the_registration_finds_one_trace_of_all_that_it_did()
    {
        var id = await _stage.Visitors.Register(Applicants.Next("the traces"), _limit.Token);
        await _stage.Visitors.Until(id, registration => registration.Is("completed"), "completed", TimeSpan.FromSeconds(30), _limit.Token);

        var wanted = Services.Select(name => $"\"serviceName\":\"{name}\"")
            .Concat(Steps.Select(step => $"\"saga.step\":\"{step}\""))
            .Concat(Commands.All.Except(Commands.Undos).Select(command => command.Topic))
            .Append("orchestration||readerusercreation").ToList();
        var traces = await Spans.OfSaga(_stage.Library, id, found => found.Count == 1 && wanted.TrueForAll(Text(found[0]).Contains), _limit.Token);

        var trace = Text(Assert.Single(traces));
        Assert.All(wanted, part => Assert.Contains(part, trace, StringComparison.Ordinal));
    }

    private static string Text(IEnumerable<JsonElement> trace) => string.Join(",", trace);
}
