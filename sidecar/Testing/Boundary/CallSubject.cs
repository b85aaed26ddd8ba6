namespace Sidecar.Testing.Boundary;

/// <summary>What a request is about.</summary>
internal sealed record CallSubject(string Name, string Component = "", string Topic = "")
{
    public IReadOnlyList<string> Keys { get; init; } = [];

    public IReadOnlyList<Written> Writes { get; init; } = [];

    public static CallSubject Writing(string name, string store, IReadOnlyList<Written> writes) => new(name, store) { Keys = [.. writes.Select(write => write.Key)], Writes = writes };
}

/// <summary>A request as it came, to be passed on now, later, or never.</summary>
internal sealed record CallRequest(string Method, string Target, IReadOnlyList<KeyValuePair<string, string[]>> Headers, ReadOnlyMemory<byte> Body, bool IsGrpc);

/// <summary>What the sidecar said.</summary>
internal sealed record CallAnswer(int Status, IReadOnlyList<KeyValuePair<string, string[]>> Headers, byte[] Body, IReadOnlyList<KeyValuePair<string, string[]>> Trailers)
{
    private const string GrpcStatus = "grpc-status";

    /// <summary>Of gRPC when there is one, else of HTTP.</summary>
    public string Word => Trailers.Concat(Headers).FirstOrDefault(line => line.Key.Equals(GrpcStatus, StringComparison.OrdinalIgnoreCase)).Value?[0] switch
    {
        null => Status.ToString(System.Globalization.CultureInfo.InvariantCulture),
        "0" => "OK",
        var code => ((Errors.GrpcCode)int.Parse(code, System.Globalization.CultureInfo.InvariantCulture)).ToString(),
    };

    public bool IsSuccess => Word == "OK" || (Status is >= 200 and <= 299 && Word == Status.ToString(System.Globalization.CultureInfo.InvariantCulture));
}
