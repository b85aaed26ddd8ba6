namespace Defaults.Tests.Outbox;

/// <summary>What happens at one call to the sidecar.</summary>
public enum Strike
{
    FailsBefore,
    FailsAfter,
    RefusedBefore,

    /// <summary>As when a sidecar repeats a call that it has just carried out.</summary>
    RefusedAfter,
    LandsAfterOneCall,
    LandsAfterThreeCalls,
    LandsAtTheEnd,
    KilledBefore,
    KilledAfter,
    KilledAndLandsAtOnce,
    KilledAndLandsAtTheEnd,
    PausedBefore,
    PausedAfter,
    StoppedBefore,
    StoppedAfter,
}
