using Dapr.Workflow;
using Library.Contracts;
using Library.Coordinator.ReaderErasure;
using Library.Coordinator.ReaderUserCreation;
using Library.Sagas.Orchestrator.Machine;
using Library.Sagas.Orchestrator.Running;
using Sidecar.Testing.Workflow;
using Tokens;
using CreateUser = Library.Contracts.Users.CreateUser;
using EraseReader = Library.Contracts.Readers.EraseReader;

namespace Coordinator.Tests;

/// <summary>Today's code takes over what yesterday's began, and no history names anybody.</summary>
public sealed class HistoriesTests
{
    private static readonly string[] Secrets = ["Lovelace", "ada@example", "49 30 1234567", "1985-12-10", CoordinatorSide.Password];

    private static string Folder
    {
        get
        {
            var root = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(root!.FullName, "dapr.yaml")))
            {
                root = root.Parent;
            }

            return Path.Combine(root.FullName, "tests/services/Coordinator.Tests/Histories");
        }
    }

    [Fact]
    public async Task Sagas_that_were_begun_before_are_carried_on()
    {
        await using var replay = await WorkflowReplay.Start(services => services.AddDaprWorkflow(workflows =>
        {
            foreach (var plan in new[] { new ReaderUserCreationSaga(TimeSpan.FromMinutes(30)).Plan(), new ReaderErasureSaga().Plan() })
            {
                workflows.RegisterWorkflow<SagaRun, string>(plan.Name, new SagaWorkflow(new SagaMachine(plan)).Run);
            }
        }));
        Assert.Equal(3, Directory.GetFiles(Folder, "*.json").Length);
        Assert.Empty(await replay.Differences(Folder));
    }

    [Fact]
    public async Task No_history_names_a_person()
    {
        var folder = Directory.CreateTempSubdirectory("histories-").FullName;
        await Record(folder);
        foreach (var file in Directory.GetFiles(folder))
        {
            var text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
            Assert.All(Secrets, secret => Assert.DoesNotContain(secret, text, StringComparison.OrdinalIgnoreCase));
        }

        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Writes those that are kept anew: -explicit only -method "*are_recorded*", when a change of the workflow is meant and nothing runs that was begun before.</summary>
    [Fact(Explicit = true)]
    public Task Histories_are_recorded() => Record(Folder);

    private static async Task Record(string folder)
    {
        await using var coordinator = await CoordinatorSide.Start();
        var registered = await coordinator.Register(query: "?wait=10");
        await Write("registered", registered.Id);

        coordinator.Participants.Refuse(CreateUser.Topic, new Reason("username-taken", "Taken."));
        var refused = await coordinator.Register(CoordinatorSide.Ada("ada2"), key: "second");
        await coordinator.Ended(refused.Location!);
        await Write("refused", refused.Id);

        coordinator.Participants.Refuse(EraseReader.Topic, new Reason("reader-busy", "Not now."));
        var kept = await coordinator.Send(HttpMethod.Delete, $"/readers/{registered.Body.GetProperty("readerId").GetString()}", token: TestIssuer.Staff);
        await coordinator.Ended(kept.Location!);
        await Write("not-erased", kept.Id);

        async Task Write(string name, string id)
        {
            await coordinator.Sidecar.Workflows.End(id);
            (await coordinator.Sidecar.Workflows.History(id)).WriteTo(Path.Combine(folder, $"{name}.json"));
        }
    }
}
