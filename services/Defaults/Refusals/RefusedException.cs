namespace Library.Defaults.Refusals;

/// <summary>A refusal that no use case decides on: whatever is below it could not do its work. It is answered as the refusal's problem.</summary>
public sealed class RefusedException(Refusal refusal, Exception? cause = null) : Exception(refusal.Sentence, cause)
{
    public Refusal Refusal { get; } = refusal;
}
