namespace Bench;

public sealed record Pace(TimeSpan WarmUp, TimeSpan Measured)
{
    public const int Connections = 8;

    public Figures Http(int port, Func<int, string> request, int expectedStatus) => new HttpLoad(port, Connections, request, expectedStatus).Run(WarmUp, Measured);

    public Task<Figures> CallsAsync(Func<int, int, Task> call) => CallLoad.RunAsync(Connections, call, WarmUp, Measured);
}
