namespace Sdk.Tests.Workflow.Ground;

internal static class Give
{
    /// <summary>At once and on this thread, as workflow code must: CancelAsync goes on elsewhere.</summary>
    public static void Up(CancellationTokenSource source) => source.Cancel();
}
