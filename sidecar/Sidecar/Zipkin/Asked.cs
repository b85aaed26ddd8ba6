using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Sidecar.Zipkin;

/// <summary>The parameters of a question.</summary>
internal sealed class Asked(IQueryCollection query)
{
    public string? Text(string name) => query.TryGetValue(name, out var values) ? values[0] : null;

    public string Required(string name) => Text(name) ?? throw new ZipkinException($"parameter {name} is missing");

    public long? Number(string name) => Text(name) switch
    {
        null => null,
        var text when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        var text => throw new ZipkinException($"{name} is no whole number: {text}"),
    };
}
