using Library.Contracts.Readers;
using Library.Contracts.Users;
using Library.Coordinator.ReaderErasure;
using Library.Coordinator.ReaderUserCreation;
using Library.Sagas.Orchestrator.Definition;
using Library.Sagas.Orchestrator.Machine;
using Library.Sagas.Testing;
using ActivateUser = Library.Contracts.Users.ActivateUser;
using ConfirmReader = Library.Contracts.Readers.ConfirmReader;
using CreateReader = Library.Contracts.Readers.CreateReader;
using CreateUser = Library.Contracts.Users.CreateUser;
using DisableUser = Library.Contracts.Users.DisableUser;
using EraseReader = Library.Contracts.Readers.EraseReader;
using EraseUser = Library.Contracts.Users.EraseUser;

namespace Coordinator.Tests;

/// <summary>The definitions against every fault at every step, two at once, with the coordinator killed at each of its orders.</summary>
public sealed class TrialTests
{
    [Fact]
    public void A_reader_and_the_account_are_there_together_or_not_at_all()
    {
        var data = new Registration("reader-1", "user-1", "Ada", "ada@example.org") { ExternalIdentity = new ExternalIdentity("i", "s") };
        var report = new SagaTrial<Registration, World>(new ReaderUserCreationSaga(TimeSpan.FromMinutes(30)), data, () => new World())
            .On<CreateReader>((command, world) => world.Reads(command.ReaderId, "pending"))
            .On<CancelReader>((command, world) => world.Reads(command.ReaderId, null))
            .On<ConfirmReader>((command, world) => world.Reads(command.ReaderId, "active"))
            .On<CreateUser>((command, world) => world.Uses(command.UserId, "pending"))
            .On<CancelUser>((command, world) => world.Uses(command.UserId, null))
            .On<ActivateUser>((command, world) => world.Uses(command.UserId, "active"))
            .Always("an account works only when its reader does", world => world.User != "active" || world.Reader == "active")
            .Invariant("reader and user are one to one", (world, state) => (world.Reader, world.User) == (state == SagaState.Completed ? ("active", "active") : (null, null)))
            .Run();
        AllKindsOfEnds(report);
    }

    [Fact]
    public void A_reader_and_the_account_are_erased_together_or_not_at_all()
    {
        var report = new SagaTrial<Erasure, World>(new ReaderErasureSaga(), new Erasure("reader-1", "user-1", "registration-1"), () => new World { Reader = "active", User = "active" })
            .On<DisableUser>((command, world) => world.Uses(command.UserId, "disabled"))
            .On<EnableUser>((command, world) => world.Uses(command.UserId, "active"))
            .On<EraseReader>((command, world) => world.Reads(command.ReaderId, "erased"))
            .On<EraseUser>((command, world) => world.Uses(command.UserId, "erased"))
            .OnCall<ForgetRegistration>(world => world.IsForgotten = true)
            .Always("nobody uses the account of an erased reader", world => world.Reader != "erased" || world.User != "active")
            .Invariant("all of it is erased, or nothing", (world, state) => (world.Reader, world.User, world.IsForgotten) == (state == SagaState.Completed ? ("erased", "erased", true) : ("active", "active", false)))
            .Run();
        AllKindsOfEnds(report);
    }

    private static void AllKindsOfEnds(TrialReport report)
    {
        Assert.InRange(report.Cases, 100, int.MaxValue);
        Assert.True(report.Ends[SagaState.Completed] > 0 && report.Ends[SagaState.Compensated] > 0, string.Join(", ", report.Ends));
    }

    private sealed class World
    {
        public string? Reader { get; set; }

        public string? User { get; set; }

        public bool IsForgotten { get; set; }

        public StepOutput Reads(string id, string? state)
        {
            Reader = state;
            return new StepOutput(id, 1);
        }

        public StepOutput Uses(string id, string? state)
        {
            User = state;
            return new StepOutput(id, 1);
        }
    }
}
