using Library.Chaos.Tests;

namespace Registration.Tests;

public sealed class FaultMatrixTests : IDisposable
{
    private static readonly bool IsLongRun = Environment.GetEnvironmentVariable("LIBRARY_TEST_ALL") == "true";
    private static readonly TimeSpan Afterwards = TimeSpan.FromSeconds(60);
    private static readonly Dictionary<string, string> Short = new() { ["LIBRARY_COORDINATOR__REGISTRATIONTIME"] = "00:00:08" };
    private readonly CancellationTokenSource _limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    public FaultMatrixTests() => _limit.CancelAfter(TimeSpan.FromMinutes(IsLongRun ? 15 : 4));

    public static TheoryData<string> Sets => IsLongRun ? [ComponentSet.Embedded, "postgres", "postgres-redis"] : [ComponentSet.Embedded];

    public void Dispose() => _limit.Dispose();

    /// <summary>An undo is reached by way of a refused pivot.</summary>
    private static IEnumerable<Case> Cases =>
        from command in Commands.All
        from fault in Enum.GetValues<Fault>()
        select new Case(command, fault);

    [Theory]
    [MemberData(nameof(Sets))]
    public async Task Whatever_goes_wrong_with_a_step_it_ends_whole_or_undone(string name)
    {
        Assert.SkipWhen(ComponentSet.Missing(name) is not null, ComponentSet.Missing(name) ?? "");
        await using var stage = await Stage.StartAsync(name, Commands.All, _limit.Token, Short);

        var problems = await Task.WhenAll(Cases.Select(async one =>
        {
            try
            {
                await Play(stage, one);
                return null;
            }
            catch (Exception problem)
            {
                return $"{one}: {problem.Message}";
            }
        }));

        Assert.True(problems.All(problem => problem is null), $"{string.Join('\n', problems.Where(problem => problem is not null))}\n{stage.Library.LastWords}");
        await stage.Roster.IsOneToOneAsync(_limit.Token);
        Console.WriteLine($"fault matrix on {name}: {problems.Length} cases");
    }

    private async Task Play(Stage stage, Case one)
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var id = await stage.Visitors.Register(Applicants.Next($"{one}"), _limit.Token);
        stage.Roster.Expect(id);
        stage.Faults.Decide(id, release.Task, one.Troubles);
        try
        {
            if (one.IsLate)
            {
                await stage.Visitors.Until(id, one.EndsWithoutIt ? registration => registration.HasEnded : registration => registration.Is("waiting"), one.EndsWithoutIt ? "ended" : "waiting", Afterwards, _limit.Token);
            }

            if (one.IsStuck)
            {
                await stage.Visitors.Until(id, registration => registration.Is("stuck"), "stuck", Afterwards, _limit.Token);
                await stage.Operator.Say(id, "retry", _limit.Token);
            }
        }
        finally
        {
            release.SetResult();
        }

        var ended = await stage.Visitors.Until(id, registration => registration.HasEnded, "ended", Afterwards, _limit.Token);
        Assert.Equal(one.Outcome, ended.State, ignoreCase: true);
        Assert.True(one.Troubles[^1].Met > 0, "What was planted was never met.");
        await stage.Operator.TellsOf(id, one.IsStuck ? "stuck" : one.Fault == Fault.Refused ? "refused" : "done", _limit.Token);
    }

    private sealed record Case(Ordered Command, Fault Fault)
    {
        private readonly Ordered _command = Command;

        public Trouble[] Troubles { get; } = Commands.Undos.Contains(Command) ? [new Trouble(Commands.ConfirmReader, Fault.Refused), new Trouble(Command, Fault)] : [new Trouble(Command, Fault)];

        public bool IsLate => Fault is Fault.TimesOut or Fault.LateReply;

        /// <summary>Before the pivot its time runs out; from the pivot on, and for an undo, the saga waits.</summary>
        public bool EndsWithoutIt => _command == Commands.CreateReader || _command == Commands.CreateUser;

        public bool IsStuck => Fault == Fault.Refused && (_command == Commands.ActivateUser || Commands.Undos.Contains(_command));

        public string Outcome => Commands.Undos.Contains(_command) || (Fault == Fault.Refused && _command != Commands.ActivateUser) || (IsLate && EndsWithoutIt) ? "compensated" : "completed";

        public override string ToString() => $"{_command.Topic} {Fault}";
    }
}
