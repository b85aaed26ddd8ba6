namespace Library.Defaults.Stores;

/// <summary>A document as it was read, or that there is none; saved again only if nobody else has changed it since.</summary>
public sealed record Stored<T>(string Key, T? Document, string ETag)
    where T : class
{
    public bool Exists => Document is not null;
}
