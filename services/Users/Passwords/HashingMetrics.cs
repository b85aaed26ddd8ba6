using System.Diagnostics.Metrics;

namespace Library.Users.Passwords;

/// <summary>How busy hashing is: what logins wait for.</summary>
internal sealed class HashingMetrics
{
    public HashingMetrics(IMeterFactory factory, Hashing hashing)
    {
        var meter = factory.Create("Library.Users");
        meter.CreateObservableGauge("library.hashing.waiting", () => hashing.Waiting, "{password}", "Passwords that wait for their turn");
        meter.CreateObservableCounter("library.hashing.done", () => hashing.Done, "{password}", "Passwords that were hashed");
        meter.CreateObservableCounter("library.hashing.refused", () => hashing.Refused, "{password}", "Passwords for which there was no turn in time");
    }
}
