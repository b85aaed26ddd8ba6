using System.Text.Json;
using Library.Sagas.Orchestrator.Machine;
using Sidecar.Testing;

namespace Sagas.Tests.Orchestrator;

/// <summary>
/// The coordinator is struck at each call that it makes for a saga, in each way; the saga ends as it would have, and each thing was done once. One call is struck in
/// each, another one each time; with ./test --all every one.
/// </summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    private const int Calls = 45;
    private static readonly bool IsAll = Environment.GetEnvironmentVariable("LIBRARY_TEST_ALL") == "true";

    public enum Strike
    {
        FailsBefore,
        FailsAfter,
        KilledBefore,
        KilledAfter,
    }

    public static TheoryData<Strike, string?> Strikes => [.. from strike in Enum.GetValues<Strike>() from refused in new[] { null, Pay.Topic } select (strike, refused)];

    [Theory]
    [MemberData(nameof(Strikes))]
    public async Task Struck_at_any_call_a_saga_ends_as_it_would_have(Strike strike, string? refused)
    {
        foreach (var offset in IsAll ? Enumerable.Range(0, Calls) : [Random.Shared.Next(Calls)])
        {
            output.WriteLine($"{strike} at call {offset}");
            await Run(strike, offset, refused);
        }
    }

    private static async Task Run(Strike strike, int offset, string? refused)
    {
        await using var agency = await Agency.Start();
        await agency.Begin("warm");
        await using var desk = new Desk(agency.Sidecar, refused is null ? [] : [refused]);
        await agency.Ended("warm");
        await agency.Heard("warm");
        agency.Sidecar.Log.ExpectAnything();
        var at = agency.Sidecar.Faults.At(agency.Sidecar.Calls.Count + 1 + offset);
        using var fault = strike switch { Strike.FailsBefore => at.Before(), Strike.FailsAfter => at.After(), Strike.KilledBefore => at.Hold(), _ => at.HoldAnswer() };

        var ended = Task.WhenAll(Begin(agency), Heard(agency));
        if (fault is Hold hold && await Task.WhenAny(hold.Arrived(TimeSpan.FromMinutes(1)), ended) != ended)
        {
            agency.Replicas[0].Kill();
            agency.Replicas.Clear();
            await agency.Run();
        }

        await ended;
        fault.Dispose();
        var saga = await agency.Ended("t1");
        Assert.Equal(refused is null ? SagaState.Completed : SagaState.Compensated, saga.State);
        string[] effects = refused is null ? [BookFlight.Topic, BookHotel.Topic, Pay.Topic, SendTickets.Topic] : [BookFlight.Topic, BookHotel.Topic, CancelHotel.Topic, CancelFlight.Topic];
        Assert.Equal(effects.Select(topic => $"{topic} t1"), desk.Effects.Where(effect => effect.EndsWith("t1", StringComparison.Ordinal)));
        Assert.Equal(saga.Trail.Select(line => (line.What, line.Step, line.Direction)).Distinct(), saga.Trail.Select(line => (line.What, line.Step, line.Direction)));
        Assert.Contains("\"t1\"", (await agency.Get("/sagas")).Body.GetRawText(), StringComparison.Ordinal);
    }

    private static async Task Heard(Agency agency)
    {
        var end = await agency.Sidecar.Published("agency.saga-news").First(
            message => message.Read<JsonElement>() is var news && news.GetProperty("sagaId").GetString() == "t1" && news.GetProperty("state").GetString() is "completed" or "compensated");
        foreach (var id in new[] { "saga/t1/1", end.Id })
        {
            await agency.Sidecar.Deliveries.First(delivery => delivery.Id == id && delivery.IsHandled);
        }
    }

    /// <summary>As a client does that knows its key: again until it is answered.</summary>
    private static async Task Begin(Agency agency)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                if (agency.Replicas.Count > 0 && (await agency.Begin("t1", key: "k1")).Status == 202)
                {
                    return;
                }
            }
            catch (Exception problem) when (problem is HttpRequestException or IOException or OperationCanceledException or ArgumentOutOfRangeException)
            {
            }

            Assert.True(tries < 200, "It was never accepted.");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}
