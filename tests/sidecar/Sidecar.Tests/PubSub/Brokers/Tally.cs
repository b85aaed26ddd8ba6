namespace Sidecar.Tests.PubSub.Brokers;

/// <summary>Texts written down by many, and a wait for what they must come to.</summary>
internal sealed class Tally
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Lock gate = new();
    private readonly HashSet<string> texts = new(StringComparer.Ordinal);
    private Func<HashSet<string>, bool>? condition;
    private TaskCompletionSource? met;

    public void Add(string text)
    {
        lock (gate)
        {
            texts.Add(text);
            Check();
        }
    }

    public string[] All()
    {
        lock (gate)
        {
            return [.. texts];
        }
    }

    public Task GrowsBy(int more)
    {
        var before = All().Length;
        return Becomes(now => now.Count >= before + more);
    }

    public Task Contains(IEnumerable<string> expected) => Becomes(now => now.IsSupersetOf(expected));

    private async Task Becomes(Func<HashSet<string>, bool> wanted)
    {
        Task waiting;
        lock (gate)
        {
            (condition, met) = (wanted, new(TaskCreationOptions.RunContinuationsAsynchronously));
            waiting = met.Task;
            Check();
        }

        await waiting.WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    private void Check()
    {
        if (condition?.Invoke(texts) == true)
        {
            met?.TrySetResult();
            condition = null;
        }
    }
}
