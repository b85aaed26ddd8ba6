namespace Sidecar.State;

/// <summary>Checks the words of a write's options, as every store of Dapr does before it touches anything.</summary>
public static class StateOptions
{
    public static void Check(StateWrite write)
    {
        CheckConsistency(write.Consistency);
        if (write.Concurrency is not ("" or "first-write" or "last-write"))
        {
            throw new StateException($"unrecognized concurrency model '{write.Concurrency}'");
        }
    }

    public static void CheckConsistency(string consistency)
    {
        if (consistency is not ("" or "strong" or "eventual"))
        {
            throw new StateException($"unrecognized consistency model '{consistency}'");
        }
    }
}
