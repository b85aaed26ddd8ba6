using Sidecar.Components;

namespace Sidecar.Resiliency;

/// <summary>Notes targets that name policies which no document defines: Dapr takes them for no policy without a word.</summary>
public static class ResiliencyChecks
{
    public static void Run(IReadOnlyList<ResiliencySpec> documents, Findings findings)
    {
        var timeouts = documents.SelectMany(document => document.Timeouts.Keys).ToHashSet();
        var retries = documents.SelectMany(document => document.Retries.Keys).Concat(BuiltInRetries.Names).ToHashSet();
        var breakers = documents.SelectMany(document => document.Breakers.Keys).ToHashSet();
        foreach (var document in documents)
        {
            foreach (var names in document.Apps.Values.Select(app => app.Names).Concat(document.Components.Values.SelectMany(target => new[] { target.Inbound, target.Outbound })))
            {
                Check(document.File, names.Line, "timeout", names.Timeout, timeouts);
                Check(document.File, names.Line, "retry", names.Retry, retries);
                Check(document.File, names.Line, "circuitBreaker", names.Breaker, breakers);
            }
        }

        void Check(string file, int line, string what, string name, HashSet<string> known)
        {
            if (name.Length > 0 && !known.Contains(name))
            {
                findings.Note(file, line, $"{what} {name} is not defined, so there is none{Nearest.Hint(name, known)}");
            }
        }
    }
}
