namespace Sidecar.Testing;

/// <summary>One request of a service to its sidecar, over HTTP or gRPC: both have the names of Dapr's gRPC methods.</summary>
public sealed class SidecarCall
{
    /// <summary>From 1, in the order in which calls arrived.</summary>
    public required int Number { get; init; }

    /// <summary>The instance that calls.</summary>
    public required string Service { get; init; }

    /// <summary>One of <see cref="Call"/>, or the path of what is not among them.</summary>
    public required string Name { get; init; }

    /// <summary>The store, broker or binding, or the app that is invoked; empty for calls that name none.</summary>
    public string Component { get; init; } = "";

    public string Topic { get; init; } = "";

    /// <summary>Keys of state or secrets; the method of an invocation.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    /// <summary>What it asks a store to keep, in order.</summary>
    public IReadOnlyList<Written> Writes { get; init; } = [];

    public bool IsGrpc { get; init; }

    public ReadOnlyMemory<byte> Body { get; init; }

    public Fate Fate { get; internal set; }

    /// <summary>What the caller was told: a status of HTTP or gRPC, or a word for a connection that was cut; null until then.</summary>
    public string? Answer { get; internal set; }

    /// <summary>What the sidecar answered, whatever the caller was told; null as long as it did not.</summary>
    public string? Outcome { get; internal set; }

    /// <summary>The sidecar has done it.</summary>
    public bool HasHappened { get; internal set; }

    /// <summary>From 1, in the order in which the sidecar answered; 0 as long as it did not.</summary>
    public int Order { get; internal set; }

    public override string ToString() => $"#{Number} {Service} {Name} {Component} {Topic}{string.Join(' ', Keys)} → {Answer ?? "?"}{(Fate == Fate.Passed ? "" : $" ({Fate})")}";
}

/// <summary>A value for a key; none when the key is deleted.</summary>
public sealed record Written(string Key, ReadOnlyMemory<byte>? Value);

/// <summary>What became of a call at the boundary.</summary>
public enum Fate
{
    /// <summary>The sidecar answered it.</summary>
    Passed,

    /// <summary>It failed and never reached the sidecar.</summary>
    FailedBefore,

    /// <summary>The sidecar did it, and the caller was told that it failed.</summary>
    FailedAfter,

    /// <summary>The caller was told that it failed, and the sidecar has not done it yet.</summary>
    LandsLater,

    /// <summary>The caller was told that it failed, and the sidecar did it afterwards.</summary>
    Landed,

    /// <summary>Its service was killed.</summary>
    Cut,
}

/// <summary>Names of calls.</summary>
public static class Call
{
    public const string GetState = nameof(GetState);
    public const string GetBulkState = nameof(GetBulkState);
    public const string SaveState = nameof(SaveState);
    public const string DeleteState = nameof(DeleteState);
    public const string DeleteBulkState = nameof(DeleteBulkState);
    public const string ExecuteStateTransaction = nameof(ExecuteStateTransaction);
    public const string QueryState = nameof(QueryState);
    public const string PublishEvent = nameof(PublishEvent);
    public const string BulkPublishEvent = nameof(BulkPublishEvent);
    public const string InvokeService = nameof(InvokeService);
    public const string InvokeBinding = nameof(InvokeBinding);
    public const string GetSecret = nameof(GetSecret);
    public const string GetBulkSecret = nameof(GetBulkSecret);
    public const string GetMetadata = nameof(GetMetadata);
    public const string SetMetadata = nameof(SetMetadata);
    public const string Healthz = nameof(Healthz);
    public const string Shutdown = nameof(Shutdown);
}
