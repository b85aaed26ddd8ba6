using Sidecar.Errors;
using Sidecar.Grpc;

namespace Sidecar.Testing.Tests;

public sealed class FaultTests
{
    public static TheoryData<bool> Protocols => [false, true];

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Before_the_call_fails_and_nothing_happens(bool isGrpc)
    {
        await using var sidecar = await Notebook.Start();
        await using var caller = await Caller.Start(sidecar, isGrpc);
        sidecar.Faults.On(Call.SaveState).Before();

        Assert.Equal(GrpcCode.Unavailable, await caller.Save("1", "milk"));

        Assert.Null(await sidecar.State<string>(Notebook.Store, "1"));
        Assert.Equal((Fate.FailedBefore, "Unavailable"), (sidecar.Calls[0].Fate, sidecar.Calls[0].Answer));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task After_the_call_fails_although_it_happened(bool isGrpc)
    {
        await using var sidecar = await Notebook.Start();
        await using var caller = await Caller.Start(sidecar, isGrpc);
        sidecar.Faults.On(Call.SaveState).After();

        Assert.Equal(GrpcCode.Unavailable, await caller.Save("1", "milk"));

        Assert.Equal("milk", await sidecar.State<string>(Notebook.Store, "1"));
        Assert.Equal(Fate.FailedAfter, sidecar.Calls[0].Fate);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Landing_later_it_happens_after_the_caller_was_told_that_it_failed(bool isGrpc)
    {
        await using var sidecar = await Notebook.Start();
        await using var caller = await Caller.Start(sidecar, isGrpc);
        var landing = sidecar.Faults.On(Call.SaveState).Once().LandLater();
        await caller.Save("1", "milk");
        await caller.Save("1", "eggs");
        Assert.Equal("eggs", await sidecar.State<string>(Notebook.Store, "1"));

        var landed = await landing.Land();

        Assert.True(Assert.Single(landed).IsSuccess);
        Assert.Equal("milk", await sidecar.State<string>(Notebook.Store, "1"));
        Assert.Equal([Fate.Landed, Fate.Passed], sidecar.Calls.Select(call => call.Fate));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_landing_says_what_the_sidecar_answered_to_nobody(bool isGrpc)
    {
        await using var sidecar = await Notebook.Start();
        await using var caller = await Caller.Start(sidecar, isGrpc);
        var landing = sidecar.Faults.On(Call.SaveState).Once().LandLater();
        await caller.Save("1", "milk", etag: "of nobody");

        var landed = Assert.Single(await landing.Land());

        Assert.False(landed.IsSuccess);
        Assert.Equal(isGrpc ? "Aborted" : "409", landed.Answer);
        Assert.Equal(0, landing.Waiting);
        Assert.Null(await sidecar.State<string>(Notebook.Store, "1"));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_held_call_waits_until_it_is_let_go(bool isGrpc)
    {
        await using var sidecar = await Notebook.Start();
        await using var caller = await Caller.Start(sidecar, isGrpc);
        var hold = sidecar.Faults.On(Call.SaveState).Hold();
        var saving = caller.Save("1", "milk");
        await hold.Arrived();
        Assert.Null(await sidecar.State<string>(Notebook.Store, "1"));
        Assert.False(saving.IsCompleted);

        hold.Release();

        Assert.Equal(GrpcCode.Ok, await saving);
        Assert.Equal("milk", await sidecar.State<string>(Notebook.Store, "1"));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_held_answer_waits_after_the_effect(bool isGrpc)
    {
        await using var sidecar = await Notebook.Start();
        await using var caller = await Caller.Start(sidecar, isGrpc);
        var hold = sidecar.Faults.On(Call.SaveState).HoldAnswer();
        var saving = caller.Save("1", "milk");
        await hold.Arrived();
        Assert.Equal("milk", await sidecar.State<string>(Notebook.Store, "1"));
        Assert.False(saving.IsCompleted);

        hold.Release();

        Assert.Equal(GrpcCode.Ok, await saving);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_held_call_happens_also_when_its_caller_has_given_up(bool isGrpc)
    {
        await using var sidecar = await Notebook.Start();
        await using var caller = await Caller.Start(sidecar, isGrpc);
        var hold = sidecar.Faults.On(Call.SaveState).Hold();
        using var patience = new CancellationTokenSource();
        var saving = caller.Save("1", "milk", cancellation: patience.Token);
        await hold.Arrived();
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => saving);

        hold.Release();

        await sidecar.Calls.First(call => call.Answer is not null);
        Assert.Equal("milk", await sidecar.State<string>(Notebook.Store, "1"));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task The_caller_is_told_the_failure_of_the_tests_choice(bool isGrpc)
    {
        await using var sidecar = await Notebook.Start();
        await using var caller = await Caller.Start(sidecar, isGrpc);
        sidecar.Faults.On(Call.SaveState).Nth(1).After(Failure.Aborted);
        sidecar.Faults.On(Call.SaveState).Nth(2).Before(Failure.Internal);

        Assert.Equal(GrpcCode.Aborted, await caller.Save("1", "milk"));
        Assert.Equal("milk", await sidecar.State<string>(Notebook.Store, "1"));
    }

    [Fact]
    public async Task Only_the_calls_that_were_meant_are_struck()
    {
        await using var sidecar = await Notebook.Start(options => options.InMemoryState("other-store"));
        await using var caller = await Caller.Start(sidecar, isGrpc: true);
        await using var second = await Caller.Start(sidecar, isGrpc: true);
        sidecar.Faults.On(Call.SaveState).Key("1").Component(Notebook.Store).By(caller.Service).Before();

        Assert.Equal(GrpcCode.Ok, await caller.Save("2", "milk"));
        Assert.Equal(GrpcCode.Ok, await caller.Save("1", "milk", store: "other-store"));
        Assert.Equal(GrpcCode.Ok, await second.Save("1", "milk"));
        Assert.Equal(GrpcCode.Unavailable, await caller.Save("1", "milk"));
    }

    [Fact]
    public async Task The_nth_the_first_n_and_every_call_can_be_meant()
    {
        await using var sidecar = await Notebook.Start();
        await using var caller = await Caller.Start(sidecar, isGrpc: true);

        using (sidecar.Faults.On(Call.SaveState).Nth(2).Before())
        {
            Assert.Equal([GrpcCode.Ok, GrpcCode.Unavailable, GrpcCode.Ok], await ThreeTimes());
        }

        using (sidecar.Faults.On(Call.SaveState).Times(2).Before())
        {
            Assert.Equal([GrpcCode.Unavailable, GrpcCode.Unavailable, GrpcCode.Ok], await ThreeTimes());
        }

        using (var every = sidecar.Faults.Everywhere().Before())
        {
            Assert.Equal([GrpcCode.Unavailable, GrpcCode.Unavailable, GrpcCode.Unavailable], await ThreeTimes());
            Assert.Equal([7, 8, 9], every.Struck.Select(call => call.Number));
        }

        Assert.Equal([GrpcCode.Ok, GrpcCode.Ok, GrpcCode.Ok], await ThreeTimes());

        async Task<GrpcCode[]> ThreeTimes() => [await caller.Save("1", "a"), await caller.Save("1", "b"), await caller.Save("1", "c")];
    }

    [Fact]
    public async Task Every_call_of_a_service_can_fail_once_in_turn()
    {
        int calls;
        await using (var sidecar = await Notebook.Start())
        {
            await using var service = await sidecar.RunNotes();
            await service.Write("1", "milk");
            calls = sidecar.Calls.Count;
        }

        Assert.Equal(2, calls);
        for (var number = 1; number <= calls; number++)
        {
            foreach (var happens in new[] { false, true })
            {
                await using var sidecar = await Notebook.Start();
                await using var service = await sidecar.RunNotes();
                var rule = sidecar.Faults.At(number);
                using var fault = happens ? rule.After() : rule.Before();

                Assert.Equal(503, await service.Write("1", "milk"));
                Assert.Equal(number > 1 || happens, await sidecar.Stored("1") is not null);
                Assert.Equal(number == 2 && happens ? 1 : 0, sidecar.Published(Notebook.Written).Count);
                Assert.Equal(200, await service.Write("1", "milk"));
            }
        }
    }
}
