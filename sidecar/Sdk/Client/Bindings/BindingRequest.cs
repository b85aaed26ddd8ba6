namespace Dapr.Client;

/// <summary>What a binding is to do.</summary>
public sealed class BindingRequest
{
    /// <summary>A request without data.</summary>
    public BindingRequest(string bindingName, string operation)
    {
        ArgumentException.ThrowIfNullOrEmpty(bindingName);
        ArgumentException.ThrowIfNullOrEmpty(operation);
        BindingName = bindingName;
        Operation = operation;
    }

    /// <summary>The binding.</summary>
    public string BindingName { get; }

    /// <summary>What it is to do.</summary>
    public string Operation { get; }

    /// <summary>Bytes as they are.</summary>
    public ReadOnlyMemory<byte> Data { get; set; }

    /// <summary>What the binding is told.</summary>
    public Dictionary<string, string> Metadata { get; } = [];
}

/// <summary>What a binding answered.</summary>
public sealed class BindingResponse
{
    /// <summary>An answer to a request.</summary>
    public BindingResponse(BindingRequest request, ReadOnlyMemory<byte> data, IReadOnlyDictionary<string, string> metadata)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(metadata);
        Request = request;
        Data = data;
        Metadata = metadata;
    }

    /// <summary>What was asked.</summary>
    public BindingRequest Request { get; }

    /// <summary>Bytes as they are.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>What the binding told.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }
}
