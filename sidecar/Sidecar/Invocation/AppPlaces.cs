namespace Sidecar.Invocation;

/// <summary>How many calls the app gets at one time. A place is held until the answer has been read to its end.</summary>
public sealed class AppPlaces(int most) : IDisposable
{
    private readonly SemaphoreSlim? places = most > 0 ? new SemaphoreSlim(most) : null;

    public bool AreLimited => places is not null;

    public async ValueTask TakeAsync(CancellationToken cancellation)
    {
        if (places is not null)
        {
            await places.WaitAsync(cancellation);
        }
    }

    public void Release() => places?.Release();

    /// <summary>An answer that gives the place back when its body has been read.</summary>
    public InvokeAnswer Holding(InvokeAnswer answer) => answer with { Body = new HeldBody(answer.Body, this) };

    public void Dispose() => places?.Dispose();

    private sealed class HeldBody(ByteSource body, AppPlaces places) : ByteSource
    {
        private int released;

        public override async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellation)
        {
            var piece = await body.ReadAsync(cancellation);
            if (piece.IsEmpty)
            {
                Release();
            }

            return piece;
        }

        public override async ValueTask DisposeAsync()
        {
            await body.DisposeAsync();
            Release();
        }

        private void Release()
        {
            if (Interlocked.Exchange(ref released, 1) == 0)
            {
                places.Release();
            }
        }
    }
}
