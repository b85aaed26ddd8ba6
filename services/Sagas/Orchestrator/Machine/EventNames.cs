using System.Globalization;

namespace Library.Sagas.Orchestrator.Machine;

/// <summary>How a reply and a verb find their saga's attention, and only that of the attempt or stop that they are meant for.</summary>
public static class EventNames
{
    internal const string VerbPrefix = "verb|";

    public static string Reply(string commandTopic, string step, int attempt) => string.Create(CultureInfo.InvariantCulture, $"{commandTopic}|{step}|{attempt}");

    public static string Verb(int occurrence) => string.Create(CultureInfo.InvariantCulture, $"{VerbPrefix}{occurrence}");
}
