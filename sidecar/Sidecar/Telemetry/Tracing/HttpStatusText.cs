using Microsoft.AspNetCore.WebUtilities;

namespace Sidecar.Telemetry.Tracing;

/// <summary>How a failed HTTP status is written into a span: Code(404): Not Found.</summary>
internal static class HttpStatusText
{
    public static string Of(int status)
    {
        var phrase = status switch
        {
            413 => "Request Entity Too Large",
            414 => "Request URI Too Long",
            416 => "Requested Range Not Satisfiable",
            425 => "Too Early",
            419 or 499 => "",
            _ => ReasonPhrases.GetReasonPhrase(status),
        };
        return $"Code({status}): {(phrase.Length == 0 ? "Unknown" : phrase)}";
    }
}
